//! Streams of changes, by plans as `sql!` would place them in the binary.

mod common;

use common::changes::{Row, all, books, changes, ids, next, soon};
use common::store;
use futures::{FutureExt, StreamExt, TryStreamExt};
use queryleaf_plan::Template;
use queryleaf_runtime::Error;
use queryleaf_runtime::bson::{Document, doc};
use queryleaf_runtime::mongodb::Database;
use queryleaf_runtime::private::WatchQuery;
use queryleaf_runtime::watch::{OperationType, ResumeToken, Watch};
use queryleaf_testkit::{persistent, target_directory};
use std::time::Duration;

/// A watch that is open.
async fn opened(database: &Database, query: &WatchQuery<Row>) -> Watch<Row> {
    let mut changes = query
        .watch(database)
        .max_await_time(Duration::from_millis(200));
    changes.open().await.unwrap();
    changes
}

#[tokio::test]
async fn changes_come_as_they_happen() {
    let db = queryleaf_testkit::database().await;
    let mut changes = opened(&db, &changes(books(), all())).await;
    store(&db, ids([1, 2])).await;
    let collection = db.collection::<Document>("books");
    let renamed = doc! { "$set": { "title": "Hunger" } };
    collection
        .update_one(doc! { "_id": 2 }, renamed)
        .await
        .unwrap();
    collection.delete_one(doc! { "_id": 1 }).await.unwrap();

    let seen: Vec<Row> = soon(changes.by_ref().take(4).try_collect()).await.unwrap();
    let seen: Vec<_> = seen
        .iter()
        .map(|change| (change.operation_type, change.id, change.title.as_deref()))
        .collect();
    assert_eq!(
        seen,
        [
            (OperationType::Insert, Some(1), Some("book 1")),
            (OperationType::Insert, Some(2), Some("book 2")),
            (OperationType::Update, Some(2), Some("Hunger")),
            (OperationType::Delete, Some(1), None),
        ]
    );
}

#[tokio::test]
async fn the_server_filters_with_the_parameters() {
    let db = queryleaf_testkit::database().await;
    let filter = Template::entry("operationType", Template::parameter(0));
    let query = changes(books(), filter);
    let sent = query.command().unwrap();
    assert_eq!(sent.get_str("aggregate"), Ok("books"));
    let stages = sent.get_array("pipeline").unwrap();
    let filter = stages[1].as_document().unwrap();
    assert_eq!(filter, &doc! { "$match": { "operationType": "insert" } });
    assert_eq!(query.pipeline().unwrap().len(), 3);

    let mut changes = opened(&db, &query).await;
    store(&db, ids([1])).await;
    let collection = db.collection::<Document>("books");
    collection.delete_one(doc! { "_id": 1 }).await.unwrap();
    store(&db, ids([2])).await;
    assert_eq!(next(&mut changes).await.id, Some(1));
    assert_eq!(next(&mut changes).await.id, Some(2));
    // The place moves on though nothing that happens passes.
    let token = changes.token().unwrap();
    collection.delete_one(doc! { "_id": 2 }).await.unwrap();
    let moved = async {
        loop {
            assert!(changes.next().now_or_never().is_none());
            if changes.token().unwrap() != token {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    soon(moved).await;
}

#[tokio::test]
async fn a_stream_goes_on_behind_a_token_and_at_a_time() {
    let db = queryleaf_testkit::database().await;
    let query = changes(Template::from(1), all());
    let mut first = opened(&db, &query).await;
    let begin = first.token().expect("a place before the first change");
    store(&db, ids([1, 2, 3])).await;
    next(&mut first).await;
    let token = first.token().unwrap().to_string();
    let second = next(&mut first).await;
    assert_eq!(second.id, Some(2));
    drop(first);

    let token: ResumeToken = token.parse().unwrap();
    let mut again = query.watch(&db).resume_after(&token).batch_size(1);
    assert_eq!(next(&mut again).await, second);
    assert_eq!(next(&mut again).await.id, Some(3));
    let mut again = query.watch(&db).start_at(second.cluster_time);
    assert_eq!(next(&mut again).await, second);
    let mut again = query.watch(&db).resume_after(&begin);
    assert_eq!(next(&mut again).await.id, Some(1));
}

#[tokio::test]
async fn a_stream_ends_when_its_collection_is_dropped_and_goes_on_behind() {
    let db = queryleaf_testkit::database().await;
    store(&db, ids([1])).await;
    let query = changes(books(), all());
    let mut changes = opened(&db, &query).await;
    let inserts = Template::entry("operationType", Template::parameter(0));
    let mut inserts = opened(&db, &self::changes(books(), inserts)).await;
    let collection = db.collection::<Document>("books");
    collection.drop().await.unwrap();
    store(&db, ids([7])).await;

    assert_eq!(next(&mut changes).await.operation_type, OperationType::Drop);
    let last = next(&mut changes).await;
    assert_eq!(last.operation_type, OperationType::Invalidate);
    assert_eq!(last.id, None);
    let token = changes.token().unwrap();
    assert!(soon(changes.next()).await.is_none());
    // It ends, too, where the last event does not pass the filter.
    assert!(soon(inserts.next()).await.is_none());

    let mut changes = query.watch(&db).resume_after(&token);
    assert_eq!(next(&mut changes).await.id, Some(7));
}

#[tokio::test]
async fn what_does_not_fit_is_an_error_in_its_place() {
    let db = queryleaf_testkit::database().await;
    let mut changes = opened(&db, &changes(books(), all())).await;
    let odd = doc! { "_id": 1, "title": 5 };
    store(&db, [odd, doc! { "_id": 2, "title": "Pan" }]).await;
    let misfit = soon(changes.next()).await.unwrap();
    match misfit {
        Err(Error::Decode(misfit)) => assert_eq!(misfit.path, "fullDocument.title"),
        other => panic!("{other:?}"),
    }
    assert_eq!(next(&mut changes).await.id, Some(2));
}

#[tokio::test]
async fn a_stream_goes_on_when_the_server_was_killed() {
    let name = format!("watch-{}", std::process::id());
    let mut server = persistent(&name).await.unwrap();
    let db = server.client().await.unwrap().database("restarted");
    store(&db, ids([0])).await;
    let mut changes = opened(&db, &changes(books(), all())).await;
    for id in 1..4 {
        store(&db, ids([id])).await;
        assert_eq!(next(&mut changes).await.id, Some(id));
        let waiting = tokio::time::timeout(Duration::from_millis(300), changes.next()).await;
        assert!(waiting.is_err());
        let killed = tokio::task::spawn_blocking(move || {
            server.kill();
            server
        });
        server = killed.await.unwrap();
        // While it is being waited for.
        let waiting = tokio::time::timeout(Duration::from_millis(300), changes.next()).await;
        assert!(waiting.is_err(), "{waiting:?}");
        server = server.restart().await.unwrap();
    }
    store(&db, ids([9])).await;
    assert_eq!(next(&mut changes).await.id, Some(9));
    server.stop();
    std::fs::remove_dir_all(target_directory().join(name)).unwrap();
}
