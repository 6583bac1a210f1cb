//! A query whose rows can be waited for.

use super::Tail;
use super::cursor::Follow;
use crate::bind::Bound;
use crate::query::DecodeRow;
use crate::{Plan, Query, types};
use mongodb::Database;
use std::fmt;
use std::ops::Deref;

/// A [`Query`] that reads one capped collection, row by row: what `sql!` makes of a `SELECT` without
/// a join, a group, a `LIMIT` or an order other than `ORDER BY $natural`.
///
/// It is run like every query, and [`tail`](TailableQuery::tail) waits for new rows.
#[must_use = "a query does nothing until it is run, with `fetch_all` for instance"]
pub struct TailableQuery<R, S = types::SeveralColumns>(Query<R, S>);

impl<R, S> TailableQuery<R, S> {
    /// A query; the parameters are in the order of their numbers.
    pub fn new(plan: &'static Plan, parameters: Vec<Bound>, decode: DecodeRow<R>) -> Self {
        TailableQuery(Query::new(plan, parameters, decode))
    }

    /// Runs the query and gives its rows in the order in which they were stored, then every new one
    /// once it is there, without end.
    ///
    /// # Errors
    ///
    /// Each row may be an error in its place. Behind one that does not fit
    /// ([`Error::Decode`](crate::Error::Decode)), and where rows were overwritten before they were
    /// read ([`Error::RowsMissed`](crate::Error::RowsMissed)), the others still come; every other
    /// error of a [query](Query#errors) is the last item. The connection may be lost for half a
    /// minute.
    ///
    /// ```no_run
    /// # use queryleaf::prelude::*;
    /// # #[derive(Serialize, Deserialize, Collection)]
    /// # #[leaf(name = "events", capped(size = "1MB"))]
    /// # struct Event { kind: String, text: String }
    /// # async fn run(db: &queryleaf::mongodb::Database) -> queryleaf::Result<()> {
    /// use futures::TryStreamExt;
    ///
    /// let mut events = sql!("SELECT text FROM events WHERE kind = 'alarm'").tail(db);
    /// while let Some(event) = events.try_next().await? {
    ///     println!("{}", event.text);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn tail(&self, database: &Database) -> Tail<R> {
        let Query {
            request, decode, ..
        } = &self.0;
        let follow = Follow::new(request.clone(), database.clone());
        Tail::new(request.plan, follow, *decode)
    }
}

impl<R, S> Deref for TailableQuery<R, S> {
    type Target = Query<R, S>;

    fn deref(&self) -> &Query<R, S> {
        &self.0
    }
}

impl<R, S> From<TailableQuery<R, S>> for Query<R, S> {
    fn from(query: TailableQuery<R, S>) -> Self {
        query.0
    }
}

impl<R, S> fmt::Debug for TailableQuery<R, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Queries whose rows can be waited for. [`Query`] is none of them: it is what every other query is.
#[diagnostic::on_unimplemented(
    message = "the rows of this query cannot be waited for",
    label = "only those of a plain query of one capped collection can be",
    note = "a tailable query reads one table that is `capped(..)`, with a WHERE and columns, but without joins, \
            groups, subqueries, DISTINCT, LIMIT or any order but `ORDER BY $natural`, and without an `_id` of \
            its own making"
)]
pub trait Tailed {}
