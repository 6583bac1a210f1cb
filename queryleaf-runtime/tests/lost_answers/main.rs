//! What statements report when the answer to a command is lost, or says that what was written may be.

#[path = "../common/mod.rs"]
mod common;
mod proxy;

use common::{all, fill, plan, statement, stored, template, write_error};
use proxy::{Cut, Proxy};
use queryleaf_runtime::bson::{Bson, Document, doc};
use queryleaf_runtime::mongodb::options::{DatabaseOptions, WriteConcern};
use queryleaf_runtime::mongodb::{Client, Database};
use queryleaf_runtime::private::{Returning, types};
use queryleaf_runtime::{Affected, Error, Statement, bulk};
use std::ops::Range;

/// A database behind a proxy, and the same one beside it.
async fn behind_a_proxy() -> (Proxy, Database, Database) {
    let database = queryleaf_testkit::database().await;
    let uri = queryleaf_testkit::uri().await;
    let (host, rest) = uri
        .strip_prefix("mongodb://")
        .unwrap()
        .split_once('/')
        .unwrap();
    let proxy = Proxy::start(host.parse().unwrap());
    let uri = format!("mongodb://{}/{rest}", proxy.address);
    let client = Client::with_uri_str(uri).await.unwrap();
    (proxy, client.database(database.name()), database)
}

/// A database whose writes ask for more servers than there are.
async fn of_too_few_servers() -> (Database, Database) {
    let database = queryleaf_testkit::database().await;
    let options = DatabaseOptions::builder()
        .write_concern(WriteConcern::nodes(2))
        .build();
    let demanding = database
        .client()
        .database_with_options(database.name(), options);
    (demanding, database)
}

fn books(ids: Range<i32>) -> Vec<Document> {
    ids.map(|id| doc! { "_id": id, "n": 0 }).collect()
}

fn add(id: i32) -> Statement {
    let q = doc! { "_id": id };
    statement(&doc! { "update": "books", "q": q, "u": { "$inc": { "n": 1 } }, "one": true })
}

/// Stores books, or adds one to those that there are.
fn upsert(ids: Range<i32>, action: Bson, options: Document) -> Statement {
    statement(&doc! {
        "insert": "books",
        "documents": books(ids),
        "conflict": { "key": ["_id"], "action": action },
        "options": options,
    })
}

/// `$$new` where there is no such book.
fn add_or_store() -> Bson {
    let is_new = doc! { "$eq": [{ "$type": "$__queryleaf_new" }, "null"] };
    let added = doc! { "$mergeObjects": ["$$ROOT", { "n": { "$add": ["$n", 1] } }] };
    Bson::from(vec![
        doc! { "$replaceWith": { "$cond": [is_new, "$$new", added] } },
    ])
}

/// How many books have been changed.
async fn changed(database: &Database) -> usize {
    let books = stored(database).await;
    books
        .iter()
        .filter(|book| book.get_i32("n") == Ok(1))
        .count()
}

fn range(rows: &Range<u64>) -> &[Range<u64>] {
    std::slice::from_ref(rows)
}

#[tokio::test]
async fn updates_of_a_bulk() {
    for cut in [Cut::Answer, Cut::Command] {
        let (proxy, database, beside) = behind_a_proxy().await;
        fill(&beside, "books", &books(0..10)).await;
        fill(&beside, "others", &books(0..1)).await;
        let gone = statement(&doc! { "delete": "others", "q": {} });
        let statements = bulk()
            .statements((0..4).map(add))
            .statement(gone.clone())
            .statements((4..10).map(add))
            .statement(gone);
        // Statements about other collections come in between: three commands.
        proxy.cut("update", &[cut]);
        let error = write_error(statements.execute(&database).await);
        assert!(error.is_retryable() && error.remaining().is_none());
        assert_eq!(error.applied, Affected::NOTHING);
        let sent: Vec<u64> = error.unknown.iter().cloned().flatten().collect();
        assert_eq!(sent, [0, 1, 2, 3, 5, 6, 7, 8, 9, 10]);
        assert_eq!(error.unsent, [4..5, 11..12]);
        let done = if cut == Cut::Answer { 10 } else { 0 };
        assert_eq!(changed(&beside).await, done);
        assert_eq!(all(&beside, "others").await.len(), 1);
        let rest = statements.unsent(&error);
        assert_eq!(rest.execute(&database).await.unwrap().deleted, Some(1));
    }
}

