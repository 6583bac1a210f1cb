//! What MongoDB does not do in a transaction, as types: rustc says it before the server does.

use crate::fetch::{FetchAll, FetchOne, FetchOptional};
use crate::stream::RowStream;
use crate::watch::Context;
use crate::write::{Affected, FetchReturned, Progress};
use crate::{Executor, Fill, InSession, Query, Result, Returning, Statement, types};
use futures::future::BoxFuture;
use mongodb::Database;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

/// A query or statement `Q` that MongoDB does not run in a transaction, and why: what `sql!` makes of
/// those of which that is known.
///
/// It is run like every other, but not on a transaction; that does not compile:
///
/// ```compile_fail,E0277
/// # use queryleaf::prelude::*;
/// # #[derive(Serialize, Deserialize, Collection)]
/// # #[leaf(name = "events", capped(size = "1MB"))]
/// # struct Event { text: String }
/// # async fn run(db: &queryleaf::mongodb::Database) -> queryleaf::Result<()> {
/// db.transaction(async |tx| {
///     sql!("INSERT INTO events (text) VALUES ('started')").execute(&mut *tx).await
/// })
/// .await?;
/// # Ok(())
/// # }
/// ```
///
/// Of a session, and of the context of a trigger, it is not known before the program runs whether they
/// are in a transaction: there it is an [`Error::NotInTransaction`](crate::Error::NotInTransaction) or
/// the error of the server.
#[must_use = "a query does nothing until it is run"]
pub struct OutsideTransactions<Q, Why> {
    query: Q,
    why: PhantomData<fn() -> Why>,
}

/// A query or statement that does not run in a transaction, for this reason.
pub fn outside<Why, Q>(query: Q) -> OutsideTransactions<Q, Why> {
    OutsideTransactions {
        query,
        why: PhantomData,
    }
}

/// Where a query can run that MongoDB does not run in a transaction: every [`Executor`] but the
/// transactions.
#[diagnostic::on_unimplemented(
    message = "`{Why}` is not possible in a transaction",
    label = "this is a transaction, and MongoDB forbids it there",
    note = "run it on the `&mongodb::Database`, before the transaction or behind it",
    note = "docs/writes.md lists what is forbidden in transactions, and what to do instead"
)]
pub trait Outside<'e, Why>: Executor<'e> {}

#[diagnostic::do_not_recommend]
impl<Why> Outside<'static, Why> for &Database {}

#[diagnostic::do_not_recommend]
impl<'s, Why> Outside<'s, Why> for InSession<'s> {}

#[diagnostic::do_not_recommend]
impl<'e, Why> Outside<'e, Why> for &'e mut InSession<'_> {}

#[diagnostic::do_not_recommend]
impl<'e, Why> Outside<'e, Why> for &'e mut Context<'_> {}

/// Why a query cannot run in a transaction.
pub mod why {
    /// Creates, changes or removes what is defined: collections, indexes, validators.
    #[derive(Debug)]
    pub enum Definition {}

    /// Asks what there is: collections, indexes, their sizes.
    #[derive(Debug)]
    pub enum CatalogQuery {}

    /// Writes to a capped collection.
    #[derive(Debug)]
    pub enum CappedWrite {}

    /// Writes to a time series.
    #[derive(Debug)]
    pub enum TimeSeriesWrite {}

    /// Has a write concern of its own, where a transaction has one for all its statements.
    #[derive(Debug)]
    pub enum OwnWriteConcern {}

    /// `ON CONFLICT DO NOTHING` without columns: the first duplicate key would end the transaction.
    #[derive(Debug)]
    pub enum OnConflictWithoutColumns {}

    /// Asks how a query would be run.
    #[derive(Debug)]
    pub enum Explain {}
}

impl<Why> OutsideTransactions<Statement, Why> {
    /// Runs the statement; see [`Statement::execute`].
    ///
    /// # Errors
    ///
    /// Those of [`Statement::execute`].
    pub fn execute<'e>(&self, executor: impl Outside<'e, Why>) -> BoxFuture<'e, Result<Affected>> {
        self.query.execute(executor)
    }

    /// Calls a function after each batch of rows; see [`Statement::on_progress`].
    pub fn on_progress(self, listener: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        outside(self.query.on_progress(listener))
    }
}

