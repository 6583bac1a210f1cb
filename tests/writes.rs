//! Statements that write, as programs use them.

use futures::TryStreamExt;
use queryleaf::Refusal;
use queryleaf::prelude::*;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Collection)]
#[leaf(name = "articles", unique(sku))]
struct Article {
    #[serde(rename = "_id")]
    id: ObjectId,
    #[leaf(max_length = 12)]
    sku: String,
    name: String,
    #[leaf(precision = 8, scale = 2)]
    price: Decimal128,
    #[leaf(default = "0")]
    stock: i32,
    #[leaf(default = "0")]
    sold: i64,
    kind: Option<Kind>,
    #[leaf(default = "CURRENT_TIMESTAMP")]
    added_at: DateTime,
    tags: Option<Vec<String>>,
    size: Option<Size>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Embedded)]
struct Size {
    width: i32,
    height: Option<i32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, SqlEnum)]
#[serde(rename_all = "lowercase")]
enum Kind {
    New,
    Used,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Collection)]
#[leaf(name = "movements")]
struct Movement {
    #[serde(rename = "_id")]
    id: ObjectId,
    sku: String,
    quantity: i32,
}

fn article(sku: &str, stock: i32) -> Article {
    Article {
        id: ObjectId::new(),
        sku: sku.to_owned(),
        name: format!("article {sku}"),
        price: "12.50".parse().expect("a number"),
        stock,
        sold: 0,
        kind: None,
        added_at: DateTime::now(),
        tags: None,
        size: None,
    }
}

/// Names, where upper and lower case are the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Collection)]
#[leaf(name = "makers", unique(name), collation(locale = "en", strength = 2))]
struct Maker {
    name: String,
    articles: i64,
}

#[tokio::test]
async fn texts_that_compare_by_a_collation() -> queryleaf::Result<()> {
    let db = &queryleaf_testkit::database().await;
    queryleaf::ensure!(db, makers, movements).await?;
    let done =
        sql!("INSERT INTO makers (name, articles) VALUES (UPPER('ikea'), 1 + 1), ('Elto', 5)");
    assert_eq!(done.execute(db).await?.inserted, Some(2));
    let returned = sql!(
        "INSERT INTO makers (name, articles) VALUES ('Ikea', 3) \
         ON CONFLICT (name) DO UPDATE SET articles = makers.articles + EXCLUDED.articles \
         RETURNING name, articles"
    );
    let row = returned.fetch_one(db).await?;
    assert_eq!((&*row.name, row.articles), ("IKEA", 5));

    // What the server compares is no text that a reader knows.
    let clash = sql!("UPDATE makers SET name = 'elto' WHERE name = 'ikea'");
    let Err(Error::Write(error)) = clash.execute(db).await else {
        panic!("a second maker of that name");
    };
    let refused = &error.refused[0].reason;
    let Refusal::DuplicateKey { index, key } = refused else {
        panic!("{refused:?}");
    };
    assert_eq!((&**index, key.len()), ("name_1", 0));

    // From one collation to another, and by that of the collection that is asked.
    let copied =
        sql!("INSERT INTO movements (sku, quantity) SELECT name, articles::int FROM makers");
    assert_eq!(copied.execute(db).await?.inserted, Some(2));
    let back =
        sql!("INSERT INTO makers (name, articles) SELECT sku || '!', quantity FROM movements");
    assert_eq!(back.execute(db).await?.inserted, Some(2));
    let found = sql!("SELECT (SELECT articles FROM makers WHERE name = 'ikea!') AS articles");
    assert_eq!(found.fetch_scalar::<Option<i64>>(db).await?, Some(5));
    let doubled = sql!(
        "UPDATE makers SET articles = m.articles * 2 FROM makers m \
         WHERE m.name = makers.name AND m.name LIKE 'IKEA%'"
    );
    doubled.execute(db).await?;
    let rows = sql!("SELECT name, articles FROM makers ORDER BY name")
        .fetch_all(db)
        .await?;
    let rows: Vec<_> = rows.iter().map(|row| (&*row.name, row.articles)).collect();
    assert_eq!(
        rows,
        [("Elto", 5), ("Elto!", 5), ("IKEA", 10), ("IKEA!", 10)]
    );
    Ok(())
}

