//! The options of `WITH BULK_OPTIONS (..)`.

use super::super::Analyzer;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::plan::WriteOptions;
use crate::schema::WriteConcern;
use crate::suggestion::nearest;
use crate::syntax::{OptionValue, WriteOption};

/// The options there are.
const NAMES: [&str; 4] = [
    "batch_size",
    "ordered",
    "write_concern",
    "bypass_validation",
];

impl Analyzer<'_> {
    pub(super) fn write_options(&mut self, options: &[WriteOption]) -> Result<WriteOptions> {
        let mut found = WriteOptions::default();
        for option in options {
            match option.name.as_str() {
                "batch_size" => found.batch_size = Some(batch_size(option)?),
                "ordered" => found.ordered = Some(flag(option)?),
                "write_concern" => found.write_concern = Some(write_concern(option)?),
                "bypass_validation" => found.bypass_validation = Some(flag(option)?),
                other => {
                    let message = format!("no option `{other}`");
                    let error = Diagnostic::error(Code::Syntax, option.span, message);
                    return Err(Box::new(match nearest(other, NAMES) {
                        Some(near) => {
                            error.help(format!("an option with a similar name exists: `{near}`"))
                        }
                        None => error.note(format!("the options are {}", NAMES.join(", "))),
                    }));
                }
            }
        }
        Ok(found)
    }
}

fn batch_size(option: &WriteOption) -> Result<i64> {
    let number = match &option.value {
        OptionValue::Number(number) => number.parse::<i64>().ok(),
        OptionValue::Text(_) | OptionValue::Word(_) => None,
    };
    number
        .filter(|number| (1..=100_000).contains(number))
        .ok_or_else(|| wrong(option, "a number from 1 to 100000"))
}

pub(super) fn flag(option: &WriteOption) -> Result<bool> {
    match &option.value {
        OptionValue::Word(word) if word == "true" => Ok(true),
        OptionValue::Word(word) if word == "false" => Ok(false),
        _ => Err(wrong(option, "TRUE or FALSE")),
    }
}

/// `'majority'`, a number of servers, or `'fast'` for one.
pub(super) fn write_concern(option: &WriteOption) -> Result<WriteConcern> {
    let concern = match &option.value {
        OptionValue::Text(text) if text == "majority" => Some(WriteConcern::Majority),
        OptionValue::Text(text) if text == "fast" => Some(WriteConcern::Servers(1)),
        OptionValue::Number(number) => number
            .parse::<i32>()
            .ok()
            .filter(|number| (1..=50).contains(number))
            .map(WriteConcern::Servers),
        OptionValue::Text(_) | OptionValue::Word(_) => None,
    };
    concern.ok_or_else(|| {
        wrong(
            option,
            "'majority', 'fast' (one server) or a number of servers",
        )
    })
}

pub(super) fn wrong(option: &WriteOption, wanted: &str) -> Box<Diagnostic> {
    let message = format!("`{}` takes {wanted}", option.name);
    Box::new(Diagnostic::error(
        Code::InvalidLiteral,
        option.span,
        message,
    ))
}
