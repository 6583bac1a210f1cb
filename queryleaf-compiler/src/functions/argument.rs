//! What a lowering may ask about the arguments of a call.

use crate::lower::LoweredArgument;
use crate::lower::operators::{bind_always, int};
use crate::plan::{Expression, ExpressionKind, Literal};
use crate::types::Type;
use queryleaf_plan::{Template, Value};

/// The lowered argument of this number; null where a signature lets it be left out.
pub(super) fn operand(arguments: &[LoweredArgument<'_>], number: usize) -> Template {
    match arguments.get(number) {
        Some(argument) => argument.value.clone(),
        None => Template::null(),
    }
}

/// The expression behind the argument of this number.
pub(super) fn expression<'a>(
    arguments: &[LoweredArgument<'a>],
    number: usize,
) -> Option<&'a Expression> {
    arguments.get(number).map(|argument| argument.expression)
}

/// Whether the argument of this number may be `NULL`.
pub(super) fn is_nullable(arguments: &[LoweredArgument<'_>], number: usize) -> bool {
    expression(arguments, number).is_some_and(|expression| expression.nullable)
}

/// The text that an argument is, if the query spells it out.
pub(super) fn constant_text(expression: Option<&Expression>) -> Option<&str> {
    match constant(expression?)? {
        Literal::Text(text) => Some(text),
        _ => None,
    }
}

/// The whole number that an argument is, if the query spells it out; in whichever number type the
/// signature wants it.
pub(super) fn constant_integer(expression: Option<&Expression>) -> Option<i64> {
    /// Doubles below this in size hold every integer exactly.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match constant(expression?)? {
        Literal::Integer(value) => Some(*value),
        Literal::Double(value) if value.fract() == 0.0 && value.abs() < EXACT => {
            #[allow(clippy::cast_possible_truncation)] // checked by the guard
            Some(*value as i64)
        }
        Literal::Numeric(text) => text.parse().ok(),
        _ => None,
    }
}

/// Whether an argument is the word `NULL`.
pub(super) fn is_constant_null(expression: Option<&Expression>) -> bool {
    matches!(expression.and_then(constant), Some(Literal::Null))
}

/// The constant behind an argument, also below casts that do not change a text or a whole number.
fn constant(expression: &Expression) -> Option<&Literal> {
    match &expression.kind {
        ExpressionKind::Literal(literal) => Some(literal),
        ExpressionKind::Cast(inner) => match constant(inner)? {
            Literal::Null => Some(&Literal::Null),
            text @ Literal::Text(_) if expression.ty == Type::Text => Some(text),
            number @ Literal::Integer(_) if expression.ty.is_number() => Some(number),
            _ => None,
        },
        _ => None,
    }
}

/// An integer constant, in 32 bits where it fits.
pub(super) fn whole(value: i64) -> Template {
    match i32::try_from(value) {
        Ok(value) => int(value),
        Err(_) => Template::from(value),
    }
}

/// The number of characters of an argument, if the query spells it out.
pub(super) fn constant_length(expression: Option<&Expression>) -> Option<Template> {
    let characters = constant_text(expression)?.chars().count();
    i32::try_from(characters).ok().map(int)
}

/// `body` with a value that the server does not know while it reads the command.
///
/// What is computed from constants alone is computed then, guards or no guards: `{$cond: [{$eq:
/// [",", ""]}, .., {$split: ["a", ""]}]}` fails. A parameter is a constant to the server.
pub(super) fn opaque(
    name: &str,
    value: Template,
    body: impl FnOnce(Template) -> Template,
) -> Template {
    match &value {
        Template::Value(Value::String(reference)) if reference.starts_with('$') => body(value),
        _ => bind_always(name, value, body),
    }
}
