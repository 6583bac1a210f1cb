//! From Rust values to the values of parameters.

mod collection;
mod named;
mod number;
mod own;
mod scalar;

#[cfg(feature = "rust_decimal")]
pub(crate) use number::decimal;
#[cfg(feature = "uuid")]
pub(crate) use scalar::binary;
pub(crate) use scalar::own;
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
pub(crate) use scalar::{midnight, timestamp};

pub use named::{BindNamed, Name, bind_named};

use crate::types::{BuiltIn, NotNull, Nullable};
use queryleaf_plan::ParameterValue;
use queryleaf_plan::bson::element_type;

/// A Rust value that can stand for a parameter of the SQL type `S`.
///
/// The query tells the type `S`; a value that is none does not compile. `T`, `&T` and `Option<T>` all can
/// stand for it, `None` being `NULL`; slices, arrays and `Vec` stand for lists and arrays; a smaller
/// number type stands for a larger one.
///
/// ```no_run
/// # use queryleaf::prelude::*;
/// # #[derive(Serialize, Deserialize, Collection)]
/// # #[leaf(name = "books")]
/// # struct Book { title: String, year: i32, price: Option<f64> }
/// # async fn run(db: &queryleaf::mongodb::Database) -> queryleaf::Result<()> {
/// let (least, titles) = (5_i32, ["Hunger", "Pan"]);
/// let dear = sql!(
///     "SELECT title FROM books WHERE price >= :least AND title IN (:titles) AND year < :before",
///     before = None::<i32>,
/// );
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be given to a parameter of type `{S}`",
    label = "the query uses this parameter as `{S}`",
    note = "`text` is a `&str` or `String`, `numeric` a `Decimal128`, `timestamp` and `date` are a `DateTime`, \
            `objectid` is an `ObjectId`, `interval` a `queryleaf::Interval`, `list<..>` a slice or `Vec`, \
            `own<..>` the type itself; docs/sql.md lists all, and those of other crates"
)]
pub trait Bind<S> {
    /// The value as the command carries it.
    #[doc(hidden)]
    fn bind(&self) -> Result<ParameterValue, BindError>;
}

/// Why a value cannot stand for its parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BindError {
    pub(crate) reason: String,
}

impl BindError {
    #[cold]
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        BindError {
            reason: reason.into(),
        }
    }
}

/// The value of a parameter, or why there is none; [`Query`](crate::Query) reports it when it runs.
pub type Bound = Result<ParameterValue, BindError>;

/// The value of a parameter of the SQL type `S`.
pub fn bind<S, T: Bind<S> + ?Sized>(value: &T) -> Bound {
    value.bind()
}

#[diagnostic::do_not_recommend]
impl<S: BuiltIn, T: Bind<S> + ?Sized> Bind<S> for &T {
    fn bind(&self) -> Bound {
        T::bind(self)
    }
}

/// `None` is `NULL`; a list for `IN` cannot be.
#[diagnostic::do_not_recommend]
impl<S: NotNull, T: Bind<S>> Bind<S> for Option<T> {
    fn bind(&self) -> Bound {
        match self {
            Some(value) => value.bind(),
            None => Ok(null()),
        }
    }
}

#[diagnostic::do_not_recommend]
impl<S, T: Bind<S> + ?Sized> Bind<Nullable<S>> for T {
    fn bind(&self) -> Bound {
        <T as Bind<S>>::bind(self)
    }
}

/// `NULL`.
fn null() -> ParameterValue {
    value(element_type::NULL, Vec::new())
}

fn value(element_type: u8, bytes: Vec<u8>) -> ParameterValue {
    ParameterValue {
        element_type,
        bytes,
    }
}
