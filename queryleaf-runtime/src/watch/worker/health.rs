//! The health of a stream as documents that queries can read.

use super::statistics::Counts;
use crate::error::Result;
use crate::watch::token_store::{Fence, failed};
use mongodb::bson::{DateTime, Document, doc};
use mongodb::options::IndexOptions;
use mongodb::{Collection, Database, IndexModel};
use std::time::Duration;

/// How many rows of the log are stored in one command.
const LOG_ROWS: usize = 10_000;

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
    pub(super) async fn begin(&self, collection: Option<&str>) -> Result<()> {
        let now = doc! { "$set": {
            "stream_status": Status::Active.name(),
            "database_name": self.streams.namespace().db,
            "collection_name": collection,
            "last_updated": DateTime::now(),
        } };
        self.update(now).await
    }

    /// Writes down what has been counted, and how far behind the stream is.
    pub(super) async fn write(
        &self,
        counts: &mut Counts,
        status: Status,
        behind: Duration,
    ) -> Result<()> {
        let behind = i64::try_from(behind.as_millis()).unwrap_or(i64::MAX);
        let mut set = doc! {
            "stream_status": status.name(),
            "last_updated": DateTime::now(),
            "consecutive_errors": counts.consecutive_errors,
            "lag_ms": behind,
        };
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
        tracing::info!(
            target: "queryleaf::watch",
            stream = self.stream,
            status = status.name(),
            monotonic_counter.queryleaf.watch.events = counts.events,
            monotonic_counter.queryleaf.watch.errors = counts.errors,
            monotonic_counter.queryleaf.watch.dead_letters = counts.dead_letters,
            gauge.queryleaf.watch.lag_ms = behind,
            gauge.queryleaf.watch.latency_ms = counts.latency().map(|time| time.as_millis() as u64),
            "a stream of changes",
        );
        self.write_log(std::mem::take(&mut counts.log)).await
    }

    async fn write_log(&self, mut rows: Vec<Document>) -> Result<()> {
        let Some(log) = &self.log else { return Ok(()) };
        while !rows.is_empty() {
            let rest = rows.split_off(rows.len().min(LOG_ROWS));
            log.insert_many(rows).await.map_err(failed)?;
            rows = rest;
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
    let expires = IndexModel::builder()
        .keys(doc! { "processed_at": 1 })
        .options(IndexOptions::builder().expire_after(keep).build())
        .build();
    let of_stream = IndexModel::builder()
        .keys(doc! { "stream_name": 1, "event_timestamp": 1 })
        .build();
    let log = database.collection::<Document>(log);
    let created = log.create_indexes([expires, of_stream]).await;
    created.map(|_| ()).map_err(failed)
}
