//! Rows of capped collections as they come, and what the server tells of collections.

use futures::{StreamExt, TryStreamExt};
use queryleaf::mongodb::Database;
use queryleaf::prelude::*;
use queryleaf::stats;
use queryleaf_testkit::{persistent, target_directory};
use std::time::Duration;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Collection)]
#[leaf(name = "events", capped(size = "1MB", max = 50))]
struct Event {
    #[serde(rename = "_id")]
    id: i64,
    kind: String,
    text: Option<String>,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(
    name = "sessions",
    ttl(expires_at, after = "1 hour"),
    ttl(seen_at, after = "7 days", partial = "kind = 'a'")
)]
struct Session {
    kind: String,
    expires_at: Option<DateTime>,
    seen_at: Option<DateTime>,
}

/// Not in the order of their `_id`s.
async fn store(db: &Database, ids: impl IntoIterator<Item = i64>) {
    let events: Vec<Event> = ids
        .into_iter()
        .map(|id| Event {
            id,
            kind: if id % 2 == 0 { "even" } else { "odd" }.to_owned(),
            text: (id % 3 != 0).then(|| format!("text {id}")),
        })
        .collect();
    db.collection::<Event>("events")
        .insert_many(events)
        .await
        .unwrap();
}

async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(60), future)
        .await
        .expect("it takes too long")
}

#[tokio::test]
async fn new_rows_come_as_they_are_stored() -> queryleaf::Result<()> {
    let db = &queryleaf_testkit::database().await;
    Event::ensure(db).await?;
    let kind = "odd";
    // The collection is empty when the tail begins.
    let mut texts = sql!("SELECT text FROM events WHERE kind = :kind ORDER BY $natural")
        .tail(db)
        .max_await_time(Duration::from_millis(200));
    let first = soon(async {
        let (first, ()) = tokio::join!(texts.try_next(), async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            store(db, [9, 2, 7]).await;
        });
        first
    });
    assert_eq!(first.await?.unwrap().text, None);
    assert_eq!(texts.last_seen(), Some(Bson::Int64(9)));
    let second = soon(texts.try_next()).await?.unwrap();
    assert_eq!(second.text.as_deref(), Some("text 7"));
    store(db, [4, 5]).await;
    let third = soon(texts.try_next()).await?.unwrap();
    assert_eq!(third.text.as_deref(), Some("text 5"));
    // Nothing comes where nothing is stored.
    let none = tokio::time::timeout(Duration::from_millis(500), texts.next()).await;
    assert!(none.is_err());
    // Another one goes on behind the row.
    let all = sql!("SELECT * FROM events").tail(db).after(2_i64);
    let ids: Vec<i64> = soon(all.take(3).map_ok(|event| event._id).try_collect()).await?;
    assert_eq!(ids, [7, 4, 5]);
    // It is a query like others.
    assert_eq!(
        sql!("SELECT text FROM events").fetch_all(db).await?.len(),
        5
    );
    Ok(())
}

#[tokio::test]
async fn rows_that_are_overwritten_are_told() -> queryleaf::Result<()> {
    let db = &queryleaf_testkit::database().await;
    Event::ensure(db).await?;
    store(db, 0..10).await;
    let mut events = sql!("SELECT kind FROM events").tail(db);
    for _ in 0..10 {
        soon(events.try_next()).await?;
    }
    let last = events.last_seen().unwrap();
    drop(events);
    store(db, 10..100).await;
    let mut events = sql!("SELECT kind FROM events").tail(db).after(last);
    let missed = soon(events.next()).await.unwrap();
    assert!(
        matches!(missed, Err(Error::RowsMissed { .. })),
        "{missed:?}"
    );
    soon(events.try_next()).await?;
    assert_eq!(events.last_seen(), Some(Bson::Int64(50)));
    Ok(())
}

