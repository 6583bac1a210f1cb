//! Functions on json values.

use super::Signature;
use crate::lower::LoweredArgument;
use queryleaf_plan::Template;

/// The functions of this family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonFunction {}

pub(super) const SIGNATURES: &[Signature] = &[];

/// The aggregation expression of a call.
pub(super) fn lower(function: JsonFunction, _arguments: &[LoweredArgument<'_>]) -> Template {
    match function {}
}
