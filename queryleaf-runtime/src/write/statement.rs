//! A statement that writes, ready to run.

use super::documents::Documents;
use super::feed::Feed;
use super::program::Program;
use super::report::Report;
use super::returned::Rows;
use super::returning;
use super::rows::BoundRows;
use super::run::{Listener, Progress, Run, rows_error};
use super::{Affected, change, command, define, insert, staged};
use crate::batches::explain;
use crate::bind::Bound;
use crate::error::{Error, Result};
use crate::executor::Target;
use crate::outside::{Outside, why};
use crate::request::Request;
use crate::transaction::Interrupted;
use crate::{Executor, Plan, span};
use futures::future::BoxFuture;
use mongodb::bson::Document;
use std::fmt;
use std::sync::Arc;
use tracing::Instrument;

/// A statement that writes, checked when the program was compiled, with the values of its
/// parameters.
///
/// Nothing is sent before [`execute`](Statement::execute) is called and its future awaited. A
/// statement may be run any number of times, unless its rows come from a stream.
///
/// ```no_run
/// # use queryleaf::prelude::*;
/// # #[derive(Serialize, Deserialize, Collection)]
/// # #[leaf(name = "books")]
/// # struct Book { title: String, year: i32, price: Option<f64> }
/// # async fn run(db: &queryleaf::mongodb::Database) -> queryleaf::Result<()> {
/// let (title, price) = ("Hunger", 7.5);
/// let affected = sql!("UPDATE books SET price = :price WHERE title = :title").execute(db).await?;
/// println!("{:?} rows", affected.rows_affected());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "a statement does nothing until it is run with `execute`"]
pub struct Statement {
    request: Request,
    rows: Option<BoundRows>,
    /// What earlier runs wrote, where this one writes the rest.
    report: Report,
    progress: Option<Listener>,
}

impl Statement {
    /// A statement; the parameters are in the order of their numbers.
    pub fn new(plan: &'static Plan, parameters: Vec<Bound>) -> Self {
        Statement {
            request: Request::new(plan, parameters),
            rows: None,
            report: Report::default(),
            progress: None,
        }
    }

    /// The statement with the user's own structs as its rows.
    pub fn with_rows(self, rows: BoundRows) -> Self {
        Statement {
            rows: Some(rows),
            ..self
        }
    }

    /// The rest of a statement, of which this much is done.
    pub(crate) fn continuing(
        request: Request,
        rows: BoundRows,
        report: Report,
        progress: Option<Listener>,
    ) -> Self {
        Statement {
            request,
            rows: Some(rows),
            report,
            progress,
        }
    }

    /// Calls a function after each batch of rows, for a progress bar for instance. It should return
    /// quickly: nothing is sent meanwhile.
    ///
    /// ```
    /// # fn show(statement: queryleaf_runtime::Statement) -> queryleaf_runtime::Statement {
    /// statement.on_progress(|progress| println!("{} rows", progress.rows))
    /// # }
    /// ```
    pub fn on_progress(self, listener: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        Statement {
            progress: Some(Listener(Arc::new(listener))),
            ..self
        }
    }

