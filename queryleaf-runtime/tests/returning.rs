//! `RETURNING` on a real server.

mod common;

use common::{fill, plan, stored, template, unique, write_error};
use queryleaf_plan::write::MARKER;
use queryleaf_runtime::bson::{Bson, Document, doc};
use queryleaf_runtime::private::{Returning, RowReader, types};
use queryleaf_runtime::{Error, Result, with_session};

#[derive(Debug, PartialEq)]
struct Row {
    id: i32,
    n: i32,
}

fn row(reader: &mut RowReader<'_>) -> Result<Row> {
    Ok(Row {
        id: reader.column::<types::Integer, _>(0)?,
        n: reader.column::<types::Integer, _>(1)?,
    })
}

fn returning(mut program: Document, stages: Option<Vec<Document>>) -> Returning<Row> {
    let stages = stages.unwrap_or_else(|| vec![doc! { "$project": { "id": "$_id", "n": 1 } }]);
    program.insert("returning", stages);
    Returning::new(
        plan(&template(&program), &[], &["id", "n"]),
        Vec::new(),
        row,
    )
}

/// `SELECT _id AS id, 12 / n AS n`.
fn division() -> Option<Vec<Document>> {
    let n = doc! { "$toInt": { "$divide": [12, "$n"] } };
    Some(vec![doc! { "$project": { "id": "$_id", "n": n } }])
}

fn books(count: i32) -> Vec<Document> {
    (0..count).map(|id| doc! { "_id": id, "n": id }).collect()
}

fn sorted(mut rows: Vec<Row>) -> Vec<(i32, i32)> {
    rows.sort_by_key(|row| row.id);
    rows.into_iter().map(|row| (row.id, row.n)).collect()
}

#[tokio::test]
async fn inserted_rows_come_back() {
    let database = queryleaf_testkit::database().await;
    let insert = |documents: Vec<Document>, stages| {
        returning(doc! { "insert": "books", "documents": documents }, stages)
    };
    let rows = insert(books(3), None).fetch_all(&database).await.unwrap();
    assert_eq!(sorted(rows), [(0, 0), (1, 1), (2, 2)]);
    let one = insert(vec![doc! { "_id": 7, "n": 8 }], None);
    assert_eq!(one.fetch_one(&database).await.unwrap(), Row { id: 7, n: 8 });
    assert_eq!(
        write_error(one.fetch_optional(&database).await)
            .refused
            .len(),
        1
    );

    let two = insert(vec![doc! { "_id": 20 }, doc! { "_id": 21 }], None);
    assert!(matches!(
        two.fetch_one(&database).await,
        Err(Error::TooManyRows { .. })
    ));
    // What fails does so before anything is stored.
    let zero = insert(
        vec![doc! { "_id": 30, "n": 1 }, doc! { "_id": 31, "n": 0 }],
        division(),
    );
    let error = zero.fetch_all(&database).await.unwrap_err();
    assert!(matches!(error, Error::Evaluation { .. }), "{error:?}");
    assert_eq!(stored(&database).await.len(), 4);
    assert_eq!(zero.execute(&database).await.unwrap().inserted, Some(2));
}

#[tokio::test]
async fn changed_rows_come_back_as_they_are() {
    let database = queryleaf_testkit::database().await;
    fill(&database, "books", &books(2_500)).await;
    let update = |q: Document, u: Bson, one: bool, stages| {
        returning(
            doc! { "update": "books", "q": q, "u": u, "one": one },
            stages,
        )
    };
    let add = || Bson::from(doc! { "$inc": { "n": 1 } });
    let rows = update(doc! { "_id": { "$gte": 10 } }, add(), false, None);
    let rows = sorted(rows.fetch_all(&database).await.unwrap());
    assert_eq!(rows.len(), 2_490);
    assert!(rows.iter().all(|(id, n)| *n == id + 1));

    let one = update(doc! { "_id": 4 }, add(), true, None);
    assert_eq!(one.fetch_one(&database).await.unwrap(), Row { id: 4, n: 5 });
    let none = update(doc! { "_id": -4 }, add(), true, None);
    assert_eq!(none.fetch_optional(&database).await.unwrap(), None);
    assert!(matches!(
        none.fetch_one(&database).await,
        Err(Error::NoRows { .. })
    ));

    // More rows than wanted, and an expression that fails, leave everything as it was.
    let before = stored(&database).await;
    let many = update(doc! { "_id": { "$lt": 3 } }, add(), false, None);
    assert!(matches!(
        many.fetch_one(&database).await,
        Err(Error::TooManyRows { .. })
    ));
    for (q, one) in [
        (doc! { "_id": { "$lt": 3 } }, false),
        (doc! { "_id": 1 }, true),
    ] {
        let zero = update(q, doc! { "$set": { "n": 0 } }.into(), one, division());
        let error = zero.fetch_all(&database).await.unwrap_err();
        assert!(matches!(error, Error::Evaluation { .. }), "{error:?}");
    }
    assert_eq!(stored(&database).await, before);
}

