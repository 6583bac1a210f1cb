//! Queries over changes that are kept, by plans as `sql!` would place them in the binary.

mod common;

use common::changes::soon;
use common::loans::{HOUR, KEPT, Lent, hour, kept, lend, lent, loans};
use common::{fill, template};
use futures::{StreamExt, TryStreamExt};
use queryleaf_plan::{Template, encode};
use queryleaf_runtime::Error;
use queryleaf_runtime::bson::{DateTime, Document, doc};
use queryleaf_runtime::private::{Plan, ViewPlan};
use queryleaf_testkit::{persistent, target_directory};
use std::time::Duration;

#[tokio::test]
async fn results_follow_the_changes() {
    let db = queryleaf_testkit::database().await;
    lend(&db, [1]).await;
    let live = lent(kept()).live(&db);
    soon(live.open()).await.unwrap();
    assert!(soon(live.refresh()).await.unwrap().is_empty());
    lend(&db, [1, 2, 2]).await;
    let results = soon(live.refresh()).await.unwrap();
    assert_eq!(
        results.rows(),
        [
            Lent {
                hour: hour(1),
                loans: 1
            },
            Lent {
                hour: hour(2),
                loans: 2
            },
        ]
    );
    assert_eq!(results.events(), 3);
    db.collection::<Document>("loans")
        .delete_many(doc! {})
        .await
        .unwrap();
    lend(&db, [2]).await;
    assert_eq!(loans(&soon(live.refresh()).await.unwrap()), [1, 3]);
    // The query is about what is kept, however it is run.
    let again = lent(kept()).fetch_all(&db).await.unwrap();
    assert_eq!(again.len(), 2);
}

#[tokio::test]
async fn results_are_refreshed_after_so_many_events() {
    let db = queryleaf_testkit::database().await;
    let mut live = lent(kept().with_refresh_events(3)).live(&db);
    assert_eq!(soon(live.try_next()).await.unwrap().unwrap().events(), 0);
    for number in 1..=3 {
        let waiting = tokio::time::timeout(Duration::from_millis(700), live.next());
        assert!(waiting.await.is_err(), "there are {} events", number - 1);
        lend(&db, [number]).await;
    }
    let results = soon(live.try_next()).await.unwrap().unwrap();
    assert_eq!(loans(&results), [1, 1, 1]);
}

#[tokio::test]
async fn results_are_refreshed_after_a_time() {
    let db = queryleaf_testkit::database().await;
    let live = lent(kept()).live(&db);
    let mut live = live.refresh_every(Duration::from_millis(100));
    soon(live.try_next()).await.unwrap();
    lend(&db, [5]).await;
    let found = async { while loans(&live.try_next().await.unwrap().unwrap()) != [1] {} };
    soon(found).await;
}

#[tokio::test]
async fn a_collector_goes_on_where_the_last_one_stopped() {
    let db = queryleaf_testkit::database().await;
    let query = lent(kept());
    let live = query.live(&db);
    soon(live.open()).await.unwrap();
    let positions = db.collection::<Document>("queryleaf.positions");
    let begin = positions.find_one(doc! { "_id": KEPT }).await.unwrap();
    lend(&db, [1, 1]).await;
    assert_eq!(loans(&soon(live.refresh()).await.unwrap()), [2]);
    drop(live);
    lend(&db, [1, 2]).await;
    let live = query.live(&db);
    assert_eq!(loans(&soon(live.refresh()).await.unwrap()), [3, 1]);
    drop(live);

    // One that has crashed between the events and the place behind them.
    positions
        .replace_one(doc! { "_id": KEPT }, begin.unwrap())
        .await
        .unwrap();
    let live = query.live(&db);
    assert_eq!(loans(&soon(live.refresh()).await.unwrap()), [3, 1]);
}

#[tokio::test]
async fn several_collectors_keep_each_event_once() {
    let db = queryleaf_testkit::database().await;
    let query = lent(kept());
    let (first, second) = (query.live(&db), query.live(&db));
    soon(first.open()).await.unwrap();
    soon(second.open()).await.unwrap();
    for number in 0..50 {
        lend(&db, [number % 2]).await;
    }
    let results = soon(first.refresh()).await.unwrap();
    assert_eq!(loans(&results), [25, 25]);
    let results = soon(second.refresh()).await.unwrap();
    assert_eq!((loans(&results), results.events()), (vec![25, 25], 50));
}

#[tokio::test]
async fn a_collection_may_be_dropped_and_come_again() {
    let db = queryleaf_testkit::database().await;
    let live = lent(kept()).live(&db);
    soon(live.open()).await.unwrap();
    lend(&db, [1]).await;
    db.collection::<Document>("loans").drop().await.unwrap();
    lend(&db, [1, 4]).await;
    assert_eq!(loans(&soon(live.refresh()).await.unwrap()), [2, 1]);
}

