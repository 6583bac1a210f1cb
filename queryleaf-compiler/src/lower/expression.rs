//! Typed expressions to aggregation expressions.

use crate::plan::Expression;
use queryleaf_plan::Template;

/// An argument of a function, lowered.
pub(crate) struct LoweredArgument<'a> {
    /// The aggregation expression; a field, a variable or a constant where it is used more than
    /// once only if the function binds it.
    pub(crate) value: Template,
    /// The expression it came from: its type, its nullability, and its value if it is a literal.
    pub(crate) expression: &'a Expression,
}
