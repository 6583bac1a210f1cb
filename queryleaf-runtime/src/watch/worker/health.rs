//! The health of a stream as documents that queries can read.

use super::statistics::Counts;
use crate::error::Result;
use crate::watch::lease::DUPLICATE_KEY;
use crate::watch::token_store::{Fence, failed};
use mongodb::bson::{DateTime, Document, doc};
use mongodb::error::ErrorKind;
use mongodb::options::IndexOptions;
use mongodb::{Collection, Database, IndexModel};
use std::time::Duration;

/// How many rows of the log are stored in one command.
const LOG_ROWS: usize = 10_000;

/// The code of an index that is there with other options.
const INDEX_OPTIONS_CONFLICT: i32 = 85;

/// What a stream is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Active,
    Stopped,
    Failed,
}

impl Status {
    fn name(self) -> &'static str {
        match self {
            Status::Active => "active",
            Status::Stopped => "stopped",
            Status::Failed => "failed",
        }
    }
}

/// Writes down how a stream fares.
#[derive(Debug, Clone)]
pub(super) struct Health {
    streams: Collection<Document>,
    log: Option<Collection<Document>>,
    stream: String,
    fence: Fence,
}

impl Health {
    pub(super) fn new(
        database: &Database,
        streams: &str,
        log: Option<&str>,
        stream: &str,
        fence: Fence,
    ) -> Self {
        Health {
            streams: database.collection(streams),
            log: log.map(|log| database.collection(log)),
            stream: stream.to_owned(),
            fence,
        }
    }

    /// Says what is watched, and that it is.
    pub(super) async fn begin(&self, collection: Option<&str>, query: &str) -> Result<()> {
        let own = doc! { "_id": &self.stream };
        let known = self.streams.find_one(own).await.map_err(failed)?;
        if let Some(known) = known.as_ref().and_then(|known| known.get_str("query").ok())
            && known != query
        {
            tracing::warn!(
                target: "queryleaf::watch",
                stream = self.stream,
                before = known,
                now = query,
                "a stream has another query than before",
            );
        }
        let now = doc! { "$set": {
            "query": query,
            "stream_status": Status::Active.name(),
            "database_name": self.streams.namespace().db,
            "collection_name": collection,
            "last_updated": DateTime::now(),
        } };
        self.update(now).await
    }

    /// Writes down what has been counted, and how far behind the stream is if that is known; leaves in the counts what
    /// could not be written.
    pub(super) async fn write(
        &self,
        counts: &mut Counts,
        status: Status,
        behind: Option<Duration>,
    ) -> Result<()> {
        let behind = behind.map(|time| i64::try_from(time.as_millis()).unwrap_or(i64::MAX));
        let mut set = doc! {
            "stream_status": status.name(),
            "last_updated": DateTime::now(),
            "consecutive_errors": counts.consecutive_errors,
        };
        if let Some(behind) = behind {
            set.insert("lag_ms", behind);
        }
        if let Some(last_event) = counts.last_event {
            set.insert("last_event_timestamp", last_event);
        }
        if let Some(latency) = counts.latency() {
            let latency = i32::try_from(latency.as_millis()).unwrap_or(i32::MAX);
            set.insert("avg_processing_latency_ms", latency);
        }
        if let Some((message, at)) = &counts.last_error {
            set.insert("last_error_message", message);
            set.insert("last_error_timestamp", *at);
        }
        let counted = doc! {
            "events_processed": counts.events,
            "errors": counts.errors,
            "dead_letters": counts.dead_letters,
        };
        self.update(doc! { "$set": set, "$inc": counted }).await?;
        let rows = std::mem::take(&mut counts.log);
        let written = std::mem::take(counts);
        tracing::info!(
            target: "queryleaf::watch",
            stream = self.stream,
            status = status.name(),
            monotonic_counter.queryleaf.watch.events = written.events,
            monotonic_counter.queryleaf.watch.errors = written.errors,
            monotonic_counter.queryleaf.watch.dead_letters = written.dead_letters,
            gauge.queryleaf.watch.lag_ms = behind,
            gauge.queryleaf.watch.latency_ms = written.latency().map(|time| time.as_millis() as u64),
            "a stream of changes",
        );
        counts.log = rows;
        self.write_log(&mut counts.log).await
    }

    /// Writes rows of the log, and leaves those that could not be written.
    async fn write_log(&self, rows: &mut Vec<Document>) -> Result<()> {
        let Some(log) = &self.log else { return Ok(()) };
        while !rows.is_empty() {
            let some = &rows[..rows.len().min(LOG_ROWS)];
            let count = some.len();
            match log.insert_many(some).ordered(false).await {
                Ok(_) => {}
                Err(error) if are_duplicates(&error) => {}
                Err(error) => return Err(failed(error)),
            }
            rows.drain(..count);
        }
        Ok(())
    }

    async fn update(&self, update: Document) -> Result<()> {
        let own = doc! { "_id": &self.stream, "fence": self.fence };
        let updated = self.streams.update_one(own, update).await;
        updated.map(|_| ()).map_err(failed)
    }
}

/// Lets the rows of the log expire, and the queries of a stream's rows be quick.
pub(super) async fn ensure_log(database: &Database, log: &str, keep: Duration) -> Result<()> {
    let rows = database.collection::<Document>(log);
    let expires = doc! { "processed_at": 1 };
    let create = IndexModel::builder()
        .keys(expires.clone())
        .options(IndexOptions::builder().expire_after(keep).build())
        .build();
    match rows.create_index(create).await.map_err(failed) {
        Ok(_) => {}
        // Rows were kept for another time until now.
        Err(error) if error.server_code() == Some(INDEX_OPTIONS_CONFLICT) => {
            let seconds = i64::try_from(keep.as_secs()).unwrap_or(i64::MAX);
            let index = doc! { "keyPattern": expires, "expireAfterSeconds": seconds };
            let change = doc! { "collMod": log, "index": index };
            database.run_command(change).await.map_err(failed)?;
        }
        Err(error) => return Err(error),
    }
    let of_stream = IndexModel::builder()
        .keys(doc! { "stream_name": 1, "event_timestamp": 1 })
        .build();
    let created = rows.create_index(of_stream).await;
    created.map(|_| ()).map_err(failed)
}

/// Whether nothing is wrong but that rows are there already.
fn are_duplicates(error: &mongodb::error::Error) -> bool {
    let ErrorKind::InsertMany(failures) = &*error.kind else {
        return false;
    };
    let mut refused = failures.write_errors.iter().flatten();
    failures.write_concern_error.is_none() && refused.all(|refused| refused.code == DUPLICATE_KEY)
}
