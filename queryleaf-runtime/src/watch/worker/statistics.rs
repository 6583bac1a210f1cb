//! How a stream fares, counted until it is written down.

use super::handler::Failure;
use crate::watch::OperationType;
use crate::watch::event::Event;
use mongodb::bson::{DateTime, Document, oid::ObjectId};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How many rows of the log wait to be written, at the most.
const LOG_ROWS: usize = 100_000;

/// Counts of a stream that several tasks add to.
#[derive(Debug, Default)]
pub(super) struct Statistics {
    counts: Mutex<Counts>,
    /// Whether each event is to be logged.
    is_logging: bool,
}

/// What has been counted since it was last taken.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) events: i64,
    pub(super) errors: i64,
    pub(super) dead_letters: i64,
    /// From the event to the end of its handler.
    latency: Duration,
    /// Of how many events the latency is known.
    measured: u32,
    pub(super) last_event: Option<DateTime>,
    /// The last error, and when it was.
    pub(super) last_error: Option<(String, DateTime)>,
    /// The errors since an event was handled last; not reset when it is taken.
    pub(super) consecutive_errors: i32,
    pub(super) log: Vec<Document>,
}

impl Counts {
    /// The mean time from an event to the end of its handler.
    pub(super) fn latency(&self) -> Option<Duration> {
        (self.measured > 0).then(|| self.latency / self.measured)
    }
}

impl Statistics {
    pub(super) fn new(is_logging: bool) -> Self {
        Statistics {
            is_logging,
            ..Statistics::default()
        }
    }

    /// An event was handled.
    pub(super) fn handled(&self, stream: &str, event: &Event, took: Duration) {
        let (happened_at, now) = (event.happened_at(), DateTime::now());
        let entry = self
            .is_logging
            .then(|| entry(stream, event, took, now, None));
        let mut counts = self.counts();
        counts.events += 1;
        counts.consecutive_errors = 0;
        counts.log.extend(entry);
        if let Some(happened_at) = happened_at {
            counts.last_event = counts.last_event.max(Some(happened_at));
            let latency = now.timestamp_millis() - happened_at.timestamp_millis();
            counts.latency += Duration::from_millis(u64::try_from(latency).unwrap_or(0));
            counts.measured += 1;
        }
    }

    /// An attempt to handle an event failed.
    pub(super) fn failed(&self, stream: &str, event: &Event, took: Duration, failure: &Failure) {
        let message = failure.error().to_string();
        let now = DateTime::now();
        let entry = self
            .is_logging
            .then(|| entry(stream, event, took, now, Some(&message)));
        let mut counts = self.counts();
        counts.log.extend(entry);
        counts.error(message, now);
    }

    /// Something beside the handlers failed.
    pub(super) fn error(&self, message: String) {
        self.counts().error(message, DateTime::now());
    }

    /// An event was given up.
    pub(super) fn dead_letter(&self) {
        self.counts().dead_letters += 1;
    }

    /// Whether there were errors since it was taken last.
    pub(super) fn has_errors(&self) -> bool {
        self.counts().errors > 0
    }

    /// Takes what has been counted.
    pub(super) fn take(&self) -> Counts {
        let mut counts = self.counts();
        let consecutive_errors = counts.consecutive_errors;
        let taken = std::mem::take(&mut *counts);
        counts.consecutive_errors = consecutive_errors;
        taken
    }

    /// Counts again what could not be written down.
    pub(super) fn put_back(&self, earlier: Counts) {
        let mut counts = self.counts();
        counts.events += earlier.events;
        counts.errors += earlier.errors;
        counts.dead_letters += earlier.dead_letters;
        counts.last_event = counts.last_event.max(earlier.last_event);
        counts.last_error = counts.last_error.take().or(earlier.last_error);
        counts.latency += earlier.latency;
        counts.measured += earlier.measured;
        let rows = earlier.log.into_iter().chain(counts.log.drain(..));
        // The oldest first: where no log can be written, its rows must not fill the memory.
        let rows: Vec<Document> = rows.collect();
        let too_many = rows.len().saturating_sub(LOG_ROWS);
        counts.log = rows.into_iter().skip(too_many).collect();
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counts {
    fn error(&mut self, message: String, now: DateTime) {
        self.errors += 1;
        self.consecutive_errors = self.consecutive_errors.saturating_add(1);
        self.last_error = Some((message, now));
    }
}

/// A row of the processing log.
fn entry(
    stream: &str,
    event: &Event,
    took: Duration,
    processed_at: DateTime,
    error: Option<&str>,
) -> Document {
    let mut entry = Document::new();
    // So that it is there once, however often it is written.
    entry.insert("_id", ObjectId::new());
    entry.insert("stream_name", stream);
    entry.insert("collection_name", event.collection());
    entry.insert("resume_token", event.token().map(|token| token.to_string()));
    entry.insert(
        "operation_type",
        event.operation_type().map(OperationType::name),
    );
    entry.insert("event_timestamp", event.happened_at());
    entry.insert("processed_at", processed_at);
    entry.insert("processing_duration_ms", took.as_secs_f64() * 1000.0);
    entry.insert("processed_successfully", error.is_none());
    entry.insert("error_message", error);
    entry
}
