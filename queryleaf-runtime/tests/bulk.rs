//! Many statements in few commands, on a real server.

mod common;

use common::{all, fill, statement, stored, unique, write_error};
use queryleaf_runtime::bson::{Document, doc};
use queryleaf_runtime::mongodb::event::EventHandler;
use queryleaf_runtime::mongodb::event::command::CommandEvent;
use queryleaf_runtime::mongodb::options::ClientOptions;
use queryleaf_runtime::mongodb::{Client, Database};
use queryleaf_runtime::{Affected, DatabaseTransaction, Error, Refusal, Statement, bulk};
use std::sync::{Arc, Mutex};

/// A database whose commands are written down.
async fn recorded() -> (Database, Arc<Mutex<Vec<String>>>) {
    let commands = Arc::new(Mutex::new(Vec::new()));
    let uri = queryleaf_testkit::uri().await;
    let mut options = ClientOptions::parse(uri).await.unwrap();
    let seen = Arc::clone(&commands);
    options.command_event_handler = Some(EventHandler::callback(move |event| {
        if let CommandEvent::Started(event) = event
            && event.command_name != "find"
        {
            seen.lock().unwrap().push(event.command_name);
        }
    }));
    let name = queryleaf_testkit::database().await.name().to_owned();
    (
        Client::with_options(options).unwrap().database(&name),
        commands,
    )
}

fn add(id: i32, amount: i32) -> Statement {
    let q = doc! { "_id": id };
    statement(&doc! { "update": "books", "q": q, "u": { "$inc": { "n": amount } }, "one": true })
}

fn delete(collection: &str, q: Document) -> Statement {
    statement(&doc! { "delete": collection, "q": q })
}

fn insert(collection: &str, documents: Vec<Document>) -> Statement {
    statement(&doc! { "insert": collection, "documents": documents })
}

#[tokio::test]
async fn statements_of_one_kind_are_one_command() {
    let (database, commands) = recorded().await;
    let statements = (0..2_000).map(|id| insert("books", vec![doc! { "_id": id, "n": id }]));
    let more = (0..2_000).map(|id| add(id, 1));
    let deletes = (0..1_000).map(|id| delete("books", doc! { "_id": id }));
    let seen = Arc::new(Mutex::new(Vec::new()));
    let progress = Arc::clone(&seen);
    let affected = bulk()
        .statements(statements)
        .statements(more)
        .statements(deletes)
        .on_progress(move |so_far| progress.lock().unwrap().push(so_far.rows))
        .execute(&database)
        .await
        .unwrap();
    assert_eq!(
        (affected.inserted, affected.modified, affected.deleted),
        (Some(2_000), Some(2_000), Some(1_000))
    );
    assert_eq!(*commands.lock().unwrap(), ["insert", "update", "delete"]);
    assert_eq!(*seen.lock().unwrap(), [2_000, 4_000, 5_000]);
    let books = stored(&database).await;
    assert_eq!(books[0], doc! { "_id": 1_000, "n": 1_001 });
    assert_eq!(bulk().execute(&database).await.unwrap(), Affected::NOTHING);
}

#[tokio::test]
async fn order_is_kept_within_a_collection() {
    let mixed = || {
        bulk()
            .statement(insert("books", vec![doc! { "_id": 1, "n": 1 }]))
            .statement(insert("others", vec![doc! { "_id": 1 }]))
            .statement(add(1, 1))
            .statement(delete("others", doc! {}))
            .statement(delete("books", doc! { "n": 2 }))
            .statement(insert("books", vec![doc! { "_id": 1, "n": 7 }]))
            .statement(insert("others", vec![doc! { "_id": 2 }]))
    };
    let (database, commands) = recorded().await;
    mixed().execute(&database).await.unwrap();
    assert_eq!(stored(&database).await, [doc! { "_id": 1, "n": 7 }]);
    assert_eq!(all(&database, "others").await, [doc! { "_id": 2 }]);
    assert_eq!(commands.lock().unwrap().len(), 7);

    // Any order is fewer commands: here the two inserts into each collection are one.
    let (database, commands) = recorded().await;
    let error = write_error(mixed().unordered().execute(&database).await);
    assert_eq!(error.refused.len(), 1);
    let names = commands.lock().unwrap().clone();
    assert_eq!(names.iter().filter(|name| *name == "insert").count(), 2);
}

