//! Many statements in few commands.

use super::documents::{Batch, Documents};
use super::program::{self, Delete, Program, Target, Update};
use super::rows::joined;
use super::run::{Fate, Listener, Progress, Report, Run, Unwritten, fate};
use super::statement::note;
use super::statements::{self, Kind, Prepared, Statements};
use super::{Affected, Statement, insert};
use crate::error::{Cause, Error, RefusedRow, Result, WriteError};
use crate::{Executor, executor, span};
use futures::future::BoxFuture;
use mongodb::bson::Bson;
use std::collections::HashMap;
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
/// what was done stays, unless it is given a transaction. `INSERT .. SELECT`, `MERGE` and the like
/// can be among the statements, and take commands of their own.
///
/// ```no_run
/// # use queryleaf::prelude::*;
/// # #[derive(Serialize, Deserialize, Collection)]
/// # #[leaf(name = "books")]
/// # struct Book { title: String, year: i32, price: Option<f64> }
/// # async fn run(db: &queryleaf::mongodb::Database, prices: &[(String, f64)]) -> queryleaf::Result<()> {
/// let updates = prices.iter().map(|(title, price)| {
///     sql!("UPDATE books SET price = :price WHERE title = :title")
/// });
/// let affected = queryleaf::bulk().statements(updates).execute(db).await?;
/// println!("{:?} rows", affected.rows_affected());
/// # Ok(())
/// # }
/// ```
pub fn bulk() -> Bulk {
    Bulk::default()
}

impl Bulk {
    /// Adds a statement.
    pub fn statement(mut self, statement: Statement) -> Self {
        self.statements.push(statement);
        self
    }

    /// Adds statements.
    pub fn statements(mut self, statements: impl IntoIterator<Item = Statement>) -> Self {
        self.statements.extend(statements);
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
    /// [`Error::Write`], whose rows are the statements, counted from 0, when some of them were run and
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
        let groups = self.groups(target.session.is_some())?;
        let Some(first) = self.statements.first() else {
            return Ok(Affected::NOTHING);
        };
        let transaction = target.transaction;
        let mut run = Run {
            request: first.request().clone(),
            database: target.database,
            session: target.session,
            in_transaction: transaction.is_some(),
            progress: self.progress,
            index_keys: None,
        };
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
        let unwritten = Unwritten {
            unknown: ranges(end.unknown),
            unsent: ranges(end.unsent),
            remaining: None,
        };
        Err(report.error(&run, end.cause, unwritten))
    }

    /// What is sent together.
    fn groups(&self, in_session: bool) -> Result<Vec<Group>> {
        let mut groups: Vec<Group> = Vec::new();
        // Where statements of a collection can be added; of each kind, if they may be reordered.
        let mut open: HashMap<(String, Option<&'static str>), usize> = HashMap::new();
        for (number, statement) in (0..).zip(&self.statements) {
            let malformed = |reason: String| Error::internal(reason, statement.plan());
            let program = statement.program(in_session)?;
            let kind = program.name();
            let (collection, rows, work) = match program {
                Program::Insert(insert)
                    if insert.is_plain()
                        && (insert.documents.is_some() || statement.known_rows().is_some()) =>
                {
                    let known = statement.known_rows().map(Documents::copy);
                    let documents = known.or(insert.documents).unwrap_or_default();
                    let rows = documents.len();
                    (insert.target.collection, rows, Work::Inserts(documents))
                }
                Program::Update(update) => {
                    let change = Change::update(&update).map_err(malformed)?;
                    (
                        update.collection,
                        1,
                        Work::Changes(Kind::Update, vec![change]),
                    )
                }
                Program::Delete(delete) => {
                    let change = Change::delete(&delete).map_err(malformed)?;
                    (
                        delete.collection,
                        1,
                        Work::Changes(Kind::Delete, vec![change]),
                    )
                }
                Program::Insert(_) | Program::Staged(_) | Program::Define(_) => {
                    // It may read and write any collection.
                    open.clear();
                    groups.push(Group {
                        target: Target::plain(String::new(), None),
                        numbers: vec![number],
                        work: Work::Alone(statement.clone()),
                    });
                    continue;
                }
            };
            let key = (collection.clone(), self.unordered.then_some(kind));
            let numbers = std::iter::repeat_n(number, rows);
            let group = open.get(&key).and_then(|&index| groups.get_mut(index));
            if let Some(group) = group
                && let Some(()) = group.work.append(&work)
            {
                group.numbers.extend(numbers);
                continue;
            }
            open.insert(key, groups.len());
            groups.push(Group {
                target: Target::plain(collection, Some(!self.unordered)),
                numbers: numbers.collect(),
                work,
            });
        }
        Ok(groups)
    }
}

/// Statements that are sent together.
struct Group {
    target: Target,
    /// Of each row, the number of its statement.
    numbers: Vec<u64>,
    work: Work,
}

enum Work {
    /// What takes commands of its own.
    Alone(Statement),
    Inserts(Documents),
    Changes(Kind, Vec<Change>),
}

impl Work {
    /// Adds work of the same kind.
    fn append(&mut self, other: &Work) -> Option<()> {
        match (self, other) {
            (Work::Inserts(documents), Work::Inserts(more)) => {
                for index in 0..more.len() {
                    documents.push_row(more.get(index));
                }
                Some(())
            }
            (Work::Changes(kind, changes), Work::Changes(other, more)) if kind == other => {
                changes.extend_from_slice(more);
                Some(())
            }
            _ => None,
        }
    }
}

/// One statement of an `update` or `delete` command.
#[derive(Clone)]
struct Change {
    /// The elements of its document.
    elements: Vec<u8>,
    /// It is about many documents, some of which are changed when it fails.
    many: bool,
}

impl Change {
    fn update(update: &Update) -> Result<Change, String> {
        let change = match &update.change {
            program::Change::Operators(document) => Bson::Document(document.clone()),
            program::Change::Pipeline(stages) => stages.clone().into(),
        };
        let mut elements = Vec::new();
        write(&mut elements, "q", &Bson::Document(update.filter.clone()))?;
        write(&mut elements, "u", &change)?;
        write(&mut elements, "multi", &Bson::Boolean(!update.one))?;
        if let Some(filters) = &update.array_filters {
            write(&mut elements, "arrayFilters", &filters.clone().into())?;
        }
        Ok(Change {
            elements,
            many: !update.one,
        })
    }

