//! The scalar functions: what they are called, what they take and give, and what they become.
//!
//! Each family is one file with its functions as an enum, their signatures, and their lowering to
//! an aggregation expression; adding a function means adding a variant and following the compiler's
//! complaints. Conditional forms (`COALESCE`, `NULLIF`, `GREATEST`, `LEAST`) are expressions of
//! their own, aggregates are in [`plan`](crate::plan).

mod argument;
mod array;
mod change;
pub(crate) mod datetime;
mod json;
mod number;
mod other_dialects;
mod signature;
#[cfg(test)]
mod testing;
mod text;
mod unavailable;

pub use array::ArrayFunction;
pub use change::ChangeFunction;
pub(crate) use change::{is_pattern, names_of};
pub use datetime::DateTimeFunction;
pub use json::JsonFunction;
pub(crate) use json::{JsonStep, json_path, text_array};
pub use number::NumberFunction;
pub(crate) use other_dialects::instead_of;
pub(crate) use signature::{ArgumentType, Nullability, ResultType, Signature};
pub use text::TextFunction;
pub(crate) use unavailable::unavailable;

use crate::lower::LoweredArgument;
use crate::plan::Expression;
use queryleaf_plan::Template;

/// A scalar function, resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    /// On text.
    Text(TextFunction),
    /// On numbers.
    Number(NumberFunction),
    /// On timestamps, dates and intervals.
    DateTime(DateTimeFunction),
    /// On arrays.
    Array(ArrayFunction),
    /// On documents.
    Json(JsonFunction),
    /// On the events of change streams.
    Change(ChangeFunction),
}

/// Every signature of every scalar function.
pub(crate) fn signatures() -> impl Iterator<Item = &'static Signature> {
    [
        text::SIGNATURES,
        number::SIGNATURES,
        datetime::SIGNATURES,
        array::SIGNATURES,
        json::SIGNATURES,
    ]
    .into_iter()
    .flatten()
}

/// The aggregation expression of a call. The caller has already taken care of `NULL` arguments of
/// functions that are [`Nullability::Strict`]: what arrives here is not null.
pub(crate) fn lower(function: Function, arguments: &[LoweredArgument<'_>]) -> Template {
    match function {
        Function::Text(function) => text::lower(function, arguments),
        Function::Number(function) => number::lower(function, arguments),
        Function::DateTime(function) => datetime::lower(function, arguments),
        Function::Array(function) => array::lower(function, arguments),
        Function::Json(function) => json::lower(function, arguments),
        Function::Change(function) => change::lower(function, arguments),
    }
}

/// A constant argument that its function does not take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ArgumentError {
    /// Which argument, counted from 0.
    pub(crate) argument: usize,
    /// What is wrong with it.
    pub(crate) message: String,
    /// What to write instead.
    pub(crate) help: Option<String>,
}

/// Looks at the constant arguments of a call for what would only fail on the server.
pub(crate) fn check(function: Function, arguments: &[Expression]) -> Result<(), ArgumentError> {
    match function {
        Function::Text(function) => text::check(function, arguments),
        Function::Number(function) => number::check(function, arguments),
        Function::Array(function) => array::check(function, arguments),
        Function::Json(function) => json::check(function, arguments),
        Function::DateTime(function) => datetime::check(function, arguments),
        Function::Change(_) => Ok(()),
    }
}

/// Whether the expression of a [strict](Nullability::Strict) call is null by itself when an
/// argument is null or missing, and needs no argument in a variable: then it can do without the
/// guard.
pub(crate) fn propagates_null(function: Function, arguments: &[Expression]) -> bool {
    match function {
        Function::Text(function) => text::propagates_null(function, arguments),
        Function::Number(function) => number::propagates_null(function, arguments),
        Function::Array(function) => array::propagates_null(function, arguments),
        Function::Json(function) => json::propagates_null(function, arguments),
        Function::DateTime(function) => datetime::propagates_null(function, arguments),
        Function::Change(_) => false,
    }
}

/// When the result of a function is `NULL`: the same for all its signatures.
pub(crate) fn nullability(function: Function) -> Nullability {
    if let Function::DateTime(function) = function
        && datetime::has_no_name(function)
    {
        return Nullability::Strict;
    }
    match function {
        Function::Change(ChangeFunction::ChangedFields) => return Nullability::Custom,
        Function::Change(ChangeFunction::Tells) => return Nullability::WhenFirst,
        Function::Change(ChangeFunction::NamedDocument) => return Nullability::Custom,
        _ => {}
    }
    signatures()
        .find(|signature| signature.function == function)
        .map_or(Nullability::Custom, |signature| signature.nullability)
}
