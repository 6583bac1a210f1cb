//! `document - key`.

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
        None => {
            let entries = unary("$objectToArray", value.clone());
            unary("$arrayToObject", without(entries, "$$this.k", key.clone()))
        }
    };
    if is_known_document(arguments, 0) {
        return without_field;
    }
    let kind = unary("$type", value.clone());
    cond(
        is_object(value.clone()),
        without_field,
        cond(
            is_array(value.clone()),
            without(value, "$$this", key),
            raise("cannot delete from a scalar", kind),
        ),
    )
}

/// The items of an array of which a part is not this.
fn without(array: Template, part: &str, value: Template) -> Template {
    unary(
        "$filter",
        Template::document([
            ("input", array),
            ("cond", call("$ne", [Template::string(part), value])),
        ]),
    )
}
