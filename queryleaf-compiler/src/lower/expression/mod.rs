//! Typed expressions to aggregation expressions.

use crate::lower::Scope;
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

/// The aggregation expression of a value: null or missing where SQL says `NULL`.
pub(crate) fn value(expression: &Expression, scope: &Scope) -> Template {
    let _ = (expression, scope);
    Template::null()
}

/// The aggregation expression of a value, null but never missing where SQL says `NULL`.
pub(crate) fn normalized(expression: &Expression, scope: &Scope) -> Template {
    value(expression, scope)
}

/// An aggregation expression that is true where the SQL condition is `TRUE` and false where it is
/// `FALSE` or `NULL`.
pub(crate) fn is_true(expression: &Expression, scope: &Scope) -> Template {
    value(expression, scope)
}

/// An aggregation expression that is true where the SQL condition is `FALSE` and false where it is
/// `TRUE` or `NULL`.
pub(crate) fn is_false(expression: &Expression, scope: &Scope) -> Template {
    value(expression, scope)
}
