//! Arithmetic on whole numbers of months, days and milliseconds.

use crate::lower::operators::{call, int, unary};
use queryleaf_plan::{Template, Value};

/// The milliseconds of a day.
pub(super) const DAY: i64 = 86_400_000;

/// A 64-bit integer constant: what it is multiplied with stays exact.
pub(super) fn long(value: i64) -> Template {
    Template::Value(Value::Int64(value))
}

/// An integer divided by a constant, towards zero.
pub(super) fn quotient(value: Template, divisor: i32) -> Template {
    unary(
        "$toLong",
        unary("$trunc", call("$divide", [value, int(divisor)])),
    )
}

/// What is left of an integer by that division, with the integer's sign.
pub(super) fn remainder(value: Template, divisor: i32) -> Template {
    call("$mod", [value, int(divisor)])
}

/// A double rounded to a 64-bit integer; an error if it does not fit.
pub(super) fn rounded(value: Template) -> Template {
    unary("$toLong", unary("$round", value))
}

/// The sum of the parts that are not the constant 0.
pub(super) fn sum(parts: impl IntoIterator<Item = Template>) -> Template {
    let mut parts: Vec<Template> = parts.into_iter().filter(|part| !is_zero(part)).collect();
    match parts.len() {
        0 => int(0),
        1 => parts.remove(0),
        _ => Template::entry("$add", Template::Array(parts)),
    }
}

/// Whether this is the constant 0.
pub(super) fn is_zero(value: &Template) -> bool {
    matches!(value, Template::Value(Value::Int32(0) | Value::Int64(0)))
}
