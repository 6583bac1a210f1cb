//! One run of a statement, and what it finds out about the rows.

use super::documents::Batch;
use super::duplicates::IndexKeys;
use super::rows::{BoundRows, Feed, Left, RowFailure};
use super::{Affected, Statement};
use crate::Plan;
use crate::error::{Cause, Error, RefusedRow, Result, WriteError};
use crate::request::Request;
use mongodb::bson::{Bson, Document};
use mongodb::error::{ErrorKind, NO_WRITES_PERFORMED};
use mongodb::{ClientSession, Database};
use std::ops::Range;

/// One run of a statement.
pub(crate) struct Run<'e> {
    pub(crate) request: Request,
    pub(crate) database: Database,
    pub(crate) session: Option<&'e mut ClientSession>,
    /// Of the collection that is written to, once they were needed.
    pub(crate) index_keys: Option<IndexKeys>,
}

impl Run<'_> {
    pub(crate) fn plan(&self) -> &'static Plan {
        self.request.plan
    }

    /// The error of rows that cannot be sent.
    #[cold]
    pub(crate) fn rows_error(&self, reason: String) -> Error {
        Error::Parameter {
            name: "rows".to_owned(),
            reason,
            sql: self.plan().sql,
        }
    }

    /// The error of a plan that is not understood.
    #[cold]
    pub(crate) fn internal(&self, message: impl Into<String>) -> Error {
        Error::internal(message, self.plan())
    }
}

/// What is known of the rows so far, by this run and by those before it.
#[derive(Debug, Clone)]
pub(crate) struct Report {
    pub(crate) applied: Affected,
    pub(crate) refused: Vec<RefusedRow>,
}

/// Why no more rows are sent.
pub(crate) struct Stop {
    cause: Option<Cause>,
    /// Batches to begin with when the rest is sent.
    left: Vec<Left>,
}

impl Stop {
    /// All rows were sent.
    pub(crate) const END: Stop = Stop {
        cause: None,
        left: Vec::new(),
    };

    /// A row was refused, and those after it must wait; these are left of its batch.
    pub(crate) fn refused(rest: Option<Batch>) -> Self {
        Stop {
            cause: None,
            left: rest.map(Left::Unsent).into_iter().collect(),
        }
    }

    /// The stream of rows failed.
    pub(crate) fn rows(error: RowFailure) -> Self {
        Stop {
            cause: Some(Cause::Rows(error)),
            left: Vec::new(),
        }
    }

    /// The driver failed with this batch.
    pub(crate) fn driver(error: mongodb::error::Error, batch: Batch) -> Self {
        let left = match fate(&error) {
            Fate::NotWritten => Left::Unsent(batch),
            Fate::Unknown => Left::Uncertain(batch),
        };
        Stop {
            cause: Some(Cause::Driver(error)),
            left: vec![left],
        }
    }

    /// The driver failed, and this batch is as uncertain as before, or may be lost when a server
    /// fails.
    pub(crate) fn uncertain(error: mongodb::error::Error, batch: Batch) -> Self {
        Stop {
            cause: Some(Cause::Driver(error)),
            left: vec![Left::Uncertain(batch)],
        }
    }
}

impl Default for Report {
    fn default() -> Self {
        Report {
            applied: Affected::NOTHING,
            refused: Vec::new(),
        }
    }
}

impl Report {
    /// What the statement gives in the end; `feed` has the rows that were not sent.
    pub(crate) fn end(mut self, run: &Run<'_>, stop: Stop, feed: Feed) -> Result<Affected> {
        let feed = feed.after(stop.left);
        if stop.cause.is_none() && self.refused.is_empty() {
            return Ok(self.applied);
        }
        self.refused.sort_by_key(|row| row.row);
        let unknown = feed.uncertain();
        let first_unsent = feed.first_unsent();
        let remaining = (first_unsent.is_some() || !unknown.is_empty()).then(|| {
            let rows = BoundRows::once(feed);
            Statement::continuing(run.request.clone(), rows, self.clone())
        });
        let unwritten = Unwritten {
            unknown,
            first_unsent,
            remaining,
        };
        Err(self.error(run, stop.cause, unwritten))
    }

    /// The error of a statement that did not write all.
    pub(crate) fn error(self, run: &Run<'_>, cause: Option<Cause>, unwritten: Unwritten) -> Error {
        Error::Write(Box::new(WriteError {
            applied: self.applied,
            refused: self.refused,
            unknown: unwritten.unknown,
            first_unsent: unwritten.first_unsent,
            sql: run.plan().sql,
            cause: cause.map(Box::new),
            remaining: unwritten.remaining,
        }))
    }
}

/// The rows that are not known to be written.
#[derive(Default)]
pub(crate) struct Unwritten {
    pub(crate) unknown: Vec<Range<u64>>,
    pub(crate) first_unsent: Option<u64>,
    pub(crate) remaining: Option<Statement>,
}

impl Unwritten {
    /// A statement without rows of its own.
    pub(crate) fn statement() -> Self {
        Unwritten {
            unknown: std::iter::once(0..1).collect(),
            ..Unwritten::default()
        }
    }
}

/// What a failure of the driver says of the command that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    NotWritten,
    Unknown,
}

/// The codes of a server that gave up in the middle of a command: it was shut down, is not the
/// primary any more, was interrupted, ran out of time, or cannot say.
const INTERRUPTED: [i32; 17] = [
    6, 7, 24, 50, 64, 79, 89, 91, 134, 189, 262, 9001, 10107, 11600, 11601, 11602, 13435,
];

/// What a failure of the driver says of the command that was sent.
pub(crate) fn fate(error: &mongodb::error::Error) -> Fate {
    if error.contains_label(NO_WRITES_PERFORMED) {
        return Fate::NotWritten;
    }
    match &*error.kind {
        // It was never sent, or the driver has repeated it without a trace of the first attempt:
        // then it reports that one.
        ErrorKind::ServerSelection { .. }
        | ErrorKind::ConnectionPoolCleared { .. }
        | ErrorKind::InvalidArgument { .. }
        | ErrorKind::Authentication { .. }
        | ErrorKind::BsonSerialization(_)
        | ErrorKind::DnsResolve { .. }
        | ErrorKind::SessionsNotSupported
        | ErrorKind::InvalidTlsConfig { .. }
        | ErrorKind::IncompatibleServer { .. }
        | ErrorKind::Shutdown => Fate::NotWritten,
        ErrorKind::Command(error) if !INTERRUPTED.contains(&error.code) => Fate::NotWritten,
        _ => Fate::Unknown,
    }
}

/// A number of the server's answer.
pub(crate) fn count(reply: &Document, name: &str) -> u64 {
    match reply.get(name) {
        Some(Bson::Int32(count)) => u64::try_from(*count).unwrap_or(0),
        Some(Bson::Int64(count)) => u64::try_from(*count).unwrap_or(0),
        Some(Bson::Double(count)) if *count >= 0.0 => *count as u64,
        _ => 0,
    }
}
