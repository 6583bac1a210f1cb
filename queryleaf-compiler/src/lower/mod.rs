//! From the logical algebra to the command template.

mod chance;
pub(crate) mod decimal;
mod depth;
pub(crate) mod expression;
pub(crate) mod filter;
mod group;
pub(crate) mod literal;
pub(crate) mod operators;
pub(crate) mod relation;
pub(crate) mod scope;
mod window;
mod write;

pub(crate) use chance::{draws, wanted_draws};
pub(crate) use depth::is_too_deep;
pub(crate) use expression::{
    LoweredArgument, is_true, may_fail, normalized, value, without_lossless_casts,
};
pub(crate) use filter::{filter, is_scalar};
pub(crate) use relation::{
    Conditions, Lowered, is_declared_unique, leads_index, lower, lower_events, within,
};
pub(crate) use scope::Scope;
pub(crate) use write::lower_write;
