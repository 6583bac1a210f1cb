//! Functions on number values.

use super::{ArgumentError, Signature};
use crate::lower::LoweredArgument;
use crate::plan::Expression;
use queryleaf_plan::Template;

/// The functions of this family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberFunction {}

pub(super) const SIGNATURES: &[Signature] = &[];

/// The aggregation expression of a call.
pub(super) fn lower(function: NumberFunction, _arguments: &[LoweredArgument<'_>]) -> Template {
    match function {}
}

/// What is wrong with the constant arguments of a call.
pub(super) fn check(
    function: NumberFunction,
    _arguments: &[Expression],
) -> Result<(), ArgumentError> {
    match function {}
}

/// Whether a call is null by itself when an argument is.
pub(super) fn propagates_null(function: NumberFunction, _arguments: &[Expression]) -> bool {
    match function {}
}
