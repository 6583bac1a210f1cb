//! SQL for MongoDB that `rustc` checks.
//!
//! A collection is a struct, a query is SQL in the program, and its rows are structs with typed fields:
//!
//! ```no_run
//! use queryleaf::prelude::*;
//!
//! #[derive(Serialize, Deserialize, Collection)]
//! #[leaf(name = "orders", index(customer, placed_at desc))]
//! struct Order {
//!     number: i64,
//!     customer: ObjectId,
//!     total: Decimal128,
//!     placed_at: DateTime,
//! }
//!
//! async fn report(db: &queryleaf::mongodb::Database, since: DateTime) -> queryleaf::Result<()> {
//!     let customers = sql!(
//!         "SELECT customer, COUNT(*) AS orders, SUM(total) AS total
//!          FROM orders WHERE placed_at >= :since
//!          GROUP BY customer ORDER BY total DESC LIMIT 10"
//!     )
//!     .fetch_all(db)
//!     .await?;
//!     for row in customers {
//!         println!("{}: {} orders, {}", row.customer, row.orders, row.total);
//!     }
//!     Ok(())
//! }
//! ```
//!
//! While the crate compiles, the macro parses the SQL, resolves it against the structs, types it and
//! lowers it to one MongoDB command. A wrong name, type, enum value or parameter does not compile,
//! and neither does a query that MongoDB could not answer as PostgreSQL would.
//!
//! * [`derive@Collection`], [`derive@Bucket`], [`derive@Embedded`] and [`derive@SqlEnum`] declare what is stored; [`schema!`]
//!   takes the declaration as SQL, and [`ensure!`] brings the server in line with it.
//! * [`sql!`] is a [`Query`], or a [`Statement`] where it writes; their methods run them. [`bulk`] and
//!   [`rows`] are for many of them.
//! * [`ClientTransaction`] and [`DatabaseTransaction`] run them in a transaction, [`with_session`] in a
//!   session.
//! * [`Error`] is what can go wrong while one runs.
//! * [`gridfs`] has the files of buckets.
//! * [`geo`] has places and areas, [`Interval`] is the type of SQL's intervals, [`types`] names the SQL
//!   types in the messages of rustc.
//! * [`mongodb`] is the driver, [`bson`] its types.
//!
//! # Features
//!
//! `chrono`, `geo-types`, `jiff`, `rust_decimal`, `time` and `uuid` let the types of the crates of
//! these names stand in columns and parameters, and bring the serde modules by which they stand in
//! structs: `#[serde(with = "queryleaf::chrono::as_timestamp")]`. None is on by default.

extern crate self as queryleaf;

mod macros;
pub mod watch;

pub use macros::{Bucket, Collection, Embedded, SqlEnum, schema, sql};
pub use queryleaf_runtime::gridfs::Bucket;
pub use queryleaf_runtime::{
    Affected, Bind, Bulk, ClientTransaction, Collection, CollectionPart, DatabaseTransaction,
    Decode, DecodeError, Difference, Embedded, Ensure, EnsureAll, Ensured, Error, Executor,
    FetchAll, FetchOne, FetchOptional, FetchReturned, Fill, InSession, Interval, InvalidRow,
    Outside, OutsideTransactions, Progress, Query, Refusal, RefusedRow, Remedy, Result, Returning,
    RowStream, Rows, RowsOf, SqlEnum, Statement, StreamedRow, Tail, TailableQuery, Transaction,
    TransactionOfClient, Violation, WriteError, bson, bulk, geo, gridfs, mongodb, rows, stats,
    types, why, with_session,
};

#[cfg(any(
    feature = "chrono",
    feature = "geo-types",
    feature = "jiff",
    feature = "rust_decimal",
    feature = "time",
    feature = "uuid"
))]
pub use queryleaf_runtime::SerdeAs;
#[cfg(feature = "chrono")]
pub use queryleaf_runtime::chrono;
#[cfg(feature = "jiff")]
pub use queryleaf_runtime::jiff;
#[cfg(feature = "rust_decimal")]
pub use queryleaf_runtime::rust_decimal;
#[cfg(feature = "time")]
pub use queryleaf_runtime::time;
#[cfg(feature = "uuid")]
pub use queryleaf_runtime::uuid;

#[doc(hidden)]
pub use queryleaf_macros::{__define, __sql, __stream, __trigger, __view};
#[doc(hidden)]
pub use queryleaf_runtime::private as __private;

/// What a module with queries and collections usually needs, for one glob import.
///
/// It has the macros and the traits of the same names, those with the methods that begin a transaction,
/// [`Error`], serde's derives and the types of `bson` that fields have; neither a `Result` nor anything else that could hide a name of the
/// standard library's.
///
/// ```
/// use queryleaf::prelude::*;
///
/// #[derive(Serialize, Deserialize, Collection)]
/// #[leaf(name = "books")]
/// struct Book {
///     #[serde(rename = "_id")]
///     id: ObjectId,
///     title: String,
/// }
///
/// let query = sql!("SELECT title FROM books");
/// assert_eq!(query.columns(), ["title"]);
/// ```
pub mod prelude {
    pub use crate::ensure;
    pub use crate::macros::{Bucket, Collection, Embedded, SqlEnum, schema, sql};
    pub use queryleaf_runtime::bson::oid::ObjectId;
    pub use queryleaf_runtime::bson::{Bson, DateTime, Decimal128, Document, Uuid};
    pub use queryleaf_runtime::gridfs::Bucket;
    pub use queryleaf_runtime::serde::{Deserialize, Serialize};
    // `try_next` and the like, of the streams of rows and changes.
    pub use queryleaf_runtime::TryStreamExt as _;
    pub use queryleaf_runtime::{
        ClientTransaction, Collection, DatabaseTransaction, Embedded, Error, SqlEnum,
    };
}
