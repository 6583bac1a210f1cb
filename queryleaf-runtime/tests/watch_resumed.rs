//! Streams that go on behind an event which their condition does not let pass any more.

mod common;

use common::changes::{Row, changes_where, ids, soon};
use common::handled::{Seen, worker};
use common::store;
use futures::{StreamExt, TryStreamExt};
use queryleaf_runtime::bson::{Document, doc};
use queryleaf_runtime::mongodb::Database;
use queryleaf_runtime::private::WatchQuery;
use queryleaf_runtime::watch::{self, OperationType, Worker};
use queryleaf_testkit::{persistent_with, target_directory};

/// The updates of books that have this title when they are read.
fn updated(title: &str) -> WatchQuery<Row> {
    changes_where(&doc! { "operationType": "update", "fullDocument.title": title })
}

async fn rename(db: &Database, ids: impl IntoIterator<Item = i32>, title: &str) {
    let books = db.collection::<Document>("books");
    for id in ids {
        let title = doc! { "$set": { "title": title } };
        books.update_one(doc! { "_id": id }, title).await.unwrap();
    }
}

fn following(db: &Database, seen: &Seen, query: WatchQuery<Row>) -> Worker {
    let seen = seen.clone();
    let readers = watch::subscription("readers", query).handle(move |change| {
        seen.add(&change);
        async { Ok(()) }
    });
    worker(db).run(readers).start()
}

#[tokio::test]
async fn a_stream_goes_on_behind_a_document_that_has_changed() {
    let db = queryleaf_testkit::database().await;
    store(&db, ids(0..400)).await;
    let mut changes = updated("Pan").watch(&db);
    changes.open().await.unwrap();
    rename(&db, [1], "Pan").await;
    let row = soon(changes.try_next()).await.unwrap().unwrap();
    assert_eq!(row.id, Some(1));
    let token = changes.token().unwrap();
    drop(changes);
    // The event behind which it goes on would not be one now.
    rename(&db, [1], "Hunger").await;
    rename(&db, 2..150, "Victoria").await;
    rename(&db, [150, 151], "Pan").await;
    let mut changes = updated("Pan").watch(&db).resume_after(&token);
    for id in [150, 151] {
        let row = soon(changes.try_next()).await.unwrap().unwrap();
        assert_eq!(row.id, Some(id));
    }
}

#[tokio::test]
async fn events_of_one_transaction_are_told_apart() {
    let db = queryleaf_testkit::database().await;
    store(&db, ids(0..10)).await;
    let mut changes = updated("Pan").watch(&db);
    changes.open().await.unwrap();
    let mut session = db.client().start_session().await.unwrap();
    session.start_transaction().await.unwrap();
    let books = db.collection::<Document>("books");
    for id in 0..4 {
        let title = doc! { "$set": { "title": "Pan" } };
        let rename = books.update_one(doc! { "_id": id }, title);
        rename.session(&mut session).await.unwrap();
    }
    session.commit_transaction().await.unwrap();
    for id in [0, 1] {
        let row = soon(changes.try_next()).await.unwrap().unwrap();
        assert_eq!(row.id, Some(id));
    }
    let token = changes.token().unwrap();
    drop(changes);
    rename(&db, [1], "Hunger").await;
    // All four have the same time.
    let mut changes = updated("Pan").watch(&db).resume_after(&token);
    for id in [2, 3] {
        let row = soon(changes.try_next()).await.unwrap().unwrap();
        assert_eq!(row.id, Some(id));
    }
}

#[tokio::test]
async fn a_worker_goes_on_behind_a_document_that_has_changed() {
    let db = queryleaf_testkit::database().await;
    store(&db, ids(0..10)).await;
    let seen = Seen::default();
    let mut worker = following(&db, &seen, updated("Pan"));
    worker.ready().await.unwrap();
    rename(&db, [1], "Pan").await;
    seen.wait(1).await;
    worker.shutdown().await.unwrap();
    db.collection::<Document>("books")
        .delete_one(doc! { "_id": 1 })
        .await
        .unwrap();
    rename(&db, [2], "Pan").await;
    let worker = following(&db, &seen, updated("Pan"));
    seen.wait(2).await;
    worker.shutdown().await.unwrap();
    assert_eq!(seen.ids(), [1, 2]);
}

#[tokio::test]
async fn a_stream_goes_on_where_another_version_of_its_query_has_stopped() {
    let db = queryleaf_testkit::database().await;
    let seen = Seen::default();
    let of_type = |kind: &str| changes_where(&doc! { "operationType": kind });
    let mut worker = following(&db, &seen, of_type("insert"));
    worker.ready().await.unwrap();
    store(&db, ids(0..3)).await;
    seen.wait(3).await;
    worker.shutdown().await.unwrap();
    // Its place is behind an event that this one would never have seen.
    rename(&db, [2], "Pan").await;
    let worker = following(&db, &seen, of_type("update"));
    seen.wait(4).await;
    worker.shutdown().await.unwrap();
    let last = seen.0.lock().unwrap()[3];
    assert_eq!(last, (OperationType::Update, Some(2)));
}

/// Here it is the driver that goes on.
#[tokio::test]
async fn a_stream_goes_on_after_a_lost_cursor() {
    let name = format!("watch-resumed-{}", std::process::id());
    let server = persistent_with(&name, &["enableTestCommands=1"])
        .await
        .unwrap();
    let db = server.client().await.unwrap().database("resumed");
    store(&db, ids(0..10)).await;
    let mut changes = updated("Pan").watch(&db);
    changes.open().await.unwrap();
    rename(&db, [1], "Pan").await;
    soon(changes.try_next()).await.unwrap().unwrap();
    rename(&db, [1], "Hunger").await;
    rename(&db, [2], "Pan").await;
    let fail = doc! {
        "configureFailPoint": "failCommand",
        "mode": { "times": 1 },
        "data": {
            "failCommands": ["getMore"],
            "errorCode": 43,
            "errorLabels": ["ResumableChangeStreamError"],
        },
    };
    let admin = db.client().database("admin");
    admin.run_command(fail).await.unwrap();
    let row = soon(changes.next()).await.unwrap().unwrap();
    assert_eq!(row.id, Some(2));
    server.stop();
    std::fs::remove_dir_all(target_directory().join(name)).unwrap();
}
