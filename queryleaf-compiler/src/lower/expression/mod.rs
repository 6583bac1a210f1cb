//! Typed expressions to aggregation expressions.
//!
//! `NULL` is null or missing. What SQL computes from a `NULL` is mostly what the server computes
//! from it, null; where it is not (comparisons, functions that take null for an empty string) a
//! guard is written, and only where an operand can be `NULL` at all. Parameters are guarded too, but
//! not on the server: a [`Template::When`] leaves the choice to the moment when they are known.

mod arithmetic;
mod call;
mod cast;
mod comparison;
mod conditional;
mod document;
mod fallible;
mod json_text;
mod list;
mod logic;
mod missing;
mod nullness;
mod operand;
mod pattern;
mod quantified;
mod range;
mod truth;

pub(crate) use cast::without_lossless_casts;
pub(super) use cast::{date_of_timestamp, folded};
pub(super) use comparison::{is_orderable, refuse_incomparable};
pub(super) use document::is_plain_key;
pub(crate) use fallible::may_fail;
pub(super) use json_text::compared_as_is;
pub(super) use list::when_list;
pub(super) use logic::{conjunction, is_new, not};
pub(super) use nullness::{NullSources, null_sources};
pub(super) use operand::unless_null;
pub(super) use pattern::{Match, Question, constant as constant_pattern};

use super::Scope;
use super::literal::literal;
use super::operators::{call, text};
use super::scope::Laziness;
use crate::diagnostic::{Code, Diagnostic};
use crate::functions::Function;
use crate::plan::{Expression, ExpressionKind, Literal};
use crate::types::Type;
use missing::can_be_missing;
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
    if is_computed_apart(expression, scope) {
        return scope.apart(|| value_here(expression, scope));
    }
    value_here(expression, scope)
}

/// Whether an expression may fail where its operands have been passed in from the pipeline around.
fn is_computed_apart(expression: &Expression, scope: &Scope) -> bool {
    if !scope.has_outer() {
        return false;
    }
    match &expression.kind {
        // The bounds of a range are to be computed beforehand, so that an index serves it.
        ExpressionKind::Call {
            function: Function::DateTime(_),
            ..
        }
        | ExpressionKind::Arithmetic { .. }
        | ExpressionKind::Negate(_)
        | ExpressionKind::Cast(_) => scope.laziness() > Laziness::Eager && may_fail(expression),
        ExpressionKind::Call { .. } => true,
        _ => false,
    }
}

fn value_here(expression: &Expression, scope: &Scope) -> Template {
    match &expression.kind {
        ExpressionKind::Literal(constant) => constant_value(constant, expression, scope),
        ExpressionKind::Path(path) => scope.reference(path),
        ExpressionKind::Parameter(parameter) => parameter_value(*parameter, &expression.ty),
        ExpressionKind::CurrentTimestamp => Template::string("$$NOW"),
        ExpressionKind::Not(_)
        | ExpressionKind::And(_)
        | ExpressionKind::Or(_)
        | ExpressionKind::Compare { .. }
        | ExpressionKind::IsNull(_)
        | ExpressionKind::NotDistinct { .. }
        | ExpressionKind::IsTruth { .. }
        | ExpressionKind::InList { .. }
        | ExpressionKind::InParameter { .. }
        | ExpressionKind::Like { .. }
        | ExpressionKind::Regex { .. }
        | ExpressionKind::Quantified { .. } => truth::three_valued(expression, scope),
        ExpressionKind::Arithmetic {
            operator,
            left,
            right,
        } => arithmetic::arithmetic(*operator, left, right, expression, scope),
        ExpressionKind::Negate(operand) => arithmetic::negate(operand, expression, scope),
        ExpressionKind::Case {
            branches,
            otherwise,
        } => conditional::case(branches, otherwise.as_deref(), scope),
        ExpressionKind::Coalesce(items) => conditional::coalesce(items, scope),
        ExpressionKind::Greatest(items) => conditional::extreme("$max", items, scope),
        ExpressionKind::Least(items) => conditional::extreme("$min", items, scope),
        ExpressionKind::Cast(operand) => cast::cast(operand, expression, scope),
        ExpressionKind::Call {
            function,
            arguments,
        } => call::call(*function, arguments, scope),
        ExpressionKind::Array(items) => document::array(items, scope),
        ExpressionKind::Object(entries) => document::object(entries, scope),
        ExpressionKind::Subscript { array, index } => document::subscript(array, index, scope),
        ExpressionKind::Member { document, key } => document::member(document, key, scope),
        ExpressionKind::Aggregate(_) => {
            scope.refuse(Diagnostic::error(
                Code::MisplacedAggregate,
                expression.span,
                "an aggregate cannot be computed here",
            ));
            Template::null()
        }
        ExpressionKind::Grouping(_) | ExpressionKind::Window(_) | ExpressionKind::Subquery(_) => {
            scope.refuse(Diagnostic::defect(
                expression.span,
                "the plan has left an expression where it cannot be computed",
            ));
            Template::null()
        }
    }
}

/// The aggregation expression of a value, null but never missing where SQL says `NULL`.
pub(crate) fn normalized(expression: &Expression, scope: &Scope) -> Template {
    let value = value(expression, scope);
    if can_be_missing(expression, &value) {
        call("$ifNull", [value, Template::null()])
    } else {
        value
    }
}

/// An aggregation expression that is true where the SQL condition is `TRUE` and false where it is
/// `FALSE` or `NULL`.
pub(crate) fn is_true(expression: &Expression, scope: &Scope) -> Template {
    truth::truth(expression, true, scope)
}

/// An aggregation expression that is true where the SQL condition is `FALSE` and false where it is
/// `TRUE` or `NULL`.
pub(crate) fn is_false(expression: &Expression, scope: &Scope) -> Template {
    truth::truth(expression, false, scope)
}

fn constant_value(constant: &Literal, expression: &Expression, scope: &Scope) -> Template {
    match literal(constant, &expression.ty) {
        Some(Template::Value(queryleaf_plan::Value::String(string))) => text(&string),
        Some(template) => template,
        None => {
            scope.refuse(
                Diagnostic::error(
                    Code::InvalidLiteral,
                    expression.span,
                    format!("this is no value of type {}", expression.ty),
                )
                .help("a number may have 34 significant digits"),
            );
            Template::null()
        }
    }
}

/// The value of a parameter as data, whatever it holds.
fn parameter_value(parameter: u16, ty: &Type) -> Template {
    let hole = Template::parameter(parameter);
    match ty {
        // None of these is ever a string, a document or an array.
        Type::Boolean
        | Type::Integer
        | Type::Bigint
        | Type::Double
        | Type::Numeric
        | Type::Timestamp
        | Type::Date
        | Type::Uuid
        | Type::ObjectId
        | Type::Bytea => hole,
        Type::Text
        | Type::Interval
        | Type::Json
        | Type::Document
        | Type::Geometry(_)
        | Type::Event(_)
        | Type::Array(_)
        | Type::Map(_)
        | Type::Struct(_)
        | Type::Enum(_)
        | Type::Unknown => Template::entry("$literal", hole),
    }
}
