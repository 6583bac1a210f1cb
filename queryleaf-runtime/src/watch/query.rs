//! A query whose rows are changes.

use super::changes::Changes;
use super::source::Source;
use super::stream::Watch;
use crate::bind::Bound;
use crate::error::Result;
use crate::query::DecodeRow;
use crate::request::Request;
use crate::{Plan, types};
use mongodb::Database;
use mongodb::bson::Document;
use std::fmt;
use std::marker::PhantomData;

/// A query of changes, with the values of its parameters: what `sql!` makes of a
/// `SELECT .. FROM CHANGE_STREAM(..)`.
///
/// Its filter and its columns are computed by the server: an event that does not pass is not sent.
/// Nothing is sent before [`watch`](WatchQuery::watch) is called and its stream polled; a query may be
/// watched any number of times.
#[must_use = "a query does nothing until it is run, with `watch`"]
pub struct WatchQuery<R, S = types::SeveralColumns> {
    pub(super) request: Request,
    pub(super) decode: DecodeRow<R>,
    column: PhantomData<fn() -> S>,
}

impl<R, S> WatchQuery<R, S> {
    /// A query; the parameters are in the order of their numbers.
    pub fn new(plan: &'static Plan, parameters: Vec<Bound>, decode: DecodeRow<R>) -> Self {
        WatchQuery {
            request: Request::new(plan, parameters),
            decode,
            column: PhantomData,
        }
    }

    /// Follows the changes of a collection, of several, or of the whole database.
    ///
    /// # Errors
    ///
    /// Each event may be an error in its place. Behind one that does not fit
    /// ([`Error::Decode`](crate::Error::Decode)), and one for which the server cannot compute the condition
    /// or a column, the others still come; every other error is the last item:
    /// [`Error::HistoryLost`](crate::Error::HistoryLost) where the server has forgotten what happened since
    /// the place to begin at, and those of every [query](crate::Query#errors).
    pub fn watch(&self, database: &Database) -> Watch<R> {
        let plan = self.request.plan;
        let source = Source::read(&self.request);
        let changes = source.map(|source| Changes::new(source, database.clone()));
        Watch::new(changes, plan, self.decode, database)
    }

    /// Gives the documents that there are, and then what happens to them.
    ///
    /// The documents come as events of the type `insert`, through the same filter and columns as the
    /// changes behind them. They are those of one moment, and the changes are those since: there is no
    /// gap, and nothing is in both. A stream of the whole database reads all of its collections.
    ///
    /// The server keeps that moment for five minutes (`minSnapshotHistoryWindowInSeconds`): the documents
    /// must be read by then. [`Watch::token`] gives no place to go on at before the first change.
    ///
    /// # Errors
    ///
    /// Those of [`watch`](WatchQuery::watch).
    pub fn snapshot_and_watch(&self, database: &Database) -> Watch<R> {
        self.watch(database).snapshot_first()
    }

    /// The command that opens the stream: for a look, and to run with other tools.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`](crate::Error::Parameter).
    pub fn command(&self) -> Result<Document> {
        Ok(Source::read(&self.request)?.command())
    }

    /// The stages that are sent.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`](crate::Error::Parameter).
    pub fn pipeline(&self) -> Result<Vec<Document>> {
        Ok(Source::read(&self.request)?.stages())
    }

    /// The SQL text, as it stands in the program.
    pub fn sql(&self) -> &'static str {
        self.request.plan.sql
    }

    /// The names of the columns in order, which are also the names of the fields of a row.
    pub fn columns(&self) -> &'static [&'static str] {
        self.request.plan.columns
    }
}

impl<R, S> Clone for WatchQuery<R, S> {
    fn clone(&self) -> Self {
        WatchQuery {
            request: self.request.clone(),
            decode: self.decode,
            column: PhantomData,
        }
    }
}

/// The SQL only: the values of parameters may be secrets.
impl<R, S> fmt::Debug for WatchQuery<R, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WatchQuery")
            .field("sql", &self.request.plan.sql)
            .finish_non_exhaustive()
    }
}
