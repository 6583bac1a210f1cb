//! A query over changes that have to be kept.

use super::collector::Collector;
use super::live::Live;
use super::store::Store;
use super::{LivePlan, ViewPlan};
use crate::bind::Bound;
use crate::error::Result;
use crate::query::DecodeRow;
use crate::request::Request;
use crate::watch::source::Source;
use crate::{Query, types};
use mongodb::Database;
use mongodb::bson::Document;
use std::fmt;
use std::ops::Deref;

/// A [`Query`] over changes that groups, orders, windows, joins or limits them: what `sql!` makes of such
/// a `SELECT .. FROM CHANGE_STREAM(..)`.
///
/// The changes are kept in a collection that the library manages, for as long as a condition of the
/// query says. [`live`](LiveQuery::live) keeps them and gives the results again and again;
/// [`collect`](LiveQuery::collect) only keeps them, in a process of its own if need be. Run like every
/// other query, with [`fetch_all`](Query::fetch_all) for instance, it is about what is kept.
#[must_use = "a query does nothing until it is run, with `live` for instance"]
pub struct LiveQuery<R, S = types::SeveralColumns> {
    query: Query<R, S>,
    plan: &'static ViewPlan,
}

impl<R, S> LiveQuery<R, S> {
    /// A query; the parameters are in the order of their numbers.
    pub fn new(plan: &'static LivePlan, parameters: Vec<Bound>, decode: DecodeRow<R>) -> Self {
        LiveQuery {
            query: Query::new(&plan.query, parameters, decode),
            plan: &plan.view,
        }
    }

    /// The query of a view, whose rows are read as those of another query.
    #[doc(hidden)]
    pub fn of_view<T>(plan: &'static LivePlan, rows: Query<R, T>) -> Self {
        LiveQuery {
            query: rows.of_plan(&plan.query),
            plan: &plan.view,
        }
    }

    /// Keeps the changes from now on, and gives the results of the query at once, and again whenever
    /// they are to be refreshed: every second unless told otherwise.
    ///
    /// # Errors
    ///
    /// Each item may be an error. Behind a row that does not fit
    /// ([`Error::Decode`](crate::Error::Decode)) others come; every other one is the last: those of a
    /// [`Collector`], and of every [query](Query#errors).
    pub fn live(&self, database: &Database) -> Live<R> {
        let store = Store::new(self.plan, database);
        Live::new(self.query.request.clone(), self.query.decode, store)
    }

    /// Keeps the changes, and nothing else.
    pub fn collect(&self, database: &Database) -> Collector {
        Collector::new(Store::new(self.plan, database))
    }

    /// The command that opens the stream part: for a look, and to run with other tools. That of the rest
    /// is the [`command`](Query::command).
    ///
    /// # Errors
    ///
    /// [`Error::Internal`](crate::Error::Internal) for a program of another version.
    pub fn stream_command(&self) -> Result<Document> {
        let request = Request::new(&self.plan.stream, Vec::new());
        Ok(Source::read(&request)?.command())
    }
}

impl<R, S> Deref for LiveQuery<R, S> {
    type Target = Query<R, S>;

    fn deref(&self) -> &Query<R, S> {
        &self.query
    }
}

impl<R, S> fmt::Debug for LiveQuery<R, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.query.fmt(f)
    }
}
