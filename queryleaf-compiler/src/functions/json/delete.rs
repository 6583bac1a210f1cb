//! `document - key`, `document - keys`.

use super::super::argument::{constant_text, expression, operand};
use super::lower::{is_array, is_known_document, is_object};
use crate::lower::LoweredArgument;
use crate::lower::operators::{call, cond, raise, text, unary};
use queryleaf_plan::Template;

/// A document without a field, or an array without the elements that are this text.
pub(super) fn delete(arguments: &[LoweredArgument<'_>]) -> Template {
    let value = operand(arguments, 0);
    let key = operand(arguments, 1);
    let without_field = match constant_text(expression(arguments, 1)) {
        Some(key) => unary(
            "$unsetField",
            Template::document([("field", text(key)), ("input", value.clone())]),
        ),
        None => without_fields(value.clone(), differs("$$this.k", key.clone())),
    };
    if is_known_document(arguments, 0) {
        return without_field;
    }
    of_either(value.clone(), without_field, differs("$$this", key))
}

/// A document without some fields, or an array without the elements that are one of these texts. The keys
/// hold no `NULL`.
pub(super) fn delete_all(arguments: &[LoweredArgument<'_>], keys: Template) -> Template {
    let value = operand(arguments, 0);
    let is_kept = |part: &'static str| {
        let is_one = call("$in", [Template::string(part), keys.clone()]);
        unary("$not", Template::array([is_one]))
    };
    let without_fields = without_fields(value.clone(), is_kept("$$this.k"));
    if is_known_document(arguments, 0) {
        return without_fields;
    }
    of_either(value, without_fields, is_kept("$$this"))
}

/// What becomes of a document, or of an array that keeps some of its elements.
fn of_either(value: Template, document: Template, is_kept: Template) -> Template {
    let kind = unary("$type", value.clone());
    cond(
        is_object(value.clone()),
        document,
        cond(
            is_array(value.clone()),
            filtered(value, is_kept),
            raise("cannot delete from a scalar", kind),
        ),
    )
}

fn without_fields(document: Template, is_kept: Template) -> Template {
    let entries = unary("$objectToArray", document);
    unary("$arrayToObject", filtered(entries, is_kept))
}

/// Whether a part of an item is another one.
fn differs(part: &'static str, value: Template) -> Template {
    call("$ne", [Template::string(part), value])
}

/// The items of an array for which a condition holds.
fn filtered(array: Template, condition: Template) -> Template {
    unary(
        "$filter",
        Template::document([("input", array), ("cond", condition)]),
    )
}
