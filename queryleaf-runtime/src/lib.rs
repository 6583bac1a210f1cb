//! QueryLeaf's runtime: compiled queries on the official MongoDB driver.
//!
//! Users of QueryLeaf depend on the `queryleaf` crate, which re-exports what they need from here.
//!
//! A [`Plan`] is what `sql!` leaves in the binary; a [`Query`] is a plan with the values of its
//! parameters. Running one fills the plan's template, sends it with the driver's `find` or
//! `aggregate`, and decodes the rows straight from the raw batches.

#![cfg_attr(not(test), warn(clippy::unwrap_used))]

pub mod private;
pub mod types;

mod batches;
mod bind;
mod bridge;
mod catalog;
mod command;
mod decode;
mod ensure;
mod error;
mod executor;
mod fetch;
pub mod geo;
pub mod gridfs;
mod integrations;
mod interval;
mod outside;
mod plan;
mod query;
mod raw;
mod request;
mod row;
mod row_support;
mod row_type;
mod running;
mod schema;
mod span;
pub mod stats;
mod stream;
mod tail;
mod transaction;
mod type_macros;
pub mod watch;
mod write;

pub use bind::Bind;
pub use decode::{Decode, Fill};
pub use ensure::{CollectionPart, Difference, Ensure, EnsureAll, Ensured, Remedy};
pub use error::{
    DecodeError, Error, InvalidRow, Refusal, RefusedRow, Result, Violation, WriteError,
};
pub use executor::{Executor, InSession, with_session};
pub use fetch::{FetchAll, FetchOne, FetchOptional};
/// The methods of the streams of rows and changes.
#[doc(no_inline)]
pub use futures::TryStreamExt;
#[cfg(feature = "chrono")]
pub use integrations::chrono;
#[cfg(feature = "jiff")]
pub use integrations::jiff;
#[cfg(feature = "rust_decimal")]
pub use integrations::rust_decimal;
#[cfg(any(
    feature = "chrono",
    feature = "geo-types",
    feature = "jiff",
    feature = "rust_decimal",
    feature = "time",
    feature = "uuid"
))]
pub use integrations::serde_as::SerdeAs;
#[cfg(feature = "time")]
pub use integrations::time;
#[cfg(feature = "uuid")]
pub use integrations::uuid;
pub use interval::Interval;
pub use mongodb::{self, bson};
pub use outside::{Outside, OutsideTransactions, why};
pub use query::Query;
pub use schema::{Collection, Embedded, SqlEnum};
pub use serde;
pub use stream::RowStream;
pub use tail::{Tail, TailableQuery};
pub use transaction::{ClientTransaction, DatabaseTransaction, Transaction, TransactionOfClient};
pub use write::{
    Affected, Bulk, FetchReturned, Progress, Returning, Rows, RowsOf, Statement, StreamedRow, bulk,
    rows,
};

use plan::Plan;
