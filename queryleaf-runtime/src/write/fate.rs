//! What a failure of the driver says of the command that was sent.

use mongodb::error::{ErrorKind, NO_WRITES_PERFORMED};

type DriverError = mongodb::error::Error;

/// What a failure of the driver says of the command that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    NotWritten,
    Unknown,
}

/// The codes of a server that gave up in the middle of a command: it was shut down, is not the
/// primary any more, was interrupted, ran out of time, or cannot say.
const INTERRUPTED: [i32; 17] = [
    6, 7, 24, 50, 64, 79, 89, 91, 134, 189, 262, 9001, 10107, 11600, 11601, 11602, 13435,
];

/// What a failure of the driver says of the command that was sent.
pub(crate) fn fate(error: &DriverError) -> Fate {
    if error.contains_label(NO_WRITES_PERFORMED) {
        return Fate::NotWritten;
    }
    match &*error.kind {
        // It was never sent, or the driver has repeated it without a trace of the first attempt:
        // then it reports that one.
        ErrorKind::ServerSelection { .. }
        | ErrorKind::ConnectionPoolCleared { .. }
        | ErrorKind::InvalidArgument { .. }
        | ErrorKind::Authentication { .. }
        | ErrorKind::BsonSerialization(_)
        | ErrorKind::DnsResolve { .. }
        | ErrorKind::SessionsNotSupported
        | ErrorKind::InvalidTlsConfig { .. }
        | ErrorKind::IncompatibleServer { .. }
        | ErrorKind::Shutdown => Fate::NotWritten,
        ErrorKind::Command(error) if !INTERRUPTED.contains(&error.code) => Fate::NotWritten,
        _ => Fate::Unknown,
    }
}