#[tokio::test]
async fn a_refused_statement_ends_the_rest_or_not() {
    for unordered in [false, true] {
        let database = queryleaf_testkit::database().await;
        unique(&database, "n").await;
        fill(
            &database,
            "books",
            &[doc! { "_id": 1, "n": 10 }, doc! { "_id": 2, "n": 20 }],
        )
        .await;
        let statements = bulk()
            .statement(add(1, 1))
            .statement(add(2, -9))
            .statement(add(2, 5))
            .statement(insert("others", vec![doc! { "_id": 1 }]));
        let statements = if unordered {
            statements.unordered()
        } else {
            statements
        };
        let error = write_error(statements.execute(&database).await);
        assert_eq!(error.refused[0].row, 1);
        let key = doc! { "n": 11 };
        assert!(
            matches!(&error.refused[0].reason, Refusal::DuplicateKey { key: found, .. } if *found == key)
        );
        let (matched, n, left) = if unordered { (2, 25, 0) } else { (1, 20, 2) };
        assert_eq!(error.applied.matched, Some(matched));
        assert_eq!(stored(&database).await[1].get_i32("n"), Ok(n));
        let rest = statements.unsent(&error);
        assert_eq!(rest.len(), left);
        rest.execute(&database).await.unwrap();
        assert_eq!(stored(&database).await[1].get_i32("n"), Ok(25));
        assert_eq!(all(&database, "others").await.len(), 1);
    }
}

#[tokio::test]
async fn other_statements_run_by_themselves() {
    let database = queryleaf_testkit::database().await;
    let copy = statement(&doc! {
        "aggregate": "books",
        "pipeline": [],
        "into": "others",
        "as": { "insert": true },
    });
    let affected = bulk()
        .statement(insert("books", vec![doc! { "_id": 1 }]))
        .statement(copy.clone())
        .statement(insert("books", vec![doc! { "_id": 2 }]))
        .execute(&database)
        .await
        .unwrap();
    assert_eq!(affected.inserted, None);
    assert_eq!(all(&database, "others").await, [doc! { "_id": 1 }]);

    let statements = bulk()
        .statement(add(1, 1))
        .statement(copy)
        .statement(add(2, 1));
    let error = write_error(statements.execute(&database).await);
    assert_eq!((error.refused[0].row, error.applied.matched), (1, Some(1)));
    assert_eq!(error.unsent, std::slice::from_ref(&(2..3)));
}

#[tokio::test]
async fn a_statement_that_is_refused_midway_is_not_unsent() {
    let database = queryleaf_testkit::database().await;
    fill(&database, "books", &[doc! { "_id": 2 }]).await;
    let rows = vec![doc! { "n": 1 }, doc! { "_id": 2 }, doc! { "n": 3 }];
    let statements = bulk()
        .statement(insert("books", rows))
        .statement(insert("books", vec![doc! { "n": 4 }]));
    let error = write_error(statements.execute(&database).await);
    assert_eq!((error.refused[0].row, error.applied.inserted), (0, Some(1)));
    assert_eq!(error.unsent, std::slice::from_ref(&(1..2)));
    let rest = statements.unsent(&error).execute(&database).await;
    assert_eq!(rest.unwrap().inserted, Some(1));
    assert_eq!(stored(&database).await.len(), 3);
}

#[tokio::test]
async fn in_a_transaction_it_is_all_or_nothing() {
    let database = queryleaf_testkit::database().await;
    fill(&database, "books", &[doc! { "_id": 1, "n": 1 }]).await;
    let statements = bulk()
        .statement(add(1, 1))
        .statement(insert("books", vec![doc! { "_id": 1 }]));
    let result = database
        .transaction(async |tx| statements.execute(&mut *tx).await)
        .await;
    let error = write_error(result);
    assert_eq!(error.applied, Affected::NOTHING);
    assert_eq!(stored(&database).await, [doc! { "_id": 1, "n": 1 }]);
    let statements = bulk()
        .statement(add(1, 1))
        .statement(insert("books", vec![doc! { "_id": 2 }]));
    let affected: Result<Affected, Error> = database
        .transaction(async |tx| statements.execute(&mut *tx).await)
        .await;
    assert_eq!(affected.unwrap().rows_affected(), Some(2));
}

