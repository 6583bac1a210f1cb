//! The places of streams and their dead letters, looked at and changed from outside.

mod common;

use common::changes::{ids, soon};
use common::handled::{
    DEAD_LETTERS, STREAMS, Seen, active, place, query, quick, stream, until, watching, worker,
};
use common::{all, statement, store};
use queryleaf_runtime::Error;
use queryleaf_runtime::bson::{Document, doc};
use queryleaf_runtime::mongodb::{Client, Database};
use queryleaf_runtime::watch::{self, Handled};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::time::Duration;

/// Stores a note for each event, in transactions.
fn noted(db: &Database) -> Handled {
    let notes = db.collection::<Document>("notes");
    watch::subscription("readers", query()).handle_in_transaction(move |change, tx| {
        let notes = notes.clone();
        Box::pin(async move {
            let note = doc! { "book": change.id };
            notes.insert_one(note).session(tx.session()).await?;
            Ok(())
        })
    })
}

async fn notes(db: &Database) -> Vec<i32> {
    let notes = all(db, "notes").await;
    let mut books: Vec<i32> = notes
        .iter()
        .map(|note| note.get_i32("book").unwrap())
        .collect();
    books.sort_unstable();
    books
}

#[tokio::test]
async fn a_stream_is_put_back_and_begun_anew_while_it_is_handled() {
    let db = queryleaf_testkit::database().await;
    db.create_collection("notes").await.unwrap();
    assert_eq!(watch::place(&db, "readers").await.unwrap(), None);
    assert!(!watch::reset(&db, "readers").await.unwrap());
    let running = worker(&db).run(noted(&db)).start();
    active(&db).await;
    let begin = place(&db).await;
    store(&db, ids(0..3)).await;
    until(async || notes(&db).await.len() == 3).await;

    let fence = stream(&db).await.get_i64("fence").unwrap();
    assert!(watch::move_to(&db, "readers", &begin).await.unwrap());
    until(async || notes(&db).await == [0, 0, 1, 1, 2, 2]).await;
    let stored = stream(&db).await;
    assert!(stored.get_i64("fence").unwrap() > fence, "{stored}");

    // A new one begins now.
    let last = watch::place(&db, "readers").await.unwrap();
    running.shutdown().await.unwrap();
    assert!(watch::reset(&db, "readers").await.unwrap());
    assert_eq!(watch::place(&db, "readers").await.unwrap(), None);
    store(&db, ids([3])).await;
    let running = worker(&db).run(noted(&db)).start();
    active(&db).await;
    assert_ne!(watch::place(&db, "readers").await.unwrap(), last);
    store(&db, ids([4])).await;
    until(async || notes(&db).await == [0, 0, 1, 1, 2, 2, 4]).await;
    running.shutdown().await.unwrap();
}

#[tokio::test]
async fn dead_letters_are_handled_once_more() {
    let db = queryleaf_testkit::database().await;
    db.create_collection("notes").await.unwrap();
    let is_mended = Arc::new(AtomicBool::new(false));
    for in_transaction in [false, true] {
        is_mended.store(false, Ordering::Relaxed);
        let readers = || {
            let (notes, is_mended) = (db.collection::<Document>("notes"), is_mended.clone());
            let readers = watch::subscription("readers", query()).retry(quick());
            if in_transaction {
                return readers.handle_in_transaction(move |change, tx| {
                    let (notes, is_mended) = (notes.clone(), is_mended.clone());
                    Box::pin(async move {
                        let note = doc! { "book": change.id };
                        notes.insert_one(note).session(tx.session()).await?;
                        match is_mended.load(Ordering::Relaxed) && change.id != Some(12) {
                            true => Ok(()),
                            false => Err("not yet".into()),
                        }
                    })
                });
            }
            readers.handle(move |change| {
                let (notes, is_mended) = (notes.clone(), is_mended.clone());
                async move {
                    if !is_mended.load(Ordering::Relaxed) || change.id == Some(2) {
                        return Err("not yet".into());
                    }
                    assert_eq!(change.attempt(), 4);
                    notes.insert_one(doc! { "book": change.id }).await?;
                    Ok(())
                }
            })
        };
        let running = worker(&db).run(readers()).start();
        active(&db).await;
        let first = if in_transaction { 10 } else { 0 };
        store(&db, ids(first + 1..first + 4)).await;
        let left = if in_transaction { 1 } else { 0 };
        until(async || all(&db, DEAD_LETTERS).await.len() == left + 3).await;
        running.shutdown().await.unwrap();

        is_mended.store(true, Ordering::Relaxed);
        let retried = soon(watch::retry_dead_letters(&db, readers()))
            .await
            .unwrap();
        let (handled, failed) = (retried.handled as usize, retried.failed as usize);
        let letters = all(&db, DEAD_LETTERS).await;
        assert_eq!(letters.len(), failed);
        let letter = letters
            .iter()
            .find(|letter| letter.get_document("document_key") == Ok(&doc! { "_id": first + 2 }));
        assert_eq!(letter.unwrap().get_i64("attempts"), Ok(4));
        match in_transaction {
            false => {
                assert_eq!((handled, failed), (2, 1));
                assert_eq!(notes(&db).await, [1, 3]);
            }
            // The one that was left is handled now.
            true => {
                assert_eq!((handled, failed), (3, 1));
                assert_eq!(notes(&db).await, [1, 2, 3, 11, 13]);
            }
        }
    }
}

