//! Streams of which the server refuses something, or answers it late.

mod common;

use common::changes::{all, changes, ids, soon};
use common::handled::{Seen, query, stream, until, watching, worker};
use common::store;
use futures::TryStreamExt;
use queryleaf_plan::Template;
use queryleaf_runtime::bson::{Document, doc};
use queryleaf_runtime::mongodb::Database;
use queryleaf_runtime::watch::{self, HistoryLost};
use queryleaf_testkit::{Server, persistent_with, target_directory};
use std::time::Duration;

async fn server(name: &str) -> (Server, impl FnOnce(Server)) {
    let name = format!("watch-refused-{name}-{}", std::process::id());
    let server = persistent_with(&name, &["enableTestCommands=1"]).await;
    (server.unwrap(), move |server: Server| {
        server.stop();
        std::fs::remove_dir_all(target_directory().join(name)).unwrap();
    })
}

/// Lets the server fail the next of these commands.
async fn fail(db: &Database, times: i32, data: Document) {
    let mode = doc! { "times": times };
    let fail = doc! { "configureFailPoint": "failCommand", "mode": mode, "data": data };
    let admin = db.client().database("admin");
    admin.run_command(fail).await.unwrap();
}

fn of_books(db: &Database) -> String {
    format!("{}.books", db.name())
}

#[tokio::test]
async fn a_stream_that_fails_is_begun_again() {
    let (server, end) = server("again").await;
    let db = server.client().await.unwrap().database("refused");
    let seen = Seen::default();
    let mut running = watching(&db, &seen).await;
    // Not allowed to read any more, neither the events computed nor one by one.
    fail(
        &db,
        2,
        doc! {
            "failCommands": ["aggregate", "getMore"], "namespace": of_books(&db), "errorCode": 13,
        },
    )
    .await;
    store(&db, ids([1])).await;
    let ended = async { soon(running.finished()).await };
    tokio::select! {
        ended = ended => panic!("{ended:?}"),
        () = seen.wait(1) => {}
    }
    until(async || stream(&db).await.get_i64("errors").unwrap() >= 1).await;
    running.shutdown().await.unwrap();
    let stored = stream(&db).await;
    assert!(stored.get_i64("errors").unwrap() >= 1, "{stored}");
    let message = stored.get_str("last_error_message").unwrap();
    assert!(message.contains("Unauthorized"), "{message}");

    let in_transaction = || {
        let seen = seen.clone();
        watch::subscription("readers", query()).handle_in_transaction(move |change, _| {
            seen.add(&change);
            Box::pin(async { Ok(()) })
        })
    };
    drop(worker(&db).run(in_transaction()).start());
    let fence = stored.get_i64("fence").unwrap();
    let running = worker(&db).run(in_transaction()).start();
    until(async || stream(&db).await.get_i64("fence").unwrap() > fence).await;
    drop(running);
    // Nor to end what others have left behind.
    fail(
        &db,
        2,
        doc! { "failCommands": ["killSessions"], "errorCode": 13 },
    )
    .await;
    let running = worker(&db).run(in_transaction()).start();
    store(&db, ids([2])).await;
    seen.wait(2).await;
    running.shutdown().await.unwrap();
    end(server);
}

#[tokio::test]
async fn a_choice_for_lost_history_is_made_once_each_time() {
    let (server, end) = server("once").await;
    let db = server.client().await.unwrap().database("refused");
    let seen = Seen::default();
    watching(&db, &seen).await.shutdown().await.unwrap();
    store(&db, ids([1])).await;
    let old = stream(&db)
        .await
        .get_str("resume_token")
        .unwrap()
        .to_owned();
    let lost = doc! {
        "failCommands": ["aggregate"],
        "namespace": of_books(&db),
        "errorCode": 286,
        "errorLabels": ["NonResumableChangeStreamError"],
    };
    fail(&db, 1, lost).await;
    let handled = seen.clone();
    let readers = watch::subscription("readers", query())
        .on_history_lost(HistoryLost::RestartNow)
        .handle(move |change| {
            handled.add(&change);
            async { Ok(()) }
        });
    let running = worker(&db).run(readers).start();
    until(async || stream(&db).await.get_str("resume_token") != Ok(&old)).await;
    store(&db, ids([2])).await;
    seen.wait(1).await;
    // The stream ends, and goes on where it was, not with what happens from then on.
    db.collection::<Document>("books").drop().await.unwrap();
    store(&db, ids([3, 4])).await;
    until(async || seen.ids().contains(&4)).await;
    running.shutdown().await.unwrap();
    assert_eq!(seen.ids(), [2, 3, 4]);
    end(server);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collection_that_comes_while_a_snapshot_begins_is_in_it_or_followed() {
    let (server, end) = server("gap").await;
    let db = server.client().await.unwrap().database("refused");
    store(&db, ids([1])).await;
    let late = doc! { "failCommands": ["ping"], "blockConnection": true, "blockTimeMS": 700 };
    fail(&db, 1, late).await;
    let films = db.collection::<Document>("films");
    let watched = db.clone();
    let reading = tokio::spawn(async move {
        let mut rows = changes(Template::from(1), all()).snapshot_and_watch(&watched);
        let mut ids = Vec::new();
        while ids.len() < 3 {
            ids.push(soon(rows.try_next()).await.unwrap().unwrap().id.unwrap());
        }
        ids
    });
    tokio::time::sleep(Duration::from_millis(350)).await;
    films.insert_one(doc! { "_id": 2 }).await.unwrap();
    tokio::time::sleep(Duration::from_millis(700)).await;
    films.insert_one(doc! { "_id": 3 }).await.unwrap();
    assert_eq!(reading.await.unwrap(), [1, 2, 3]);
    end(server);
}
