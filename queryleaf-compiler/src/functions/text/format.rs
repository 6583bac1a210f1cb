//! `format('%s of %-10s', a, b)`.

use super::super::argument::{constant_integer, constant_text, expression, is_constant_null};
use super::build::{LONGEST_FILLING, concatenation, first, or_empty, repeat, written};
use super::format_pattern::{Conversion, Part, Slot, Width, parse};
use super::quote;
use crate::lower::LoweredArgument;
use crate::lower::operators::{bind, call, cond, int, is_null, raise, text, unary};
use crate::plan::{Expression, ExpressionKind};
use crate::types::Type;
use queryleaf_plan::Template;

/// What is wrong with a format and its arguments.
pub(super) fn problem(format: &str, arguments: &[Expression]) -> Option<String> {
    let parts = match parse(format) {
        Ok(parts) => parts,
        Err(reason) => return Some(reason),
    };
    for part in parts {
        let Part::Slot(slot) = part else {
            continue;
        };
        if let Some(Width::Argument(number)) = slot.width
            && let Some(width) = arguments.get(number)
            && !is_width(width)
        {
            return Some(format!("its width is a `{}`", given_type(width)));
        }
        let most = slot.most();
        if most >= arguments.len() {
            let given = arguments.len().saturating_sub(1);
            return Some(format!("it needs {most} arguments, and {given} are given"));
        }
    }
    None
}

/// Whether an argument, which has been made a text, was an integer.
fn is_width(argument: &Expression) -> bool {
    is_constant_null(Some(argument)) || *given_type(argument) == Type::Integer
}

fn given_type(argument: &Expression) -> &Type {
    match &argument.kind {
        ExpressionKind::Cast(inner) => &inner.ty,
        _ => &argument.ty,
    }
}

/// The literal parts and the arguments, one after the other.
pub(super) fn format(arguments: &[LoweredArgument<'_>]) -> Template {
    let pattern = constant_text(expression(arguments, 0)).unwrap_or_default();
    let parts = parse(pattern).unwrap_or_default();
    let operands = parts.into_iter().filter_map(|part| match part {
        Part::Literal(literal) => Some(text(&literal)),
        Part::Slot(slot) => {
            let value = converted(&slot, arguments)?;
            Some(match slot.width {
                None => value,
                Some(width) => padded(value, &width, slot.left, arguments),
            })
        }
    });
    concatenation(operands.collect())
}

/// What stands for an argument. A `NULL` is nothing as a text, its word as a literal, and an error as a
/// name.
fn converted(slot: &Slot, arguments: &[LoweredArgument<'_>]) -> Option<Template> {
    let argument = arguments.get(slot.argument)?;
    let text = written(std::slice::from_ref(argument)).next();
    Some(match (slot.conversion, text) {
        (Conversion::Text, None) if slot.width.is_none() => return None,
        (Conversion::Text, None) => Template::string(""),
        (Conversion::Text, Some(item)) if item.nullable => or_empty(item.text),
        (Conversion::Text, Some(item)) => item.text,
        (Conversion::Literal, None) => Template::string("NULL"),
        (Conversion::Literal, Some(item)) => {
            let value = argument.value.clone();
            quote::or_null(value, item.nullable, quote::literal(item.text))
        }
        (Conversion::Identifier, None) => no_name(Template::string("$$ROOT")),
        (Conversion::Identifier, Some(item)) => {
            let name = quote::identifier(item.text);
            if item.nullable {
                let value = argument.value.clone();
                cond(is_null(value.clone()), no_name(value), name)
            } else {
                name
            }
        }
    })
}

fn no_name(value: Template) -> Template {
    raise("format: NULL is no name", unary("$type", value))
}

/// A text with spaces up to a width, behind it where that is negative.
fn padded(
    value: Template,
    width: &Width,
    left: bool,
    arguments: &[LoweredArgument<'_>],
) -> Template {
    let constant = match width {
        Width::Constant(width) => Some(*width),
        Width::Argument(number) => {
            let width = expression(arguments, *number);
            match is_constant_null(width) {
                true => Some(0),
                false => constant_integer(width.map(before_cast)),
            }
        }
    };
    bind("filled", value, |value| {
        let length = unary("$strLenCP", value.clone());
        if let Some(width) = constant {
            let least = i32::try_from(width.unsigned_abs()).unwrap_or(i32::MAX);
            let missing = call("$subtract", [int(least), length]);
            let filling = if i64::from(least) <= LONGEST_FILLING {
                let spaces = (0..least).map(|_| ' ').collect::<String>();
                first(Template::string(spaces), missing)
            } else {
                repeat(Template::string(" "), missing)
            };
            return match (least, left || width < 0) {
                (0, _) => value,
                (_, true) => call("$concat", [value, filling]),
                (_, false) => call("$concat", [filling, value]),
            };
        }
        let Width::Argument(number) = width else {
            return value;
        };
        let given = arguments
            .get(*number)
            .map(|argument| argument.value.clone());
        let given = call("$ifNull", [given.unwrap_or_else(Template::null), int(0)]);
        bind("width", unary("$toInt", given), |width| {
            let missing = call("$subtract", [unary("$abs", width.clone()), length]);
            bind(
                "filling",
                repeat(Template::string(" "), missing),
                |filling| {
                    let behind = call("$concat", [value.clone(), filling.clone()]);
                    if left {
                        return behind;
                    }
                    let is_behind = call("$lt", [width, int(0)]);
                    cond(is_behind, behind, call("$concat", [filling, value]))
                },
            )
        })
    })
}

fn before_cast(argument: &Expression) -> &Expression {
    match &argument.kind {
        ExpressionKind::Cast(inner) => inner,
        _ => argument,
    }
}
