//! A statement that wrote less than it should have.

use super::driver::{command_error, describe_driver};
use super::violation::{Violation, violations};
use super::{Error, evaluation};
use crate::write::{Affected, Statement};
use mongodb::bson::Document;
use queryleaf_plan::Misfit;
use std::fmt;
use std::ops::Range;

/// A statement that wrote less than it should have: what was written, what was not and why, and what
/// is not known.
///
/// Rows are counted from 0, in the order in which they were given. Of the rows of an `INSERT`, those
/// that are neither [refused](WriteError::refused) nor [unknown](WriteError::unknown) nor
/// [unsent](WriteError::unsent) were stored.
#[derive(Debug)]
#[non_exhaustive]
pub struct WriteError {
    /// What is known to be written.
    pub applied: Affected,
    /// The rows that the server refused, or the statement itself where it has no rows of its own,
    /// in their order.
    pub refused: Vec<RefusedRow>,
    /// Rows that were sent without an answer, or whose answer says that they may be lost when a
    /// server fails: they may be stored or not.
    ///
    /// Of a statement without rows of its own, `0..1`.
    pub unknown: Vec<Range<u64>>,
    /// Rows that were never sent, or that the server did not get to. Of a stream that has not ended,
    /// nobody knows how many they are: then the last range goes up to [`u64::MAX`].
    pub unsent: Vec<Range<u64>>,
    /// The SQL.
    pub sql: &'static str,
    pub(crate) cause: Option<Box<Cause>>,
    pub(crate) remaining: Option<Statement>,
}

/// What ended a statement early.
#[derive(Debug)]
pub(crate) enum Cause {
    Driver(mongodb::error::Error),
    /// The stream of rows, or a row that has no stored form.
    Rows(Box<dyn std::error::Error + Send + Sync>),
    /// One of several statements.
    Statement(Error),
}

/// A row that the server refused.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RefusedRow {
    /// Its number, counted from 0.
    pub row: u64,
    /// The server's code; 121, its code for the validator, where the row was not sent since it does not
    /// fit.
    pub code: i32,
    /// The server's message.
    pub message: String,
    /// What it means, where that is known.
    pub reason: Refusal,
}

/// Why the server refused a row.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Refusal {
    /// Another document has the same key in a unique index.
    DuplicateKey {
        /// The name of the index; `_id_` is that of `_id`.
        index: String,
        /// The fields of the key with their values. Empty where they could not be found out.
        key: Document,
    },
    /// The validator of the collection does not let the document pass.
    Invalid {
        /// Each rule that it breaks. Empty where the server does not say.
        violations: Vec<Violation>,
    },
    /// An expression has no value for the row: a division by zero, a number out of range.
    Evaluation {
        /// What happened, in the words of PostgreSQL where it has them.
        message: String,
    },
    /// Something else; the code and the message tell what.
    Other,
}

impl WriteError {
    /// Whether running the [remaining](WriteError::remaining) statement may help: the network failed,
    /// or no server could be reached.
    pub fn is_retryable(&self) -> bool {
        self.driver_error().is_some_and(super::is_retryable)
    }

    /// A statement that writes what is missing, and only that.
    ///
    /// It sends the [unknown](WriteError::unknown) rows again after a look at which of them are
    /// stored, and then those that were never sent. A row counts as stored when the document of its
    /// `_id` is what was sent, byte for byte. What it reports is about the whole statement: the counts
    /// of this error are part of its own, refused rows stay refused, and rows keep their numbers.
    ///
    /// `None` where nothing is missing, and where the rest cannot be repeated safely: a statement
    /// without rows of its own.
    ///
    /// ```no_run
    /// use queryleaf_runtime::{Affected, Error, Result};
    ///
    /// # async fn load(db: &mongodb::Database, statement: queryleaf_runtime::Statement) -> Result<Affected> {
    /// let mut result = statement.execute(db).await;
    /// for _ in 0..10 {
    ///     match result {
    ///         Err(Error::Write(error)) if error.is_retryable() => match error.remaining() {
    ///             Some(statement) => result = statement.execute(db).await,
    ///             None => return Err(Error::Write(error)),
    ///         },
    ///         result => return result,
    ///     }
    /// }
    /// # result
    /// # }
    /// ```
    pub fn remaining(&self) -> Option<Statement> {
        self.remaining.clone()
    }

    /// The driver's error that ended the statement early, if one did.
    pub fn driver_error(&self) -> Option<&mongodb::error::Error> {
        match self.cause.as_deref() {
            Some(Cause::Driver(error)) => Some(error),
            Some(Cause::Statement(error)) => error.driver_error(),
            Some(Cause::Rows(_)) | None => None,
        }
    }
}

impl RefusedRow {
    /// A row that the server refused with this code.
    pub(crate) fn new(row: u64, code: i32, message: &str, details: Option<&Document>) -> Self {
        RefusedRow {
            row,
            code,
            message: message.to_owned(),
            reason: Refusal::new(code, message, details),
        }
    }

    /// A row that was not sent, since the server's validator would refuse it.
    pub(crate) fn misfit(row: u64, misfit: &Misfit) -> Self {
        RefusedRow {
            row,
            code: DOCUMENT_VALIDATION_FAILURE,
            message: misfit.reason.clone(),
            reason: Refusal::Invalid {
                violations: vec![Violation::from_misfit(misfit)],
            },
        }
    }

