//! Numbers as text.

use super::pattern::Case;
use crate::lower::operators::{call, cond, int, unary};
use queryleaf_plan::Template;

/// A number that is not negative with at least this many digits.
pub(super) fn padded(number: Template, width: u32) -> Template {
    // The digits behind a leading 1: `$toString` does not pad.
    let power = int(10_i32.saturating_pow(width));
    let digits = unary("$toString", call("$add", [power, number]));
    let width = i32::try_from(width).unwrap_or(i32::MAX);
    call("$substrCP", [digits, int(1), int(width)])
}

/// The ending of a number as an English ordinal: `st`, `nd`, `rd` or `th`.
pub(super) fn ordinal(number: &Template, case: Case) -> Template {
    let ends = |modulus, digit| {
        call(
            "$eq",
            [call("$mod", [number.clone(), int(modulus)]), int(digit)],
        )
    };
    let tens = call(
        "$and",
        [
            call("$gte", [call("$mod", [number.clone(), int(100)]), int(11)]),
            call("$lte", [call("$mod", [number.clone(), int(100)]), int(13)]),
        ],
    );
    let ending = |ending: &str| {
        Template::string(match case {
            Case::Upper => ending.to_uppercase(),
            Case::Capital | Case::Lower => ending.to_owned(),
        })
    };
    let third = cond(ends(10, 3), ending("rd"), ending("th"));
    let second = cond(ends(10, 2), ending("nd"), third);
    let first = cond(ends(10, 1), ending("st"), second);
    cond(tens, ending("th"), first)
}