/// `INSERT .. ON CONFLICT (sku) DO UPDATE SET n = books.n + excluded.n`.
fn upsert(documents: Vec<Document>) -> Statement {
    let is_new = doc! { "$eq": [{ "$type": "$__queryleaf_new" }, "null"] };
    let sum = doc! { "n": { "$add": ["$n", "$$new.n"] } };
    let changed = doc! { "$mergeObjects": ["$$ROOT", sum] };
    let action = doc! { "$replaceWith": { "$cond": [is_new, "$$new", changed] } };
    let conflict = doc! { "key": ["sku"], "action": [action] };
    statement(&doc! { "insert": "books", "documents": documents, "conflict": conflict })
}

fn row(id: i32, sku: &str, n: i32) -> Document {
    doc! { "_id": id, "sku": sku, "n": n }
}

#[tokio::test]
async fn upserts_of_one_form_are_one_command() {
    for unordered in [false, true] {
        let (database, commands) = recorded().await;
        unique(&database, "sku").await;
        fill(&database, "books", &[row(-1, "s0", 5)]).await;
        commands.lock().unwrap().clear();
        // Two statements may be about one row.
        let statements = (0..1_000).map(|id| upsert(vec![row(id, &format!("s{}", id / 2), 1)]));
        let mut together = bulk().statements(statements);
        if unordered {
            together = together.unordered();
        }
        let affected = together.execute(&database).await.unwrap();
        assert_eq!(*commands.lock().unwrap(), ["update"]);
        assert_eq!(
            (affected.inserted, affected.matched),
            (Some(499), Some(501))
        );
        let books = stored(&database).await;
        assert_eq!(books.len(), 500);
        assert_eq!(books[0], row(-1, "s0", 7));
        assert!(books[1..].iter().all(|book| book.get_i32("n") == Ok(2)));
    }
}

#[tokio::test]
async fn what_becomes_of_each_upsert_is_told() {
    let (database, commands) = recorded().await;
    unique(&database, "sku").await;
    fill(&database, "books", &[row(7, "other", 1)]).await;
    commands.lock().unwrap().clear();
    // The `_id` of the third statement is taken by a row with another key.
    let statements = [(1, "a"), (2, "b"), (7, "c"), (4, "a")];
    let statements = statements.map(|(id, sku)| upsert(vec![row(id, sku, 10)]));
    let ordered = bulk().statements(statements.clone());
    let error = write_error(ordered.execute(&database).await);
    assert_eq!((error.refused.len(), error.refused[0].row), (1, 2));
    assert!(matches!(
        &error.refused[0].reason,
        Refusal::DuplicateKey { index, .. } if index == "_id_"
    ));
    assert_eq!(error.applied.inserted, Some(2));
    assert_eq!(error.unsent, vec![3..4]);
    assert_eq!(*commands.lock().unwrap(), ["update"]);

    let unordered = bulk().statements(statements).unordered();
    let error = write_error(unordered.execute(&database).await);
    assert_eq!((error.refused.len(), error.refused[0].row), (1, 2));
    assert_eq!(
        (error.applied.inserted, error.applied.matched),
        (Some(0), Some(3))
    );

    // Two rows of one statement are an error, as without a bulk, and nothing is sent.
    let before = stored(&database).await;
    let twice = bulk()
        .statement(upsert(vec![row(20, "x", 1)]))
        .statement(upsert(vec![row(21, "y", 1), row(22, "y", 1)]));
    let result = twice.execute(&database).await;
    assert!(
        matches!(result, Err(Error::CardinalityViolation { .. })),
        "{result:?}"
    );
    assert_eq!(stored(&database).await, before);
}