    /// Whether the document is what the server did not like, and not the command.
    pub(crate) fn is_about_a_document(&self) -> bool {
        match self.reason {
            Refusal::DuplicateKey { .. } | Refusal::Invalid { .. } => true,
            Refusal::Evaluation { .. } | Refusal::Other => false,
        }
    }

    /// Without a key that is none of the user's: what the server compares by a collation, it tells as
    /// the bytes that it compares.
    pub(crate) fn without_sort_key(mut self) -> Self {
        if let Refusal::DuplicateKey { key, .. } = &mut self.reason
            && key.values().any(|value| {
                let text = value.as_str();
                text.is_some_and(|text| self.message.contains(&format!("\"0x{text}\"")))
            })
        {
            key.clear();
        }
        self
    }

    /// With the duplicate key, where the answer of the server has it.
    pub(crate) fn with_key(mut self, error: &Document) -> Self {
        if let (Refusal::DuplicateKey { key, .. }, Ok(found)) =
            (&mut self.reason, error.get_document("keyValue"))
        {
            *key = found.clone();
        }
        self
    }
}

const DUPLICATE_KEY: i32 = 11_000;
const DOCUMENT_VALIDATION_FAILURE: i32 = 121;

impl Refusal {
    fn new(code: i32, message: &str, details: Option<&Document>) -> Self {
        if code == DUPLICATE_KEY {
            return Refusal::DuplicateKey {
                index: index_name(message).unwrap_or_default().to_owned(),
                key: Document::new(),
            };
        }
        if code == DOCUMENT_VALIDATION_FAILURE {
            return Refusal::Invalid {
                violations: details.map(violations).unwrap_or_default(),
            };
        }
        match evaluation::of_update(code, message) {
            Some(message) => Refusal::Evaluation { message },
            None => Refusal::Other,
        }
    }
}

/// The name of the index in `E11000 duplicate key error collection: .. index: .. dup key: ..`.
fn index_name(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once(" index: ")?;
    let (name, _) = rest
        .split_once(" collation: ")
        .or_else(|| rest.split_once(" dup key: "))?;
    Some(name)
}

impl fmt::Display for RefusedRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "row {}: ", self.row)?;
        self.reason.describe(self, f)
    }
}

impl Refusal {
    fn describe(&self, row: &RefusedRow, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::DuplicateKey { index, key } if key.is_empty() => {
                write!(f, "a duplicate key of the index `{index}`")
            }
            Refusal::DuplicateKey { index, key } => {
                write!(f, "a duplicate key {key} of the index `{index}`")
            }
            Refusal::Invalid { violations } if violations.is_empty() => f.write_str(&row.message),
            Refusal::Invalid { violations } => {
                f.write_str("the validator refuses it: ")?;
                for (position, violation) in violations.iter().enumerate() {
                    if position > 0 {
                        f.write_str("; ")?;
                    }
                    fmt::Display::fmt(violation, f)?;
                }
                Ok(())
            }
            Refusal::Evaluation { message } => f.write_str(message),
            Refusal::Other => write!(f, "{} (code {})", row.message, row.code),
        }
    }
}

/// The first reason, and the numbers.
impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.refused.as_slice(), self.cause.as_deref()) {
            ([first, rest @ ..], _) => {
                fmt::Display::fmt(first, f)?;
                if !rest.is_empty() {
                    write!(f, ", and {} more rows refused", rest.len())?;
                }
            }
            ([], Some(Cause::Driver(error))) => match command_error(error) {
                Some(error) => write!(
                    f,
                    "the server refused the statement: {} (code {}, {})",
                    error.message, error.code, error.code_name
                )?,
                None => describe_driver(error, f)?,
            },
            ([], Some(Cause::Rows(error))) => write!(f, "the stream of rows failed: {error}")?,
            ([], Some(Cause::Statement(error))) => fmt::Display::fmt(error, f)?,
            ([], None) => f.write_str("rows may be lost")?,
        }
        let applied = self.applied.rows_affected();
        match applied {
            Some(rows) => write!(f, "; {rows} rows are written")?,
            None => f.write_str("; how many rows are written is not known")?,
        }
        let count = |ranges: &[Range<u64>]| -> u64 {
            ranges
                .iter()
                .map(|rows| rows.end.saturating_sub(rows.start))
                .fold(0, u64::saturating_add)
        };
        match count(&self.unknown) {
            0 => {}
            // One statement about many rows, of which it is said already.
            1 if applied.is_none() => {}
            unknown => write!(f, ", {unknown} may be or not")?,
        }
        match (self.unsent.as_slice(), count(&self.unsent)) {
            ([], _) => {}
            ([rows], _) => write!(f, ", those from row {} on are not", rows.start)?,
            (_, u64::MAX) => f.write_str(", the others are not")?,
            (_, unsent) => write!(f, ", {unsent} are not")?,
        }
        Ok(())
    }
}

impl std::error::Error for WriteError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self.cause.as_deref()? {
            Cause::Driver(error) => Some(error),
            Cause::Rows(error) => Some(&**error),
            Cause::Statement(error) => Some(error),
        }
    }
}
