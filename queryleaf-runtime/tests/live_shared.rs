//! Several processes with the same query over changes: one of them keeps the changes, by a lease.

mod common;

use common::changes::soon;
use common::fill;
use common::handled::until;
use common::loans::{KEPT, kept, lend, lent, loans};
use futures::TryStreamExt;
use queryleaf_runtime::bson::{DateTime, Document, doc};
use queryleaf_runtime::mongodb::Database;
use std::time::{Duration, Instant};

async fn position(db: &Database) -> Document {
    let positions = db.collection::<Document>("queryleaf.positions");
    let position = positions.find_one(doc! { "_id": KEPT }).await.unwrap();
    position.unwrap_or_default()
}

/// How many streams of the loans are open.
async fn streams(db: &Database) -> usize {
    let stages = [
        doc! { "$currentOp": { "idleCursors": true, "allUsers": true } },
        doc! { "$match": {
            "ns": format!("{}.loans", db.name()),
            "cursor.originatingCommand.pipeline.$changeStream": { "$exists": true },
        } },
    ];
    let admin = db.client().database("admin");
    let found = admin.aggregate(stages).await.unwrap();
    let found: Vec<Document> = found.try_collect().await.unwrap();
    found.len()
}

#[tokio::test]
async fn one_of_several_follows_the_stream() {
    let db = queryleaf_testkit::database().await;
    let query = lent(kept());
    let mut lives = Vec::new();
    for _ in 0..4 {
        let live = query.live(&db);
        soon(live.open()).await.unwrap();
        lives.push(live);
    }
    assert_eq!(streams(&db).await, 1);
    let mut expected = 0;
    while let Some(live) = lives.pop() {
        for other in lives.iter().chain([&live]) {
            lend(&db, [1]).await;
            expected += 1;
            // Whoever keeps it, it is there.
            let results = soon(other.refresh()).await.unwrap();
            assert_eq!(results.events(), expected);
            assert_eq!(loans(&results), [expected as i64]);
        }
        // The first one that is left goes on where this one may have been.
        drop(live);
    }
}

#[tokio::test]
async fn another_one_goes_on_at_once_when_the_first_ends() {
    let db = queryleaf_testkit::database().await;
    let query = lent(kept());
    let first = query.live(&db);
    soon(first.open()).await.unwrap();
    let fence = position(&db).await.get_i64("fence").unwrap();
    let second = query.live(&db);
    soon(second.open()).await.unwrap();
    let collector = tokio::spawn(query.collect(&db));
    drop(first);
    let begun = Instant::now();
    lend(&db, [1]).await;
    assert_eq!(loans(&soon(second.refresh()).await.unwrap()), [1]);
    assert!(begun.elapsed() < Duration::from_secs(4));
    drop(second);
    collector.abort();
    until(async || !position(&db).await.contains_key("owner")).await;
    assert!(position(&db).await.get_i64("fence").unwrap() > fence);
}

#[tokio::test]
async fn another_one_goes_on_when_the_first_was_killed() {
    let db = queryleaf_testkit::database().await;
    let query = lent(kept());
    let live = query.live(&db);
    soon(live.open()).await.unwrap();
    drop(live);
    until(async || !position(&db).await.contains_key("owner")).await;
    // As a process leaves it that was killed a moment ago.
    let positions = db.collection::<Document>("queryleaf.positions");
    let until = DateTime::from_millis(DateTime::now().timestamp_millis() + 3_000);
    let held = doc! { "$set": { "owner": "somebody", "lease_expires_at": until } };
    positions.update_one(doc! {}, held).await.unwrap();
    lend(&db, [1, 1]).await;
    let live = query.live(&db);
    soon(live.open()).await.unwrap();
    assert_eq!(streams(&db).await, 0);
    assert_eq!(loans(&soon(live.refresh()).await.unwrap()), [2]);
    assert!(DateTime::now() >= until);
}

#[tokio::test]
async fn the_place_moves_whatever_the_keys_are() {
    let db = queryleaf_testkit::database().await;
    let query = lent(kept());
    let live = query.live(&db);
    soon(live.open()).await.unwrap();
    let mut places = Vec::new();
    // The place behind a long number has another form than one behind a text.
    for (number, id) in [
        (1_i64, "a".into()),
        (2, (1_i64 << 40).into()),
        (3, 5.into()),
    ] {
        let _: &queryleaf_runtime::bson::Bson = &id;
        let now = DateTime::now();
        fill(&db, "loans", &[doc! { "_id": id, "at": now }]).await;
        let results = soon(live.refresh()).await.unwrap();
        assert_eq!(results.events(), number as u64);
        places.push(position(&db).await.get_str("token").unwrap().to_owned());
    }
    for id in 0..3_i64 {
        let loan = doc! { "_id": (1_i64 << 41) + id, "at": DateTime::now() };
        fill(&db, "loans", &[loan]).await;
        soon(live.refresh()).await.unwrap();
        places.push(position(&db).await.get_str("token").unwrap().to_owned());
    }
    assert!(
        places.is_sorted_by(|left, right| left < right),
        "{places:?}"
    );
}

#[tokio::test]
async fn a_collection_that_is_dropped_and_made_again_is_kept_on() {
    let db = queryleaf_testkit::database().await;
    let query = lent(kept());
    let live = query.live(&db);
    soon(live.open()).await.unwrap();
    lend(&db, [1]).await;
    for round in 1..3 {
        db.collection::<Document>("loans").drop().await.unwrap();
        assert_eq!(loans(&soon(live.refresh()).await.unwrap()), [round]);
        lend(&db, [1]).await;
        assert_eq!(loans(&soon(live.refresh()).await.unwrap()), [round + 1]);
    }
}
