//! What the command line says.

use crate::Result;

/// How the program is used.
pub(crate) const USAGE: &str = "\
Loads the flights that left New York City in 2013 and answers questions about them.

Usage: cargo run --release --example flights -- [options]

  --uri <URI>    use this MongoDB server instead of a private one
  --sample <N>   load only the first N flights
  --help         show this text
";

/// The options of one run.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    /// The server to use; a private one without it.
    pub(crate) uri: Option<String>,
    /// How many flights to load; all without it.
    pub(crate) sample: Option<usize>,
}

impl Options {
    /// Reads the options, or answers `None` when the user asks for help.
    pub(crate) fn from_arguments(
        mut arguments: impl Iterator<Item = String>,
    ) -> Result<Option<Self>> {
        let mut options = Options::default();
        while let Some(argument) = arguments.next() {
            let mut value = || {
                let missing = || format!("`{argument}` needs a value\n\n{USAGE}");
                arguments.next().ok_or_else(missing)
            };
            match argument.as_str() {
                "--uri" => options.uri = Some(value()?),
                "--sample" => {
                    let number = value()?;
                    let invalid = |_| format!("`--sample {number}` is not a number of flights");
                    options.sample = Some(number.parse().map_err(invalid)?);
                }
                "--help" | "-h" => return Ok(None),
                _ => return Err(format!("unknown option `{argument}`\n\n{USAGE}").into()),
            }
        }
        Ok(Some(options))
    }
}
