//! `sql!` on a real server: typed rows, parameters, the forms of fetching.

use queryleaf::bson::doc;
use queryleaf::prelude::*;
use std::collections::BTreeMap;

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, SqlEnum)]
#[serde(rename_all = "snake_case")]
enum Stage {
    Draft,
    InReview,
    Published,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Embedded)]
struct Author {
    name: String,
    born: Option<i32>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Embedded)]
struct Review {
    stars: i32,
    words: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, Collection)]
#[leaf(name = "articles", index(stage, published_at desc), unique(slug))]
struct Article {
    #[serde(rename = "_id")]
    id: ObjectId,
    slug: String,
    stage: Stage,
    author: Author,
    reviews: Vec<Review>,
    tags: Vec<String>,
    price: Decimal128,
    views: i64,
    published_at: Option<DateTime>,
    labels: BTreeMap<String, i32>,
}

fn article(slug: &str, stage: Stage, views: i64) -> Article {
    Article {
        id: ObjectId::new(),
        slug: slug.to_owned(),
        stage,
        author: Author {
            name: "Ada".to_owned(),
            born: Some(1815),
        },
        reviews: vec![
            Review {
                stars: 5,
                words: Some("clear".to_owned()),
            },
            Review {
                stars: 3,
                words: None,
            },
        ],
        tags: vec!["math".to_owned(), slug.to_owned()],
        price: "12.50".parse().unwrap(),
        views,
        published_at: (stage == Stage::Published).then(|| DateTime::from_millis(1_700_000_000_000)),
        labels: BTreeMap::from([("a".to_owned(), 1)]),
    }
}

async fn library() -> mongodb::Database {
    let db = queryleaf_testkit::database().await;
    let documents = [
        article("one", Stage::Published, 10),
        article("two", Stage::Draft, 20),
        article("three", Stage::InReview, 30),
        article("$four", Stage::Published, 40),
    ];
    db.collection::<Article>("articles")
        .insert_many(&documents)
        .await
        .unwrap();
    db
}

#[tokio::test]
async fn rows_are_typed_by_the_query() {
    let db = library().await;
    let rows = sql!(
        "SELECT slug, stage, author.name AS writer, author.born, views * 2 AS twice
                     FROM articles WHERE stage = 'published' ORDER BY views DESC"
    )
    .fetch_all(&db)
    .await
    .unwrap();
    assert_eq!(rows.len(), 2);
    let slug: &String = &rows[0].slug;
    let stage: Stage = rows[0].stage;
    let born: Option<i32> = rows[0].born;
    let twice: i64 = rows[0].twice;
    assert_eq!(
        (slug.as_str(), stage, born, twice),
        ("$four", Stage::Published, Some(1815), 80)
    );
    assert_eq!(rows[1].writer, "Ada");
}

#[tokio::test]
async fn bare_tokens_are_a_query_too() {
    let db = library().await;
    let least = 15;
    let rows = sql!(SELECT stage, COUNT(*) AS n, SUM(views) AS views FROM articles
                    WHERE views > :least AND slug <> "nothing" GROUP BY stage ORDER BY stage)
    .fetch_all(&db)
    .await
    .unwrap();
    let counts: Vec<(Stage, i64)> = rows.iter().map(|row| (row.stage, row.n)).collect();
    assert_eq!(
        counts,
        [
            (Stage::Draft, 1),
            (Stage::InReview, 1),
            (Stage::Published, 1)
        ]
    );
    assert_eq!(rows[0].views.to_string(), "20");
}

#[tokio::test]
async fn the_struct_of_a_collection_is_filled_by_the_stored_names() {
    let db = library().await;
    let stored: Vec<Article> = db
        .collection("articles")
        .find(doc! { "stage": "published" })
        .sort(doc! { "views": 1 })
        .await
        .unwrap()
        .try_collect()
        .await
        .unwrap();
    let filled: Vec<Article> = sql!(
        as Article,
        "SELECT a.* FROM articles a WHERE stage = 'published' ORDER BY views"
    )
    .fetch_all(&db)
    .await
    .unwrap();
    assert_eq!(format!("{filled:?}"), format!("{stored:?}"));
    assert_eq!(filled.len(), 2);
}

#[tokio::test]
async fn whole_documents_and_scalars() {
    let db = library().await;
    let all = sql!("SELECT * FROM articles ORDER BY views LIMIT 1")
        .fetch_one(&db)
        .await
        .unwrap();
    assert_eq!(
        all.reviews[0],
        Review {
            stars: 5,
            words: Some("clear".to_owned())
        }
    );
    assert_eq!(all.labels["a"], 1);
    let n: i64 = sql!("SELECT COUNT(*) FROM articles")
        .fetch_scalar(&db)
        .await
        .unwrap();
    assert_eq!(n, 4);
    let mean: Option<f64> = sql!("SELECT AVG(views) FROM articles")
        .fetch_scalar(&db)
        .await
        .unwrap();
    assert!((mean.unwrap() - 25.0).abs() < 1e-9);
    let none = sql!("SELECT slug FROM articles WHERE views > 1000")
        .fetch_optional(&db)
        .await
        .unwrap();
    assert!(none.is_none());
}