#[tokio::test]
async fn windows_are_final_once_what_comes_is_too_late() {
    let db = queryleaf_testkit::database().await;
    // An event is too late two hours after its hour began.
    let live = lent(kept().with_window(0, 2 * HOUR)).live(&db);
    soon(live.open()).await.unwrap();
    let now = DateTime::now().timestamp_millis() / HOUR;
    lend(&db, [now, now - 1, now - 2, now - 3]).await;
    let results = soon(live.refresh()).await.unwrap();
    assert_eq!(results.len(), 4);
    // The one before the last hour is forgotten in part.
    let finals: Vec<i64> = results.final_rows().map(|lent| lent.loans).collect();
    assert_eq!(finals, [] as [i64; 0]);

    let kept = ViewPlan::new(kept_stream(), KEPT, "wallTime", 100 * 3600);
    let live = lent(kept.with_window(0, 2 * HOUR)).live(&db);
    let results = soon(live.refresh()).await.unwrap();
    let finals: Vec<DateTime> = results.final_rows().map(|lent| lent.hour).collect();
    assert_eq!(finals, [hour(now - 3), hour(now - 2)]);
}

/// Only the retention is another.
fn kept_stream() -> Plan {
    let command = Template::document([
        ("aggregate", Template::string("loans")),
        (
            "pipeline",
            Template::array([Template::entry("$changeStream", template(&doc! {}))]),
        ),
        ("cursor", template(&doc! {})),
    ]);
    let template = encode(&command, &[]).leak();
    Plan::new("SELECT ..", "loans", template, &[], &[], &[])
}

#[tokio::test]
async fn the_server_forgets_what_is_older() {
    let db = queryleaf_testkit::database().await;
    let often = doc! { "setParameter": 1, "ttlMonitorSleepSecs": 1 };
    let admin = db.client().database("admin");
    admin.run_command(often).await.unwrap();
    let short = ViewPlan::new(kept_stream(), KEPT, "wallTime", 2);
    let live = lent(short).live(&db);
    soon(live.open()).await.unwrap();
    lend(&db, [1]).await;
    assert_eq!(loans(&soon(live.refresh()).await.unwrap()), [1]);
    let forgotten = async {
        while !live.refresh().await.unwrap().is_empty() {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    // The server looks once a minute at first.
    let patience = Duration::from_secs(150);
    tokio::time::timeout(patience, forgotten).await.unwrap();
    drop(live);

    // Another version of the program keeps the same for longer.
    let live = lent(kept()).live(&db);
    soon(live.open()).await.unwrap();
    let indexes = db
        .collection::<Document>(KEPT)
        .list_indexes()
        .await
        .unwrap();
    let indexes: Vec<_> = indexes.try_collect().await.unwrap();
    let after = indexes[1].options.as_ref().unwrap().expire_after;
    assert_eq!(after, Some(Duration::from_secs(3600)));
}

#[tokio::test]
async fn what_ends_the_stream_is_told_once() {
    let db = queryleaf_testkit::database().await;
    fill(
        &db,
        "queryleaf.positions",
        &[doc! { "_id": KEPT, "token": 5 }],
    )
    .await;
    let mut live = lent(kept()).live(&db);
    match soon(live.next()).await {
        Some(Err(Error::Internal { message, .. })) => assert!(message.contains("position")),
        other => panic!("{other:?}"),
    }
    assert!(soon(live.next()).await.is_none());
    assert!(soon(live.refresh()).await.is_err());
    assert!(soon(lent(kept()).collect(&db)).await.is_err());
}

#[tokio::test]
async fn the_server_may_be_killed() {
    let name = format!("live-{}", std::process::id());
    let mut server = persistent(&name).await.unwrap();
    let db = server.client().await.unwrap().database("restarted");
    let live = lent(kept()).live(&db);
    soon(live.open()).await.unwrap();
    for kills in 0..3 {
        lend(&db, [1, 2]).await;
        if kills == 1 {
            let count = soon(live.refresh()).await.unwrap();
            assert_eq!(loans(&count), [2, 2]);
        }
        let killed = tokio::task::spawn_blocking(move || {
            server.kill();
            server
        });
        server = killed.await.unwrap().restart().await.unwrap();
    }
    assert_eq!(loans(&soon(live.refresh()).await.unwrap()), [3, 3]);
    drop(live);
    server.stop();
    std::fs::remove_dir_all(target_directory().join(name)).unwrap();
}

#[tokio::test]
async fn a_collector_that_has_failed_is_told_at_once() {
    let db = queryleaf_testkit::database().await;
    let rare = Duration::from_secs(3600);
    let mut live = lent(kept())
        .live(&db)
        .refresh_every(rare)
        .refresh_after_events(1000);
    soon(live.try_next()).await.unwrap();
    lend(&db, [1]).await;
    assert_eq!(loans(&soon(live.refresh()).await.unwrap()), [1]);
    let never = doc! { "collMod": KEPT, "validator": { "never": { "$exists": true } } };
    db.run_command(never).await.unwrap();
    lend(&db, [2]).await;

    // Not the old results, again and again.
    let error = soon(live.try_next()).await.unwrap_err();
    assert!(error.to_string().contains("validation"), "{error}");
    assert!(soon(live.next()).await.is_none());
    // Whoever asks again is answered by another attempt.
    let error = soon(live.refresh()).await.unwrap_err();
    assert!(error.to_string().contains("validation"), "{error}");
    let always = doc! { "collMod": KEPT, "validator": {} };
    db.run_command(always).await.unwrap();
    assert_eq!(loans(&soon(live.refresh()).await.unwrap()), [1, 1]);
}
