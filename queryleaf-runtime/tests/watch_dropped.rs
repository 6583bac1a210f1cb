//! Collections that are dropped or renamed while their changes are watched, and made again.

mod common;

use common::changes::{Row, changes_where, ids, soon};
use common::handled::{Seen, worker};
use common::store;
use futures::TryStreamExt;
use queryleaf_runtime::bson::{Document, doc};
use queryleaf_runtime::mongodb::Database;
use queryleaf_runtime::private::WatchQuery;
use queryleaf_runtime::watch::{self, Worker};

/// Lets neither `drop` nor `invalidate` pass.
fn inserted() -> WatchQuery<Row> {
    changes_where(&doc! { "operationType": "insert" })
}

fn following(db: &Database, seen: &Seen) -> Worker {
    let seen = seen.clone();
    let readers = watch::subscription("readers", inserted()).handle(move |change| {
        seen.add(&change);
        async { Ok(()) }
    });
    worker(db).run(readers).start()
}

async fn drop_books(db: &Database) {
    db.collection::<Document>("books").drop().await.unwrap();
}

async fn rename_books(db: &Database, to: &str) {
    let name = |name: &str| format!("{}.{name}", db.name());
    let command = doc! { "renameCollection": name("books"), "to": name(to) };
    let admin = db.client().database("admin");
    admin.run_command(command).await.unwrap();
}

#[tokio::test]
async fn a_worker_goes_on_with_the_collection_made_again() {
    let db = queryleaf_testkit::database().await;
    let seen = Seen::default();
    let mut worker = following(&db, &seen);
    worker.ready().await.unwrap();
    store(&db, ids([1])).await;
    drop_books(&db).await;
    store(&db, ids([2])).await;
    seen.wait(2).await;
    rename_books(&db, "old_books").await;
    // Twice, and at once.
    store(&db, ids([3])).await;
    drop_books(&db).await;
    store(&db, ids([4])).await;
    seen.wait(4).await;
    worker.shutdown().await.unwrap();
    assert_eq!(seen.ids(), [1, 2, 3, 4]);
}

#[tokio::test]
async fn a_worker_goes_on_behind_a_drop_while_it_was_away() {
    let db = queryleaf_testkit::database().await;
    let seen = Seen::default();
    let mut worker = following(&db, &seen);
    worker.ready().await.unwrap();
    store(&db, ids([1])).await;
    seen.wait(1).await;
    worker.shutdown().await.unwrap();
    store(&db, ids([2])).await;
    drop_books(&db).await;
    store(&db, ids([3])).await;
    let worker = following(&db, &seen);
    seen.wait(3).await;
    worker.shutdown().await.unwrap();
    // The place behind the drop was saved.
    let worker = following(&db, &seen);
    store(&db, ids([4])).await;
    seen.wait(4).await;
    worker.shutdown().await.unwrap();
    assert_eq!(seen.ids(), [1, 2, 3, 4]);
}

#[tokio::test]
async fn a_stream_that_has_ended_tells_the_place_behind_its_end() {
    let db = queryleaf_testkit::database().await;
    store(&db, ids([1])).await;
    let mut rows = inserted().watch(&db);
    rows.open().await.unwrap();
    drop_books(&db).await;
    assert!(soon(rows.try_next()).await.unwrap().is_none());
    let token = rows.token().unwrap();
    store(&db, ids([2])).await;
    let mut rows = inserted().watch(&db).resume_after(&token);
    assert_eq!(soon(rows.try_next()).await.unwrap().unwrap().id, Some(2));
}
