//! Functions on datetime values.

use super::Signature;
use crate::lower::LoweredArgument;
use queryleaf_plan::Template;

/// The functions of this family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateTimeFunction {}

pub(super) const SIGNATURES: &[Signature] = &[];

/// The aggregation expression of a call.
pub(super) fn lower(function: DateTimeFunction, _arguments: &[LoweredArgument<'_>]) -> Template {
    match function {}
}