#[tokio::test]
async fn two_streams_of_one_name_are_not_begun() {
    let db = queryleaf_testkit::database().await;
    let mut twice = worker(&db).run(noted(&db)).run(noted(&db)).start();
    let error = soon(twice.finished()).await.unwrap_err();
    let message = error.to_string();
    assert!(message.contains("two streams"), "{message}");
    assert!(message.contains("`readers`"), "{message}");
    assert_eq!(all(&db, STREAMS).await, []);
}

#[tokio::test]
async fn a_handler_knows_the_number_of_the_lease() {
    let db = queryleaf_testkit::database().await;
    let told = Arc::new(AtomicI64::new(0));
    for _ in 0..2 {
        let tell = told.clone();
        let readers = watch::subscription("readers", query()).handle(move |change| {
            tell.store(change.fence(), Ordering::Relaxed);
            async { Ok(()) }
        });
        let before = told.load(Ordering::Relaxed);
        let running = worker(&db).run(readers).start();
        active(&db).await;
        store(&db, ids([before as i32])).await;
        until(async || told.load(Ordering::Relaxed) > before).await;
        assert_eq!(
            stream(&db).await.get_i64("fence"),
            Ok(told.load(Ordering::Relaxed))
        );
        running.shutdown().await.unwrap();
    }
    assert!(stream(&db).await.get_str("query").is_ok());
}

/// The error of a program.
#[derive(Debug)]
struct NotStored(Error);

impl fmt::Display for NotStored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the note was not stored")
    }
}

impl std::error::Error for NotStored {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

#[tokio::test]
async fn a_server_that_is_away_is_no_fault_of_the_event() {
    const ATTEMPTS: usize = 8;
    let db = queryleaf_testkit::database().await;
    let away = "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=20&connectTimeoutMS=20";
    let away = Client::with_uri_str(away).await.unwrap().database("away");
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = runs.clone();
    let readers = watch::subscription("readers", query())
        .retry(quick())
        .handle(move |_| {
            let (runs, away) = (counted.clone(), away.clone());
            async move {
                if runs.fetch_add(1, Ordering::Relaxed) < ATTEMPTS {
                    let note = doc! { "insert": "notes", "documents": [{ "_id": 1 }] };
                    let stored = statement(&note).execute(&away).await;
                    stored.map_err(NotStored)?;
                }
                Ok(())
            }
        });
    let running = worker(&db).run(readers).start();
    active(&db).await;
    store(&db, ids([1])).await;
    until(async || stream(&db).await.get_i64("events_processed") == Ok(1)).await;
    running.shutdown().await.unwrap();
    assert_eq!(runs.load(Ordering::Relaxed), ATTEMPTS + 1);
    assert_eq!(all(&db, DEAD_LETTERS).await, []);
}

#[tokio::test]
async fn the_log_may_be_kept_for_another_time_and_fail() {
    let db = queryleaf_testkit::database().await;
    let seen = Seen::default();
    let logged = async |keep: u64, seen: &Seen| {
        let seen = seen.clone();
        let readers = watch::subscription("readers", query()).handle(move |change| {
            seen.add(&change);
            async { Ok(()) }
        });
        let worker = worker(&db).processing_log(Duration::from_secs(keep));
        let worker = worker.run(readers).start();
        active(&db).await;
        worker
    };
    let log = "change_stream_processing_log";
    logged(3600, &seen).await.shutdown().await.unwrap();
    let running = logged(7200, &seen).await;
    store(&db, ids([1])).await;
    until(async || all(&db, log).await.len() == 1).await;
    let indexes = db.run_command(doc! { "listIndexes": log }).await.unwrap();
    assert!(indexes.to_string().contains("7200"), "{indexes}");

    // A log that refuses every row.
    let place = stream(&db)
        .await
        .get_str("resume_token")
        .unwrap()
        .to_owned();
    let never = doc! { "collMod": log, "validator": { "never": { "$exists": true } } };
    db.run_command(never).await.unwrap();
    store(&db, ids([2])).await;
    seen.wait(2).await;
    until(async || stream(&db).await.get_i64("errors").unwrap() >= 3).await;
    let stored = stream(&db).await;
    assert_eq!(stored.get_i64("events_processed"), Ok(2), "{stored}");
    assert_ne!(stored.get_str("resume_token"), Ok(&*place));
    let always = doc! { "collMod": log, "validator": {} };
    db.run_command(always).await.unwrap();
    until(async || all(&db, log).await.len() == 2).await;
    running.shutdown().await.unwrap();
    let stored = stream(&db).await;
    assert_eq!(stored.get_i64("events_processed"), Ok(2), "{stored}");
    watching(&db, &seen).await.shutdown().await.unwrap();
}
