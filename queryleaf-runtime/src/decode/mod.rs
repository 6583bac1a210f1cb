//! From stored values to Rust values.

mod collection;
mod number;
mod own;
mod scalar;
mod scalar_deserializer;
mod stored_as;

pub use stored_as::StoredAs;

#[cfg(feature = "rust_decimal")]
pub(crate) use number::decimal;
#[allow(unused_imports)]
pub(crate) use scalar::natural;
#[cfg(feature = "uuid")]
pub(crate) use scalar::uuid;
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
pub(crate) use scalar::{midnight_in, midnight_of, milliseconds};

use crate::raw::RawValue;
use crate::types::SeveralColumns;
use mongodb::Database;

/// A Rust type into which a column of the SQL type `S` can be read.
///
/// Each SQL type has one natural Rust type, a few have two; [`Fill`] is the wider relation. The rows of
/// `sql!` have the natural types, or those that the structs of the collections declare.
#[diagnostic::on_unimplemented(
    message = "a column of type `{S}` cannot be read into `{Self}`",
    label = "the column is of SQL type `{S}`",
    note = "the Rust types of the SQL types are listed in docs/sql.md; those of `chrono`, `time`, \
            `jiff`, `uuid` and `rust_decimal` need queryleaf's feature of that name"
)]
pub trait Decode<S>: Sized {
    /// Reads a stored value.
    #[doc(hidden)]
    fn decode(value: RawValue<'_>) -> Result<Self, Mismatch>;

    /// The same for a type that needs to know where the value comes from.
    #[doc(hidden)]
    fn decode_of(value: RawValue<'_>, _: Origin<'_>) -> Result<Self, Mismatch> {
        Self::decode(value)
    }
}

/// Where a row comes from.
#[derive(Clone, Copy)]
pub struct Origin<'a> {
    pub(crate) database: Option<&'a dyn OriginDatabase>,
    pub(crate) sql: &'static str,
}

/// The database that rows come from, behind a trait object for the reason that
/// [`Running`](crate::running::Running) is one: generated code that reads columns mentions it.
pub(crate) trait OriginDatabase: Sync {
    fn database(&self) -> &Database;
}

impl OriginDatabase for Database {
    fn database(&self) -> &Database {
        self
    }
}

/// A Rust type that a column of the SQL type `S` can fill: the natural one, and for numbers `i64`
/// (whole numbers in its range only), `f64` and decimal types.
///
/// This is what `sql!(as T, ..)` and [`fetch_scalar`](crate::Query::fetch_scalar) ask for.
///
/// ```no_run
/// # use queryleaf::prelude::*;
/// # #[derive(Serialize, Deserialize, Collection)]
/// # #[leaf(name = "books")]
/// # struct Book { title: String, year: i32, price: Option<f64> }
/// # async fn run(db: &queryleaf::mongodb::Database) -> queryleaf::Result<()> {
/// struct Year {
///     year: i64,          // an `i32` in the collection
///     mean: Option<f64>,
///     books: f64,         // a count
/// }
///
/// let years = sql!(as Year, "SELECT year, AVG(price) AS mean, COUNT(*) AS books FROM books GROUP BY year")
///     .fetch_all(db)
///     .await?;
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "a column of type `{S}` cannot fill `{Self}`",
    label = "the column is of SQL type `{S}`",
    note = "numbers fill `i64`, `f64` and decimal types; a column that may be NULL fills an `Option`"
)]
pub trait Fill<S>: Sized {
    /// Reads a stored value.
    #[doc(hidden)]
    fn fill(value: RawValue<'_>) -> Result<Self, Mismatch>;

    /// The same for a type that needs to know where the value comes from.
    #[doc(hidden)]
    fn fill_of(value: RawValue<'_>, _: Origin<'_>) -> Result<Self, Mismatch> {
        Self::fill(value)
    }
}

/// Nothing is ever read by this: [`OneColumn`](crate::types::OneColumn) has the say, and says it
/// better.
#[diagnostic::do_not_recommend]
impl<T> Fill<SeveralColumns> for T {
    fn fill(value: RawValue<'_>) -> Result<Self, Mismatch> {
        Err(Mismatch::new("one column", value))
    }
}

/// A stored value that is not of the expected type.
#[derive(Debug)]
pub struct Mismatch(Box<MismatchParts>);

/// What is known about a [`Mismatch`] where it happens.
#[derive(Debug)]
pub(crate) struct MismatchParts {
    pub(crate) expected: String,
    pub(crate) found: String,
    /// The way from the column to the value, the innermost step first.
    pub(crate) inside: Vec<String>,
    /// How many steps of the column's path lead to the value, when not all of them.
    pub(crate) depth: Option<usize>,
}

impl Mismatch {
    /// A value of another type than expected.
    #[cold]
    pub(crate) fn new(expected: &str, found: RawValue<'_>) -> Self {
        Mismatch::described(expected, found.type_name())
    }

    /// A value that is not what was expected, in words.
    #[cold]
    pub(crate) fn described(expected: impl Into<String>, found: impl Into<String>) -> Self {
        Mismatch(Box::new(MismatchParts {
            expected: expected.into(),
            found: found.into(),
            inside: Vec::new(),
            depth: None,
        }))
    }

    /// The same, of a value inside an array or document.
    #[cold]
    #[must_use]
    pub(crate) fn inside(mut self, step: impl Into<String>) -> Self {
        self.0.inside.push(step.into());
        self
    }

    /// The same, of a value that only these first steps of the column's path lead to.
    #[must_use]
    pub(crate) fn at_depth(mut self, depth: usize) -> Self {
        self.0.depth = Some(depth);
        self
    }

    pub(crate) fn into_parts(self) -> MismatchParts {
        *self.0
    }
}
