//! Statements with `RETURNING`, which give rows.

use super::Statement;
use super::affected::Affected;
use super::returned::Rows;
use super::rows::BoundRows;
use crate::bind::Bound;
use crate::error::{Error, Result};
use crate::outside::{Outside, why};
use crate::query::{DecodeRow, scalar};
use crate::row::RowReader;
use crate::{Executor, Fill, Plan, types};
use futures::future::BoxFuture;
use mongodb::bson::Document;
use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// A statement with `RETURNING`: it writes, and gives rows of type `R`.
///
/// `S` is the SQL type of their column when they have just one, for
/// [`fetch_scalar`](Returning::fetch_scalar).
///
/// An `UPDATE` or `DELETE` of many rows, and whatever else takes more than one command, runs in a
/// transaction of its own unless it is given one.
#[must_use = "a statement does nothing until it is run, with `fetch_all` for instance"]
pub struct Returning<R, S = types::SeveralColumns> {
    statement: Statement,
    decode: DecodeRow<R>,
    column: PhantomData<fn() -> S>,
}

impl<R, S> Returning<R, S> {
    /// A statement; the parameters are in the order of their numbers.
    pub fn new(plan: &'static Plan, parameters: Vec<Bound>, decode: DecodeRow<R>) -> Self {
        Returning {
            statement: Statement::new(plan, parameters),
            decode,
            column: PhantomData,
        }
    }

    /// The statement with the user's own structs as its rows.
    pub fn with_rows(self, rows: BoundRows) -> Self {
        Returning {
            statement: self.statement.with_rows(rows),
            ..self
        }
    }

    /// Writes, and gives every row.
    pub fn fetch_all<'e>(&self, executor: impl Executor<'e>) -> FetchReturned<'e, R, Vec<R>> {
        self.fetch(executor, usize::MAX, self.decode, |rows, _| Ok(rows))
    }

    /// Writes, and gives the only row. With none, or more than one, it is an error, and of more than
    /// one none is written.
    pub fn fetch_one<'e>(&self, executor: impl Executor<'e>) -> FetchReturned<'e, R, R> {
        self.fetch(executor, 1, self.decode, one)
    }

    /// Writes, and gives the only row, or `None`. With more than one it is an error, and none is
    /// written.
    pub fn fetch_optional<'e>(
        &self,
        executor: impl Executor<'e>,
    ) -> FetchReturned<'e, R, Option<R>> {
        self.fetch(executor, 1, self.decode, |mut rows, _| Ok(rows.pop()))
    }

    /// Writes, and gives the value of the only column of the only row. With no row, or more than one,
    /// it is an error, and of more than one none is written.
    pub fn fetch_scalar<'e, T: Fill<S>>(
        &self,
        executor: impl Executor<'e>,
    ) -> FetchReturned<'e, T, T>
    where
        S: types::OneColumn,
    {
        self.fetch(executor, 1, scalar::<S, T>, one)
    }

    fn fetch<'e, T, O>(
        &self,
        executor: impl Executor<'e>,
        at_most: usize,
        decode: DecodeRow<T>,
        collect: Collect<T, O>,
    ) -> FetchReturned<'e, T, O> {
        FetchReturned {
            rows: self.statement.returning(executor.target(), at_most),
            plan: self.statement.plan(),
            decode,
            collect,
        }
    }

    /// Writes, and gives only the counts; see [`Statement::execute`].
    pub fn execute<'e>(&self, executor: impl Executor<'e>) -> BoxFuture<'e, Result<Affected>> {
        self.statement.execute(executor)
    }

    /// The command that writes; see [`Statement::command`].
    pub fn command(&self) -> Result<Document> {
        self.statement.command()
    }

    /// How the server would find what it writes; see [`Statement::explain`].
    pub fn explain<'e>(
        &self,
        executor: impl Outside<'e, why::Explain>,
    ) -> BoxFuture<'e, Result<Document>> {
        self.statement.explain(executor)
    }

    /// The SQL text.
    pub fn sql(&self) -> &'static str {
        self.statement.sql()
    }

    /// The names of the columns in order.
    pub fn columns(&self) -> &'static [&'static str] {
        self.statement.plan().columns
    }
}

pub(super) fn one<T>(mut rows: Vec<T>, sql: &'static str) -> Result<T> {
    rows.pop().ok_or(Error::NoRows { sql })
}

/// The SQL only: the values of parameters may be secrets.
impl<R, S> fmt::Debug for Returning<R, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Returning")
            .field("sql", &self.sql())
            .finish_non_exhaustive()
    }
}

/// What the rows are made into.
type Collect<T, O> = fn(Vec<T>, &'static str) -> Result<O>;

/// The future of a statement with `RETURNING`.
#[must_use = "futures do nothing unless awaited"]
pub struct FetchReturned<'e, T, O> {
    rows: BoxFuture<'e, Result<Rows>>,
    plan: &'static Plan,
    decode: DecodeRow<T>,
    collect: Collect<T, O>,
}

impl<T, O> Future for FetchReturned<'_, T, O> {
    type Output = Result<O>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let rows = ready!(this.rows.as_mut().poll(cx))?;
        let rows = rows
            .iter()
            .map(|row| (this.decode)(&mut RowReader::new(this.plan, row)))
            .collect::<Result<Vec<T>>>()?;
        Poll::Ready((this.collect)(rows, this.plan.sql))
    }
}

impl<T, O> Unpin for FetchReturned<'_, T, O> {}

impl<T, O> fmt::Debug for FetchReturned<'_, T, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FetchReturned").finish_non_exhaustive()
    }
}
