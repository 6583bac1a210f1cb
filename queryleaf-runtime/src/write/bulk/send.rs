//! Sending what belongs together.

use super::group::Change;
use crate::error::{Cause, Error, RefusedRow};
use crate::executor;
use crate::write::documents::{Batch, Documents};
use crate::write::fate::{Fate, fate};
use crate::write::program::Target;
use crate::write::report::{Report, Stop};
use crate::write::run::Run;
use crate::write::statements::{Kind, Statements};
use crate::write::{Affected, Statement, insert};
use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

/// What became of a group, beside what the report says.
#[derive(Default)]
pub(super) struct Outcome {
    pub(super) cause: Option<Cause>,
    pub(super) unknown: Vec<u64>,
    pub(super) unsent: Vec<u64>,
}

impl Outcome {
    pub(super) fn add(&mut self, other: Outcome) {
        self.cause = self.cause.take().or(other.cause);
        self.unknown.extend(other.unknown);
        self.unsent.extend(other.unsent);
    }

    /// Leaves those as unsent of which nothing was sent: a statement of many rows can be refused in
    /// the middle, or be in two commands.
    pub(super) fn only_unsent(&mut self, refused: &[RefusedRow]) {
        let refused = refused.iter().map(|row| row.row);
        let sent: HashSet<u64> = self.unknown.iter().copied().chain(refused).collect();
        self.unsent.retain(|number| !sent.contains(number));
    }
}

/// Runs a statement that takes commands of its own.
pub(super) async fn alone(
    statement: &Statement,
    target: executor::Target<'_>,
    numbers: &[u64],
    report: &mut Report,
) -> Outcome {
    let error = match statement.run_on(target).await {
        Ok(affected) => {
            report.applied += affected;
            return Outcome::default();
        }
        Err(Error::Write(error)) => error,
        Err(error) => {
            return Outcome {
                cause: Some(Cause::Statement(error)),
                unsent: numbers.to_vec(),
                ..Outcome::default()
            };
        }
    };
    report.applied += error.applied;
    // Some of its rows are stored, and others were never sent.
    let failed_midway = error.refused.is_empty() && error.cause.is_some();
    let number = numbers.first().copied().unwrap_or_default();
    report.refused.extend(
        error
            .refused
            .into_iter()
            .map(|row| RefusedRow { row: number, ..row }),
    );
    Outcome {
        unknown: match error.unknown.is_empty() && !failed_midway {
            true => Vec::new(),
            false => numbers.to_vec(),
        },
        cause: error.cause.map(|cause| *cause),
        ..Outcome::default()
    }
}

/// Inserts the documents of many statements, or changes those that are stored.
pub(super) async fn inserts(
    run: &mut Run<'_>,
    target: &Target,
    documents: Documents,
    numbers: &[u64],
    report: &mut Report,
) -> Outcome {
    let documents = Arc::new(documents);
    let limit = target.options.limit();
    let mut next = 0;
    while let Some(batch) = Batch::take(&documents, next, limit) {
        let start = next;
        next = batch.end();
        let first = report.refused.len();
        let rows = (0..batch.len()).collect();
        let stop = match insert::send(run, target, batch, rows, report, None).await {
            Ok(stop) => stop,
            Err(error) => Some(Stop::statement(error)),
        };
        for refused in report.refused.iter_mut().skip(first) {
            if let Some(number) = numbers.get(refused.row as usize) {
                refused.row = *number;
            }
        }
        let Some(stop) = stop else {
            continue;
        };
        let (cause, unknown, unsent) = stop.into_rows();
        let all = |rows: Vec<Range<u64>>| -> Vec<u64> {
            let rows = rows.into_iter().flatten();
            rows.filter_map(|row| numbers.get(row as usize).copied())
                .collect()
        };
        let mut outcome = Outcome {
            cause,
            unknown: all(unknown),
            unsent: all(unsent),
        };
        outcome.unsent.extend(numbers.iter().skip(next));
        // Some rows of a statement are stored and others not.
        let written = numbers.get(..start).and_then(<[u64]>::last);
        if let Some(&number) = written.filter(|number| outcome.unsent.contains(number)) {
            outcome.unknown.push(number);
        }
        return outcome;
    }
    Outcome::default()
}

/// Sends many statements that change or delete.
pub(super) async fn change(
    run: &mut Run<'_>,
    (kind, target): (Kind, &Target),
    changes: Vec<Change>,
    numbers: &[u64],
    report: &mut Report,
) -> Outcome {
    let mut start = 0;
    while start < changes.len() {
        let mut command = match Statements::new(run, kind, target) {
            Ok(command) => command,
            Err(reason) => {
                return Outcome {
                    cause: Some(Cause::Rows(reason.into())),
                    unsent: numbers[start..].to_vec(),
                    ..Outcome::default()
                };
            }
        };
        for change in &changes[start..] {
            if !command.has_room(change.elements.len() + 50) {
                break;
            }
            command.push(|bytes| bytes.extend_from_slice(&change.elements));
        }
        let end = start + command.len();
        let reply = match command.send(run).await {
            Ok(reply) => reply,
            Err(error) => {
                let (unknown, from) = match fate(&error) {
                    Fate::Unknown => (numbers[start..end].to_vec(), end),
                    Fate::NotWritten => (Vec::new(), start),
                };
                return Outcome {
                    cause: Some(Cause::Driver(error)),
                    unknown,
                    unsent: numbers[from..].to_vec(),
                };
            }
        };
        let (counts, some) = match kind {
            Kind::Update => (
                Affected {
                    inserted: Some(reply.upserted),
                    ..Affected::updated(reply.matched, reply.modified)
                },
                Affected::UPDATED_UNKNOWN,
            ),
            Kind::Delete => (Affected::deleted(reply.matched), Affected::DELETED_UNKNOWN),
        };
        if reply.not_durable.is_none() {
            report.applied += counts;
        }
        let is_ordered = target.options.ordered == Some(true);
        let is_over = is_ordered && !reply.refused.is_empty();
        let (written, mut unsent) = reply.sorted(&numbers[start..end], is_ordered);
        unsent.extend_from_slice(&numbers[end..]);
        for (index, refused) in reply.refused {
            if changes[start..end]
                .get(index)
                .is_some_and(|change| change.many)
            {
                report.applied += some;
            }
            if let Some(&row) = numbers[start..end].get(index) {
                report.refused.push(RefusedRow { row, ..refused });
            }
        }
        if let Some(message) = reply.not_durable {
            return Outcome {
                cause: Some(Cause::Driver(mongodb::error::Error::custom(message))),
                unknown: written,
                unsent,
            };
        }
        if is_over {
            return Outcome {
                unsent,
                ..Outcome::default()
            };
        }
        start = end;
    }
    Outcome::default()
}
