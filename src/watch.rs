//! Changes of stored documents, as they happen, and what [workers](worker()) keep of them.
//!
//! A query of `CHANGE_STREAM(..)` is a [`WatchQuery`], and [`watch`](WatchQuery::watch) gives its events
//! as a stream of typed rows. A [`worker`](worker()) runs handlers for them, and goes on where it was
//! when it is started again.
//!
//! What workers store of their streams can be read like every collection:
//!
//! ```no_run
//! use queryleaf::prelude::*;
//! use queryleaf::watch::change_stream_resume_tokens;
//!
//! # async fn run(db: &queryleaf::mongodb::Database) -> queryleaf::Result<()> {
//! let failing = sql!(
//!     "SELECT stream_name, consecutive_errors, last_error_message
//!      FROM change_stream_resume_tokens
//!      WHERE consecutive_errors >= 5 OR stream_status = 'failed'"
//! );
//! for stream in failing.fetch_all(db).await? {
//!     println!("{}: {:?}", stream.stream_name, stream.last_error_message);
//! }
//! # Ok(())
//! # }
//! ```

pub use queryleaf_runtime::watch::*;

use crate::Collection;
use crate::bson::{Bson, DateTime, Document};
use serde::{Deserialize, Serialize};

/// A stream that workers handle: its place, who handles it, and how it fares. The row of the table
/// `change_stream_resume_tokens`.
///
/// It is brought up to date as often as [places are saved](WorkerBuilder::save_every).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Collection)]
#[leaf(name = "change_stream_resume_tokens")]
#[non_exhaustive]
pub struct HandledStream {
    /// Its name.
    pub stream_name: String,
    /// The place up to which everything has been handled, as the text of a [`ResumeToken`].
    pub resume_token: Option<String>,
    /// When this was brought up to date.
    pub last_updated: DateTime,
    /// The SQL of its query.
    pub query: Option<String>,
    /// The database that is watched.
    pub database_name: Option<String>,
    /// The collection that is watched, where it is one.
    pub collection_name: Option<String>,
    /// `created`, `active`, `stopped` after a shutdown, or `failed`. A process that is killed leaves `active`; look at `lease_expires_at`.
    pub stream_status: String,
    /// How many events have been handled, those that were handled again counted again.
    pub events_processed: i64,
    /// When the last event happened that was handled.
    pub last_event_timestamp: Option<DateTime>,
    /// How many milliseconds it took from an event to the end of its handler, in the mean of those that
    /// were handled last.
    pub avg_processing_latency_ms: Option<i32>,
    /// How many milliseconds ago the first event happened that waits to be handled; 0 when none does.
    pub lag_ms: Option<i64>,
    /// How often handlers, and what workers do beside them, have failed.
    pub errors: Option<i64>,
    /// How often since an event was handled last.
    pub consecutive_errors: i32,
    /// How many events were given up.
    pub dead_letters: i64,
    /// The last error.
    pub last_error_message: Option<String>,
    /// When it was.
    pub last_error_timestamp: Option<DateTime>,
    /// The process that handles it.
    pub owner: Option<String>,
    /// How often it has been taken over.
    pub fence: i64,
    /// Until when nobody else takes it over.
    pub lease_expires_at: DateTime,
}

/// An attempt to handle an event. The row of the table `change_stream_processing_log`, which is kept
/// [if wanted](WorkerBuilder::processing_log).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Collection)]
#[leaf(name = "change_stream_processing_log")]
#[non_exhaustive]
pub struct ProcessedEvent {
    /// The name of the stream.
    pub stream_name: String,
    /// The collection of the document.
    pub collection_name: Option<String>,
    /// The place behind the event, as the text of a [`ResumeToken`].
    pub resume_token: Option<String>,
    /// What happened.
    pub operation_type: Option<String>,
    /// When it happened.
    pub event_timestamp: Option<DateTime>,
    /// When the attempt ended.
    pub processed_at: DateTime,
    /// How many milliseconds it took.
    pub processing_duration_ms: f64,
    /// Whether the event was handled.
    pub processed_successfully: bool,
    /// Why not.
    pub error_message: Option<String>,
}

/// An event that was given up. The row of the table `change_stream_dead_letters`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Collection)]
#[leaf(name = "change_stream_dead_letters")]
#[non_exhaustive]
pub struct DeadLetter {
    /// The name of the stream.
    pub stream_name: String,
    /// The collection of the document.
    pub collection_name: Option<String>,
    /// What happened.
    pub operation_type: Option<String>,
    /// The key of the document.
    pub document_key: Option<Bson>,
    /// The place behind the event, as the text of a [`ResumeToken`].
    pub resume_token: Option<String>,
    /// When it happened.
    pub event_timestamp: Option<DateTime>,
    /// When it was given up.
    pub failed_at: DateTime,
    /// How often it was handled in vain.
    pub attempts: i64,
    /// The last error.
    pub error_message: String,
    /// The event as the query let it pass, unless it is too large.
    pub event: Option<Document>,
}
