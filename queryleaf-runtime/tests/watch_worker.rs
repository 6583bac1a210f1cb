//! Workers: what is handled, how often, in which order, and what is stored of it.

mod common;

use common::changes::{Row, all, changes, ids, soon};
use common::handled::{
    DEAD_LETTERS, STREAMS, Seen, active, query, quick, started, stream, until, watching, worker,
};
use common::store;
use futures::{FutureExt, StreamExt, TryStreamExt};
use queryleaf_plan::Template;
use queryleaf_runtime::Error;
use queryleaf_runtime::bson::{Document, doc};
use queryleaf_runtime::watch::{
    self, Change, OperationType, ResumeToken, Saved, TokenCollection, TokenStore,
};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

#[tokio::test]
async fn a_worker_goes_on_where_the_last_one_ended() {
    let db = queryleaf_testkit::database().await;
    let seen = Seen::default();
    let worker = watching(&db, &seen).await;
    store(&db, ids(0..100)).await;
    seen.wait(100).await;
    worker.shutdown().await.unwrap();
    assert_eq!(stream(&db).await.get_str("stream_status"), Ok("stopped"));

    store(&db, ids(100..200)).await;
    let worker = watching(&db, &seen).await;
    seen.wait(200).await;
    worker.shutdown().await.unwrap();
    assert_eq!(seen.sorted(), (0..200).collect::<Vec<_>>());

    let stream = stream(&db).await;
    assert_eq!(stream.get_i64("events_processed"), Ok(200));
    assert_eq!(stream.get_str("collection_name"), Ok("books"));
    assert_eq!(stream.get_i32("consecutive_errors"), Ok(0));
    assert!(stream.get_datetime("last_event_timestamp").is_ok());
    assert!(stream.get_i32("avg_processing_latency_ms").is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_changes_of_a_document_are_handled_in_their_order() {
    const BOOKS: i32 = 20;
    const ROUNDS: i32 = 30;
    let db = queryleaf_testkit::database().await;
    store(&db, ids(0..BOOKS)).await;
    let handled: Arc<Mutex<Vec<Vec<String>>>> =
        Arc::new(Mutex::new(vec![Vec::new(); BOOKS as usize]));
    let running = Arc::new(Mutex::new((0, 0)));
    let (notes, counts) = (handled.clone(), running.clone());
    let readers = watch::subscription("readers", query())
        .concurrency(8)
        .retry(quick())
        .handle(move |change| {
            let (notes, counts) = (notes.clone(), counts.clone());
            async move {
                {
                    let mut counts = counts.lock().unwrap();
                    counts.0 += 1;
                    counts.1 = counts.1.max(counts.0);
                }
                let id = change.id.unwrap();
                let pause = (id * 7 + change.attempt() as i32 * 3) % 5;
                tokio::time::sleep(Duration::from_millis(pause as u64)).await;
                counts.lock().unwrap().0 -= 1;
                // Now and then it fails once.
                let token = change.token().unwrap().to_string();
                let is_odd = token.bytes().map(u32::from).sum::<u32>() % 10 == 0;
                if is_odd && change.attempt() == 1 {
                    return Err("not now".into());
                }
                notes.lock().unwrap()[id as usize].push(token);
                Ok(())
            }
        });
    let worker = started(worker(&db).run(readers)).await;
    let collection = db.collection::<Document>("books");
    for round in 0..ROUNDS {
        let set = doc! { "$set": { "round": round } };
        collection.update_many(doc! {}, set).await.unwrap();
    }
    let all = (BOOKS * ROUNDS) as usize;
    until(async || handled.lock().unwrap().iter().map(Vec::len).sum::<usize>() >= all).await;
    worker.shutdown().await.unwrap();
    for tokens in handled.lock().unwrap().iter() {
        assert_eq!(tokens.len(), ROUNDS as usize);
        assert!(tokens.is_sorted());
    }
    let most = running.lock().unwrap().1;
    assert!((2..=8).contains(&most), "{most}");
}

#[tokio::test]
async fn what_cannot_be_handled_is_put_aside() {
    let db = queryleaf_testkit::database().await;
    let seen = Seen::default();
    let handled = seen.clone();
    let readers = watch::subscription("readers", query())
        .retry(quick())
        .handle(move |change| {
            let seen = handled.clone();
            async move {
                match (change.id, change.attempt()) {
                    (Some(1), _) => return Err("no".into()),
                    (Some(2), _) => panic!("oh"),
                    (Some(3), 1 | 2) => return Err("not yet".into()),
                    _ => {}
                }
                seen.add(&change);
                Ok(())
            }
        });
    let worker = worker(&db).processing_log(Duration::from_secs(3600));
    let worker = started(worker.run(readers)).await;
    store(&db, ids(0..5)).await;
    store(&db, [doc! { "_id": 5, "title": 7 }]).await;
    seen.wait(3).await;
    let letters = db.collection::<Document>(DEAD_LETTERS);
    until(async || letters.count_documents(doc! {}).await.unwrap() == 3).await;
    worker.shutdown().await.unwrap();
    assert_eq!(seen.sorted(), [0, 3, 4]);

    let mut found = Vec::new();
    for id in [1, 2, 5] {
        let of_book = doc! { "document_key": { "_id": id } };
        let letter = letters.find_one(of_book).await.unwrap().unwrap();
        assert_eq!(letter.get_str("stream_name"), Ok("readers"));
        assert!(letter.get_document("event").is_ok());
        let message = letter.get_str("error_message").unwrap().to_owned();
        found.push((letter.get_i64("attempts").unwrap(), message));
    }
    assert_eq!(found[0], (3, "no".to_owned()));
    assert_eq!(found[1], (3, "the handler panicked".to_owned()));
    assert_eq!(found[2].0, 1);
    assert!(found[2].1.contains("fullDocument.title"), "{}", found[2].1);

    let stream = stream(&db).await;
    assert_eq!(stream.get_i64("dead_letters"), Ok(3));
    assert_eq!(stream.get_i64("errors"), Ok(9));
    let log = db.collection::<Document>("change_stream_processing_log");
    let rows =
        |successful: bool| log.count_documents(doc! { "processed_successfully": successful });
    assert_eq!(rows(true).await.unwrap(), 3);
    assert_eq!(rows(false).await.unwrap(), 9);
}

#[tokio::test]
async fn a_shutdown_lets_handlers_finish_and_begins_nothing_new() {
    let db = queryleaf_testkit::database().await;
    let seen = Seen::default();
    let (handled, begun) = (seen.clone(), Arc::new(Mutex::new(0)));
    let counts = begun.clone();
    let readers = watch::subscription("readers", query())
        .concurrency(2)
        .handle(move |change| {
            let seen = handled.clone();
            *counts.lock().unwrap() += 1;
            async move {
                tokio::time::sleep(Duration::from_millis(300)).await;
                seen.add(&change);
                Ok(())
            }
        });
    let worker = started(worker(&db).run(readers)).await;
    store(&db, ids(0..50)).await;
    until(async || *begun.lock().unwrap() == 2).await;
    soon(worker.shutdown()).await.unwrap();
    assert_eq!(seen.ids().len(), 2);

    let worker = watching(&db, &seen).await;
    seen.wait(50).await;
    worker.shutdown().await.unwrap();
    assert_eq!(seen.sorted(), (0..50).collect::<Vec<_>>());
}

#[tokio::test]
async fn one_process_at_a_time_handles_a_stream() {
    let db = queryleaf_testkit::database().await;
    let (first_seen, second_seen) = (Seen::default(), Seen::default());
    let first = watching(&db, &first_seen).await;
    let fence = stream(&db).await.get_i64("fence").unwrap();
    let second = watching(&db, &second_seen).await;
    store(&db, ids(0..10)).await;
    first_seen.wait(10).await;
    // For longer than a lease.
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    store(&db, ids(10..20)).await;
    first_seen.wait(20).await;
    assert!(second_seen.ids().is_empty());

    // It ends without a word.
    drop(first);
    store(&db, ids(20..30)).await;
    let all = async || second_seen.ids().iter().filter(|id| **id >= 20).count() >= 10;
    until(all).await;
    let now = stream(&db).await;
    assert!(now.get_i64("fence").unwrap() > fence);
    // What the first one would have saved, had it been asleep, comes too late.
    let store = TokenCollection::new(&db, STREAMS);
    let token = store.load("readers").await.unwrap().unwrap();
    let late = store.save("readers", &token, fence).await.unwrap();
    assert_eq!(late, Saved::Superseded);

    // After a shutdown another one takes over at once.
    second.shutdown().await.unwrap();
    let third = watching(&db, &first_seen).await;
    third.shutdown().await.unwrap();
}

#[tokio::test]
async fn what_is_written_in_the_transaction_is_written_once() {
    let db = queryleaf_testkit::database().await;
    store(&db, ids([0])).await;
    let letters = db.collection::<Document>(DEAD_LETTERS);
    db.create_collection("notes").await.unwrap();
    let worker = || {
        let notes = db.collection::<Document>("notes");
        let readers = watch::subscription("readers", query())
            .retry(quick())
            .handle_in_transaction(move |change, tx| {
                let notes = notes.clone();
                Box::pin(async move {
                    let note =
                        doc! { "book": change.id, "token": change.token().unwrap().to_string() };
                    notes.insert_one(note).session(tx.session()).await?;
                    match change.id {
                        Some(7) => Err("not this one".into()),
                        _ => Ok(()),
                    }
                })
            });
        let builder = worker(&db).lease(Duration::from_millis(200));
        // Places are hardly ever saved but in transactions.
        builder
            .save_every(Duration::from_millis(700))
            .run(readers)
            .start()
    };
    let running = worker();
    active(&db).await;
    drop(running);
    let mut next = 1;
    for _ in 0..6 {
        let running = worker();
        for _ in 0..10 {
            store(&db, ids(next..next + 20)).await;
            next += 20;
            tokio::time::sleep(Duration::from_millis(70)).await;
        }
        drop(running);
    }
    let running = worker();
    let notes = db.collection::<Document>("notes");
    let expected = next as u64 - 2;
    until(async || notes.count_documents(doc! {}).await.unwrap() >= expected).await;
    until(async || letters.count_documents(doc! {}).await.unwrap() >= 1).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    running.shutdown().await.unwrap();
    assert_eq!(notes.count_documents(doc! {}).await.unwrap(), expected);
    let books = notes.distinct("book", doc! {}).await.unwrap();
    assert_eq!(books.len() as u64, expected);
    let letter = letters.find_one(doc! {}).await.unwrap().unwrap();
    assert_eq!(letter.get_document("document_key"), Ok(&doc! { "_id": 7 }));
    assert_eq!(letters.count_documents(doc! {}).await.unwrap(), 1);
}

#[tokio::test]
async fn events_about_no_document_wait_for_those_before_them() {
    let db = queryleaf_testkit::database().await;
    let seen = Seen::default();
    let handled = seen.clone();
    let readers = watch::subscription("readers", query()).handle(move |change| {
        let seen = handled.clone();
        async move {
            let pause = change.id.unwrap_or_default() as u64 % 7;
            tokio::time::sleep(Duration::from_millis(pause * 10)).await;
            seen.add(&change);
            Ok(())
        }
    });
    let worker = started(worker(&db).run(readers)).await;
    store(&db, ids(0..30)).await;
    db.collection::<Document>("books").drop().await.unwrap();
    store(&db, ids(30..31)).await;
    seen.wait(33).await;
    worker.shutdown().await.unwrap();
    let types: Vec<OperationType> = {
        let seen = seen.0.lock().unwrap();
        seen.iter().map(|(kind, _)| *kind).collect()
    };
    assert_eq!(types.len(), 33);
    assert!(
        types[..30]
            .iter()
            .all(|kind| *kind == OperationType::Insert)
    );
    assert_eq!(
        types[30..],
        [
            OperationType::Drop,
            OperationType::Invalidate,
            OperationType::Insert
        ]
    );
    assert_eq!(stream(&db).await.get_str("stream_status"), Ok("stopped"));
}

#[tokio::test]
async fn the_documents_that_there_are_come_first() {
    let db = queryleaf_testkit::database().await;
    store(&db, ids(0..40)).await;
    let seen = Seen::default();
    let handled = seen.clone();
    let readers = watch::subscription("readers", query())
        .snapshot_first()
        .handle(move |change| {
            seen_token(&change);
            handled.add(&change);
            async { Ok(()) }
        });
    let worker = started(worker(&db).run(readers)).await;
    store(&db, ids(40..50)).await;
    seen.wait(50).await;
    worker.shutdown().await.unwrap();
    assert_eq!(seen.sorted(), (0..50).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_left_out_or_comes_twice_between_a_snapshot_and_the_changes() {
    const DOCUMENTS: i32 = 3_000;
    let db = queryleaf_testkit::database().await;
    store(&db, ids(0..DOCUMENTS)).await;
    let books = db.collection::<Document>("books");
    let (stop, mut stopped) = tokio::sync::watch::channel(false);
    let writing = books.clone();
    let writer = tokio::spawn(async move {
        let mut next = DOCUMENTS;
        while !*stopped.borrow_and_update() {
            writing.insert_one(doc! { "_id": next }).await.unwrap();
            let gone = doc! { "_id": next - DOCUMENTS };
            writing.delete_one(gone).await.unwrap();
            next += 1;
        }
        next
    });
    tokio::time::sleep(Duration::from_millis(50)).await;
    let mut rows = query().snapshot_and_watch(&db);
    let mut there = BTreeSet::new();
    let mut told = 0;
    let end = loop {
        let row = soon(rows.try_next()).await.unwrap().unwrap();
        let id = row.id.unwrap();
        match row.operation_type {
            OperationType::Insert => assert!(there.insert(id), "{id} comes twice"),
            OperationType::Delete => assert!(there.remove(&id), "{id} was left out"),
            other => panic!("{other}"),
        }
        told += 1;
        if told == DOCUMENTS + 500 {
            stop.send(true).unwrap();
            break writer.await.unwrap();
        }
    };
    let expected: BTreeSet<i32> = (end - DOCUMENTS..end).collect();
    while there != expected {
        let row = soon(rows.try_next()).await.unwrap().unwrap();
        let id = row.id.unwrap();
        match row.operation_type {
            OperationType::Insert => assert!(there.insert(id), "{id} comes twice"),
            _ => assert!(there.remove(&id), "{id} was left out"),
        }
    }
    assert!(rows.token().is_some());
}

#[tokio::test]
async fn a_snapshot_of_a_database_has_all_collections_and_one_of_nothing_is_empty() {
    let db = queryleaf_testkit::database().await;
    // There is no such collection.
    let mut rows = query().snapshot_and_watch(&db);
    let (first, ()) = tokio::join!(soon(rows.try_next()), async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        store(&db, ids([1])).await;
    });
    assert_eq!(first.unwrap().unwrap().id, Some(1));
    let films = db.collection::<Document>("films");
    films.insert_one(doc! { "_id": 2 }).await.unwrap();
    let all = changes(Template::from(1), all());
    let rows = all.snapshot_and_watch(&db).take(2);
    let rows: Vec<Row> = soon(rows.try_collect()).await.unwrap();
    let mut ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    ids.sort_unstable();
    assert_eq!(ids, [Some(1), Some(2)]);
}

fn seen_token(change: &Change<Row>) {
    let is_of_snapshot = change.id.unwrap() < 40;
    assert_eq!(change.token().is_none(), is_of_snapshot);
    assert_eq!(change.collection(), Some("books"));
    assert!(change.happened_at().is_some());
}

#[tokio::test]
async fn the_place_is_kept_where_the_program_wants() {
    #[derive(Clone, Default)]
    struct Memory(Arc<Mutex<Option<ResumeToken>>>);

    impl TokenStore for Memory {
        fn load<'a>(
            &'a self,
            _: &'a str,
        ) -> futures::future::BoxFuture<'a, Result<Option<ResumeToken>, watch::HandlerError>>
        {
            async { Ok(self.0.lock().unwrap().clone()) }.boxed()
        }

        fn save<'a>(
            &'a self,
            _: &'a str,
            token: &'a ResumeToken,
            _: watch::Fence,
        ) -> futures::future::BoxFuture<'a, Result<Saved, watch::HandlerError>> {
            *self.0.lock().unwrap() = Some(token.clone());
            async { Ok(Saved::Yes) }.boxed()
        }
    }

    let db = queryleaf_testkit::database().await;
    let (memory, seen) = (Memory::default(), Seen::default());
    for round in 0..2 {
        let handled = seen.clone();
        let readers = watch::subscription("readers", query())
            .token_store(memory.clone())
            .handle(move |change| {
                handled.add(&change);
                async { Ok(()) }
            });
        let worker = worker(&db).run(readers).start();
        until(async || memory.0.lock().unwrap().is_some()).await;
        store(&db, ids(round * 10..round * 10 + 10)).await;
        seen.wait(round as usize * 10 + 10).await;
        worker.shutdown().await.unwrap();
    }
    assert_eq!(seen.sorted(), (0..20).collect::<Vec<_>>());
    assert!(!stream(&db).await.contains_key("resume_token"));
}

#[tokio::test]
async fn a_parameter_without_a_usable_value_ends_the_worker() {
    let db = queryleaf_testkit::database().await;
    let limit = Template::entry(
        "n",
        Template::Hole {
            parameter: 0,
            form: queryleaf_plan::Form::Count,
        },
    );
    let query = common::changes::changes_with(limit, -1);
    let readers = watch::subscription("readers", query).handle(|_| async { Ok(()) });
    let mut worker = worker(&db).run(readers).start();
    let error = soon(worker.finished()).await.unwrap_err();
    assert!(matches!(error, Error::Parameter { .. }), "{error:?}");
}
