//! What the generated row types share, so that little code is generated for each of them.

use serde::ser::{Serialize, SerializeStruct, Serializer};
use std::fmt;

/// The `Debug` of a row: its columns by name.
pub fn debug_row(
    f: &mut fmt::Formatter<'_>,
    columns: &[&str],
    values: &[&dyn fmt::Debug],
) -> fmt::Result {
    let mut row = f.debug_struct("Row");
    for (column, value) in columns.iter().zip(values) {
        row.field(column, value);
    }
    row.finish()
}

/// The `Serialize` of a row: its columns by name, in order.
#[allow(missing_debug_implementations)]
pub struct SerializeRow<S: Serializer> {
    row: S::SerializeStruct,
    columns: std::slice::Iter<'static, &'static str>,
}

impl<S: Serializer> SerializeRow<S> {
    /// Starts a row.
    pub fn new(serializer: S, columns: &'static [&'static str]) -> Result<Self, S::Error> {
        Ok(SerializeRow {
            row: serializer.serialize_struct("Row", columns.len())?,
            columns: columns.iter(),
        })
    }

    /// The value of the next column.
    pub fn column<T: Serialize>(mut self, value: &T) -> Result<Self, S::Error> {
        if let Some(column) = self.columns.next() {
            self.row.serialize_field(column, value)?;
        }
        Ok(self)
    }

    /// Ends the row.
    pub fn end(self) -> Result<S::Ok, S::Error> {
        self.row.end()
    }
}
