//! Short ways to write aggregation expressions, so that lowering rules read like the shell.

use queryleaf_plan::{Template, Value};

/// `{name: operand}`.
pub(crate) fn unary(name: &str, operand: Template) -> Template {
    Template::entry(name, operand)
}

/// `{$size: array}`.
pub(crate) fn size(array: Template) -> Template {
    of_value("$size", array)
}

/// `{name: operand}` for an operand that may be an array: the items of one that is written out, or
/// that a parameter brings, would be taken for operands.
pub(crate) fn of_value(name: &str, operand: Template) -> Template {
    match operand {
        Template::Array(_) | Template::Hole { .. } => call(name, [operand]),
        other => unary(name, other),
    }
}

/// `{name: [operands..]}`.
pub(crate) fn call<const N: usize>(name: &str, operands: [Template; N]) -> Template {
    Template::entry(name, Template::Array(operands.into()))
}

/// `{$cond: [condition, then, otherwise]}`.
pub(crate) fn cond(condition: Template, then: Template, otherwise: Template) -> Template {
    call("$cond", [condition, then, otherwise])
}

/// `{$and: [..]}`, or the only operand, or true.
pub(crate) fn and(mut operands: Vec<Template>) -> Template {
    match operands.len() {
        0 => Template::from(true),
        1 => operands.remove(0),
        _ => Template::entry("$and", Template::Array(operands)),
    }
}

/// `{$or: [..]}`, or the only operand, or false.
pub(crate) fn or(mut operands: Vec<Template>) -> Template {
    match operands.len() {
        0 => Template::from(false),
        1 => operands.remove(0),
        _ => Template::entry("$or", Template::Array(operands)),
    }
}

/// Whether a value is neither null nor missing: both sort before everything else.
pub(crate) fn is_not_null(value: Template) -> Template {
    call("$gt", [value, Template::null()])
}

/// Whether a value is null or missing.
pub(crate) fn is_null(value: Template) -> Template {
    call("$lte", [value, Template::null()])
}

/// A constant string inside an expression, safe whatever it starts with.
pub(crate) fn text(value: &str) -> Template {
    if value.starts_with('$') {
        Template::entry("$literal", Template::string(value))
    } else {
        Template::string(value)
    }
}

/// A 32-bit integer constant.
pub(crate) fn int(value: i32) -> Template {
    Template::Value(Value::Int32(value))
}

/// `{$let: {vars: {name: value}, in: body}}`, with `$$name` given to the body. A value that is a
/// field, a variable or a constant is used directly.
pub(crate) fn bind(
    name: &str,
    value: Template,
    body: impl FnOnce(Template) -> Template,
) -> Template {
    if is_cheap(&value) {
        return body(value);
    }
    bind_always(name, value, body)
}

/// Like [`bind`], for a constant too: the server does not compute what depends on a variable before
/// it is needed.
pub(crate) fn bind_always(
    name: &str,
    value: Template,
    body: impl FnOnce(Template) -> Template,
) -> Template {
    let variable = Template::string(format!("$${name}"));
    Template::entry(
        "$let",
        Template::document([
            ("vars", Template::entry(name, value)),
            ("in", body(variable)),
        ]),
    )
}

/// Whether writing a value twice costs no computation.
pub(crate) fn is_cheap(value: &Template) -> bool {
    match value {
        Template::Value(_) | Template::Hole { .. } => true,
        Template::Document(entries) => {
            matches!(&entries[..], [(key, _)] if key == "$literal")
        }
        Template::Array(_)
        | Template::When { .. }
        | Template::Omit
        | Template::All(_)
        | Template::Any(_)
        | Template::Never => false,
    }
}

/// An expression that fails on the server with this message, which must not hold a `$`.
///
/// The message depends on `value`, so that the server cannot know it in advance: a constant would be
/// computed, and would fail, while the command is still being parsed, whether or not a row comes to it.
/// The runtime knows by the name in front that the message is ours.
pub(crate) fn raise(message: &str, value: Template) -> Template {
    let value = if is_known_in_advance(&value) {
        // The name of a type, if only that of a missing field, is in every document.
        unary("$type", Template::from("$_id"))
    } else {
        value
    };
    let tail = call("$substrCP", [unary("$toString", value), int(0), int(0)]);
    unary(
        "$toLong",
        call(
            "$concat",
            [Template::string(format!("queryleaf: {message}")), tail],
        ),
    )
}

/// Whether an expression has one value for all documents, which the server computes before it reads any.
pub(crate) fn is_known_in_advance(expression: &Template) -> bool {
    match expression {
        Template::Value(Value::String(path)) => !path.starts_with('$') || path.starts_with("$$NOW"),
        Template::Value(_) | Template::Hole { .. } | Template::Omit | Template::Never => true,
        Template::Document(entries) => entries.iter().all(|(name, operand)| match name.as_str() {
            "$literal" => true,
            "$rand" => false,
            _ => is_known_in_advance(operand),
        }),
        Template::Array(items) | Template::All(items) | Template::Any(items) => {
            items.iter().all(is_known_in_advance)
        }
        Template::When {
            then, otherwise, ..
        } => is_known_in_advance(then) && is_known_in_advance(otherwise),
    }
}