    fn delete(delete: &Delete) -> Result<Change, String> {
        let mut elements = Vec::new();
        write(&mut elements, "q", &Bson::Document(delete.filter.clone()))?;
        write(&mut elements, "limit", &Bson::Int32(i32::from(delete.one)))?;
        Ok(Change {
            elements,
            many: !delete.one,
        })
    }
}

fn write(bytes: &mut Vec<u8>, name: &str, value: &Bson) -> Result<(), String> {
    statements::write(bytes, name, Prepared::new(value)?.value());
    Ok(())
}

/// What became of a group, beside what the report says.
#[derive(Default)]
struct Outcome {
    cause: Option<Cause>,
    unknown: Vec<u64>,
    unsent: Vec<u64>,
}

impl Outcome {
    fn add(&mut self, other: Outcome) {
        self.cause = self.cause.take().or(other.cause);
        self.unknown.extend(other.unknown);
        self.unsent.extend(other.unsent);
    }
}

/// Numbers as ranges.
fn ranges(mut numbers: Vec<u64>) -> Vec<Range<u64>> {
    numbers.sort_unstable();
    numbers.dedup();
    joined(numbers.into_iter().map(|number| number..number + 1))
}

/// Runs a statement that takes commands of its own.
async fn alone(
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
    let number = numbers.first().copied().unwrap_or_default();
    report.refused.extend(
        error
            .refused
            .into_iter()
            .map(|row| RefusedRow { row: number, ..row }),
    );
    Outcome {
        unknown: match error.unknown.is_empty() {
            true => Vec::new(),
            false => numbers.to_vec(),
        },
        cause: error.cause.map(|cause| *cause),
        ..Outcome::default()
    }
}

/// Inserts the documents of many statements.
async fn inserts(
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
        next = batch.end();
        let first = report.refused.len();
        let rows = (0..batch.len()).collect();
        let stop = insert::store(run, target, batch, rows, report).await;
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
        return outcome;
    }
    Outcome::default()
}

/// Sends many statements that change or delete.
async fn change(
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
        report.applied += counts;
        let mut last = None;
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
            last = Some(start + index);
        }
        if let Some(message) = reply.not_durable {
            return Outcome {
                cause: Some(Cause::Driver(mongodb::error::Error::custom(message))),
                unknown: numbers[start..end].to_vec(),
                unsent: numbers[end..].to_vec(),
            };
        }
        if let (Some(last), Some(true)) = (last, target.options.ordered) {
            return Outcome {
                unsent: numbers[last + 1..].to_vec(),
                ..Outcome::default()
            };
        }
        start = end;
    }
    Outcome::default()
}

impl fmt::Debug for Bulk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bulk")
            .field("statements", &self.statements)
            .field("unordered", &self.unordered)
            .finish_non_exhaustive()
    }
}
