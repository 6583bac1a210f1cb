//! Consumers that are killed (`kill -9`), and servers, while a stream is handled: every change is handled
//! at least once and in the order of its document, with transactions exactly once; the memory of the
//! consumer stays as it is.
//!
//! `QUERYLEAF_CHANGES` says how many changes, `QUERYLEAF_CONSUMER_KILLS` and `QUERYLEAF_SERVER_KILLS` how
//! often each is killed; few, unless they are set. The consumer is this test, run again as another
//! process.

#![expect(clippy::print_stdout, reason = "what became of each kill")]

mod common;

use common::changes::soon;
use common::{plan, template};
use futures::TryStreamExt;
use queryleaf_runtime::bson::{Bson, Document, doc};
use queryleaf_runtime::mongodb::{Client, Collection, Database, IndexModel};
use queryleaf_runtime::private::{RowReader, WatchQuery, types};
use queryleaf_runtime::watch::{self, Handled};
use queryleaf_testkit::{Server, persistent, target_directory};
use std::collections::hash_map::RandomState;
use std::env;
use std::fs::{File, OpenOptions};
use std::hash::{BuildHasher, Hasher};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How many documents are changed; each change counts its document's rounds on.
const DOCUMENTS: u64 = 1000;

/// How many rounds wait at the most: many at once for a consumer, and no more than the history of the
/// server has place for.
const BACKLOG: i64 = 100;

/// Set for the process of a consumer: the address of the server.
const CONSUMER: &str = "QUERYLEAF_CONSUMER_OF";
const NOTES: &str = "QUERYLEAF_CONSUMER_NOTES";

/// The first of the keys, which are long numbers: places behind them have another form than most.
const FIRST_KEY: i64 = 1 << 40;

struct Row {
    document: i64,
    round: i64,
}

fn decode(row: &mut RowReader<'_>) -> queryleaf_runtime::Result<Row> {
    let key: i64 = row.column::<types::Bigint, _>(0)?;
    Ok(Row {
        document: key - FIRST_KEY,
        round: row.column::<types::Bigint, _>(1)?,
    })
}

/// The updates of counters, with the number of the round that each writes.
fn rounds() -> WatchQuery<Row> {
    updates(doc! {}, doc! { "operationType": "update" })
}

/// The updates of counters that are in an odd round when they are looked up: whether one passes changes
/// with time, and a stream has to go on behind one that would not pass any more.
fn odd_rounds() -> WatchQuery<Row> {
    let odd = doc! { "operationType": "update", "fullDocument.round": { "$mod": [2, 1] } };
    updates(doc! { "fullDocument": "updateLookup" }, odd)
}