#[tokio::test]
async fn deletes_and_updates_of_computed_rows() {
    for (command, action) in [
        ("delete", doc! { "delete": { "id": "_id" } }),
        (
            "update",
            doc! { "update": { "id": "_id", "set": [["n", "one"]] } },
        ),
    ] {
        let (proxy, database, beside) = behind_a_proxy().await;
        fill(&beside, "books", &books(0..30)).await;
        let statement = statement(&doc! {
            "aggregate": "books",
            "pipeline": [{ "$sort": { "_id": 1 } }, { "$project": { "one": { "$literal": 1 } } }],
            "into": "books",
            "as": action,
            "client": true,
            "options": { "batchSize": 10 },
        });
        proxy.cut(command, &[Cut::Nothing, Cut::Answer]);
        let error = write_error(statement.execute(&database).await);
        assert_eq!(error.applied.rows_affected(), Some(10), "{error}");
        assert_eq!(error.unknown, range(&(10..20)));
        assert_eq!(error.unsent.first().map(|rows| rows.start), Some(20));
        assert!(error.remaining().is_none());
        let done = 30 - all(&beside, "books").await.len() + changed(&beside).await;
        assert_eq!(done, 20);
    }
}

#[tokio::test]
async fn deletes_of_files() {
    let (proxy, database, beside) = behind_a_proxy().await;
    fill(&beside, "maps.files", &books(0..3)).await;
    let chunks: Vec<Document> = (0..3).map(|id| doc! { "files_id": id, "n": 0 }).collect();
    fill(&beside, "maps.chunks", &chunks).await;
    let delete = statement(&doc! {
        "aggregate": "maps.files",
        "pipeline": [],
        "into": "maps.files",
        "as": { "delete": { "id": "_id", "chunks": "maps.chunks", "q": { "_id": { "$ne": 1 } } } },
    });
    proxy.cut("delete", &[Cut::Answer]);
    let error = write_error(delete.execute(&database).await);
    assert_eq!(error.unknown, range(&(0..3)));
    // Nobody would find the chunks of those that are gone when the statement is repeated.
    let ids = |documents: Vec<Document>, field: &str| -> Vec<i32> {
        let documents = documents.iter();
        documents
            .map(|document| document.get_i32(field).unwrap())
            .collect()
    };
    assert_eq!(ids(all(&beside, "maps.files").await, "_id"), [1]);
    assert_eq!(ids(all(&beside, "maps.chunks").await, "files_id"), [1]);
}

#[tokio::test]
async fn rows_of_an_upsert() {
    let (proxy, database, beside) = behind_a_proxy().await;
    fill(&beside, "books", &books(0..15)).await;
    let statement = upsert(0..30, add_or_store(), doc! { "batchSize": 10 });
    proxy.cut("update", &[Cut::Nothing, Cut::Answer]);
    let error = write_error(statement.execute(&database).await);
    assert_eq!(
        (error.applied.matched, error.applied.inserted),
        (Some(10), Some(0))
    );
    assert_eq!(
        (error.unknown.as_slice(), error.unsent.as_slice()),
        (range(&(10..20)), range(&(20..30)))
    );
    // Nobody knows whether ten of them have been changed.
    assert!(error.remaining().is_none());
    assert_eq!(
        (changed(&beside).await, stored(&beside).await.len()),
        (15, 20)
    );

    // What does nothing may be done again.
    let (proxy, database, beside) = behind_a_proxy().await;
    let statement = upsert(0..30, "nothing".into(), doc! { "batchSize": 10 });
    fill(&beside, "books", &books(0..5)).await;
    // The driver itself repeats an insert once.
    proxy.cut("insert", &[Cut::Nothing, Cut::Answer, Cut::Command]);
    let error = write_error(statement.execute(&database).await);
    assert_eq!(
        (error.unknown.as_slice(), error.unsent.as_slice()),
        (range(&(10..20)), range(&(20..30)))
    );
    let affected = error.remaining().unwrap().execute(&database).await.unwrap();
    assert_eq!((affected.inserted, affected.skipped), (Some(25), Some(5)));
    assert_eq!(stored(&beside).await.len(), 30);
}

#[tokio::test]
async fn one_statement_about_many_documents() {
    for (program, command) in [
        (
            doc! { "update": "books", "q": {}, "u": { "$inc": { "n": 1 } } },
            "update",
        ),
        (doc! { "delete": "books", "q": { "n": 0 } }, "delete"),
    ] {
        let (proxy, database, beside) = behind_a_proxy().await;
        fill(&beside, "books", &books(0..3)).await;
        proxy.cut(command, &[Cut::Answer]);
        let error = write_error(statement(&program).execute(&database).await);
        assert_eq!(error.unknown, range(&(0..1)));
        assert_eq!(error.applied.rows_affected(), None);
        assert!(error.is_retryable() && error.remaining().is_none());
    }
    // One document is the driver's to repeat.
    let (proxy, database, beside) = behind_a_proxy().await;
    fill(&beside, "books", &books(0..3)).await;
    proxy.cut("update", &[Cut::Answer]);
    assert_eq!(add(1).execute(&database).await.unwrap().modified, Some(1));
    assert_eq!(changed(&beside).await, 1);
}

fn returning(mut program: Document) -> Returning<i32> {
    program.insert("returning", vec![doc! { "$project": { "_id": 1 } }]);
    let plan = plan(&template(&program), &[], &["_id"]);
    Returning::new(plan, Vec::new(), |row| row.column::<types::Integer, _>(0))
}

