//! Workers whose handlers write in transactions: how long these are, how they fail, and what is written
//! once.

mod common;

use common::changes::{ids, soon};
use common::handled::{DEAD_LETTERS, active, place, query, quick, stream, until, worker};
use common::{all, statement, store};
use queryleaf_runtime::Transaction;
use queryleaf_runtime::bson::{Document, doc};
use queryleaf_runtime::mongodb::Database;
use queryleaf_runtime::watch::{self, HandlerError, Retry, Worker};
use queryleaf_testkit::{persistent_with, target_directory};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

async fn note(db: &Database, tx: &mut Transaction, book: Option<i32>) -> Result<(), HandlerError> {
    let notes = db.collection::<Document>("notes");
    let note = doc! { "book": book };
    notes.insert_one(note).session(tx.session()).await?;
    Ok(())
}

async fn notes(db: &Database) -> usize {
    let notes = db.collection::<Document>("notes");
    let count = notes.count_documents(doc! {}).await.unwrap();
    usize::try_from(count).unwrap()
}

async fn letters(db: &Database) -> Vec<Document> {
    all(db, DEAD_LETTERS).await
}

/// A worker that takes its time for each event, and counts how often it does.
fn slow(db: &Database, pause: Duration, runs: &Arc<AtomicUsize>, retry: Retry) -> Worker {
    let (notes, runs) = (db.clone(), runs.clone());
    let readers = watch::subscription("readers", query())
        .retry(retry)
        .handle_in_transaction(move |change, tx| {
            let (notes, runs) = (notes.clone(), runs.clone());
            Box::pin(async move {
                runs.fetch_add(1, Ordering::Relaxed);
                note(&notes, tx, change.id).await?;
                // One takes too long for every transaction.
                let factor = if change.id == Some(-1) { 50 } else { 1 };
                tokio::time::sleep(pause * factor).await;
                Ok(())
            })
        });
    worker(db).run(readers).start()
}