#[tokio::test]
async fn a_tail_goes_on_when_its_cursor_is_killed() -> queryleaf::Result<()> {
    let db = &queryleaf_testkit::database().await;
    Event::ensure(db).await?;
    store(db, [5, 3, 8]).await;
    let mut events = sql!("SELECT kind FROM events").tail(db);
    for id in [5, 3, 8] {
        soon(events.try_next()).await?;
        assert_eq!(events.last_seen(), Some(Bson::Int64(id)));
    }
    let admin = db.client().database("admin");
    let sessions = queryleaf::bson::doc! { "currentOp": 1, "ns": format!("{}.events", db.name()), "$all": true };
    for id in [1, 6] {
        let waiting = tokio::time::timeout(Duration::from_millis(300), events.next()).await;
        assert!(waiting.is_err());
        let cursors = admin.run_command(sessions.clone()).await.unwrap();
        let found: Vec<i64> = cursors
            .get_array("inprog")
            .unwrap()
            .iter()
            .filter_map(|operation| operation.as_document()?.get_document("cursor").ok())
            .filter_map(|cursor| cursor.get_i64("cursorId").ok())
            .collect();
        assert!(!found.is_empty());
        let kill = queryleaf::bson::doc! { "killCursors": "events", "cursors": found };
        db.run_command(kill).await.unwrap();
        store(db, [id]).await;
        soon(events.try_next()).await?;
        assert_eq!(events.last_seen(), Some(Bson::Int64(id)));
    }
    Ok(())
}

#[tokio::test]
async fn a_tail_goes_on_when_the_server_was_killed() -> queryleaf::Result<()> {
    let directory = target_directory().join("tail");
    if directory.exists() {
        std::fs::remove_dir_all(&directory).unwrap();
    }
    let mut server = persistent("tail").await.unwrap();
    let db = &server.client().await.unwrap().database("restarted");
    Event::ensure(db).await?;
    // Acknowledged rows only outlive the server.
    let journaled = queryleaf::bson::doc! { "fsync": 1 };
    store(db, [5, 3, 8]).await;
    let admin = db.client().database("admin");
    admin.run_command(journaled).await.unwrap();
    let mut events = sql!("SELECT kind FROM events").tail(db);
    for _ in 0..3 {
        soon(events.try_next()).await?;
    }
    for id in [1, 6] {
        let waiting = tokio::time::timeout(Duration::from_millis(300), events.next()).await;
        assert!(waiting.is_err());
        server.kill();
        server = server.restart().await.unwrap();
        store(&server.client().await.unwrap().database("restarted"), [id]).await;
        soon(events.try_next()).await?;
        assert_eq!(events.last_seen(), Some(Bson::Int64(id)));
    }
    server.stop();
    std::fs::remove_dir_all(&directory).unwrap();
    Ok(())
}

#[tokio::test]
async fn collections_tell_how_full_they_are() -> queryleaf::Result<()> {
    let db = &queryleaf_testkit::database().await;
    ensure!(db, events, sessions).await?;
    store(db, 0..40).await;
    let ago =
        |hours: i64| DateTime::from_millis(DateTime::now().timestamp_millis() - hours * 3_600_000);
    let old = [Some(ago(1000)), Some(ago(1)), None];
    let rows: Vec<Session> = old
        .into_iter()
        .flat_map(|seen_at| ["a", "b"].map(|kind| (seen_at, kind)))
        .map(|(seen_at, kind)| Session {
            kind: kind.to_owned(),
            expires_at: Some(DateTime::now()),
            seen_at,
        })
        .collect();
    db.collection::<Session>("sessions")
        .insert_many(rows)
        .await
        .unwrap();

    let capped = stats::capped_collections(db).await?;
    assert_eq!(capped.len(), 1);
    assert_eq!(capped[0].name, "events");
    assert_eq!(
        (capped[0].documents, capped[0].max_documents),
        (40, Some(50))
    );
    assert_eq!(capped[0].max_bytes, 1 << 20);
    assert!((capped[0].fill() - 0.8).abs() < 1e-9);

    let sizes = stats::collections(db).await?;
    let names: Vec<_> = sizes.iter().map(|size| size.name.as_str()).collect();
    assert_eq!(names, ["events", "sessions"]);
    assert_eq!((sizes[1].documents, sizes[1].indexes), (6, 3));
    assert!(sizes[1].data_bytes > 0 && sizes[1].storage_bytes > 0 && sizes[1].index_bytes > 0);

    let indexes = stats::ttl_indexes(db).await?;
    let mut found: Vec<_> = indexes
        .iter()
        .map(|index| {
            (
                index.path.as_str(),
                index.expire_after.as_secs(),
                index.overdue,
            )
        })
        .collect();
    found.sort_unstable();
    // One of them, unless the server has just looked.
    let overdue = found[1].2;
    assert!(overdue <= 1);
    assert_eq!(
        found,
        [("expires_at", 3600, 0), ("seen_at", 604_800, overdue)]
    );
    assert!(indexes.iter().any(|index| index.condition.is_some()));

    let monitor = stats::ttl_monitor(db).await?;
    assert!(monitor.enabled && monitor.interval == Duration::from_secs(60));
    assert!(monitor.passes >= 0 && monitor.deleted_documents >= 0);
    Ok(())
}
