//! Parameters that are written: values of inserted rows, new values, and what comes back.

use super::*;
use futures::TryStreamExt;
use queryleaf::mongodb::Database;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Collection)]
#[leaf(name = "pages", unique(slug))]
struct Page {
    #[serde(rename = "_id")]
    id: i32,
    slug: String,
    title: Option<String>,
    lines: Vec<Line>,
    more: Option<Document>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Embedded)]
struct Line {
    text: String,
}

async fn stored(database: &Database) -> Vec<Page> {
    let pages = database.collection::<Page>("pages");
    let pages = pages.find(Document::new()).await.unwrap();
    let mut pages: Vec<Page> = pages.try_collect().await.unwrap();
    pages.sort_by_key(|page| page.id);
    pages
}

async fn titles(database: &Database) -> Vec<Option<String>> {
    let pages = stored(database).await.into_iter();
    pages.map(|page| page.title).collect()
}

fn page(id: i32, text: &str) -> Page {
    Page {
        id,
        slug: format!("{id} {text}"),
        title: Some(text.to_owned()),
        lines: vec![Line {
            text: text.to_owned(),
        }],
        more: Some(document(id, text)),
    }
}

#[tokio::test]
async fn inserted_values_are_stored_as_they_are() {
    for hostile in HOSTILE {
        let database = &queryleaf_testkit::database().await;
        let more = document(1, hostile);
        let lines = [Line {
            text: hostile.to_owned(),
        }];
        let done = sql!("INSERT INTO pages VALUES (1, '1 ' || :hostile, :hostile, :lines, :more)");
        done.execute(database).await.unwrap();
        // The server has to compute a value of this row.
        sql!("INSERT INTO pages VALUES (LENGTH('ab'), '2 ' || :hostile, :hostile, :lines, :more)")
            .execute(database)
            .await
            .unwrap();
        let whole = [page(3, hostile), page(4, hostile)];
        sql!("INSERT INTO pages VALUES (:whole)")
            .execute(database)
            .await
            .unwrap();
        let back = sql!(
            "INSERT INTO pages VALUES (5, '5 ' || :hostile, :hostile, :lines, :more)
             RETURNING title, slug, more, lines"
        )
        .fetch_one(database)
        .await
        .unwrap();
        assert_eq!(back.title.as_deref(), Some(hostile));
        assert_eq!(back.more, Some(more.clone()));
        assert_eq!(back.lines[0].text, hostile);
        let pages = stored(database).await;
        assert_eq!(pages.len(), 5);
        for page in pages {
            let mut expected = self::page(page.id, hostile);
            if page.id != 3 && page.id != 4 {
                expected.more = Some(more.clone());
            }
            assert_eq!(page, expected, "{hostile:?}");
        }
    }
}

#[tokio::test]
async fn new_values_are_stored_as_they_are() {
    for hostile in HOSTILE {
        let database = &queryleaf_testkit::database().await;
        let whole = [page(1, "one"), page(2, "two")];
        sql!("INSERT INTO pages VALUES (:whole)")
            .execute(database)
            .await
            .unwrap();
        let more = document(7, hostile);
        // By an operator, and by a pipeline.
        sql!("UPDATE pages SET title = :hostile, more = :more WHERE _id = 1")
            .execute(database)
            .await
            .unwrap();
        sql!("UPDATE pages SET title = :hostile, more = :more, slug = slug || _id::text WHERE _id = 2")
            .execute(database)
            .await
            .unwrap();
        for page in stored(database).await {
            assert_eq!(page.title.as_deref(), Some(hostile));
            assert_eq!(page.more, Some(more.clone()), "{hostile:?}");
        }
        sql!("UPDATE pages SET l.text = :hostile FROM UNNEST(lines) AS l WHERE l.text <> :hostile")
            .execute(database)
            .await
            .unwrap();
        sql!("UPDATE pages SET lines[2].text = :hostile")
            .execute(database)
            .await
            .unwrap();
        for page in stored(database).await {
            assert_eq!(page.lines.len(), 2);
            assert!(page.lines.iter().all(|line| line.text == hostile));
        }
        let back = sql!("UPDATE pages SET title = :hostile || 'x' WHERE _id = 1 RETURNING title")
            .fetch_one(database)
            .await
            .unwrap();
        assert_eq!(back.title, Some(format!("{hostile}x")));
        let done = sql!("DELETE FROM pages WHERE title = :hostile")
            .execute(database)
            .await
            .unwrap();
        assert_eq!(done.rows_affected(), Some(1), "{hostile:?}");
    }
}

#[tokio::test]
async fn values_of_computed_rows_are_stored_as_they_are() {
    for hostile in HOSTILE {
        let database = &queryleaf_testkit::database().await;
        let whole = [page(1, hostile)];
        sql!("INSERT INTO pages VALUES (:whole)")
            .execute(database)
            .await
            .unwrap();
        sql!("INSERT INTO pages SELECT _id + 1, slug || 'x', :hostile, lines, more FROM pages")
            .execute(database)
            .await
            .unwrap();
        assert_eq!(titles(database).await, vec![Some(hostile.to_owned()); 2]);
        let plain = "plain";
        sql!("UPDATE pages SET title = :plain")
            .execute(database)
            .await
            .unwrap();
        sql!(
            "UPDATE pages SET title = p.title FROM (SELECT _id, :hostile::text AS title FROM pages) p \
             WHERE p._id = pages._id"
        )
        .execute(database)
        .await
        .unwrap();
        assert_eq!(titles(database).await, vec![Some(hostile.to_owned()); 2]);
        // The same in a transaction, where the rows go through the client.
        let mut session = database.client().start_session().await.unwrap();
        session.start_transaction().await.unwrap();
        let mut transaction = queryleaf::with_session(database, &mut session);
        sql!("UPDATE pages SET title = :plain")
            .execute(&mut transaction)
            .await
            .unwrap();
        sql!(
            "UPDATE pages SET title = p.title FROM (SELECT _id, :hostile::text AS title FROM pages) p \
             WHERE p._id = pages._id"
        )
        .execute(&mut transaction)
        .await
        .unwrap();
        session.commit_transaction().await.unwrap();
        assert_eq!(titles(database).await, vec![Some(hostile.to_owned()); 2]);
    }
}

#[tokio::test]
async fn values_of_conflicting_rows_are_stored_as_they_are() {
    for hostile in HOSTILE {
        let database = &queryleaf_testkit::database().await;
        let (id, none) = (1, None::<String>);
        for _ in 0..2 {
            sql!(
                "INSERT INTO pages VALUES (:id, :hostile, :none, ARRAY[], NULL) \
                 ON CONFLICT (_id) DO UPDATE SET title = EXCLUDED.slug || :hostile"
            )
            .execute(database)
            .await
            .unwrap();
        }
        sql!(
            "MERGE INTO pages USING (SELECT 2 AS id, :hostile::text AS slug) s ON pages._id = s.id \
             WHEN NOT MATCHED THEN INSERT (_id, slug, title, lines) \
             VALUES (s.id, s.slug || 'x', :hostile, '[]')"
        )
        .execute(database)
        .await
        .unwrap();
        assert_eq!(
            titles(database).await,
            [
                Some(format!("{hostile}{hostile}")),
                Some(hostile.to_owned())
            ]
        );
    }
}
