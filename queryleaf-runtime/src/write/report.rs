//! What a run finds out about the rows, and what it reports in the end.

use super::documents::Batch;
use super::fate::{Fate, fate};
use super::feed::{Feed, Left, joined};
use super::rows::{BoundRows, RowFailure};
use super::run::Run;
use super::{Affected, Statement};
use crate::error::{Cause, Error, RefusedRow, Result, WriteError};
use std::ops::Range;

type DriverError = mongodb::error::Error;

/// What is known of the rows so far, by this run and by those before it.
#[derive(Debug, Clone)]
pub(crate) struct Report {
    pub(crate) applied: Affected,
    pub(crate) refused: Vec<RefusedRow>,
    /// The rows that `DO NOTHING` passed over, where somebody wants to know.
    pub(crate) skipped: Option<Vec<u64>>,
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

    /// A row was refused, and these wait for it.
    pub(crate) fn refused(batch: &Batch, waiting: &[usize]) -> Self {
        Stop::END.with_unsent(batch, waiting)
    }

    /// The stream of rows failed.
    pub(crate) fn rows(error: RowFailure) -> Self {
        Stop {
            cause: Some(Cause::Rows(error)),
            left: Vec::new(),
        }
    }

    /// The rows that are left must not be sent.
    pub(crate) fn statement(error: Error) -> Self {
        Stop {
            cause: Some(Cause::Statement(error)),
            left: Vec::new(),
        }
    }

    /// The driver failed to read the rows that a query computes.
    pub(crate) fn reading(error: DriverError) -> Self {
        Stop::uncertain(error, None)
    }

    /// The driver failed with these rows of a batch, and the later ones were not sent.
    pub(crate) fn driver(
        error: DriverError,
        batch: &Batch,
        sent: &[usize],
        later: &[usize],
    ) -> Self {
        match fate(&error) {
            Fate::NotWritten => Stop::uncertain(error, None).with_unsent(batch, sent),
            Fate::Unknown => Stop::uncertain(error, batch.at(sent)),
        }
        .with_unsent(batch, later)
    }

    /// These rows are written, but may be lost when a server fails; the later ones were not sent.
    pub(crate) fn not_durable(
        message: String,
        batch: &Batch,
        sent: &[usize],
        later: &[usize],
    ) -> Self {
        Stop::uncertain(DriverError::custom(message), batch.at(sent)).with_unsent(batch, later)
    }

    /// The same, and these rows were not sent.
    pub(crate) fn with_unsent(mut self, batch: &Batch, places: &[usize]) -> Self {
        self.left.extend(batch.at(places).map(Left::Unsent));
        self
    }

    /// The same where the documents that were sent come from these rows of a batch, one from each.
    pub(crate) fn of_rows(self, batch: &Batch, rows: &[usize]) -> Self {
        let left = self.left.into_iter().flat_map(|left| {
            let documents = match &left {
                Left::Uncertain(documents) | Left::Unsent(documents) => documents.rows(),
            };
            let documents = documents.start as usize..documents.end as usize;
            let batches = batch.at(rows.get(documents).unwrap_or_default());
            batches.map(move |batch| match &left {
                Left::Uncertain(_) => Left::Uncertain(batch),
                Left::Unsent(_) => Left::Unsent(batch),
            })
        });
        Stop {
            cause: self.cause,
            left: left.collect(),
        }
    }

    /// The cause, the rows whose outcome is not known, and those that were not sent.
    pub(super) fn into_rows(self) -> (Option<Cause>, Vec<Range<u64>>, Vec<Range<u64>>) {
        let (mut unknown, mut unsent) = (Vec::new(), Vec::new());
        for left in &self.left {
            match left {
                Left::Uncertain(batch) => unknown.push(batch.rows()),
                Left::Unsent(batch) => unsent.push(batch.rows()),
            }
        }
        (self.cause, unknown, unsent)
    }

    /// Rows of a batch that cannot be written down.
    pub(crate) fn malformed(reason: String, batch: &Batch, rows: &[usize]) -> Self {
        Stop::rows(reason.into()).with_unsent(batch, rows)
    }

    /// The driver failed, and nobody knows what became of these rows, or they may be lost when a
    /// server fails.
    pub(crate) fn uncertain(error: DriverError, batches: impl IntoIterator<Item = Batch>) -> Self {
        Stop {
            cause: Some(Cause::Driver(error)),
            left: batches.into_iter().map(Left::Uncertain).collect(),
        }
    }
}

impl Default for Report {
    fn default() -> Self {
        Report {
            applied: Affected::NOTHING,
            refused: Vec::new(),
            skipped: None,
        }
    }
}

impl Report {
    /// One row was refused, and nothing written.
    pub(crate) fn refusing(row: RefusedRow) -> Self {
        Report {
            refused: vec![row],
            ..Report::default()
        }
    }

    /// What the statement gives in the end; `feed` has the rows that were not sent.
    ///
    /// `resumable` says whether rows without an answer can be sent again.
    pub(crate) fn end(
        mut self,
        run: &Run<'_>,
        stop: Stop,
        feed: Feed,
        resumable: bool,
    ) -> Result<Report> {
        let feed = feed.after(stop.left);
        if stop.cause.is_none() && self.refused.is_empty() {
            return Ok(self);
        }
        self.refused.sort_by_key(|row| row.row);
        let unknown = feed.uncertain();
        let unsent = feed.unsent();
        let rest = match unknown.is_empty() {
            true => !unsent.is_empty(),
            false => resumable,
        };
        let remaining = rest.then(|| {
            let rows = BoundRows::once(feed);
            Statement::continuing(
                run.request.clone(),
                rows,
                self.clone(),
                run.progress.clone(),
            )
        });
        let unwritten = Unwritten {
            unknown,
            unsent,
            remaining,
        };
        Err(self.error(run, stop.cause, unwritten))
    }

    /// What a statement gives in the end whose rows a query computed; `unread` is the first row that
    /// was not read. The query would have to run again, so that there is nothing to continue with.
    pub(crate) fn end_reading(
        mut self,
        run: &Run<'_>,
        stop: Stop,
        unread: Option<u64>,
    ) -> Result<Affected> {
        if stop.cause.is_none() && self.refused.is_empty() {
            return Ok(self.applied);
        }
        self.refused.sort_by_key(|row| row.row);
        let (cause, unknown, mut unsent) = stop.into_rows();
        unsent.extend(unread.map(|row| row..u64::MAX));
        let unwritten = Unwritten {
            unknown,
            unsent: joined(unsent.into_iter()),
            remaining: None,
        };
        Err(self.error(run, cause, unwritten))
    }

    /// The error of a statement that did not write all.
    pub(crate) fn error(
        mut self,
        run: &Run<'_>,
        cause: Option<Cause>,
        mut unwritten: Unwritten,
    ) -> Error {
        if run.in_transaction {
            // Which is over: nothing of it is stored.
            self.applied = Affected::NOTHING;
            unwritten = Unwritten::default();
        }
        Error::Write(Box::new(WriteError {
            applied: self.applied,
            refused: self
                .refused
                .into_iter()
                .map(RefusedRow::without_sort_key)
                .collect(),
            unknown: unwritten.unknown,
            unsent: unwritten.unsent,
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
    pub(crate) unsent: Vec<Range<u64>>,
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
