//! Files that a statement deletes while somebody else is at them, on a real server.

mod common;

use common::{all, fill, statement};
use queryleaf_runtime::bson::{Document, doc};
use queryleaf_runtime::mongodb::Database;
use queryleaf_runtime::{Statement, with_session};

/// Deletes the files that a pipeline finds, if they still are what the condition says.
fn delete(pipeline: Vec<Document>, condition: Document) -> Statement {
    let action = doc! { "id": "_id", "chunks": "maps.chunks", "q": condition };
    statement(&doc! {
        "aggregate": "maps.files",
        "pipeline": pipeline,
        "into": "maps.files",
        "as": { "delete": action },
    })
}

/// Three files of two chunks each; nobody has surveyed the second one.
async fn maps(database: &Database) {
    let files = (1..=3).map(|id| doc! { "_id": id, "metadata": { "surveyed": id != 2 } });
    let chunks = (0..6).map(|n| doc! { "_id": n, "files_id": n / 2 + 1, "n": n % 2 });
    fill(database, "maps.files", &files.collect::<Vec<_>>()).await;
    fill(database, "maps.chunks", &chunks.collect::<Vec<_>>()).await;
}

/// The files that there are, and those that chunks belong to.
async fn left(database: &Database) -> (Vec<i32>, Vec<i32>) {
    let numbers = |documents: Vec<Document>, field: &str| {
        let documents = documents.iter();
        documents
            .map(|document| document.get_i32(field).unwrap())
            .collect()
    };
    (
        numbers(all(database, "maps.files").await, "_id"),
        numbers(all(database, "maps.chunks").await, "files_id"),
    )
}

#[tokio::test]
async fn what_has_changed_since_stays() {
    let database = queryleaf_testkit::database().await;
    maps(&database).await;
    // The query has found all three, and the second one is not what it was any more.
    let deleted = delete(vec![], doc! { "metadata.surveyed": true })
        .execute(&database)
        .await
        .unwrap();
    assert_eq!(deleted.deleted, Some(2));
    assert_eq!(left(&database).await, (vec![2], vec![2, 2]));
}

#[tokio::test]
async fn in_a_session_too() {
    let database = queryleaf_testkit::database().await;
    maps(&database).await;
    let mut session = database.client().start_session().await.unwrap();
    for transaction in [false, true] {
        if transaction {
            session.start_transaction().await.unwrap();
        }
        let id = if transaction { 3 } else { 1 };
        let surveyed = doc! { "_id": id, "metadata.surveyed": true };
        let deleted = delete(vec![], surveyed)
            .execute(with_session(&database, &mut session))
            .await
            .unwrap();
        assert_eq!(deleted.deleted, Some(1));
    }
    session.commit_transaction().await.unwrap();
    assert_eq!(left(&database).await, (vec![2], vec![2, 2]));
}

#[tokio::test]
async fn what_somebody_else_has_deleted_counts_for_him() {
    let database = queryleaf_testkit::database().await;
    maps(&database).await;
    let files = database.collection::<Document>("maps.files");
    // The list was made before one of them was deleted, whose chunks nobody has removed.
    fill(&database, "list", &all(&database, "maps.files").await).await;
    files.delete_one(doc! { "_id": 1 }).await.unwrap();
    let listed = doc! { "$unionWith": "list" };
    let ids = vec![
        doc! { "$limit": 1 },
        listed,
        doc! { "$group": { "_id": "$_id" } },
    ];
    let deleted = delete(ids, doc! { "metadata.surveyed": true })
        .execute(&database)
        .await
        .unwrap();
    assert_eq!(deleted.deleted, Some(1));
    assert_eq!(left(&database).await, (vec![2], vec![2, 2]));
}

#[tokio::test]
async fn thousands_go_in_batches() {
    let database = queryleaf_testkit::database().await;
    let ids = 0..2_500;
    let files: Vec<Document> = ids.clone().map(|id| doc! { "_id": id }).collect();
    let chunks: Vec<Document> = ids.map(|id| doc! { "files_id": id, "n": 0 }).collect();
    fill(&database, "maps.files", &files).await;
    fill(&database, "maps.chunks", &chunks).await;
    let deleted = delete(vec![], doc! { "_id": { "$ne": 1_234 } })
        .execute(&database)
        .await
        .unwrap();
    assert_eq!(deleted.deleted, Some(2_499));
    assert_eq!(left(&database).await, (vec![1_234], vec![1_234]));
}
