//! Processes that share a stream: one handles it at a time, and another one takes over when it is killed
//! or paused. The processes are these tests, run again.

mod common;

use common::changes::{Row, ids, soon};
use common::handled::{STREAMS, Seen, query, started, stream, until, watching, worker};
use common::{plan, store, template};
use futures::TryStreamExt;
use queryleaf_runtime::bson::{Bson, DateTime, Document, doc};
use queryleaf_runtime::mongodb::event::EventHandler;
use queryleaf_runtime::mongodb::event::command::CommandEvent;
use queryleaf_runtime::mongodb::options::ClientOptions;
use queryleaf_runtime::mongodb::{Client, Database};
use queryleaf_runtime::private::{RowReader, WatchQuery, types};
use queryleaf_runtime::watch::{self, Worker};
use std::collections::BTreeMap;
use std::env;
use std::process::{Child, Command};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Set for another process: the database of the test.
const GROUP: &str = "QUERYLEAF_GROUP_OF";

const LEASE: Duration = Duration::from_secs(1);

/// How many events a process handles at a time.
const CONCURRENCY: usize = 4;

/// How many counters there are.
const COUNTERS: i32 = 10;

struct Round {
    counter: i32,
    round: i64,
}

fn decode(row: &mut RowReader<'_>) -> queryleaf_runtime::Result<Round> {
    Ok(Round {
        counter: row.column::<types::Integer, _>(0)?,
        round: row.column::<types::Bigint, _>(1)?,
    })
}

fn rounds() -> WatchQuery<Round> {
    let command = doc! {
        "aggregate": "counters",
        "pipeline": [
            { "$changeStream": {} },
            { "$match": { "operationType": "update" } },
            { "$project": {
                "operationType": 1, "clusterTime": 1, "wallTime": 1, "ns": 1, "documentKey": 1,
                "updateDescription.updatedFields": 1,
            } },
        ],
        "cursor": {},
    };
    let columns = &["documentKey._id", "updateDescription.updatedFields.round"];
    WatchQuery::new(plan(&template(&command), &[], columns), vec![], decode)
}

/// What a process does until it is killed, if this is one of those. It notes each change, outside of
/// transactions and in them.
async fn is_member() -> bool {
    let Ok(group) = env::var(GROUP) else {
        return false;
    };
    let (uri, name) = group.rsplit_once(' ').unwrap();
    let client = Client::with_uri_str(uri).await.unwrap();
    let db = client.database(name);
    let notes = |collection: &str| {
        let notes = db.collection::<Document>(collection);
        move |change: &Round| {
            let note = doc! {
                "counter": change.counter,
                "round": change.round,
                "process": i64::from(std::process::id()),
                "at": DateTime::now(),
            };
            (notes.clone(), note)
        }
    };
    let (noted, stored) = (notes("noted"), notes("stored"));
    let plain = watch::subscription("plain", rounds())
        .concurrency(CONCURRENCY)
        .handle(move |change| {
            let (notes, note) = noted(&change.row);
            async move {
                notes.insert_one(note).await?;
                tokio::time::sleep(Duration::from_millis(20)).await;
                Ok(())
            }
        });
    let once = watch::subscription("once", rounds())
        .concurrency(CONCURRENCY)
        .handle_in_transaction(move |change, tx| {
            let (notes, note) = stored(&change.row);
            Box::pin(async move {
                notes.insert_one(note).session(tx.session()).await?;
                tokio::time::sleep(Duration::from_millis(5)).await;
                Ok(())
            })
        });
    let worker = watch::worker(&db)
        .lease(LEASE)
        .save_every(Duration::from_millis(50));
    let mut worker = worker.run(plain).run(once).start();
    worker.finished().await.unwrap();
    true
}

/// Another process.
struct Member(Child);

impl Member {
    fn start(db: &Database, uri: &str, test: &str) -> Self {
        let member = Command::new(env::current_exe().unwrap())
            .args(["--exact", test])
            .env(GROUP, format!("{uri} {}", db.name()))
            .spawn();
        Member(member.unwrap())
    }

