//! From the logical algebra to the command template.

pub(crate) mod expression;
pub(crate) mod operators;

pub(crate) use expression::LoweredArgument;
