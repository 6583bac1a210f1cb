//! `TO_CHAR` of an interval.

use super::number::padded;
use super::pattern::{Part, Pattern, parts};
use crate::functions::ArgumentError;
use crate::functions::datetime::interval::{Fields, with_fields};
use crate::functions::datetime::number::{quotient, remainder};
use crate::lower::LoweredArgument;
use crate::lower::operators::{bind, call, cond, int, text, unary};
use crate::plan::Expression;
use queryleaf_plan::Template;

/// A number of an interval and how PostgreSQL pads it.
struct Number {
    value: Template,
    width: u32,
    /// Whether the minus sign takes one of the width's places.
    sign_counts: bool,
}

/// Checks the format of a `TO_CHAR`.
pub(in crate::functions::datetime) fn check(arguments: &[Expression]) -> Result<(), ArgumentError> {
    super::refuse_empty(arguments)?;
    let unsupported = |pattern: &str| ArgumentError {
        argument: 1,
        message: format!("the pattern `{pattern}` is not supported in `to_char` of an interval"),
        help: Some("the patterns are `YYYY`, `MM`, `DD`, `HH24`, `MI`, `SS` and `MS`".to_owned()),
    };
    for part in parts(super::text(arguments)).map_err(unsupported)? {
        if let Part::Pattern(pattern) = part
            && number(&pattern, &Fields::constant(0, 0, 0)).is_none()
        {
            return Err(unsupported(&pattern.to_string()));
        }
    }
    Ok(())
}

/// An interval as text.
pub(in crate::functions::datetime) fn lower(
    format: &str,
    interval: &LoweredArgument<'_>,
) -> Template {
    with_fields("interval", interval, |fields| {
        let parts = parts(format).unwrap_or_default();
        let mut texts: Vec<Template> = parts
            .into_iter()
            .filter_map(|part| match part {
                Part::Text(literal) => Some(text(&literal)),
                Part::Pattern(pattern) => {
                    number(&pattern, &fields).map(|number| write(number, pattern.unpadded))
                }
            })
            .collect();
        match texts.len() {
            0 => Template::string(""),
            1 => texts.remove(0),
            _ => unary("$concat", Template::Array(texts)),
        }
    })
}

fn number(pattern: &Pattern, interval: &Fields) -> Option<Number> {
    if pattern.ordinal.is_some() {
        return None;
    }
    let months = || interval.months.clone();
    let milliseconds = || interval.milliseconds.clone();
    let (value, width, sign_counts) = match pattern.keyword.to_ascii_uppercase().as_str() {
        "YYYY" => (quotient(months(), 12), 4, false),
        "MM" => (remainder(months(), 12), 2, false),
        "DD" => (interval.days.clone(), 2, true),
        "HH24" => (quotient(milliseconds(), 3_600_000), 2, false),
        "MI" => (
            quotient(remainder(milliseconds(), 3_600_000), 60_000),
            2,
            false,
        ),
        "SS" => (quotient(remainder(milliseconds(), 60_000), 1_000), 2, false),
        // `FM` has no effect on it.
        "MS" if !pattern.unpadded => (remainder(milliseconds(), 1_000), 3, true),
        _ => return None,
    };
    Some(Number {
        value,
        width,
        sign_counts,
    })
}

fn write(number: Number, unpadded: bool) -> Template {
    bind("number", number.value, |value| {
        let digits = unary("$toString", value.clone());
        if unpadded {
            return digits;
        }
        let below =
            |width: u32, value: Template| call("$lt", [value, int(10_i32.saturating_pow(width))]);
        let negative_width = number.width - u32::from(number.sign_counts);
        let absolute = unary("$abs", value.clone());
        let negative = call(
            "$concat",
            [
                Template::string("-"),
                padded(absolute.clone(), negative_width),
            ],
        );
        cond(
            call("$gte", [value.clone(), int(0)]),
            cond(
                below(number.width, value.clone()),
                padded(value, number.width),
                digits.clone(),
            ),
            cond(below(negative_width, absolute), negative, digits),
        )
    })
}
