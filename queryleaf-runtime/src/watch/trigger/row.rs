//! The columns of the query of a trigger, each read in the branch that needs it.

use super::super::Change;
use crate::Plan;
use crate::bind::{Bind, BindError, Bound};
use crate::decode::Decode;
use crate::error::Result;
use crate::row::RowReader;
use crate::schema::Reached;
use crate::types::{NotNull, Nullable};
use std::fmt;
use std::marker::PhantomData;

/// The row of an event for the trigger `T`: nothing of it is read before it is needed.
pub struct TriggerRow<T> {
    plan: &'static Plan,
    trigger: PhantomData<fn() -> T>,
}

impl<T> TriggerRow<T> {
    /// Reads nothing.
    pub fn read(row: &mut RowReader<'_>) -> Result<Self> {
        Ok(TriggerRow {
            plan: row.plan(),
            trigger: PhantomData,
        })
    }
}

impl<T> fmt::Debug for TriggerRow<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TriggerRow")
    }
}

/// A document before and after a change: what the function of a trigger `FOR EACH ROW` is given, as the
/// row of the [`Change`].
#[derive(Debug, Clone, PartialEq)]
pub struct Versions<D> {
    /// As it is behind the change. Where the collection does not keep it (`pre_and_post_images`), an updated
    /// one is as it is when the event is read, and `None` where it is not there any more.
    pub after: Option<D>,
    /// As it was before; `None` for an insert, and where the collection does not keep it
    /// (`pre_and_post_images`).
    pub before: Option<D>,
}

impl<G> Change<TriggerRow<G>> {
    fn reader(&self) -> RowReader<'_> {
        RowReader::new(self.row.plan, self.bytes())
    }

    /// The value of a column.
    #[doc(hidden)]
    pub fn column<S, T: Decode<S>>(&self, column: usize) -> Result<T> {
        self.reader().column::<S, T>(column)
    }

    /// Whether a condition is true; `NULL` is not.
    #[doc(hidden)]
    pub fn is_true(&self, column: usize) -> Result<bool> {
        let truth = self.column::<Nullable<crate::types::Boolean>, Option<bool>>(column)?;
        Ok(truth == Some(true))
    }

    /// The same event with other columns.
    #[doc(hidden)]
    pub fn with<R>(&self, row: R) -> Change<R> {
        self.map(row)
    }

    /// The value of a column of the type `S`, for a parameter of the type `P`.
    #[doc(hidden)]
    pub fn bound<S, T, P>(&self, column: usize) -> Bound
    where
        Option<T>: Decode<Nullable<S>>,
        T: Bind<P>,
        P: NotNull,
    {
        match self.column::<Nullable<S>, Option<T>>(column) {
            Ok(value) => Bind::<P>::bind(&value),
            Err(error) => Err(BindError::new(error.to_string())),
        }
    }
}

/// The value of a column of a type that was reached.
pub fn column_as<S, T: Decode<S>, G>(
    _: Reached<S, T>,
    change: &Change<TriggerRow<G>>,
    column: usize,
) -> Result<T> {
    change.column::<S, T>(column)
}