#[tokio::test]
async fn deleted_rows_come_back_as_they_were() {
    let database = queryleaf_testkit::database().await;
    fill(&database, "books", &books(10)).await;
    let delete =
        |q: Document, one: bool| returning(doc! { "delete": "books", "q": q, "one": one }, None);
    let rows = delete(doc! { "_id": { "$gte": 7 } }, false)
        .fetch_all(&database)
        .await
        .unwrap();
    assert_eq!(sorted(rows), [(7, 7), (8, 8), (9, 9)]);
    let row = delete(doc! { "_id": 3 }, true)
        .fetch_optional(&database)
        .await
        .unwrap();
    assert_eq!(row, Some(Row { id: 3, n: 3 }));
    let many = delete(doc! {}, false);
    assert!(matches!(
        many.fetch_optional(&database).await,
        Err(Error::TooManyRows { .. })
    ));
    assert_eq!(stored(&database).await.len(), 6);
}

#[tokio::test]
async fn upserted_rows_come_back() {
    let is_new = doc! { "$eq": [{ "$type": format!("${MARKER}") }, "null"] };
    let sum = doc! { "$mergeObjects": ["$$ROOT", { "n": { "$add": ["$n", "$$new.n"] } }] };
    let add = vec![doc! { "$replaceWith": { "$cond": [is_new, "$$new", sum] } }];
    let rows = [
        doc! { "_id": 11, "sku": 1, "n": 10 },
        doc! { "_id": 12, "sku": "$x", "n": 20 },
        doc! { "_id": 13, "n": 30 },
    ];
    for (action, count, expected) in [
        (Bson::from(add), 3, vec![(1, 11), (12, 20), (13, 30)]),
        (Bson::from("nothing"), 3, vec![(12, 20), (13, 30)]),
        (Bson::from("nothing"), 1, vec![]),
    ] {
        for in_session in [false, true] {
            let database = queryleaf_testkit::database().await;
            unique(&database, "sku").await;
            fill(&database, "books", &[doc! { "_id": 1, "sku": 1, "n": 1 }]).await;
            let statement = returning(
                doc! {
                    "insert": "books",
                    "documents": rows[..count].to_vec(),
                    "conflict": { "key": ["sku"], "action": action.clone() },
                },
                None,
            );
            let returned = if in_session {
                let mut session = database.client().start_session().await.unwrap();
                session.start_transaction().await.unwrap();
                let returned = statement
                    .fetch_all(with_session(&database, &mut session))
                    .await;
                session.commit_transaction().await.unwrap();
                returned
            } else {
                statement.fetch_all(&database).await
            };
            assert_eq!(sorted(returned.unwrap()), expected);
        }
    }
}

#[tokio::test]
async fn computed_rows_come_back() {
    let database = queryleaf_testkit::database().await;
    fill(&database, "books", &books(5)).await;
    let staged = |pipeline: Vec<Document>, action: Document| {
        returning(
            doc! { "aggregate": "books", "pipeline": pipeline, "into": "books", "as": action },
            None,
        )
    };
    let copies = staged(
        vec![doc! { "$project": { "_id": { "$add": ["$_id", 100] }, "n": 1 } }],
        doc! { "insert": true },
    );
    assert_eq!(copies.fetch_all(&database).await.unwrap().len(), 5);
    // Nothing of it is stored when one row cannot be.
    assert_eq!(
        write_error(copies.fetch_all(&database).await)
            .applied
            .inserted,
        Some(0)
    );
    let pairs = || {
        vec![
            doc! { "$match": { "_id": { "$gte": 100 } } },
            doc! { "$project": { "_id": 0, "a": "$_id", "b": { "$add": ["$n", 50] } } },
        ]
    };
    let update = staged(
        pairs(),
        doc! { "update": { "id": "a", "set": [["n", "b"]] } },
    );
    let rows = sorted(update.fetch_all(&database).await.unwrap());
    assert_eq!(rows[..2], [(100, 50), (101, 51)]);
    let delete = staged(pairs(), doc! { "delete": { "id": "a" } });
    let rows = sorted(delete.fetch_all(&database).await.unwrap());
    assert_eq!((rows.len(), rows[0]), (5, (100, 50)));
    assert_eq!(stored(&database).await, books(5));
}

#[tokio::test]
async fn a_write_concern_is_that_of_the_own_transaction() {
    let database = queryleaf_testkit::database().await;
    fill(&database, "books", &books(3)).await;
    let copies = returning(
        doc! {
            "aggregate": "books",
            "pipeline": [{ "$project": { "_id": { "$add": ["$_id", 10] }, "n": 1 } }],
            "into": "books",
            "as": { "insert": true },
            "options": { "writeConcern": { "w": 1 } },
        },
        None,
    );
    assert_eq!(copies.fetch_all(&database).await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_scalar_comes_back() {
    let database = queryleaf_testkit::database().await;
    let program = doc! {
        "insert": "books",
        "documents": [{ "_id": 5, "n": 6 }],
        "returning": [{ "$project": { "_id": 0, "n": 1 } }],
    };
    let insert: Returning<i32, types::Integer> =
        Returning::new(plan(&template(&program), &[], &["n"]), Vec::new(), |row| {
            row.column::<types::Integer, _>(0)
        });
    assert_eq!(insert.fetch_scalar::<i64>(&database).await.unwrap(), 6);
}
