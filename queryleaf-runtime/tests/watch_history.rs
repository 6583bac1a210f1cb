//! Streams whose history the server has forgotten.

mod common;

use common::changes::{ids, soon};
use common::handled::{Seen, query, started, stream, until, worker};
use common::loans::{kept, lend, lent, loans};
use common::store;
use futures::{StreamExt, TryStreamExt};
use queryleaf_runtime::Error;
use queryleaf_runtime::bson::{Document, Timestamp, doc};
use queryleaf_runtime::mongodb::{Client, Database};
use queryleaf_runtime::watch::{self, Handled, HistoryLost, ResumeToken, WorkerBuilder};
use queryleaf_testkit::{persistent, target_directory};
use std::time::Duration;

/// Lets the server forget what was before. It keeps 128 MB of operations, and what is behind the last
/// checkpoint, which it makes once a minute: 180 MB are written in a second, and what was before is
/// forgotten after 60, whatever is set (`syncdelay`), asked for (`fsync`), and restarted meanwhile.
async fn forget(client: &Client) {
    let oplog = client.database("local").collection::<Document>("oplog.rs");
    let first = async || -> Timestamp {
        let first = oplog.find_one(doc! {}).sort(doc! { "$natural": 1 }).await;
        first.unwrap().unwrap().get_timestamp("ts").unwrap()
    };
    let before = first().await;
    let ballast = client.database("ballast").collection::<Document>("ballast");
    let much = "x".repeat(2 << 20);
    for _ in 0..90 {
        let stone = doc! { "much": &much };
        ballast.insert_one(stone).await.unwrap();
    }
    let forgotten = async {
        while first().await == before {
            ballast.insert_one(doc! { "much": &much }).await.unwrap();
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    };
    let patience = Duration::from_secs(200);
    tokio::time::timeout(patience, forgotten).await.unwrap();
}

/// A database for each choice.
fn database(client: &Client, then: HistoryLost) -> Database {
    client.database(&format!("then-{then:?}"))
}

fn readers(seen: &Seen, then: HistoryLost) -> Handled {
    let seen = seen.clone();
    let readers = watch::subscription("readers", query()).on_history_lost(then);
    readers.handle(move |change| {
        seen.add(&change);
        async { Ok(()) }
    })
}

fn reading(db: &Database, seen: &Seen, then: HistoryLost) -> WorkerBuilder {
    worker(db).run(readers(seen, then))
}

/// A stream and a view that are followed, and then not any more.
async fn begin(db: &Database, then: HistoryLost) {
    let seen = Seen::default();
    let worker = started(reading(db, &seen, then)).await;
    let live = lent(kept()).live(db);
    soon(live.open()).await.unwrap();
    store(db, ids(0..3)).await;
    lend(db, [1, 1]).await;
    seen.wait(3).await;
    assert_eq!(loans(&soon(live.refresh()).await.unwrap()), [2]);
    worker.shutdown().await.unwrap();
    drop(live);
    let positions = db.collection::<Document>("queryleaf.positions");
    let held = doc! { "owner": { "$exists": true } };
    until(async || positions.count_documents(held.clone()).await.unwrap() == 0).await;
}

async fn is_error(db: &Database) {
    let then = HistoryLost::Fail;
    let place = stream(db).await;
    let token: ResumeToken = place.get_str("resume_token").unwrap().parse().unwrap();
    let mut changes = query().watch(db).resume_after(&token);
    let error = soon(changes.try_next()).await;
    assert!(matches!(error, Err(Error::HistoryLost { .. })), "{error:?}");
    assert!(soon(changes.next()).await.is_none());

    let seen = Seen::default();
    let mut worker = reading(db, &seen, then).start();
    let error = soon(worker.ready()).await.unwrap_err();
    assert!(matches!(error, Error::HistoryLost { .. }), "{error:?}");
    assert!(!error.is_retryable());
    let failed = stream(db).await;
    assert_eq!(failed.get("resume_token"), place.get("resume_token"));
    assert!(seen.ids().is_empty());

    let mut live = lent(kept()).live(db);
    let error = soon(live.refresh()).await;
    assert!(matches!(error, Err(Error::HistoryLost { .. })), "{error:?}");
    assert!(soon(live.next()).await.unwrap().is_err());
    let error = soon(lent(kept()).collect(db)).await;
    assert!(matches!(error, Err(Error::HistoryLost { .. })));
}

async fn goes_on_from_now(db: &Database) {
    let then = HistoryLost::RestartNow;
    let seen = Seen::default();
    let worker = started(reading(db, &seen, then)).await;
    store(db, ids([7])).await;
    seen.wait(1).await;
    worker.shutdown().await.unwrap();
    assert_eq!(seen.ids(), [7]);
    // There is a place again.
    let worker = started(reading(db, &seen, HistoryLost::Fail)).await;
    worker.shutdown().await.unwrap();

    let live = lent(kept()).live(db).on_history_lost(then);
    soon(live.open()).await.unwrap();
    lend(db, [1]).await;
    // What was kept is there, and what happens now; what happened in between is not.
    assert_eq!(loans(&soon(live.refresh()).await.unwrap()), [3]);
}

async fn reads_the_documents(db: &Database) {
    let then = HistoryLost::Resnapshot;
    let seen = Seen::default();
    let worker = started(reading(db, &seen, then)).await;
    store(db, ids([7])).await;
    seen.wait(5).await;
    // The place is that of a change.
    store(db, ids([8])).await;
    seen.wait(6).await;
    worker.shutdown().await.unwrap();
    assert_eq!(seen.sorted(), [0, 1, 2, 3, 7, 8]);
    let worker = started(reading(db, &seen, HistoryLost::Fail)).await;
    worker.shutdown().await.unwrap();

    let live = lent(kept()).live(db).on_history_lost(then);
    soon(live.open()).await.unwrap();
    lend(db, [1]).await;
    // What happened in between, too, since the documents are there.
    assert_eq!(loans(&soon(live.refresh()).await.unwrap()), [4]);
    drop(live);
    let live = lent(kept()).live(db);
    assert_eq!(loans(&soon(live.refresh()).await.unwrap()), [4]);
}

#[tokio::test]
async fn lost_history_is_an_error_or_what_was_chosen() {
    let name = format!("watch-history-{}", std::process::id());
    let server = persistent(&name).await.unwrap();
    let client = server.client().await.unwrap();
    let choices = [
        HistoryLost::Fail,
        HistoryLost::RestartNow,
        HistoryLost::Resnapshot,
    ];
    for then in choices {
        begin(&database(&client, then), then).await;
    }
    // What is missed.
    for then in choices {
        let db = database(&client, then);
        store(&db, ids([3])).await;
        lend(&db, [1]).await;
    }
    forget(&client).await;
    is_error(&database(&client, HistoryLost::Fail)).await;
    goes_on_from_now(&database(&client, HistoryLost::RestartNow)).await;
    reads_the_documents(&database(&client, HistoryLost::Resnapshot)).await;
    server.stop();
    std::fs::remove_dir_all(target_directory().join(name)).unwrap();
}