fn updates(options: Document, condition: Document) -> WatchQuery<Row> {
    let command = doc! {
        "aggregate": "counters",
        "pipeline": [
            { "$changeStream": options },
            { "$match": condition },
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

/// Ends a line of the notes. One without it is still being written, or its process was killed within the
/// write: then it is no note of a change that was handled.
const END: &str = " handled";

/// Writes a line for each change: a write that is done is not undone by the end of the process.
fn noted(notes: &Path) -> Handled {
    let notes = OpenOptions::new().create(true).append(true).open(notes);
    let notes = Arc::new(Mutex::new(notes.unwrap()));
    watch::subscription("noted", rounds()).handle(move |change| {
        let notes = notes.clone();
        async move {
            let line = format!("\n{} {}{END}\n", change.document, change.round);
            notes.lock().unwrap().write_all(line.as_bytes())?;
            // It is not done long before the other streams are, so that each kill finds it at work.
            tokio::time::sleep(Duration::from_millis(8)).await;
            Ok(())
        }
    })
}

/// Stores a document for each change.
fn in_transactions(db: &Database) -> Handled {
    let handled = db.collection::<Document>("handled");
    watch::subscription("stored", rounds()).handle_in_transaction(move |change, tx| {
        let handled = handled.clone();
        Box::pin(async move {
            let row = doc! { "document": change.document, "round": change.round };
            handled.insert_one(row).session(tx.session()).await?;
            Ok(())
        })
    })
}

/// Counts what passes.
fn counted(db: &Database) -> Handled {
    let counts = db.collection::<Document>("counts");
    watch::subscription("counted", odd_rounds()).handle(move |_| {
        let counts = counts.clone();
        async move {
            let one = doc! { "$inc": { "count": 1 } };
            counts.update_one(doc! {}, one).upsert(true).await?;
            Ok(())
        }
    })
}

/// What the process of a consumer does until it is killed.
async fn consume(uri: &str, notes: &Path) {
    let client = Client::with_uri_str(uri).await.unwrap();
    let db = client.database("killed");
    let mut worker = watch::worker(&db)
        .lease(Duration::from_secs(2))
        .run(noted(notes))
        .run(in_transactions(&db))
        .run(counted(&db))
        .start();
    worker.finished().await.unwrap();
}

fn setting(name: &str, otherwise: u64) -> u64 {
    env::var(name).map_or(otherwise, |value| value.parse().unwrap())
}

/// A process that consumes.
struct Consumer(Child);

impl Consumer {
    fn start(uri: &str, notes: &Path) -> Self {
        let test = Command::new(env::current_exe().unwrap())
            .args(["--exact", "killed_consumers_and_servers_lose_no_change"])
            .env(CONSUMER, uri)
            .env(NOTES, notes)
            .spawn();
        Consumer(test.unwrap())
    }

    /// Whether it has not ended by itself.
    fn is_running(&mut self) -> bool {
        matches!(self.0.try_wait(), Ok(None))
    }

    /// How much memory it has, in kB.
    fn memory(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id())).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmRSS"))?;
        line.split_whitespace().nth(1)?.parse().ok()
    }
}

impl Drop for Consumer {
    fn drop(&mut self) {
        // With `SIGKILL`.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Changes each document in round after round, faster than they are handled.
async fn produce(uri: String, rounds: u64) {
    let client = Client::with_uri_str(uri).await.unwrap();
    let db = client.database("killed");
    let counters = db.collection::<Document>("counters");
    let handled = db.collection::<Document>("handled");
    for round in 1..=rounds as i64 {
        while !has_been_handled(&handled, round - BACKLOG).await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        loop {
            let behind = doc! { "round": { "$lt": round } };
            let change = doc! { "$set": { "round": round } };
            match counters.update_many(behind, change).await {
                Ok(_) => break,
                Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        }
    }
}

/// Whether this round of every document is stored, if the server says.
async fn has_been_handled(handled: &Collection<Document>, round: i64) -> bool {
    let stored = handled.count_documents(doc! { "round": round }).await;
    round <= 0 || stored.is_ok_and(|stored| stored >= DOCUMENTS)
}

/// Counts the changes that have been stored. The server's own count of a collection is too low after it
/// was killed.
struct Stored {
    handled: Collection<Document>,
    /// So many rounds are stored of every document.
    complete: u64,
}

impl Stored {
    /// How many there are, if the server says.
    async fn count(&mut self) -> Option<u64> {
        loop {
            let next = doc! { "round": self.complete as i64 + 1 };
            if self.handled.count_documents(next).await.ok()? < DOCUMENTS {
                break;
            }
            self.complete += 1;
        }
        let later = doc! { "round": { "$gt": self.complete as i64 } };
        let later = self.handled.count_documents(later).await.ok()?;
        Some(self.complete * DOCUMENTS + later)
    }
}

/// How many lines the notes have, and whether all changes are there in the order of their documents. One
/// that comes again does so behind others that come again.
fn check_notes(notes: &Path, rounds: u64) -> (u64, bool) {
    let mut last = vec![0; DOCUMENTS as usize];
    let mut lines = 0;
    for line in BufReader::new(File::open(notes).unwrap()).lines() {
        let line = line.unwrap();
        let Some(line) = line.strip_suffix(END) else {
            continue;
        };
        let (document, round) = line.split_once(' ').unwrap();
        let last: &mut u64 = &mut last[document.parse::<usize>().unwrap()];
        let round: u64 = round.parse().unwrap();
        assert!(round <= *last + 1, "{line} comes after {last}");
        *last = round.max(*last);
        lines += 1;
    }
    (lines, last.iter().all(|last| *last == rounds))
}

fn random(below: u64) -> u64 {
    RandomState::new().build_hasher().finish() % below
}

/// When to kill what: so many changes are handled by then.
fn plan_of_kills(all: u64) -> Vec<(u64, bool)> {
    let consumers = setting("QUERYLEAF_CONSUMER_KILLS", 3);
    let servers = setting("QUERYLEAF_SERVER_KILLS", 1);
    let of = |count: u64, server: bool| {
        (0..count).map(move |number| {
            let share = all / (count + 1);
            (share * number + share / 2 + random(share.max(1)), server)
        })
    };
    let mut kills: Vec<_> = of(consumers, false).chain(of(servers, true)).collect();
    kills.sort_unstable();
    kills
}

async fn killed(server: Server) -> Server {
    let server = tokio::task::spawn_blocking(move || {
        server.kill();
        server
    });
    server.await.unwrap().restart().await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_consumers_and_servers_lose_no_change() {
    if let (Ok(uri), Ok(notes)) = (env::var(CONSUMER), env::var(NOTES)) {
        return consume(&uri, Path::new(&notes)).await;
    }
    let rounds = setting("QUERYLEAF_CHANGES", 20_000) / DOCUMENTS;
    let all = rounds * DOCUMENTS;
    let name = format!("watch-killed-{}", std::process::id());
    let directory = target_directory().join(&name);
    let mut server = persistent(&name).await.unwrap();
    let uri = server.uri().to_owned();
    let db = server.client().await.unwrap().database("killed");
    prepare(&db).await;

    let notes = directory.join("notes");
    // One of them handles a stream, and the other one takes over.
    let mut consumers = [(); 2].map(|()| Consumer::start(&uri, &notes));
    begun(&db).await;
    let started = Instant::now();
    let producer = tokio::spawn(produce(uri.clone(), rounds));
    let mut memory: Vec<(u64, u64)> = Vec::new();
    let mut kills = plan_of_kills(all).into_iter().peekable();
    let mut progressed = (Instant::now(), 0);
    let mut stored = Stored {
        handled: db.collection("handled"),
        complete: 0,
    };
    loop {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let Some(handled) = stored.count().await else {
            continue;
        };
        if handled > progressed.1 {
            progressed = (Instant::now(), handled);
            let most = consumers.iter().filter_map(Consumer::memory).max();
            memory.extend(most.map(|memory| (handled, memory)));
        }
        assert!(progressed.0.elapsed().as_secs() < 120, "it stands still");
        match kills.next_if(|(when, _)| *when <= handled) {
            Some((_, true)) => {
                println!("the server is killed after {handled} changes");
                server = killed(server).await;
                progressed.0 = Instant::now();
            }
            Some((_, false)) => {
                println!("the consumer is killed after {handled} changes");
                consumers[random(2) as usize] = Consumer::start(&uri, &notes);
            }
            None if handled >= all && check_notes(&notes, rounds).1 => break,
            None => {}
        }
    }
    assert_eq!(kills.next(), None);
    producer.await.unwrap();
    // What comes twice would come now.
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert!(consumers.iter_mut().all(Consumer::is_running));
    drop(consumers);

    let (lines, complete) = check_notes(&notes, rounds);
    assert!(complete);
    let db = server.client().await.unwrap().database("killed");
    check_stored(&db, rounds).await;
    let counts = db.collection::<Document>("counts");
    assert_eq!(counts.count_documents(doc! {}).await.unwrap(), 1);
    let took = started.elapsed().as_secs_f64();
    println!("{all} changes in {took:.0} s; {lines} handled at least once; {all} exactly once");
    let most = memory.iter().map(|(_, memory)| *memory).max().unwrap();
    println!("memory of the consumer, by changes: {:?}", sample(&memory));
    assert!(most < 150_000, "{most} kB");
    server.stop();
    std::fs::remove_dir_all(directory).unwrap();
}

/// The documents, before their changes.
async fn prepare(db: &Database) {
    let keys = FIRST_KEY..FIRST_KEY + DOCUMENTS as i64;
    let counters = keys.map(|id| doc! { "_id": id, "round": 0_i64 });
    let collection = db.collection::<Document>("counters");
    collection.insert_many(counters).await.unwrap();
    // Not unique: a change that is stored twice is to be found, not refused.
    let index = doc! { "round": 1 };
    let index = IndexModel::builder().keys(index).build();
    let handled = db.collection::<Document>("handled");
    handled.create_index(index).await.unwrap();
}

/// Waits until all streams have a place.
async fn begun(db: &Database) {
    let streams = db.collection::<Document>("change_stream_resume_tokens");
    soon(async {
        let with_place = doc! { "resume_token": { "$exists": true } };
        while streams.count_documents(with_place.clone()).await.unwrap() < 3 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
}

/// Every change is stored once.
async fn check_stored(db: &Database, rounds: u64) {
    let handled = db.collection::<Document>("handled");
    let pipeline = [
        doc! { "$group": {
            "_id": "$document",
            "changes": { "$sum": 1 },
            "different": { "$addToSet": "$round" },
        } },
        doc! { "$project": { "changes": 1, "different": { "$size": "$different" } } },
    ];
    let found = handled.aggregate(pipeline).allow_disk_use(true).await;
    let found: Vec<Document> = found.unwrap().try_collect().await.unwrap();
    assert_eq!(found.len() as u64, DOCUMENTS);
    for document in found {
        assert_eq!(
            document.get("changes"),
            Some(&Bson::Int32(rounds as i32)),
            "{document}"
        );
        assert_eq!(
            document.get("different"),
            Some(&Bson::Int32(rounds as i32)),
            "{document}"
        );
    }
}

/// Ten of the measurements.
fn sample(memory: &[(u64, u64)]) -> Vec<(u64, u64)> {
    let step = (memory.len() / 10).max(1);
    memory.iter().step_by(step).copied().collect()
}