#[tokio::test]
async fn times_outside_of_the_years_1_to_9999_are_not_sent() -> queryleaf::Result<()> {
    let db = &queryleaf_testkit::database().await;
    for moment in [DateTime::MAX, DateTime::MIN] {
        let change = sql!("UPDATE articles SET added_at = :moment WHERE sku = 'a'");
        let error = change
            .execute(db)
            .await
            .expect_err("a time that there is not");
        assert!(matches!(&error, Error::Parameter { name, .. } if name == "moment"));
    }
    Ok(())
}

#[tokio::test]
async fn rows_are_inserted_changed_and_deleted() -> queryleaf::Result<()> {
    let db = &queryleaf_testkit::database().await;
    let (sku, price) = ("a", "9.99".parse::<Decimal128>().expect("a number"));
    let done = sql!(
        "INSERT INTO articles (sku, name, price, kind) \
         VALUES (:sku, 'First', :price, 'used'), ('b', 'Second', 3, NULL)"
    )
    .execute(db)
    .await?;
    assert_eq!(done.rows_affected(), Some(2));
    let several = [article("c", 5), article("d", 7)];
    let done = sql!("INSERT INTO articles VALUES (:several)")
        .execute(db)
        .await?;
    assert_eq!(done.rows_affected(), Some(2));
    let rows = sql!("SELECT sku, stock, sold, kind FROM articles ORDER BY sku")
        .fetch_all(db)
        .await?;
    assert_eq!(rows.len(), 4);
    assert_eq!(
        (rows[0].sku.as_str(), rows[0].kind),
        ("a", Some(Kind::Used))
    );
    assert_eq!((rows[2].stock, rows[2].kind), (5, None));

    let by = 3_i64;
    let done = sql!("UPDATE articles SET sold = sold + :by, stock = 1 WHERE stock = 0")
        .execute(db)
        .await?;
    assert_eq!(done.rows_affected(), Some(2));
    let done =
        sql!("UPDATE articles SET size = '{\"width\": 3}', name = UPPER(name) WHERE sku = :sku")
            .execute(db)
            .await?;
    assert_eq!(done.rows_affected(), Some(1));
    let done = sql!("UPDATE articles SET size.height = 4 WHERE size IS NOT NULL")
        .execute(db)
        .await?;
    assert_eq!(done.rows_affected(), Some(1));
    let first = sql!("SELECT * FROM articles WHERE sku = 'a'")
        .fetch_one(db)
        .await?;
    assert_eq!(first.name, "FIRST");
    assert_eq!(
        first.size,
        Some(Size {
            width: 3,
            height: Some(4)
        })
    );
    assert_eq!((first.sold, first.stock), (3, 1));

    let done = sql!("DELETE FROM articles WHERE kind IS NULL AND stock > 1")
        .execute(db)
        .await?;
    assert_eq!(done.rows_affected(), Some(2));
    Ok(())
}

#[tokio::test]
async fn values_that_do_not_fit_are_refused_before_they_are_sent() {
    let db = &queryleaf_testkit::database().await;
    let sku = "a text of more than twelve characters".to_owned();
    let error = sql!("INSERT INTO articles (sku, name, price) VALUES (:sku, 'x', 1)")
        .execute(db)
        .await
        .expect_err("the text is too long");
    assert_eq!(
        error.to_string().split(", in `").next(),
        Some("parameter `sku`: a text of 37 characters is longer than 12")
    );
    let name: Option<String> = None;
    let error = sql!("INSERT INTO articles (sku, name, price) VALUES ('a', :name, 1)")
        .execute(db)
        .await
        .expect_err("a NULL");
    assert_eq!(
        error.to_string().split(", in `").next(),
        Some("parameter `name`: a NULL, for a column that cannot be NULL")
    );
}

#[tokio::test]
async fn rows_of_queries_are_written() -> queryleaf::Result<()> {
    let db = &queryleaf_testkit::database().await;
    let articles = [article("a", 5), article("b", 7), article("c", 1)];
    sql!("INSERT INTO articles VALUES (:articles)")
        .execute(db)
        .await?;
    sql!("INSERT INTO movements (sku, quantity) SELECT sku, stock FROM articles WHERE stock > 1")
        .execute(db)
        .await?;
    let n: i64 = sql!("SELECT COUNT(*) AS n FROM movements")
        .fetch_scalar(db)
        .await?;
    assert_eq!(n, 2);
    sql!(
        "UPDATE articles SET stock = articles.stock + m.quantity \
         FROM movements m WHERE m.sku = articles.sku"
    )
    .execute(db)
    .await?;
    let rows = sql!("SELECT sku, stock FROM articles ORDER BY sku")
        .fetch_all(db)
        .await?;
    let stock: Vec<i32> = rows.iter().map(|row| row.stock).collect();
    assert_eq!(stock, [10, 14, 1]);
    sql!("DELETE FROM articles USING movements m WHERE m.sku = articles.sku AND m.quantity > 5")
        .execute(db)
        .await?;
    let n: i64 = sql!("SELECT COUNT(*) AS n FROM articles")
        .fetch_scalar(db)
        .await?;
    assert_eq!(n, 2);
    Ok(())
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Embedded)]
struct Line {
    sku: String,
    quantity: i32,
    note: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Collection)]
