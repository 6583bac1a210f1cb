//! What an error says.

use super::Error;
use super::driver::{command_error, describe_driver};
use std::fmt;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NoRows { .. } => f.write_str("no row where exactly one was asked for")?,
            Error::TooManyRows { .. } => f.write_str("more rows than one")?,
            Error::Decode(error) => return error.fmt(f),
            Error::InvalidRow(error) => error.fmt(f)?,
            Error::Write(error) => error.fmt(f)?,
            Error::Parameter { name, reason, .. } => write!(f, "parameter `{name}`: {reason}")?,
            Error::Evaluation { message, .. } | Error::CardinalityViolation { message, .. } => {
                f.write_str(message)?;
            }
            Error::RowsMissed { .. } => {
                f.write_str("rows may have been missed: the row that was seen last is overwritten")?
            }
            Error::HistoryLost { .. } => f.write_str(
                "the server has forgotten the changes since the place where the stream was to go on",
            )?,
            Error::CommitUnknown { source } => {
                write!(
                    f,
                    "whether the transaction was committed is not known: {source}"
                )?;
            }
            Error::NotInTransaction { what, .. } => {
                write!(f, "MongoDB forbids in a transaction: {what}")?;
            }
            Error::Driver { source, .. } => match command_error(source) {
                Some(error) => write!(
                    f,
                    "the server refused the query: {} (code {}, {})",
                    error.message, error.code, error.code_name
                )?,
                None => describe_driver(source, f)?,
            },
            Error::Ensure { collection, source } => {
                return match command_error(source) {
                    Some(error) => write!(
                        f,
                        "the server refused what `{collection}` is declared to be: {} (code {}, {})",
                        error.message, error.code, error.code_name
                    ),
                    None => write!(
                        f,
                        "the driver failed while ensuring `{collection}`: {source}"
                    ),
                };
            }
            Error::File { source, sql } => {
                write!(f, "{source}")?;
                if sql.is_empty() {
                    return Ok(());
                }
            }
            Error::TokenStore { source } => {
                return write!(f, "the place of a stream could not be kept: {source}");
            }
            Error::Internal { message, .. } => write!(
                f,
                "a plan or an answer that is not understood, which is a defect: {message}"
            )?,
        }
        write!(f, ", in `{}`", self.sql())
    }
}