/// Changes one book so often.
async fn change(db: &Database, times: i32) {
    let books = db.collection::<Document>("books");
    for round in 1..=times {
        let set = doc! { "$set": { "round": round } };
        books.update_one(doc! {}, set).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backlog_is_handled_though_no_transaction_may_last_so_long() {
    let name = format!("watch-lifetime-{}", std::process::id());
    let server = persistent_with(&name, &["transactionLifetimeLimitSeconds=3"]);
    let server = server.await.unwrap();
    let db = server.client().await.unwrap().database("slow");
    store(&db, ids([0])).await;
    db.create_collection("notes").await.unwrap();
    let runs = Arc::new(AtomicUsize::new(0));
    let once = Retry {
        attempts: 1,
        ..quick()
    };
    let worker = slow(&db, Duration::from_millis(120), &runs, once);
    active(&db).await;
    change(&db, 60).await;
    until(async || notes(&db).await == 60).await;
    let most = runs.load(Ordering::Relaxed);
    assert!(most < 120, "{most} runs for 60 events");

    // What is too long for itself is given up, and told.
    store(&db, ids([-1, 1])).await;
    until(async || letters(&db).await.len() == 1).await;
    until(async || notes(&db).await == 61).await;
    worker.shutdown().await.unwrap();
    let letter = &letters(&db).await[0];
    assert_eq!(letter.get_document("document_key"), Ok(&doc! { "_id": -1 }));
    let stream = stream(&db).await;
    assert!(stream.get_i64("errors").unwrap() >= 1, "{stream}");
    assert!(stream.get_str("last_error_message").is_ok(), "{stream}");
    server.stop();
    std::fs::remove_dir_all(target_directory().join(name)).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shutdown_does_not_wait_for_the_events_behind() {
    let db = queryleaf_testkit::database().await;
    store(&db, ids([0])).await;
    db.create_collection("notes").await.unwrap();
    let runs = Arc::new(AtomicUsize::new(0));
    let worker = slow(&db, Duration::from_millis(150), &runs, quick());
    active(&db).await;
    change(&db, 40).await;
    until(async || runs.load(Ordering::Relaxed) >= 10).await;
    let before = runs.load(Ordering::Relaxed);
    soon(worker.shutdown()).await.unwrap();
    let after = runs.load(Ordering::Relaxed);
    assert!(after <= before + 2, "{before} were begun, and then {after}");
    // Those are committed, the others come again.
    assert_eq!(notes(&db).await, after);
    let worker = slow(&db, Duration::ZERO, &runs, quick());
    until(async || notes(&db).await >= 40).await;
    worker.shutdown().await.unwrap();
    assert_eq!((notes(&db).await, runs.load(Ordering::Relaxed)), (40, 40));
}

#[tokio::test]
async fn a_refusal_that_the_handler_keeps_back_is_a_failure_of_its_event() {
    let db = queryleaf_testkit::database().await;
    let journal = db.collection::<Document>("journal");
    journal.insert_one(doc! { "_id": 1 }).await.unwrap();
    db.create_collection("notes").await.unwrap();
    for of_driver in [false, true] {
        let (runs, noted) = (Arc::new(AtomicUsize::new(0)), db.clone());
        let counted = runs.clone();
        let journal = journal.clone();
        let readers = watch::subscription("readers", query())
            .retry(quick())
            .handle_in_transaction(move |change, tx| {
                let (runs, noted, journal) = (counted.clone(), noted.clone(), journal.clone());
                Box::pin(async move {
                    runs.fetch_add(1, Ordering::Relaxed);
                    if change.id.is_some_and(|id| id % 2 == 1) {
                        // There already? Then it is done.
                        let insert = doc! { "insert": "journal", "documents": [{ "_id": 1 }] };
                        if of_driver {
                            let insert = journal.insert_one(doc! { "_id": 1 });
                            let _ = insert.session(tx.session()).await;
                        } else {
                            let _ = statement(&insert).execute(&mut *tx).await;
                        }
                        return Ok(());
                    }
                    note(&noted, tx, change.id).await
                })
            });
        let worker = worker(&db).run(readers).start();
        active(&db).await;
        let first = if of_driver { 3 } else { 1 };
        let known = letters(&db).await.len();
        store(&db, ids([first, first + 1])).await;
        until(async || letters(&db).await.len() > known).await;
        until(async || notes(&db).await > known).await;
        worker.shutdown().await.unwrap();
        // At most once together with the other one, and as often as is tried.
        let runs = runs.load(Ordering::Relaxed);
        assert!(runs <= 7, "{runs}");
        let letters = letters(&db).await;
        let letter = letters
            .iter()
            .find(|letter| letter.get_document("document_key") == Ok(&doc! { "_id": first }));
        let letter = letter.unwrap();
        assert_eq!(letter.get_i64("attempts"), Ok(3));
        if !of_driver {
            let message = letter.get_str("error_message").unwrap();
            let begin = "the transaction was ended by the refusal of a statement: ";
            assert!(message.starts_with(begin), "{message}");
            assert!(message.contains("duplicate key"), "{message}");
        }
    }
}

#[tokio::test]
async fn an_event_may_be_given_up_that_was_before() {
    let db = queryleaf_testkit::database().await;
    let failing = || watch::subscription("readers", query()).retry(quick());
    let plain = failing().handle(|change| async move {
        match change.id {
            Some(1) => Err("not by this one".into()),
            _ => Ok(()),
        }
    });
    let running = worker(&db).run(plain).start();
    active(&db).await;
    let begin = place(&db).await;
    store(&db, ids([1])).await;
    until(async || letters(&db).await.len() == 1).await;
    running.shutdown().await.unwrap();

    // The next version of the program handles in transactions, and everything again.
    assert!(watch::move_to(&db, "readers", &begin).await.unwrap());
    let noted = db.clone();
    db.create_collection("notes").await.unwrap();
    let in_transaction = failing().handle_in_transaction(move |change, tx| {
        let noted = noted.clone();
        Box::pin(async move {
            match change.id {
                Some(1) => Err("nor by this one".into()),
                id => note(&noted, tx, id).await,
            }
        })
    });
    let running = worker(&db).run(in_transaction).start();
    store(&db, ids([2])).await;
    until(async || notes(&db).await == 1).await;
    until(async || stream(&db).await.get_i64("dead_letters") == Ok(2)).await;
    running.shutdown().await.unwrap();
    let letters = letters(&db).await;
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].get_str("error_message"), Ok("not by this one"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn documents_of_a_snapshot_are_handled_once_through_crashes() {
    const DOCUMENTS: i32 = 60;
    let db = queryleaf_testkit::database().await;
    store(&db, ids(0..DOCUMENTS)).await;
    db.create_collection("notes").await.unwrap();
    let begin = || {
        let noted = db.clone();
        let readers = watch::subscription("readers", query())
            .concurrency(2)
            .snapshot_first()
            .handle_in_transaction(move |change, tx| {
                let noted = noted.clone();
                Box::pin(async move {
                    tokio::time::sleep(Duration::from_millis(15)).await;
                    note(&noted, tx, change.id).await
                })
            });
        let worker = worker(&db).lease(Duration::from_millis(200));
        worker.run(readers).start()
    };
    for share in 1..=3 {
        let running = begin();
        until(async || notes(&db).await as i32 >= share * DOCUMENTS / 4).await;
        drop(running);
        // What changes meanwhile is handled behind.
        store(&db, ids([DOCUMENTS + share])).await;
    }
    let stored = stream(&db).await;
    assert!(
        !stored.contains_key("resume_token"),
        "it is over already: {stored}"
    );
    let running = begin();
    store(&db, ids([DOCUMENTS + 4])).await;
    let expected = DOCUMENTS as usize + 4;
    until(async || notes(&db).await >= expected).await;
    // Behind it, everything has been handled.
    active(&db).await;
    running.shutdown().await.unwrap();
    assert_eq!(notes(&db).await, expected);
    let notes = db.collection::<Document>("notes");
    let books = notes.distinct("book", doc! {}).await.unwrap();
    assert_eq!(books.len(), expected);
}
