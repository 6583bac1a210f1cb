//! What the command line says.

use std::time::Duration;

use crate::Result;

/// How the program is used.
pub(crate) const USAGE: &str = "\
An order service that reacts to changes: customers place orders, a worker notifies them and books the
stock exactly once, and the terminal shows what happens.

Usage: cargo run --release --example order_events -- [options]

  --seconds <N>  how long customers come; 20 without it
  --orders <N>   how many orders they place in that time, at the most; 1000 without it
  --uri <URI>    use this MongoDB server, a replica set, instead of a private one
  --help         show this text
";

/// The options of one run.
#[derive(Debug)]
pub(crate) struct Options {
    /// How long customers come.
    pub(crate) time: Duration,
    /// How many orders they place at the most.
    pub(crate) orders: u32,
    /// The server to use; a private one without it.
    pub(crate) uri: Option<String>,
}

impl Options {
    /// Reads the options, or answers `None` when the user asks for help.
    pub(crate) fn from_arguments(
        mut arguments: impl Iterator<Item = String>,
    ) -> Result<Option<Self>> {
        let mut options = Options {
            time: Duration::from_secs(20),
            orders: 1000,
            uri: None,
        };
        while let Some(argument) = arguments.next() {
            let mut value = || {
                let missing = || format!("`{argument}` needs a value\n\n{USAGE}");
                arguments.next().ok_or_else(missing)
            };
            match argument.as_str() {
                "--seconds" => {
                    let number = value()?;
                    let invalid = |_| format!("`--seconds {number}` is not a number of seconds");
                    options.time = Duration::from_secs(number.parse().map_err(invalid)?);
                }
                "--orders" => {
                    let number = value()?;
                    let invalid = |_| format!("`--orders {number}` is not a number of orders");
                    options.orders = number.parse().map_err(invalid)?;
                }
                "--uri" => options.uri = Some(value()?),
                "--help" | "-h" => return Ok(None),
                _ => return Err(format!("unknown option `{argument}`\n\n{USAGE}").into()),
            }
        }
        Ok(Some(options))
    }
}