    /// Runs the statement.
    ///
    /// # Errors
    ///
    /// [`Error::Write`] when a part of the statement was carried out, or may have been; it says which.
    /// With any other error nothing was written.
    pub fn execute<'e>(&self, executor: impl Executor<'e>) -> BoxFuture<'e, Result<Affected>> {
        let target = executor.target();
        let plan = self.request.plan;
        let program = self.program(target.session.is_some());
        let name = program.as_ref().ok().map(Program::name);
        let span = span::operation(plan, &target.database, name);
        let statement = self.clone();
        let transaction = target.transaction.clone();
        let run = async move {
            let result = statement.run(program?, target).await;
            note(transaction, result)
        };
        Box::pin(run.instrument(span))
    }

    pub(super) async fn run(self, program: Program, target: Target<'_>) -> Result<Affected> {
        let mut run = Run::new(self.request, target, self.progress).await;
        match program {
            Program::Insert(mut program) => {
                let feed = match (self.rows, program.documents.take()) {
                    (Some(rows), _) => rows
                        .feed()
                        .map_err(|reason| rows_error(reason, run.plan()))?,
                    (None, Some(documents)) => Feed::known(documents.into()),
                    (None, None) => return Err(run.internal("an insert without rows")),
                };
                insert::insert(&mut run, &program.target, feed, self.report).await
            }
            Program::Update(program) => change::update(&mut run, &program).await,
            Program::Delete(program) => change::delete(&mut run, &program).await,
            Program::Staged(program) => staged::staged(&mut run, program).await,
            Program::Define(steps) => define::define(&mut run, &steps).await,
        }
    }

    /// Runs the statement for the rows that come back.
    pub(super) fn returning<'e>(
        &self,
        target: Target<'e>,
        at_most: usize,
    ) -> BoxFuture<'e, Result<Rows>> {
        let transaction = target.transaction.clone();
        // What takes more than one command runs in a transaction.
        let program = self.program(true);
        let name = program.as_ref().ok().map(Program::name);
        let span = span::operation(self.request.plan, &target.database, name);
        let Statement { request, rows, .. } = self.clone();
        let run = async move {
            let feed = match rows.map(|rows| rows.feed()).transpose() {
                Ok(feed) => feed,
                Err(reason) => return Err(rows_error(reason, request.plan)),
            };
            let result = returning::run(request, program?, feed, target, at_most).await;
            note(transaction, result)
        };
        Box::pin(run.instrument(span))
    }

    /// Runs the statement in the span of the caller.
    pub(super) async fn run_on(&self, target: Target<'_>) -> Result<Affected> {
        let program = self.program(target.session.is_some())?;
        self.clone().run(program, target).await
    }

    pub(super) fn request(&self) -> &Request {
        &self.request
    }

    /// The rows, where they are the user's own and known.
    pub(super) fn known_rows(&self) -> Option<&Documents> {
        self.rows.as_ref().and_then(BoundRows::known)
    }

    pub(super) fn plan(&self) -> &'static Plan {
        self.request.plan
    }

    /// What the template filled to.
    pub(super) fn program(&self, in_session: bool) -> Result<Program> {
        let bytes = self.request.fill(in_session)?;
        Program::read(&bytes).map_err(|reason| Error::internal(reason, self.request.plan))
    }

    /// The command that is sent; of many batches, one with all rows.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`]: the value of a parameter is none that the statement can take.
    pub fn command(&self) -> Result<Document> {
        let program = self.program(false)?;
        command::command(program, self.known_rows())
            .map_err(|reason| Error::internal(reason, self.request.plan))
    }

    /// How the server would find what it writes, without writing it (`queryPlanner`).
    ///
    /// # Errors
    ///
    /// [`Error::Driver`] for an `INSERT`: there is nothing to find.
    pub fn explain<'e>(
        &self,
        executor: impl Outside<'e, why::Explain>,
    ) -> BoxFuture<'e, Result<Document>> {
        let plan = self.request.plan;
        Box::pin(explain(
            plan,
            self.command(),
            "queryPlanner",
            executor.target(),
        ))
    }

    /// The SQL text.
    pub fn sql(&self) -> &'static str {
        self.request.plan.sql
    }
}

/// Lets the transaction know of an error that ends it.
pub(super) fn note<T>(transaction: Option<Interrupted>, result: Result<T>) -> Result<T> {
    if let (Some(transaction), Err(error)) = (transaction, &result) {
        match error.driver_error() {
            Some(error) => transaction.note(error),
            None if error.server_code().is_some() => transaction.note_refusal(error),
            None => {}
        }
    }
    result
}

/// The SQL only: the values of parameters may be secrets.
impl fmt::Debug for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Statement")
            .field("sql", &self.sql())
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}