#[leaf(name = "baskets")]
struct Basket {
    #[serde(rename = "_id")]
    id: i32,
    open: bool,
    lines: Vec<Line>,
    tags: Option<Vec<Option<String>>>,
    #[serde(default, skip_serializing_if = "is_zero")]
    visits: i32,
}

fn is_zero(number: &i32) -> bool {
    *number == 0
}

fn line(sku: &str, quantity: i32) -> Line {
    Line {
        sku: sku.to_owned(),
        quantity,
        note: None,
    }
}

#[tokio::test]
async fn items_of_arrays_change() -> queryleaf::Result<()> {
    let db = &queryleaf_testkit::database().await;
    let basket = |id, open| Basket {
        id,
        open,
        lines: vec![line("a", 1), line("b", 2), line("a", 3)],
        tags: None,
        visits: 4,
    };
    let baskets = vec![basket(1, true), basket(2, false), basket(3, true)];
    sql!("INSERT INTO baskets VALUES (:baskets)")
        .execute(db)
        .await?;
    let done = sql!(
        "UPDATE baskets SET l.quantity = l.quantity * 10, l.note = 'seen' \
         FROM UNNEST(lines) AS l WHERE l.sku = 'a' AND open"
    )
    .execute(db)
    .await?;
    assert_eq!(done.rows_affected(), Some(2));
    let done = sql!("UPDATE baskets SET lines[2].quantity = 7, tags[3] = 'x' WHERE _id = 3")
        .execute(db)
        .await?;
    assert_eq!(done.rows_affected(), Some(1));
    sql!("UPDATE baskets SET visits = NULL WHERE _id = 1")
        .execute(db)
        .await?;
    let rows = sql!("SELECT * FROM baskets ORDER BY _id")
        .fetch_all(db)
        .await?;
    assert_eq!(rows[0].visits, None);
    // What the driver reads is what serde can read: no null where there is no `Option`.
    let mut stored: Vec<Basket> = db
        .collection::<Basket>("baskets")
        .find(Document::new())
        .await
        .expect("the server answers")
        .try_collect()
        .await
        .expect("what is stored fits the struct");
    stored.sort_by_key(|basket| basket.id);
    let quantities =
        |basket: &Basket| -> Vec<i32> { basket.lines.iter().map(|line| line.quantity).collect() };
    assert_eq!(quantities(&stored[0]), [10, 2, 30]);
    assert_eq!(quantities(&stored[1]), [1, 2, 3]);
    assert_eq!(quantities(&stored[2]), [10, 7, 30]);
    assert_eq!(stored[0].lines[0].note.as_deref(), Some("seen"));
    assert_eq!(stored[0].visits, 0);
    assert_eq!(stored[2].tags, Some(vec![None, None, Some("x".to_owned())]));
    let error = sql!("UPDATE baskets SET lines[5].quantity = 7 WHERE _id = 3")
        .execute(db)
        .await
        .expect_err("there are three items");
    assert!(
        error
            .to_string()
            .starts_with("an item is written beyond the end"),
        "{error}"
    );
    Ok(())
}

#[derive(Debug, Clone, Serialize, Deserialize, Collection)]
#[leaf(name = "measurements", time_series(at, meta = sku))]
struct Measurement {
    at: DateTime,
    sku: String,
    quantity: i32,
}

