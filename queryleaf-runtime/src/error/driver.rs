//! What the driver's errors tell.

use std::fmt;

/// The codes that the retryable reads specification lists: a server that is shutting down, that is
/// not the primary any more, that cannot be reached, or whose part of the data has moved.
const RETRYABLE_CODES: [i32; 13] = [
    6, 7, 89, 91, 134, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436,
];

/// The code of a change stream that cannot go on where it should.
pub(super) const CHANGE_STREAM_HISTORY_LOST: i32 = 286;

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
pub(super) struct ServerAnswer<'e> {
    pub(super) code: i32,
    /// The name of the code, where the server gives one.
    pub(super) name: Option<&'e str>,
    pub(super) message: &'e str,
}

pub(super) fn refusal(error: &mongodb::error::Error) -> Option<ServerAnswer<'_>> {
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

pub(super) fn command_error(
    error: &mongodb::error::Error,
) -> Option<&mongodb::error::CommandError> {
    match &*error.kind {
        mongodb::error::ErrorKind::Command(error) => Some(error),
        _ => None,
    }
}

/// What a failure of the driver says; one that was made here, in its own words.
pub(super) fn describe_driver(
    error: &mongodb::error::Error,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    match error.get_custom::<String>() {
        Some(message) => f.write_str(message),
        None => write!(f, "the driver failed: {error}"),
    }
}
