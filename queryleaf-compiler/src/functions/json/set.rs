//! `jsonb_set` and `json_set`: a document with one value replaced or added.

use super::super::argument::{constant_text, expression, operand};
use super::lower::{get, has, is_array, is_known_document, is_object};
use super::path::{array_path, keys_of_json_path};
use crate::lower::LoweredArgument;
use crate::lower::operators::{bind, call, cond, raise, text, unary};
use crate::plan::Literal;
use queryleaf_plan::Template;

/// `jsonb_set(document, path, value, create)`.
pub(super) fn set(arguments: &[LoweredArgument<'_>]) -> Template {
    let path = constant_text(expression(arguments, 1)).unwrap_or_default();
    let creation = match expression(arguments, 3).map(|create| create.as_literal()) {
        None | Some(Some(Literal::Boolean(true))) => Creation::Always,
        Some(Some(Literal::Boolean(false))) => Creation::Never,
        Some(_) => Creation::When(operand(arguments, 3)),
    };
    let keys = array_path(path).unwrap_or_default();
    whole(arguments, &keys, operand(arguments, 2), creation)
}

/// `json_set(document, path, value)`. A value that is `NULL` becomes a null field: a missing one
/// would take the field away.
pub(super) fn set_path(arguments: &[LoweredArgument<'_>]) -> Template {
    let path = constant_text(expression(arguments, 1)).unwrap_or_default();
    let keys = keys_of_json_path(path).unwrap_or_default();
    let value = call("$ifNull", [operand(arguments, 2), Template::null()]);
    whole(arguments, &keys, value, Creation::Always)
}

/// Whether a field that is not there is added.
#[derive(Clone)]
enum Creation {
    Always,
    Never,
    When(Template),
}

fn whole(
    arguments: &[LoweredArgument<'_>],
    keys: &[String],
    value: Template,
    creation: Creation,
) -> Template {
    let target = operand(arguments, 0);
    let kind = unary("$type", target.clone());
    let replaced = bind("value", value, |value| {
        replaced(target.clone(), keys, value, &creation)
    });
    if is_known_document(arguments, 0) {
        return replaced;
    }
    let refusal = raise(
        "a value cannot be set by a key in what is no document",
        kind,
    );
    cond(is_object(target), replaced, refusal)
}

/// A document with the value at the end of the path. A path through what is not there or is a
/// scalar changes nothing; one through an array is an error, since its keys are no positions.
fn replaced(document: Template, keys: &[String], value: Template, creation: &Creation) -> Template {
    let Some((key, rest)) = keys.split_first() else {
        return document;
    };
    if rest.is_empty() {
        let with_field = set_field(document.clone(), key, value);
        let condition = match creation {
            Creation::Always => return with_field,
            Creation::Never => has(document.clone(), key),
            Creation::When(create) => call("$or", [create.clone(), has(document.clone(), key)]),
        };
        return cond(condition, with_field, document);
    }
    // Each level has a name of its own: the inner ones still speak of the outer ones.
    let name = format!("part{}", rest.len());
    bind(&name, get(document.clone(), key), |part| {
        let kind = unary("$type", part.clone());
        let inner = replaced(part.clone(), rest, value, creation);
        cond(
            is_object(part.clone()),
            set_field(document.clone(), key, inner),
            cond(
                is_array(part),
                raise("an element of an array cannot be set by a key", kind),
                document,
            ),
        )
    })
}

fn set_field(document: Template, key: &str, value: Template) -> Template {
    unary(
        "$setField",
        Template::document([("field", text(key)), ("input", document), ("value", value)]),
    )
}
