//! What is said of a statement that is fetched though it gives no rows, and of a query that is executed.
//!
//! As in [`watch`](crate::watch), a method that cannot be called is found here, where a bound that nothing
//! fulfils tells rustc what to say.

use super::Affected;
use crate::error::Result;
use crate::{Executor, Query, Statement};
use futures::future::BoxFuture;

/// Statements that give rows, with what they are asked for. No [`Statement`] does; those with `RETURNING`
/// are another type.
#[diagnostic::on_unimplemented(
    message = "this statement gives no rows",
    label = "there is nothing to fetch",
    note = "run it: `.execute(&db)` tells how many rows are affected",
    note = "a statement that ends in `RETURNING ..` gives the rows that it wrote"
)]
pub trait GivesRows {}

/// Statements that are executed. No [`Query`] is one.
#[diagnostic::on_unimplemented(
    message = "a query changes nothing",
    label = "there is nothing to execute",
    note = "fetch its rows: `.fetch_all(&db)`, `.fetch_one(&db)`, `.fetch_optional(&db)` or `.stream(&db)`"
)]
pub trait Executable {}

#[doc(hidden)]
impl<R, S> Query<R, S> {
    /// Says that a query is fetched.
    pub fn execute<'e>(&self, _: impl Executor<'e>) -> BoxFuture<'e, Result<Affected>>
    where
        Self: Executable,
    {
        unreachable!("a query was executed: no type fulfils the bound")
    }
}

#[doc(hidden)]
impl Statement {
    /// Says that there are no rows.
    pub fn fetch_all<'e, E: Executor<'e>>(&self, _: E) -> BoxFuture<'e, Result<Vec<()>>>
    where
        (Self, E): GivesRows,
    {
        no_rows()
    }

    /// The same.
    pub fn fetch_one<'e, E: Executor<'e>>(&self, _: E) -> BoxFuture<'e, Result<()>>
    where
        (Self, E): GivesRows,
    {
        no_rows()
    }

    /// The same.
    pub fn fetch_optional<'e, E: Executor<'e>>(&self, _: E) -> BoxFuture<'e, Result<Option<()>>>
    where
        (Self, E): GivesRows,
    {
        no_rows()
    }

    /// The same.
    pub fn fetch_scalar<'e, T>(&self, _: impl Executor<'e>) -> BoxFuture<'e, Result<T>>
    where
        (Self, T): GivesRows,
    {
        no_rows()
    }
}

/// What no call leads to: no type fulfils its bound.
fn no_rows<T>() -> T {
    unreachable!("a statement was fetched: no type fulfils the bound")
}
