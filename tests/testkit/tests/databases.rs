//! Every test has a database of its own on a server that can do all that MongoDB can.

use mongodb::Database;
use mongodb::bson::{Document, doc};

async fn count(database: &Database) -> u64 {
    let things = database.collection::<Document>("things");
    things.count_documents(doc! {}).await.unwrap()
}

#[tokio::test]
async fn databases_are_empty_and_never_meet() {
    let first = queryleaf_testkit::database().await;
    let second = queryleaf_testkit::database().await;
    assert_ne!(first.name(), second.name());

    let things = first.collection::<Document>("things");
    things.insert_one(doc! { "size": 1 }).await.unwrap();
    assert_eq!(count(&first).await, 1);
    assert_eq!(count(&second).await, 0);
}

/// Each round is a runtime that ends, as the runtime of a test does; the server must not mind.
#[test]
fn a_runtime_that_ended_breaks_nothing() {
    for _ in 0..3 {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let counted = runtime.block_on(async { count(&queryleaf_testkit::database().await).await });
        assert_eq!(counted, 0);
    }
}

#[tokio::test]
async fn all_tests_of_a_process_share_one_server() {
    let uri = queryleaf_testkit::uri().await;
    assert_eq!(uri, queryleaf_testkit::uri().await);
    assert!(uri.starts_with("mongodb"));
}

#[tokio::test]
async fn transactions_work() {
    let database = queryleaf_testkit::database().await;
    let things = database.collection::<Document>("things");
    let mut session = database.client().start_session().await.unwrap();

    session.start_transaction().await.unwrap();
    let insert = things.insert_one(doc! { "size": 1 });
    insert.session(&mut session).await.unwrap();
    assert_eq!(count(&database).await, 0);
    session.abort_transaction().await.unwrap();
    assert_eq!(count(&database).await, 0);

    session.start_transaction().await.unwrap();
    let insert = things.insert_one(doc! { "size": 2 });
    insert.session(&mut session).await.unwrap();
    session.commit_transaction().await.unwrap();
    assert_eq!(count(&database).await, 1);
}

#[tokio::test]
async fn change_streams_work() {
    let database = queryleaf_testkit::database().await;
    let things = database.collection::<Document>("things");
    let mut changes = things.watch().await.unwrap();
    things.insert_one(doc! { "size": 7 }).await.unwrap();
    let change = loop {
        if let Some(change) = changes.next_if_any().await.unwrap() {
            break change;
        }
    };
    assert_eq!(change.full_document.unwrap().get_i32("size"), Ok(7));
}