/// Statements that write one row and give it back, without a transaction.
fn returning_one() -> [Returning<i32>; 3] {
    let q = doc! { "_id": 1 };
    [
        returning(
            doc! { "update": "books", "q": q.clone(), "u": { "$inc": { "n": 1 } }, "one": true },
        ),
        returning(doc! { "delete": "books", "q": q, "one": true }),
        returning(doc! {
            "insert": "books",
            "documents": books(1..2),
            "conflict": { "key": ["_id"], "action": add_or_store() },
        }),
    ]
}

#[tokio::test]
async fn rows_that_do_not_come_back() {
    for (number, statement) in returning_one().into_iter().enumerate() {
        // The answer of the write is lost, twice where the driver repeats it.
        let (proxy, database, beside) = behind_a_proxy().await;
        fill(&beside, "books", &books(0..3)).await;
        proxy.cut("findAndModify", &[Cut::Answer, Cut::Command]);
        let error = write_error(statement.fetch_all(&database).await);
        assert_eq!(error.unknown, range(&(0..1)), "{number}");
        assert_eq!(error.applied, Affected::NOTHING);

        // It is written, and reading what it gives back fails.
        let (proxy, database, beside) = behind_a_proxy().await;
        fill(&beside, "books", &books(0..3)).await;
        proxy.cut("aggregate", &[Cut::Command, Cut::Command]);
        let error = write_error(statement.fetch_all(&database).await);
        assert_eq!(error.applied.rows_affected(), Some(1), "{number}");
        assert!(error.unknown.is_empty());
    }
}

#[tokio::test]
async fn what_may_be_lost_is_unknown() {
    let (demanding, database) = of_too_few_servers().await;
    fill(&database, "books", &books(0..3)).await;
    let nowhere = statement(&doc! { "update": "others", "q": {}, "u": { "$inc": { "_id": 1 } } });
    let statements = bulk().statements((0..3).map(add)).statement(nowhere);
    let error = write_error(statements.execute(&demanding).await);
    assert_eq!(error.unknown, range(&(0..3)));
    let told = "what was written may be lost: Not enough data-bearing nodes; 0 rows are written";
    assert!(error.to_string().starts_with(told), "{error}");
    assert_eq!(
        (error.applied, error.unsent.as_slice()),
        (Affected::NOTHING, range(&(3..4)))
    );
    assert_eq!(changed(&database).await, 3);

    // What is refused is not unknown, and neither is what comes behind it.
    let wrong = statement(&doc! {
        "update": "books", "q": { "_id": 1 }, "u": { "$inc": { "_id": 1 } }, "one": true,
    });
    let statements = bulk().statement(add(0)).statement(wrong).statement(add(2));
    for (statements, unknown, unsent) in [
        (statements.clone(), [0..1, 0..0], [2..3, 0..0]),
        (statements.unordered(), [0..1, 2..3], [0..0, 0..0]),
    ] {
        let error = write_error(statements.execute(&demanding).await);
        assert_eq!(error.refused.len(), 1);
        let none_is_empty = |ranges: [Range<u64>; 2]| {
            let ranges = ranges.into_iter().filter(|range| !range.is_empty());
            ranges.collect::<Vec<_>>()
        };
        assert_eq!(error.unknown, none_is_empty(unknown));
        assert_eq!(error.unsent, none_is_empty(unsent));
        assert_eq!(error.applied, Affected::NOTHING);
    }

    let error = write_error(
        upsert(0..5, add_or_store(), doc! {})
            .execute(&demanding)
            .await,
    );
    assert_eq!(
        (error.applied, error.unknown.as_slice()),
        (Affected::NOTHING, range(&(0..5)))
    );
    let error = write_error(
        statement(&doc! { "insert": "books", "documents": books(7..9) })
            .execute(&demanding)
            .await,
    );
    assert_eq!(
        (error.applied, error.unknown.as_slice()),
        (Affected::NOTHING, range(&(0..2)))
    );
    let delete = statement(&doc! { "delete": "books", "q": {} });
    let error = write_error(delete.execute(&demanding).await);
    assert_eq!(
        (error.applied.deleted, error.unknown.as_slice()),
        (None, range(&(0..1)))
    );
    assert_eq!(stored(&database).await, []);

    for statement in returning_one() {
        database.drop().await.unwrap();
        fill(&database, "books", &books(0..3)).await;
        let error = write_error(statement.fetch_all(&demanding).await);
        assert_eq!(error.unknown, range(&(0..1)));
    }
}

#[tokio::test]
async fn a_commit_without_an_answer_is_repeated() {
    use queryleaf_runtime::DatabaseTransaction;

    let (proxy, database, beside) = behind_a_proxy().await;
    fill(&beside, "books", &books(0..3)).await;
    proxy.cut(
        "commitTransaction",
        &[Cut::Answer, Cut::Answer, Cut::Command],
    );
    let result: Result<_, Error> = database
        .transaction(async |tx| add(1).execute(&mut *tx).await)
        .await;
    assert_eq!(result.unwrap().modified, Some(1));
    assert_eq!(changed(&beside).await, 1);
}
