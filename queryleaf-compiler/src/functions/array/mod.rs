//! Functions on arrays.
//!
//! Positions count from 1. A search finds `NULL` among the items as any other value, while `@>` and
//! `&&` never do: both as in PostgreSQL.

mod lower;
mod signatures;

pub(super) use lower::lower;
pub(super) use signatures::SIGNATURES;

use super::argument::constant_integer;
use super::{ArgumentError, Signature};
use crate::plan::Expression;

/// The functions of this family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArrayFunction {
    /// `cardinality(array)`.
    Cardinality,
    /// `array_length(array, 1)` and `array_upper(array, 1)`.
    Length,
    /// `array_lower(array, 1)`.
    LowerBound,
    /// `array_append(array, item)`, `array || item`.
    Append,
    /// `array_prepend(item, array)`, `item || array`.
    Prepend,
    /// `array_cat(a, b)`, `a || b`.
    Concatenate,
    /// `array_position(array, item, start)`.
    Position,
    /// `array_positions(array, item)`.
    Positions,
    /// `array_remove(array, item)`.
    Remove,
    /// `array_replace(array, item, replacement)`.
    Replace,
    /// `array_to_string(array, separator)`.
    ToText,
    /// `array_to_string(array, separator, null)`.
    ToTextWithNull,
    /// `a @> b`.
    Contains,
    /// `a <@ b`.
    ContainedIn,
    /// `a && b`.
    Overlaps,
    /// `contains(array, item)`.
    Has,
    /// `array[low:high]`.
    Slice,
    /// `array_fill(value, ARRAY[count])`.
    Fill,
    /// `trim_array(array, count)`.
    Trim,
    /// `array_ndims(array)`.
    Dimensions,
    /// `array_dims(array)`.
    DimensionsText,
    /// `generate_series(start, stop, step)` in `FROM`, of 32-bit integers. As an expression PostgreSQL
    /// makes rows of it, so that it has no signature.
    Series,
}

/// What is wrong with the constant arguments of a call.
pub(super) fn check(
    function: ArrayFunction,
    arguments: &[Expression],
) -> Result<(), ArgumentError> {
    match function {
        ArrayFunction::Length | ArrayFunction::LowerBound
            if constant_integer(arguments.get(1)) != Some(1) =>
        {
            Err(ArgumentError {
                argument: 1,
                message: "an array has one dimension".to_owned(),
                help: Some("write 1 for the dimension".to_owned()),
            })
        }
        _ => Ok(()),
    }
}

/// Whether a call is null by itself when an argument is: the server's operators on arrays fail.
pub(super) fn propagates_null(_function: ArrayFunction, _arguments: &[Expression]) -> bool {
    false
}

#[cfg(test)]
mod tests;
