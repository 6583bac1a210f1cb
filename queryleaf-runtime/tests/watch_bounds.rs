//! How much is read while handlers are slow, and how old what waits is said to be.

mod common;

use common::changes::{ids, soon};
use common::handled::{active, query, stream, until, worker};
use common::store;
use queryleaf_runtime::bson::{Document, doc};
use queryleaf_runtime::watch;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::Semaphore;

/// How much memory this process has, in kB.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[tokio::test]
async fn no_more_is_read_than_there_is_room_for() {
    const LARGE: i32 = 160;
    let db = queryleaf_testkit::database().await;
    let gate = Arc::new(Semaphore::new(0));
    let handled = Arc::new(AtomicUsize::new(0));
    let (opened, counted) = (gate.clone(), handled.clone());
    let readers = watch::subscription("readers", query())
        .concurrency(1)
        .handle(move |_| {
            let (gate, handled) = (opened.clone(), counted.clone());
            async move {
                gate.acquire().await?.forget();
                handled.fetch_add(1, Ordering::Relaxed);
                Ok(())
            }
        });
    let running = worker(&db)
        .lease(Duration::from_secs(20))
        .run(readers)
        .start();
    active(&db).await;
    let title = "x".repeat(1 << 20);
    let books = db.collection::<Document>("books");
    books
        .insert_one(doc! { "_id": -1, "title": &title })
        .await
        .unwrap();
    let before = memory();
    for id in 0..LARGE {
        let book = doc! { "_id": id, "title": &title };
        books.insert_one(book).await.unwrap();
    }
    // What waits is old, and said to be.
    until(async || stream(&db).await.get_i64("lag_ms").unwrap_or_default() > 300).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let more = memory().saturating_sub(before) / 1024;
    assert!(more < 120, "{more} MB more");
    gate.add_permits(usize::MAX >> 4);
    until(async || handled.load(Ordering::Relaxed) == LARGE as usize + 1).await;
    until(async || stream(&db).await.get_i64("lag_ms") == Ok(0)).await;
    running.shutdown().await.unwrap();
}

#[tokio::test]
async fn no_more_is_handled_behind_an_event_than_can_be_remembered() {
    const AHEAD: usize = 4;
    let db = queryleaf_testkit::database().await;
    let gate = Arc::new(Semaphore::new(0));
    let handled = Arc::new(AtomicUsize::new(0));
    let (opened, counted) = (gate.clone(), handled.clone());
    let readers = watch::subscription("readers", query()).handle(move |change| {
        let (gate, handled) = (opened.clone(), counted.clone());
        async move {
            if change.id == Some(0) {
                gate.acquire().await?.forget();
            }
            handled.fetch_add(1, Ordering::Relaxed);
            Ok(())
        }
    });
    let running = worker(&db).read_ahead(AHEAD).run(readers).start();
    active(&db).await;
    store(&db, ids(0..1)).await;
    store(&db, ids(1..300)).await;
    // All but some that share a lane with the one that waits.
    until(async || handled.load(Ordering::Relaxed) >= 16 * AHEAD - AHEAD).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let most = handled.load(Ordering::Relaxed);
    assert!(most <= 16 * AHEAD, "{most} are handled");
    gate.add_permits(1);
    until(async || handled.load(Ordering::Relaxed) == 300).await;
    soon(running.shutdown()).await.unwrap();
}

#[tokio::test]
async fn what_waits_grows_old_though_there_is_nothing_more_to_read() {
    let db = queryleaf_testkit::database().await;
    let gate = Arc::new(Semaphore::new(0));
    let opened = gate.clone();
    let readers = watch::subscription("readers", query()).handle(move |_| {
        let gate = opened.clone();
        async move {
            gate.acquire().await?.forget();
            Ok(())
        }
    });
    let running = worker(&db).run(readers).start();
    active(&db).await;
    store(&db, ids([1])).await;
    // For longer than the server waits before it says that there is nothing.
    until(async || stream(&db).await.get_i64("lag_ms").unwrap_or_default() > 2_500).await;
    gate.add_permits(1);
    until(async || stream(&db).await.get_i64("lag_ms") == Ok(0)).await;
    running.shutdown().await.unwrap();
}