#[tokio::test]
async fn rows_of_queries_go_into_a_time_series() -> queryleaf::Result<()> {
    let db = &queryleaf_testkit::database().await;
    Measurement::ensure(db).await?;
    let articles = [article("a", 5), article("b", 7)];
    sql!("INSERT INTO articles VALUES (:articles)")
        .execute(db)
        .await?;
    let done = sql!(
        "INSERT INTO measurements (at, sku, quantity) SELECT added_at, sku, stock FROM articles"
    )
    .execute(db)
    .await?;
    assert_eq!(done.rows_affected(), Some(2));
    let n: i64 = sql!("SELECT COUNT(*) AS n FROM measurements WHERE quantity > 4")
        .fetch_scalar(db)
        .await?;
    assert_eq!(n, 2);
    Ok(())
}

#[tokio::test]
async fn statements_of_bare_tokens() -> queryleaf::Result<()> {
    let db = &queryleaf_testkit::database().await;
    let several = vec![article("a", 5), article("b", 7)];
    sql!(INSERT INTO articles VALUES (:several))
        .execute(db)
        .await?;
    let sku = "a";
    sql!(UPDATE articles SET stock = stock + 1, name = "x'y" WHERE sku = :sku)
        .execute(db)
        .await?;
    sql!(UPDATE articles SET stock = $1 WHERE sku = $2; 9, "b")
        .execute(db)
        .await?;
    struct Gone {
        name: String,
        stock: i64,
    }
    let mut gone: Vec<Gone> = sql!(as Gone, DELETE FROM articles RETURNING name, stock)
        .fetch_all(db)
        .await?;
    gone.sort_by_key(|row| row.stock);
    assert_eq!((gone[0].name.as_str(), gone[0].stock), ("x'y", 6));
    assert_eq!((gone[1].name.as_str(), gone[1].stock), ("article b", 9));
    Ok(())
}

#[tokio::test]
async fn what_do_update_leaves_alone_stays_as_it_was() -> queryleaf::Result<()> {
    let db = &queryleaf_testkit::database().await;
    let articles = [article("a", 5), article("b", 7)];
    sql!("INSERT INTO articles VALUES (:articles)")
        .execute(db)
        .await?;
    let done = sql!(
        "INSERT INTO articles (sku, name, price) VALUES ('a', 'x', 1), ('b', 'x', 1), ('c', 'x', 1) \
         ON CONFLICT (sku) DO UPDATE SET size.width = 3, size.height = articles.stock \
         WHERE articles.stock > 5"
    )
    .execute(db)
    .await?;
    assert_eq!((done.inserted, done.modified), (Some(1), Some(1)));
    let stored = sql!("SELECT * FROM articles WHERE sku < 'c' ORDER BY sku")
        .fetch_all(db)
        .await?;
    assert_eq!(
        (&stored[0].name, &stored[0].size),
        (&articles[0].name, &None)
    );
    let size = Size {
        width: 3,
        height: Some(7),
    };
    assert_eq!(stored[1].size, Some(size));
    Ok(())
}

#[tokio::test]
async fn what_comes_back_in_a_session_is_written_as_a_whole() -> queryleaf::Result<()> {
    let db = &queryleaf_testkit::database().await;
    let several = [article("a", 5), article("b", 7)];
    sql!("INSERT INTO articles VALUES (:several)")
        .execute(db)
        .await?;
    let stock = || async {
        let rows = sql!("SELECT stock FROM articles ORDER BY sku")
            .fetch_all(db)
            .await?;
        queryleaf::Result::Ok(rows.iter().map(|row| row.stock).collect::<Vec<_>>())
    };
    let mut session = db.client().start_session().await.expect("a session");
    // No transaction has been started: the statement has one of its own.
    let error = sql!("UPDATE articles SET stock = 0 RETURNING sku")
        .fetch_one(queryleaf::with_session(db, &mut session))
        .await
        .expect_err("two rows");
    assert!(matches!(error, Error::TooManyRows { .. }), "{error}");
    assert_eq!(stock().await?, [5, 7]);
    let changed = sql!("UPDATE articles SET stock = stock + 1 RETURNING stock")
        .fetch_all(queryleaf::with_session(db, &mut session))
        .await?;
    assert_eq!(changed.len(), 2);
    assert_eq!(stock().await?, [6, 8]);
    // In the caller's transaction it waits for the caller's commit.
    session.start_transaction().await.expect("none is running");
    sql!("UPDATE articles SET stock = 0 RETURNING stock")
        .fetch_all(queryleaf::with_session(db, &mut session))
        .await?;
    assert_eq!(stock().await?, [6, 8]);
    session.abort_transaction().await.expect("it is running");
    assert_eq!(stock().await?, [6, 8]);
    Ok(())
}
