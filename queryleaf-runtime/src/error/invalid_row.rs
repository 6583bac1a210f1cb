//! A row of the program's own that does not fit its table.

use super::{Error, Violation};
use crate::Plan;
use queryleaf_plan::Misfit;
use std::fmt;

/// A row of an `INSERT INTO orders VALUES (:orders)` that does not fit its table: which one, where in it,
/// and the rule that it breaks.
///
/// Rows of a slice are all looked at before the first one is sent. Those of a stream are looked at when
/// they are read, and one that does not fit is among the [refused](crate::error::WriteError::refused) rows.
///
/// ```no_run
/// # use queryleaf::prelude::*;
/// # #[derive(Serialize, Deserialize, Collection)]
/// # #[leaf(name = "books")]
/// # struct Book { #[leaf(max_length = 80)] title: String, year: i32, price: Option<f64> }
/// # async fn run(db: &queryleaf::mongodb::Database, books: Vec<Book>) -> queryleaf::Result<()> {
/// let inserted = sql!("INSERT INTO books VALUES (:books)").execute(db).await;
/// if let Err(Error::InvalidRow(invalid)) = &inserted {
///     println!("`{}` of row {}: {}", invalid.violation.path, invalid.row, invalid.message);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct InvalidRow {
    /// Its number, counted from 0.
    pub row: u64,
    /// Where in it, and the rule that it breaks, as the server's validator would tell it.
    pub violation: Violation,
    /// The same in words.
    pub message: String,
    /// The statement.
    pub sql: &'static str,
}

impl Error {
    /// The error of a row that does not fit its table.
    #[cold]
    pub(crate) fn invalid_row(row: u64, misfit: &Misfit, plan: &'static Plan) -> Error {
        Error::InvalidRow(Box::new(InvalidRow {
            row,
            violation: Violation::from_misfit(misfit),
            message: misfit.reason.clone(),
            sql: plan.sql,
        }))
    }
}

impl fmt::Display for InvalidRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let InvalidRow {
            row,
            violation,
            message,
            ..
        } = self;
        write!(f, "row {row}: `{}`: {message}", violation.path)
    }
}
