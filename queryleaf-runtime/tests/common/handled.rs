//! Workers that write down what they handle.

use super::changes::{Row, all, books, changes, soon};
use queryleaf_runtime::bson::{Document, doc};
use queryleaf_runtime::mongodb::Database;
use queryleaf_runtime::private::WatchQuery;
use queryleaf_runtime::watch::{
    self, Change, OperationType, ResumeToken, Retry, Worker, WorkerBuilder,
};
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub const STREAMS: &str = "change_stream_resume_tokens";
pub const DEAD_LETTERS: &str = "change_stream_dead_letters";

/// What is seen of a change: its type, and the book.
type Glance = (OperationType, Option<i32>);

/// What handlers were given.
#[derive(Clone, Default)]
pub struct Seen(pub Arc<Mutex<Vec<Glance>>>);

impl Seen {
    pub fn add(&self, change: &Change<Row>) {
        let seen = (change.row.operation_type, change.id);
        self.0.lock().unwrap().push(seen);
    }

    pub fn ids(&self) -> Vec<i32> {
        let seen = self.0.lock().unwrap();
        seen.iter().filter_map(|(_, id)| *id).collect()
    }

    pub fn sorted(&self) -> Vec<i32> {
        let mut ids = self.ids();
        ids.sort_unstable();
        ids
    }

    /// Waits until there are so many.
    pub async fn wait(&self, count: usize) {
        until(async || self.0.lock().unwrap().len() >= count).await;
    }
}

/// Waits until it is so.
pub async fn until(mut is_so: impl AsyncFnMut() -> bool) {
    soon(async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
}

pub fn query() -> WatchQuery<Row> {
    changes(books(), all())
}

/// A worker that is quick to save and to give up.
pub fn worker(db: &Database) -> WorkerBuilder {
    watch::worker(db)
        .lease(Duration::from_secs(1))
        .save_every(Duration::from_millis(50))
}

pub fn quick() -> Retry {
    Retry {
        attempts: 3,
        first_pause: Duration::from_millis(5),
        longest_pause: Duration::from_millis(20),
    }
}

/// The document of the stream.
pub async fn stream(db: &Database) -> Document {
    let streams = db.collection::<Document>(STREAMS);
    let stream = streams.find_one(doc! { "_id": "readers" }).await.unwrap();
    stream.unwrap_or_default()
}

/// The place of the stream, once it has one.
pub async fn place(db: &Database) -> ResumeToken {
    let place = async || watch::place(db, "readers").await.unwrap();
    until(async || place().await.is_some()).await;
    place().await.unwrap()
}

/// Waits until the stream is being handled.
pub async fn active(db: &Database) {
    until(async || stream(db).await.contains_key("resume_token")).await;
}

/// A worker that writes down what it sees.
pub async fn watching(db: &Database, seen: &Seen) -> Worker {
    let seen = seen.clone();
    let readers = watch::subscription("readers", query()).handle(move |change| {
        seen.add(&change);
        async { Ok(()) }
    });
    started(worker(db).run(readers)).await
}

/// A worker that has begun.
pub async fn started(worker: WorkerBuilder) -> Worker {
    let mut worker = worker.start();
    soon(worker.ready()).await.unwrap();
    worker
}
