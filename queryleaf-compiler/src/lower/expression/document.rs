//! Documents and arrays: their parts, and those that a query builds.

use super::super::Scope;
use super::super::operators::{call, cond, int, text, unary};
use super::operand::Surroundings;
use super::{normalized, value};
use crate::plan::{Expression, ExpressionKind};
use queryleaf_plan::Template;

/// `ARRAY[a, b, ..]`. A missing item becomes null by itself.
pub(super) fn array(items: &[Expression], scope: &Scope) -> Template {
    Template::array(items.iter().map(|item| value(item, scope)))
}

/// `JSON_BUILD_OBJECT('a', x, ..)`.
pub(super) fn object(entries: &[(String, Expression)], scope: &Scope) -> Template {
    if entries.is_empty() {
        return unary("$literal", Template::ALWAYS);
    }
    if entries.iter().all(|(key, _)| is_plain_key(key)) {
        return Template::document(
            entries
                .iter()
                .map(|(key, entry)| (key.clone(), normalized(entry, scope))),
        );
    }
    let pairs = entries.iter().map(|(key, entry)| {
        Template::document([("k", text(key)), ("v", normalized(entry, scope))])
    });
    unary("$arrayToObject", Template::array([Template::array(pairs)]))
}

/// Whether the server takes a key for a key: no operator, no path.
pub(in crate::lower) fn is_plain_key(key: &str) -> bool {
    !key.is_empty() && !key.starts_with('$') && !key.contains(['.', '\0'])
}

/// `array[index]`, counted from 1: null beyond the ends.
pub(super) fn subscript(array: &Expression, index: &Expression, scope: &Scope) -> Template {
    let items = value(array, scope);
    if let Some(position) = index.as_integer() {
        return match position.checked_sub(1) {
            Some(position @ 0..) => match i32::try_from(position) {
                Ok(position) => call("$arrayElemAt", [items, int(position)]),
                Err(_) => Template::null(),
            },
            _ => Template::null(),
        };
    }
    // To the server a negative position counts from the end.
    let mut surroundings = Surroundings::default();
    let index = surroundings.operand(index, false, scope);
    let index = surroundings.bound(index.value, scope);
    let item = call(
        "$arrayElemAt",
        [items, call("$subtract", [index.clone(), int(1)])],
    );
    let element = cond(call("$gte", [index, int(1)]), item, Template::null());
    surroundings.around(element, Template::null())
}

/// `document -> 'key'`.
pub(super) fn member(document: &Expression, key: &str, scope: &Scope) -> Template {
    let input = value(document, scope);
    // A path looks into the documents of an array, so what may hold an array is asked otherwise.
    if document.ty.is_certain_document()
        && is_plain_key(key)
        && is_field(document)
        && let Template::Value(queryleaf_plan::Value::String(path)) = &input
        && path != "$$ROOT"
    {
        return Template::string(format!("{path}.{key}"));
    }
    unary(
        "$getField",
        Template::document([("field", text(key)), ("input", input)]),
    )
}

fn is_field(document: &Expression) -> bool {
    match &document.kind {
        ExpressionKind::Path(_) => true,
        ExpressionKind::Member { document, key } => {
            is_plain_key(key) && document.ty.is_certain_document() && is_field(document)
        }
        _ => false,
    }
}
