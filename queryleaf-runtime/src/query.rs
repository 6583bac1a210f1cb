//! A query with the values of its parameters, ready to run.

use crate::bind::Bound;
use crate::error::Result;
use crate::fetch::{FetchAll, FetchOne, FetchOptional};
use crate::request::Request;
use crate::row::RowReader;
use crate::stream::RowStream;
use crate::{Executor, Fill, Plan, types};
use futures::future::BoxFuture;
use mongodb::bson::Document;
use std::fmt;
use std::marker::PhantomData;

/// Reads a row.
pub(crate) type DecodeRow<R> = fn(&mut RowReader<'_>) -> Result<R>;

/// A query, checked when the program was compiled, with the values of its parameters.
///
/// `R` is the type of its rows. `S` is the SQL type of its column when it has just one, for
/// [`fetch_scalar`](Query::fetch_scalar).
///
/// Nothing is sent before one of the methods is called and its future awaited; a query may be run
/// any number of times.
#[must_use = "a query does nothing until it is run, with `fetch_all` for instance"]
pub struct Query<R, S = types::SeveralColumns> {
    request: Request,
    decode: DecodeRow<R>,
    column: PhantomData<fn() -> S>,
}

impl<R, S> Query<R, S> {
    /// A query; the parameters are in the order of their numbers.
    pub fn new(plan: &'static Plan, parameters: Vec<Bound>, decode: DecodeRow<R>) -> Self {
        Query {
            request: Request::new(plan, parameters),
            decode,
            column: PhantomData,
        }
    }

    /// Every row.
    pub fn fetch_all<'e>(&self, executor: impl Executor<'e>) -> FetchAll<'e, R> {
        FetchAll::new(self.request.run(executor.target(), None), self.decode)
    }

    /// The only row; it is an error when there is none or more than one.
    pub fn fetch_one<'e>(&self, executor: impl Executor<'e>) -> FetchOne<'e, R> {
        FetchOne::new(self.request.run(executor.target(), Some(2)), self.decode)
    }

    /// The only row, or `None`; it is an error when there is more than one.
    pub fn fetch_optional<'e>(&self, executor: impl Executor<'e>) -> FetchOptional<'e, R> {
        FetchOptional::new(self.request.run(executor.target(), Some(2)), self.decode)
    }

    /// The value of the only column of the only row; it is an error when there is no row or more
    /// than one.
    ///
    /// A number may be read as `i64`, when it is whole and in range, as `f64` or as a decimal.
    pub fn fetch_scalar<'e, T: Fill<S>>(&self, executor: impl Executor<'e>) -> FetchOne<'e, T>
    where
        S: types::OneColumn,
    {
        FetchOne::new(self.request.run(executor.target(), Some(2)), scalar::<S, T>)
    }

    /// The rows one by one, with one batch of them in memory.
    ///
    /// A row that does not fit is an error in its place; the rows after it still come.
    pub fn stream<'e>(&self, executor: impl Executor<'e>) -> RowStream<'e, R> {
        RowStream::new(self.request.run(executor.target(), None), self.decode)
    }

    /// How the server runs the query, with what it examined (`executionStats`).
    pub fn explain<'e>(&self, executor: impl Executor<'e>) -> BoxFuture<'e, Result<Document>> {
        self.request.explain(executor.target())
    }

    /// The stages that are sent, those of a `find` written as a pipeline.
    pub fn pipeline(&self) -> Result<Vec<Document>> {
        Ok(self.request.query(false)?.into())
    }

    /// The command that is sent.
    pub fn command(&self) -> Result<Document> {
        Ok(self.request.query(false)?.into())
    }

    /// The SQL text.
    pub fn sql(&self) -> &'static str {
        self.request.plan.sql
    }

    /// The names of the columns in order.
    pub fn columns(&self) -> &'static [&'static str] {
        self.request.plan.columns
    }
}

/// Reads the only column.
pub(crate) fn scalar<S, T: Fill<S>>(row: &mut RowReader<'_>) -> Result<T> {
    row.fill::<S, T>(0)
}

/// The SQL only: the values of parameters may be secrets.
impl<R, S> fmt::Debug for Query<R, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Query")
            .field("sql", &self.request.plan.sql)
            .finish_non_exhaustive()
    }
}
