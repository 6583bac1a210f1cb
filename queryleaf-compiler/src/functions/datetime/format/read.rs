//! `TO_DATE` and `TO_TIMESTAMP` of a text with a format.
//!
//! The server reads text more strictly than PostgreSQL does: what it accepts means the same in both,
//! and what it does not accept is an error when the query runs.

use super::pattern::{Part, Pattern, parts};
use crate::functions::ArgumentError;
use crate::lower::operators::{call, text, unary};
use crate::plan::Expression;
use queryleaf_plan::Template;

/// What is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::functions::datetime) enum Target {
    Date,
    Timestamp,
}

/// A format of `$dateFromString`, and what it does not say.
struct Format {
    text: String,
    has_month: bool,
    has_day: bool,
    has_time: bool,
}

/// Checks the format of a `TO_DATE` or `TO_TIMESTAMP`.
pub(in crate::functions::datetime) fn check(arguments: &[Expression]) -> Result<(), ArgumentError> {
    read_format(super::text(arguments))
        .map(|_| ())
        .map_err(|message| ArgumentError {
            argument: 1,
            message,
            help: Some(
                "the patterns are `YYYY`, `MM`, `DD`, `HH24`, `MI`, `SS` and `MS`; other letters \
                 go in double quotes"
                    .to_owned(),
            ),
        })
}

/// A text as a timestamp.
pub(in crate::functions::datetime) fn lower(
    format: &str,
    value: Template,
    target: Target,
) -> Template {
    let Ok(mut format) = read_format(format) else {
        return Template::null();
    };
    // The server wants a whole date; what the format leaves out is the first.
    let mut first = String::new();
    if !format.has_month {
        first.push_str(" 01");
        format.text.push_str(" %m");
    }
    if !format.has_day {
        first.push_str(" 01");
        format.text.push_str(" %d");
    }
    let value = match first.as_str() {
        "" => value,
        first => call("$concat", [value, Template::string(first)]),
    };
    let timestamp = unary(
        "$dateFromString",
        Template::document([("dateString", value), ("format", text(&format.text))]),
    );
    match target {
        Target::Date if format.has_time => unary(
            "$dateTrunc",
            Template::document([("date", timestamp), ("unit", "day".into())]),
        ),
        Target::Date | Target::Timestamp => timestamp,
    }
}

fn read_format(text: &str) -> Result<Format, String> {
    let unsupported =
        |pattern: &str| format!("the pattern `{pattern}` is not supported where a text is read");
    let mut specifiers = Vec::new();
    let mut format = String::new();
    for part in parts(text).map_err(unsupported)? {
        match part {
            Part::Text(text) => format.push_str(&text.replace('%', "%%")),
            Part::Pattern(pattern) => {
                let specifier =
                    specifier(&pattern).ok_or_else(|| unsupported(&pattern.to_string()))?;
                if specifiers.contains(&specifier) {
                    return Err(format!("the format has `{}` twice", pattern.keyword));
                }
                specifiers.push(specifier);
                format.push_str(specifier);
            }
        }
    }
    let has = |specifier| specifiers.contains(&specifier);
    // A part that is left out is the first, so that none may be left out before one that is there.
    let order = ["%Y", "%m", "%d", "%H", "%M", "%S", "%L"];
    let present = order.iter().take_while(|part| has(**part)).count();
    if present < specifiers.len() || present == 0 {
        let missing = ["YYYY", "MM", "DD", "HH24", "MI", "SS", "MS"]
            .get(present)
            .copied()
            .unwrap_or_default();
        return Err(format!("the format lacks `{missing}`"));
    }
    Ok(Format {
        text: format,
        has_month: has("%m"),
        has_day: has("%d"),
        has_time: has("%H"),
    })
}

fn specifier(pattern: &Pattern) -> Option<&'static str> {
    if pattern.unpadded || pattern.ordinal.is_some() {
        return None;
    }
    match pattern.keyword.to_ascii_uppercase().as_str() {
        "YYYY" => Some("%Y"),
        "MM" => Some("%m"),
        "DD" => Some("%d"),
        "HH24" => Some("%H"),
        "MI" => Some("%M"),
        "SS" => Some("%S"),
        "MS" => Some("%L"),
        _ => None,
    }
}