impl<R, S, Why> OutsideTransactions<Query<R, S>, Why> {
    /// Runs the query and gives every row; see [`Query::fetch_all`].
    pub fn fetch_all<'e>(&self, executor: impl Outside<'e, Why>) -> FetchAll<'e, R> {
        self.query.fetch_all(executor)
    }

    /// Runs the query and gives the only row; see [`Query::fetch_one`].
    pub fn fetch_one<'e>(&self, executor: impl Outside<'e, Why>) -> FetchOne<'e, R> {
        self.query.fetch_one(executor)
    }

    /// Runs the query and gives the only row, if there is one; see [`Query::fetch_optional`].
    pub fn fetch_optional<'e>(&self, executor: impl Outside<'e, Why>) -> FetchOptional<'e, R> {
        self.query.fetch_optional(executor)
    }

    /// Runs the query and gives the only value; see [`Query::fetch_scalar`].
    pub fn fetch_scalar<'e, T: Fill<S>>(&self, executor: impl Outside<'e, Why>) -> FetchOne<'e, T>
    where
        S: types::OneColumn,
    {
        self.query.fetch_scalar(executor)
    }

    /// Runs the query and gives its rows one by one; see [`Query::stream`].
    pub fn stream<'e>(&self, executor: impl Outside<'e, Why>) -> RowStream<'e, R> {
        self.query.stream(executor)
    }
}

impl<R, S, Why> OutsideTransactions<Returning<R, S>, Why> {
    /// Writes, and gives every row; see [`Returning::fetch_all`].
    pub fn fetch_all<'e>(&self, executor: impl Outside<'e, Why>) -> FetchReturned<'e, R, Vec<R>> {
        self.query.fetch_all(executor)
    }

    /// Writes, and gives the only row; see [`Returning::fetch_one`].
    pub fn fetch_one<'e>(&self, executor: impl Outside<'e, Why>) -> FetchReturned<'e, R, R> {
        self.query.fetch_one(executor)
    }

    /// Writes, and gives the only row, if there is one; see [`Returning::fetch_optional`].
    pub fn fetch_optional<'e>(
        &self,
        executor: impl Outside<'e, Why>,
    ) -> FetchReturned<'e, R, Option<R>> {
        self.query.fetch_optional(executor)
    }

    /// Writes, and gives the only value; see [`Returning::fetch_scalar`].
    pub fn fetch_scalar<'e, T: Fill<S>>(
        &self,
        executor: impl Outside<'e, Why>,
    ) -> FetchReturned<'e, T, T>
    where
        S: types::OneColumn,
    {
        self.query.fetch_scalar(executor)
    }

    /// Writes, and gives the counts alone; see [`Returning::execute`].
    ///
    /// # Errors
    ///
    /// Those of [`Statement::execute`].
    pub fn execute<'e>(&self, executor: impl Outside<'e, Why>) -> BoxFuture<'e, Result<Affected>> {
        self.query.execute(executor)
    }
}

impl<Q: Clone, Why> Clone for OutsideTransactions<Q, Why> {
    fn clone(&self) -> Self {
        outside(self.query.clone())
    }
}

impl<Q, Why> Deref for OutsideTransactions<Q, Why> {
    type Target = Q;

    fn deref(&self) -> &Q {
        &self.query
    }
}

impl<Q: fmt::Debug, Why> fmt::Debug for OutsideTransactions<Q, Why> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.query.fmt(f)
    }
}

impl<Why> From<OutsideTransactions<Statement, Why>> for Statement {
    fn from(statement: OutsideTransactions<Statement, Why>) -> Self {
        statement.query
    }
}

impl<R, S, Why> From<OutsideTransactions<Query<R, S>, Why>> for Query<R, S> {
    fn from(query: OutsideTransactions<Query<R, S>, Why>) -> Self {
        query.query
    }
}

impl<R, S, Why> From<OutsideTransactions<Returning<R, S>, Why>> for Returning<R, S> {
    fn from(statement: OutsideTransactions<Returning<R, S>, Why>) -> Self {
        statement.query
    }
}
