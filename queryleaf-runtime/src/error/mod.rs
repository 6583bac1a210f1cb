//! What can go wrong when a query runs.

mod evaluation;
mod file;
mod invalid_row;
mod violation;
mod write;

use crate::Plan;
use mongodb::bson::Bson;
use std::fmt;

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

/// A stored value that does not fit the type of its column: where it is, what was expected and what was
/// found.
///
/// ```no_run
/// # use queryleaf::prelude::*;
/// # #[derive(Serialize, Deserialize, Collection)]
/// # #[leaf(name = "books")]
/// # struct Book { title: String, year: i32, price: Option<f64> }
/// # async fn run(db: &queryleaf::mongodb::Database) -> queryleaf::Result<()> {
/// let books = sql!("SELECT title, year FROM books").fetch_all(db).await;
/// if let Err(Error::Decode(misfit)) = &books {
///     println!("`{}` of document {:?} is {}", misfit.path, misfit.id, misfit.found);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct DecodeError {
    /// The collection that the query reads.
    pub collection: String,
    /// The `_id` of the result document, when it has one: that of the stored document, of the first
    /// collection where several are joined. It has none where the query groups, and where an index
    /// holds all that the query reads, so that the document itself is not fetched.
    pub id: Option<Bson>,
    /// The path of the value in the result document: `address.city`, `items.3.sku`.
    pub path: String,
    /// The type that was expected.
    pub expected: String,
    /// What was found instead.
    pub found: String,
    /// The query.
    pub sql: &'static str,
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

/// The codes that the retryable reads specification lists: a server that is shutting down, that is
/// not the primary any more, that cannot be reached, or whose part of the data has moved.
const RETRYABLE_CODES: [i32; 13] = [
    6, 7, 89, 91, 134, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436,
];

/// The code of a change stream that cannot go on where it should.
const CHANGE_STREAM_HISTORY_LOST: i32 = 286;

/// Whether running a command once more may help.
pub(crate) fn is_retryable(error: &mongodb::error::Error) -> bool {
    use mongodb::error::{ErrorKind, RETRYABLE_WRITE_ERROR, TRANSIENT_TRANSACTION_ERROR};
    error.contains_label(TRANSIENT_TRANSACTION_ERROR)
        || error.contains_label(RETRYABLE_WRITE_ERROR)
        || matches!(
            *error.kind,
            ErrorKind::Io(_)
                | ErrorKind::ConnectionPoolCleared { .. }
                | ErrorKind::ServerSelection { .. }
        )
        || command_error(error).is_some_and(|error| RETRYABLE_CODES.contains(&error.code))
}

/// What the server answered when it refused a command, or a document of it.
struct ServerAnswer<'e> {
    code: i32,
    /// The name of the code, where the server gives one.
    name: Option<&'e str>,
    message: &'e str,
}

fn refusal(error: &mongodb::error::Error) -> Option<ServerAnswer<'_>> {
    use mongodb::error::{ErrorKind, WriteFailure};
    match &*error.kind {
        ErrorKind::Command(error) => Some(ServerAnswer {
            code: error.code,
            name: Some(&error.code_name),
            message: &error.message,
        }),
        ErrorKind::Write(WriteFailure::WriteError(error)) => Some(ServerAnswer {
            code: error.code,
            name: error.code_name.as_deref(),
            message: &error.message,
        }),
        ErrorKind::InsertMany(error) => {
            let error = error.write_errors.as_ref()?.first()?;
            Some(ServerAnswer {
                code: error.code,
                name: error.code_name.as_deref(),
                message: &error.message,
            })
        }
        _ => None,
    }
}

fn command_error(error: &mongodb::error::Error) -> Option<&mongodb::error::CommandError> {
    match &*error.kind {
        mongodb::error::ErrorKind::Command(error) => Some(error),
        _ => None,
    }
}

/// What a failure of the driver says; one that was made here, in its own words.
fn describe_driver(error: &mongodb::error::Error, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match error.get_custom::<String>() {
        Some(message) => f.write_str(message),
        None => write!(f, "the driver failed: {error}"),
    }
}

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

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "expected {}, found {} at `{}` of a document",
            self.expected, self.found, self.path
        )?;
        if let Some(id) = &self.id {
            write!(f, " with `_id` {id}")?;
        }
        write!(f, " of `{}`, in `{}`", self.collection, self.sql)
    }
}

impl std::error::Error for DecodeError {}

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
