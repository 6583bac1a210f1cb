//! What can go wrong when a query runs.

mod decode;
mod display;
mod driver;
mod evaluation;
mod file;
mod invalid_row;
mod violation;
mod write;

use crate::Plan;

pub use decode::DecodeError;
pub(crate) use driver::is_retryable;
use driver::{CHANGE_STREAM_HISTORY_LOST, command_error, refusal};
pub use file::{FileError, FileReference};
pub use invalid_row::InvalidRow;
pub use violation::Violation;
pub(crate) use write::Cause;
pub use write::{Refusal, RefusedRow, WriteError};

/// The result of a query or statement: an [`Error`] unless told otherwise.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong with a query or statement that compiled.
///
/// Its text tells it all, with the SQL. A program looks at the kind, and asks
/// [`is_retryable`](Error::is_retryable) whether trying again may help:
///
/// ```no_run
/// # use queryleaf::prelude::*;
/// # #[derive(Serialize, Deserialize, Collection)]
/// # #[leaf(name = "books")]
/// # struct Book { title: String, year: i32, price: Option<f64> }
/// # async fn run(db: &queryleaf::mongodb::Database) -> queryleaf::Result<()> {
/// let title = "Hunger";
/// match sql!("SELECT year FROM books WHERE title = :title").fetch_one(db).await {
///     Ok(book) => println!("{}", book.year),
///     Err(Error::NoRows { .. }) => println!("there is no {title}"),
///     Err(error) if error.is_retryable() => println!("try again later: {error}"),
///     Err(error) => return Err(error),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// No row, where exactly one was asked for.
    NoRows {
        /// The query.
        sql: &'static str,
    },
    /// More rows than one.
    TooManyRows {
        /// The query.
        sql: &'static str,
    },
    /// A stored value that does not fit the type of its column.
    Decode(Box<DecodeError>),
    /// The value of a parameter that the query cannot take.
    Parameter {
        /// The name of the parameter.
        name: String,
        /// What is wrong with its value.
        reason: String,
        /// The query.
        sql: &'static str,
    },
    /// An expression that has no value for some row: a division by zero, a number out of range.
    Evaluation {
        /// What happened, in the words of PostgreSQL where it has them.
        message: String,
        /// The query.
        sql: &'static str,
        /// The server's answer.
        source: Box<mongodb::error::Error>,
    },
    /// The server's refusal, or a failure on the way to it.
    Driver {
        /// The query.
        sql: &'static str,
        /// What the driver reports.
        source: Box<mongodb::error::Error>,
    },
    /// A row of the program's own that does not fit its table. Nothing was written.
    InvalidRow(Box<InvalidRow>),
    /// A statement that wrote less than it should have.
    Write(Box<WriteError>),
    /// The server's refusal to create, compare or change a declared collection, or a failure on the
    /// way to it.
    Ensure {
        /// The collection.
        collection: String,
        /// What the driver reports.
        source: Box<mongodb::error::Error>,
    },
    /// Two rows of one statement that are about the same stored row. Nothing was written.
    CardinalityViolation {
        /// What happened, in the words of PostgreSQL.
        message: String,
        /// The query.
        sql: &'static str,
    },
    /// Rows of a capped collection that may have been overwritten before they were read. Those that
    /// are stored follow.
    RowsMissed {
        /// The query.
        sql: &'static str,
    },
    /// Changes that the server has forgotten: it keeps the operations of some time only, and the place at
    /// which the stream was to go on is older. What was changed since then can be read from the
    /// collection only.
    HistoryLost {
        /// The query.
        sql: &'static str,
        /// The server's answer.
        source: Box<mongodb::error::Error>,
    },
    /// The failure of a [`TokenStore`](crate::watch::TokenStore) of the program's own.
    TokenStore {
        /// Its error.
        source: crate::watch::HandlerError,
    },
    /// Whether a transaction was committed is not known: the connection failed while it was, and could
    /// not be made again in time.
    CommitUnknown {
        /// What the driver reports.
        source: Box<mongodb::error::Error>,
    },
    /// What MongoDB forbids in a transaction. Nothing was sent.
    NotInTransaction {
        /// What is forbidden, and what to do instead.
        what: String,
        /// The query.
        sql: &'static str,
    },
    /// A file of a bucket that is not there or not whole, or that could not be stored.
    File {
        /// What went wrong.
        source: Box<FileError>,
        /// The query; empty where there is none.
        sql: &'static str,
    },
    /// A defect of QueryLeaf: the program holds a plan, or the server sent an answer, that it does
    /// not understand.
    Internal {
        /// What was not understood.
        message: String,
        /// The query.
        sql: &'static str,
    },
}

