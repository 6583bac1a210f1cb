//! What is said of a query that is run as another kind than it is.
//!
//! `sql!` gives a [`Query`], a [`WatchQuery`] or a [`LiveQuery`](super::LiveQuery). A method of another
//! one is found here, where a bound that nothing fulfils tells rustc what to say.

use super::{Live, Watch, WatchQuery};
use crate::fetch::{FetchAll, FetchOne, FetchOptional};
use crate::{Executor, Query, RowStream};
use mongodb::Database;

/// Queries whose rows are events as they happen. No [`Query`] is one.
#[diagnostic::on_unimplemented(
    message = "the rows of this query are not watched",
    label = "these are not events one by one, as they happen",
    note = "a query that is watched reads `CHANGE_STREAM(..)`, filters its events, and computes with each",
    note = "one that groups, orders, limits or joins events is followed by `.live(&db)`, and one of a \
            table is fetched: `.fetch_all(&db)`"
)]
pub trait Watched {}

/// Queries over events that are kept. No [`Query`] is one but by way of a
/// [`LiveQuery`](super::LiveQuery), and no [`WatchQuery`].
#[diagnostic::on_unimplemented(
    message = "no events are kept for this query",
    label = "this is not a query that groups, orders, limits or joins events",
    note = "a query of `CHANGE_STREAM(..)` that filters events and computes with each is watched: \
            `.watch(&db)`; one of a table is fetched: `.fetch_all(&db)`"
)]
pub trait Kept {}

/// Queries whose rows come to an end. No [`WatchQuery`] is one.
#[diagnostic::on_unimplemented(
    message = "the rows of this query have no end",
    label = "a change stream cannot be fetched",
    note = "take its events as they happen: `.watch(&db)` is a stream, of which `.take(n)` gives some",
    note = "an aggregation over events that says how far back it looks, as in `WHERE wall_time >= \
            CURRENT_TIMESTAMP - INTERVAL '1 hour'`, is kept, and can be fetched"
)]
pub trait Finite {}

#[doc(hidden)]
impl<R, S> Query<R, S> {
    /// Says of every query but one of changes that it is none.
    pub fn watch(&self, _: &Database) -> Watch<R>
    where
        Self: Watched,
    {
        no_such_query()
    }

    /// The same.
    pub fn snapshot_and_watch(&self, _: &Database) -> Watch<R>
    where
        Self: Watched,
    {
        no_such_query()
    }

    /// Says of every query but one of kept events that it is none.
    pub fn live(&self, _: &Database) -> Live<R>
    where
        Self: Kept,
    {
        no_such_query()
    }
}

#[doc(hidden)]
impl<R, S> WatchQuery<R, S> {
    /// Says that it has no end.
    pub fn fetch_all<'e>(&self, _: impl Executor<'e>) -> FetchAll<'e, R>
    where
        Self: Finite,
    {
        no_such_query()
    }

    /// The same.
    pub fn fetch_one<'e>(&self, _: impl Executor<'e>) -> FetchOne<'e, R>
    where
        Self: Finite,
    {
        no_such_query()
    }

    /// The same.
    pub fn fetch_optional<'e>(&self, _: impl Executor<'e>) -> FetchOptional<'e, R>
    where
        Self: Finite,
    {
        no_such_query()
    }

    /// The same.
    pub fn fetch_scalar<'e, T>(&self, _: impl Executor<'e>) -> FetchOne<'e, T>
    where
        Self: Finite,
    {
        no_such_query()
    }

    /// The same.
    pub fn stream<'e>(&self, _: impl Executor<'e>) -> RowStream<'e, R>
    where
        Self: Finite,
    {
        no_such_query()
    }

    /// Says that nothing is kept for it.
    pub fn live(&self, _: &Database) -> Live<R>
    where
        Self: Kept,
    {
        no_such_query()
    }
}

/// What no call leads to: no type fulfils its bound.
fn no_such_query<T>() -> T {
    unreachable!("a query of another kind was run")
}