    fn id(&self) -> i64 {
        i64::from(self.0.id())
    }

    fn signal(&self, signal: &str) {
        let id = self.0.id().to_string();
        let sent = Command::new("kill").args([signal, &id]).status();
        assert!(sent.unwrap().success());
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        // With `SIGKILL`.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The process that holds the lease of a stream.
async fn owner(db: &Database, stream: &str) -> Option<i64> {
    let streams = db.collection::<Document>(STREAMS);
    let stream = streams.find_one(doc! { "_id": stream }).await.unwrap()?;
    let (process, _) = stream.get_str("owner").ok()?.split_once('-')?;
    process.parse().ok()
}

async fn place(db: &Database, stream: &str) -> String {
    let streams = db.collection::<Document>(STREAMS);
    let stream = streams.find_one(doc! { "_id": stream }).await.unwrap();
    let place = stream.and_then(|stream| Some(stream.get_str("resume_token").ok()?.to_owned()));
    place.unwrap_or_default()
}

/// A group of two processes that have begun, first the one that handles both streams.
async fn group(db: &Database, test: &str) -> (Member, Member) {
    let counters = (0..COUNTERS).map(|id| doc! { "_id": id, "round": 0_i64 });
    let collection = db.collection::<Document>("counters");
    collection.insert_many(counters).await.unwrap();
    for name in ["noted", "stored"] {
        db.create_collection(name).await.unwrap();
    }
    let uri = queryleaf_testkit::uri().await;
    let first = Member::start(db, uri, test);
    until(async || !place(db, "plain").await.is_empty() && !place(db, "once").await.is_empty())
        .await;
    let second = Member::start(db, uri, test);
    assert_eq!(owner(db, "plain").await, Some(first.id()));
    assert_eq!(owner(db, "once").await, Some(first.id()));
    (first, second)
}

async fn count(db: &Database, rounds: std::ops::Range<i64>) {
    let counters = db.collection::<Document>("counters");
    for round in rounds {
        let set = doc! { "$set": { "round": round } };
        counters.update_many(doc! {}, set).await.unwrap();
    }
}

struct Note {
    counter: i32,
    round: i64,
    process: i64,
    at: DateTime,
}

/// The notes in their order.
async fn notes(db: &Database, collection: &str) -> Vec<Note> {
    let notes = db.collection::<Document>(collection);
    let notes = notes.find(doc! {}).sort(doc! { "at": 1, "_id": 1 }).await;
    let notes: Vec<Document> = notes.unwrap().try_collect().await.unwrap();
    let note = |note: Document| Note {
        counter: note.get_i32("counter").unwrap(),
        round: note.get_i64("round").unwrap(),
        process: note.get_i64("process").unwrap(),
        at: *note.get_datetime("at").unwrap(),
    };
    notes.into_iter().map(note).collect()
}

/// Waits until all rounds before this one are noted for every counter.
async fn complete(db: &Database, rounds: i64) {
    until(async || {
        let mut complete = true;
        for collection in ["noted", "stored"] {
            let notes = db.collection::<Document>(collection);
            let last = doc! { "round": rounds - 1 };
            let last = notes.distinct("counter", last).await.unwrap();
            complete &= last.len() == COUNTERS as usize;
        }
        complete
    })
    .await;
}

/// Every change was stored once, and noted at least once, in the order of its counter.
async fn check(db: &Database, rounds: i64) {
    let mut last: BTreeMap<i32, i64> = BTreeMap::new();
    for note in notes(db, "noted").await {
        let last = last.entry(note.counter).or_default();
        assert!(note.round <= *last + 1, "{} comes after {last}", note.round);
        *last = note.round.max(*last);
    }
    assert!(last.values().all(|last| *last == rounds - 1), "{last:?}");
    let mut stored: Vec<_> = notes(db, "stored").await;
    stored.sort_by_key(|note| (note.counter, note.round));
    let stored: Vec<_> = stored
        .iter()
        .map(|note| (note.counter, note.round))
        .collect();
    let expected: Vec<_> = (0..COUNTERS)
        .flat_map(|counter| (1..rounds).map(move |round| (counter, round)))
        .collect();
    assert_eq!(stored, expected);
}

#[tokio::test]
async fn another_process_takes_over_when_one_is_killed() {
    if is_member().await {
        return;
    }
    let db = queryleaf_testkit::database().await;
    let (first, second) = group(&db, "another_process_takes_over_when_one_is_killed").await;
    count(&db, 1..20).await;
    // In the middle of its work.
    first.signal("-KILL");
    let killed = Instant::now();
    until(async || {
        owner(&db, "plain").await == Some(second.id())
            && owner(&db, "once").await == Some(second.id())
    })
    .await;
    // As soon as the lease was over and was asked for, and not much later.
    assert!(killed.elapsed() < 3 * LEASE, "{:?}", killed.elapsed());
    count(&db, 20..25).await;
    complete(&db, 25).await;
    check(&db, 25).await;
    let both = notes(&db, "noted").await;
    for process in [first.id(), second.id()] {
        assert!(both.iter().any(|note| note.process == process));
    }
}

#[tokio::test]
async fn a_process_that_was_paused_does_not_take_the_stream_back() {
    if is_member().await {
        return;
    }
    let db = queryleaf_testkit::database().await;
    let test = "a_process_that_was_paused_does_not_take_the_stream_back";
    let (first, second) = group(&db, test).await;
    // Much of it is read, and not handled.
    count(&db, 1..40).await;
    first.signal("-STOP");
    until(async || {
        owner(&db, "plain").await == Some(second.id())
            && owner(&db, "once").await == Some(second.id())
    })
    .await;
    complete(&db, 40).await;
    tokio::time::sleep(LEASE).await;
    let places = [place(&db, "plain").await, place(&db, "once").await];
    let continued = DateTime::now();
    first.signal("-CONT");
    tokio::time::sleep(2 * LEASE).await;
    // It has saved nothing, and goes on with nothing but what it was about to note.
    assert!(place(&db, "plain").await >= places[0]);
    assert!(place(&db, "once").await >= places[1]);
    let late = notes(&db, "noted").await;
    let late = late
        .iter()
        .filter(|note| note.process == first.id() && note.at >= continued);
    assert!(late.count() <= CONCURRENCY);
    count(&db, 40..45).await;
    complete(&db, 45).await;
    for collection in ["noted", "stored"] {
        let notes = notes(&db, collection).await;
        let new = notes.iter().filter(|note| note.round >= 40);
        assert!(new.clone().count() >= 50);
        assert!(new.clone().all(|note| note.process == second.id()));
    }
    check_stored_once(&db, 45).await;
    // It is one of the group again.
    drop(second);
    until(async || owner(&db, "once").await == Some(first.id())).await;
    count(&db, 45..46).await;
    complete(&db, 46).await;
    check_stored_once(&db, 46).await;
}

/// As [`check`], but for the notes of a process that noted something late.
async fn check_stored_once(db: &Database, rounds: i64) {
    let mut stored = notes(db, "stored").await;
    stored.sort_by_key(|note| (note.counter, note.round));
    let all = stored.len();
    stored.dedup_by_key(|note| (note.counter, note.round));
    assert_eq!(all, stored.len());
    assert_eq!(all as i64, (rounds - 1) * i64::from(COUNTERS));
}

#[tokio::test]
async fn a_worker_is_ready_when_what_happens_next_is_handled() {
    let db = queryleaf_testkit::database().await;
    for round in 0..10 {
        let seen = Seen::default();
        let name = format!("readers {round}");
        let handled = seen.clone();
        let readers = watch::subscription(name, query()).handle(move |change| {
            handled.add(&change);
            async { Ok(()) }
        });
        let worker = started(worker(&db).run(readers)).await;
        // Without a moment in between.
        store(&db, ids([round])).await;
        seen.wait(1).await;
        worker.shutdown().await.unwrap();
        assert_eq!(seen.ids(), [round]);
    }
}

#[tokio::test]
async fn a_worker_that_stands_by_is_ready_when_the_other_one_has_begun() {
    let db = queryleaf_testkit::database().await;
    let seen = Seen::default();
    let (first, second) = tokio::join!(watching(&db, &seen), watching(&db, &seen));
    store(&db, ids([1])).await;
    seen.wait(1).await;
    first.shutdown().await.unwrap();
    second.shutdown().await.unwrap();

    // Another process holds the lease, and has no place yet.
    let streams = db.collection::<Document>(STREAMS);
    let held = doc! {
        "$set": { "lease_expires_at": DateTime::from_millis(i64::from(u32::MAX) * 1000) },
        "$unset": { "resume_token": "" },
    };
    streams.update_one(doc! {}, held).await.unwrap();
    let readers = watch::subscription("readers", query()).handle(|_| async { Ok(()) });
    let mut third: Worker = worker(&db).run(readers).start();
    let waiting = tokio::time::timeout(Duration::from_millis(500), third.ready());
    assert!(waiting.await.is_err());
    let begun = doc! { "$set": { "resume_token": "8264BEB9F3000000012B0429296E04" } };
    streams.update_one(doc! {}, begun).await.unwrap();
    soon(third.ready()).await.unwrap();
    assert!(!stream(&db).await.contains_key("owner"));
}

#[tokio::test]
async fn a_stream_that_cannot_begin_is_an_error_of_who_waits_for_it() {
    let db = queryleaf_testkit::database().await;
    let wrong: WatchQuery<Row> =
        common::changes::changes_where(&doc! { "$expr": { "$nothing_like_it": 1 } });
    let wrong = watch::subscription("wrong", wrong).handle(|_| async { Ok(()) });
    let right = watch::subscription("readers", query()).handle(|_| async { Ok(()) });
    let mut worker = worker(&db).run(wrong).run(right).start();
    let error = soon(worker.ready()).await.unwrap_err();
    assert!(error.to_string().contains("nothing_like_it"), "{error}");
    // The other one has begun.
    soon(worker.ready()).await.unwrap();
}

/// The clocks of processes differ; that of the server is one for all of them.
#[tokio::test]
async fn leases_go_by_the_clock_of_the_server() {
    let db = queryleaf_testkit::database().await;
    let sent: Arc<Mutex<Vec<Document>>> = Arc::default();
    let commands = sent.clone();
    let mut options = ClientOptions::parse(queryleaf_testkit::uri().await)
        .await
        .unwrap();
    options.command_event_handler = Some(EventHandler::callback(move |event| {
        if let CommandEvent::Started(started) = event {
            commands.lock().unwrap().push(started.command);
        }
    }));
    let watched = Client::with_options(options).unwrap().database(db.name());
    let seen = Seen::default();
    let worker = watching(&watched, &seen).await;
    store(&db, ids([1])).await;
    seen.wait(1).await;
    // It is renewed, too.
    tokio::time::sleep(Duration::from_secs(1)).await;
    worker.shutdown().await.unwrap();

    let mut times = Vec::new();
    for command in sent.lock().unwrap().iter() {
        leases(&Bson::from(command.clone()), &mut times);
    }
    let by_server = |time: &&Bson| time.to_string().contains("$$NOW");
    assert!(times.iter().filter(by_server).count() >= 3, "{times:?}");
    let never = Bson::from(DateTime::from_millis(0));
    let is_by_client = |time: &&Bson| !by_server(time) && **time != never;
    assert_eq!(times.iter().find(is_by_client), None);
}

/// Finds what is said about the end of a lease.
fn leases(value: &Bson, times: &mut Vec<Bson>) {
    match value {
        Bson::Document(document) => {
            for (key, value) in document {
                match key.as_str() {
                    "lease_expires_at" => times.push(value.clone()),
                    "$lte" if value.to_string().contains("$lease_expires_at") => {
                        times.push(value.clone());
                    }
                    _ => leases(value, times),
                }
            }
        }
        Bson::Array(values) => values.iter().for_each(|value| leases(value, times)),
        _ => {}
    }
}
