//! Many statements in few commands.

mod group;
mod send;

use super::feed::joined;
use super::report::{Report, Unwritten};
use super::run::{Listener, Progress, Run};
use super::statement::note;
use super::{Affected, Statement};
use crate::error::{Result, WriteError};
use crate::{Executor, executor, span};
use futures::future::BoxFuture;
use group::{Work, groups};
use send::{Outcome, alone, change, inserts};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use tracing::Instrument;

/// Statements to be run together; see [`bulk`].
#[derive(Clone, Default)]
#[must_use = "statements do nothing until they are run with `execute`"]
pub struct Bulk {
    statements: Vec<Statement>,
    unordered: bool,
    progress: Option<Listener>,
}

/// Gathers statements to run them with as few commands as possible: one `insert`, `update` or
/// `delete` for up to 100,000 statements about one collection.
///
/// Statements about one collection run in their order, and the first that is refused ends the whole;
/// [`unordered`](Bulk::unordered) makes fewer commands of more statements. It is no transaction:
/// what was done stays, unless it is given a transaction. Statements with the same
/// `ON CONFLICT .. DO UPDATE` are one command as well; `INSERT .. SELECT`, `MERGE` and the like can be
/// among the statements, and take commands of their own.
///
/// ```no_run
/// # async fn run(db: &mongodb::Database, updates: Vec<queryleaf_runtime::Statement>) -> queryleaf_runtime::Result<()> {
/// // for (number, status) in changes {
/// //     updates.push(sql!("UPDATE orders SET status = :status WHERE number = :number"));
/// // }
/// let affected = queryleaf_runtime::bulk().statements(updates).execute(db).await?;
/// println!("{:?} rows", affected.rows_affected());
/// # Ok(())
/// # }
/// ```
pub fn bulk() -> Bulk {
    Bulk::default()
}

impl Bulk {
    /// Adds a statement.
    pub fn statement(mut self, statement: impl Into<Statement>) -> Self {
        self.statements.push(statement.into());
        self
    }

    /// Adds statements.
    pub fn statements(
        mut self,
        statements: impl IntoIterator<Item = impl Into<Statement>>,
    ) -> Self {
        self.statements
            .extend(statements.into_iter().map(Into::into));
        self
    }

    /// Lets the statements run in any order: all inserts into a collection, then all updates, then all
    /// deletes, each in few commands. A refused statement does not keep others from running.
    pub fn unordered(self) -> Self {
        Bulk {
            unordered: true,
            ..self
        }
    }

    /// Calls a function after each command; see [`Statement::on_progress`].
    pub fn on_progress(self, listener: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        Bulk {
            progress: Some(Listener(Arc::new(listener))),
            ..self
        }
    }

    /// How many statements there are.
    pub fn len(&self) -> usize {
        self.statements.len()
    }

    /// Whether there is no statement.
    pub fn is_empty(&self) -> bool {
        self.statements.is_empty()
    }

    /// The statements that an error reports as never sent, to run them later. Those whose outcome is
    /// [unknown](WriteError::unknown) are not among them.
    pub fn unsent(&self, error: &WriteError) -> Bulk {
        let unsent = |number: u64| error.unsent.iter().any(|range| range.contains(&number));
        Bulk {
            statements: self
                .statements
                .iter()
                .zip(0..)
                .filter(|(_, number)| unsent(*number))
                .map(|(statement, _)| statement.clone())
                .collect(),
            ..self.clone()
        }
    }

    /// Runs the statements.
    ///
    /// # Errors
    ///
    /// [`Error::Write`](crate::Error::Write), whose rows are the statements, counted from 0, when some of them were run and
    /// some not. With any other error nothing was written.
    pub fn execute<'e>(&self, executor: impl Executor<'e>) -> BoxFuture<'e, Result<Affected>> {
        let target = executor.target();
        let Some(first) = self.statements.first() else {
            return Box::pin(std::future::ready(Ok(Affected::NOTHING)));
        };
        let span = span::operation(first.plan(), &target.database, Some("bulkWrite"));
        let transaction = target.transaction.clone();
        let bulk = self.clone();
        let run = async move { note(transaction, bulk.run(target).await) };
        Box::pin(run.instrument(span))
    }

    async fn run(self, target: executor::Target<'_>) -> Result<Affected> {
        let groups = groups(&self.statements, self.unordered, target.session.is_some())?;
        let Some(first) = self.statements.first() else {
            return Ok(Affected::NOTHING);
        };
        let transaction = target.transaction.clone();
        let mut run = Run::new(first.request().clone(), target, self.progress).await;
        let mut report = Report::default();
        let mut end = Outcome::default();
        let mut done = 0;
        let mut groups = groups.into_iter();
        for group in groups.by_ref() {
            let refused = report.refused.len();
            // The names of indexes mean something in one collection only.
            run.index_keys = None;
            let outcome = match group.work {
                Work::Alone(statement) => {
                    let target = executor::Target {
                        database: run.database.clone(),
                        session: run.session.as_deref_mut(),
                        transaction: transaction.clone(),
                    };
                    alone(&statement, target, &group.numbers, &mut report).await
                }
                Work::Inserts(documents) => {
                    let numbers = &group.numbers;
                    inserts(&mut run, &group.target, documents, numbers, &mut report).await
                }
                Work::Changes(kind, changes) => {
                    let numbers = &group.numbers;
                    change(
                        &mut run,
                        (kind, &group.target),
                        changes,
                        numbers,
                        &mut report,
                    )
                    .await
                }
            };
            done += (group.numbers.len() - outcome.unsent.len()) as u64;
            run.progress(done, &report);
            let failed = outcome.cause.is_some();
            end.add(outcome);
            if failed || (!self.unordered && report.refused.len() > refused) {
                break;
            }
        }
        end.unsent.extend(groups.flat_map(|group| group.numbers));
        if report.refused.is_empty() && end.cause.is_none() {
            return Ok(report.applied);
        }
        report.refused.sort_by_key(|row| row.row);
        end.only_unsent(&report.refused);
        let unwritten = Unwritten {
            unknown: ranges(end.unknown),
            unsent: ranges(end.unsent),
            remaining: None,
        };
        Err(report.error(&run, end.cause, unwritten))
    }
}

/// Numbers as ranges.
fn ranges(mut numbers: Vec<u64>) -> Vec<Range<u64>> {
    numbers.sort_unstable();
    numbers.dedup();
    joined(numbers.into_iter().map(|number| number..number + 1))
}

impl fmt::Debug for Bulk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bulk")
            .field("statements", &self.statements)
            .field("unordered", &self.unordered)
            .finish_non_exhaustive()
    }
}
