//! What the command line says.

use std::env;
use std::net::SocketAddr;
use std::path::PathBuf;

use crate::Result;

/// How the program is used.
pub(crate) const USAGE: &str = "\
Puts a tree of files into a GridFS bucket, asks about them in SQL, and serves them over HTTP.

Usage: cargo run --release --example media_library -- [options]

  --tree <DIRECTORY>  the files; without it the sources of the crates that cargo has downloaded
  --limit <N>         take only the first N files
  --serve <ADDRESS>   answer HTTP requests afterwards, as in `--serve 127.0.0.1:8080`
  --uri <URI>         use this MongoDB server instead of a private one
  --help              show this text
";

/// The options of one run.
#[derive(Debug)]
pub(crate) struct Options {
    /// The directory whose files are taken.
    pub(crate) tree: PathBuf,
    /// How many files to take at the most.
    pub(crate) limit: usize,
    /// Where to wait for HTTP requests; nowhere without it.
    pub(crate) serve: Option<SocketAddr>,
    /// The server to use; a private one without it.
    pub(crate) uri: Option<String>,
}

impl Options {
    /// Reads the options, or answers `None` when the user asks for help.
    pub(crate) fn from_arguments(
        mut arguments: impl Iterator<Item = String>,
    ) -> Result<Option<Self>> {
        let mut options = Options {
            tree: crate_sources(),
            limit: usize::MAX,
            serve: None,
            uri: None,
        };
        while let Some(argument) = arguments.next() {
            let mut value = || {
                let missing = || format!("`{argument}` needs a value\n\n{USAGE}");
                arguments.next().ok_or_else(missing)
            };
            match argument.as_str() {
                "--tree" => options.tree = value()?.into(),
                "--limit" => {
                    let number = value()?;
                    let invalid = |_| format!("`--limit {number}` is not a number of files");
                    options.limit = number.parse().map_err(invalid)?;
                }
                "--serve" => {
                    let address = value()?;
                    let invalid = |_| format!("`--serve {address}` is no address with a port");
                    options.serve = Some(address.parse().map_err(invalid)?);
                }
                "--uri" => options.uri = Some(value()?),
                "--help" | "-h" => return Ok(None),
                _ => return Err(format!("unknown option `{argument}`\n\n{USAGE}").into()),
            }
        }
        Ok(Some(options))
    }
}

/// Where cargo keeps the sources of the crates that it has downloaded: thousands of files on every
/// machine that has built this example.
fn crate_sources() -> PathBuf {
    let cargo = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = || env::home_dir().map(|home| home.join(".cargo"));
    cargo.or_else(home).unwrap_or_default().join("registry/src")
}