impl Error {
    /// The SQL of the query; empty where there is none.
    pub fn sql(&self) -> &'static str {
        match self {
            Error::NoRows { sql }
            | Error::TooManyRows { sql }
            | Error::Parameter { sql, .. }
            | Error::Evaluation { sql, .. }
            | Error::Driver { sql, .. }
            | Error::RowsMissed { sql }
            | Error::HistoryLost { sql, .. }
            | Error::CardinalityViolation { sql, .. }
            | Error::NotInTransaction { sql, .. }
            | Error::File { sql, .. }
            | Error::Internal { sql, .. } => sql,
            Error::Decode(error) => error.sql,
            Error::Ensure { .. } | Error::TokenStore { .. } => "",
            Error::InvalidRow(error) => error.sql,
            Error::Write(error) => error.sql,
            Error::CommitUnknown { .. } => "COMMIT",
        }
    }

    /// What went wrong with a file, if that is what it was.
    pub fn file(&self) -> Option<&FileError> {
        match self {
            Error::File { source, .. } => Some(source),
            _ => None,
        }
    }

    /// The code of the server's error, when it is the server that refused; of the first row that it
    /// refused.
    pub fn server_code(&self) -> Option<i32> {
        if let Error::Write(error) = self
            && let Some(row) = error.refused.first()
        {
            return Some(row.code);
        }
        refusal(self.driver_error()?).map(|refusal| refusal.code)
    }

    /// The text of the server's error, when it is the server that refused; of the first row that it
    /// refused.
    pub fn server_message(&self) -> Option<&str> {
        if let Error::Write(error) = self
            && let Some(row) = error.refused.first()
        {
            return Some(&row.message);
        }
        refusal(self.driver_error()?).map(|refusal| refusal.message)
    }

    /// Whether running the query once more may help: the network failed, no server could be
    /// reached, or the transaction was interrupted by another.
    ///
    /// The driver has by then repeated the query once already.
    pub fn is_retryable(&self) -> bool {
        match self {
            Error::Driver { source, .. } | Error::Ensure { source, .. } => is_retryable(source),
            Error::Write(error) => error.is_retryable(),
            Error::File { source, .. } => source.is_retryable(),
            Error::NoRows { .. }
            | Error::TooManyRows { .. }
            | Error::Decode(_)
            | Error::Parameter { .. }
            | Error::InvalidRow(_)
            | Error::Evaluation { .. }
            | Error::RowsMissed { .. }
            | Error::HistoryLost { .. }
            | Error::TokenStore { .. }
            | Error::CardinalityViolation { .. }
            | Error::CommitUnknown { .. }
            | Error::NotInTransaction { .. }
            | Error::Internal { .. } => false,
        }
    }

    /// The driver's error behind this one.
    pub(crate) fn driver_error(&self) -> Option<&mongodb::error::Error> {
        match self {
            Error::Evaluation { source, .. }
            | Error::Driver { source, .. }
            | Error::Ensure { source, .. }
            | Error::HistoryLost { source, .. }
            | Error::CommitUnknown { source } => Some(source),
            Error::Write(error) => error.driver_error(),
            Error::File { source, .. } => source.driver_error(),
            Error::NoRows { .. }
            | Error::TooManyRows { .. }
            | Error::Decode(_)
            | Error::Parameter { .. }
            | Error::InvalidRow(_)
            | Error::RowsMissed { .. }
            | Error::TokenStore { .. }
            | Error::CardinalityViolation { .. }
            | Error::NotInTransaction { .. }
            | Error::Internal { .. } => None,
        }
    }

    /// The error that the driver reported while the query ran.
    #[cold]
    pub(crate) fn from_driver(error: mongodb::error::Error, plan: &'static Plan) -> Error {
        let sql = plan.sql;
        let source = Box::new(error);
        if command_error(&source).is_some_and(|error| error.code == CHANGE_STREAM_HISTORY_LOST) {
            return Error::HistoryLost { sql, source };
        }
        match command_error(&source)
            .and_then(|error| evaluation::message(error.code, &error.code_name, &error.message))
        {
            Some(message) => Error::Evaluation {
                message,
                sql,
                source,
            },
            None => Error::Driver { sql, source },
        }
    }

    /// The same error, of a commit that may have been carried out.
    pub(crate) fn into_commit_unknown(self) -> Error {
        match self {
            Error::Driver { source, .. } => Error::CommitUnknown { source },
            other => other,
        }
    }

    /// A plan or an answer that is not understood.
    #[cold]
    pub(crate) fn internal(message: impl Into<String>, plan: &'static Plan) -> Error {
        Error::Internal {
            message: message.into(),
            sql: plan.sql,
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Evaluation { source, .. }
            | Error::Driver { source, .. }
            | Error::Ensure { source, .. }
            | Error::HistoryLost { source, .. }
            | Error::CommitUnknown { source } => Some(&**source),
            Error::Write(error) => error.source(),
            Error::File { source, .. } => source.source(),
            Error::TokenStore { source } => Some(&**source),
            Error::NoRows { .. }
            | Error::TooManyRows { .. }
            | Error::Decode(_)
            | Error::Parameter { .. }
            | Error::InvalidRow(_)
            | Error::RowsMissed { .. }
            | Error::CardinalityViolation { .. }
            | Error::NotInTransaction { .. }
            | Error::Internal { .. } => None,
        }
    }
}
