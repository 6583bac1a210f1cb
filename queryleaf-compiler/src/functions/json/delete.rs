//! `document - key`, `document - keys`, `array - position`, `document #- path`.

use super::super::argument::{constant_text, expression, operand, whole};
use super::lower::{get, is_array, is_known_document, is_object};
use super::path::position;
use crate::lower::LoweredArgument;
use crate::lower::operators::{bind, call, cond, int, or, raise, size, text, unary};
use crate::plan::{Expression, ExpressionKind};
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

/// `array - position`: counted from 0, or from the end.
pub(super) fn delete_at(arguments: &[LoweredArgument<'_>]) -> Template {
    let array = operand(arguments, 0);
    let kind = unary("$type", array.clone());
    bind("position", operand(arguments, 1), |position| {
        let from_end = call("$add", [size(array.clone()), position.clone()]);
        let index = cond(call("$lt", [position.clone(), int(0)]), from_end, position);
        cond(
            is_array(array.clone()),
            bind("index", index, |index| {
                unary(
                    "$map",
                    Template::document([
                        (
                            "input",
                            filtered(positions(array.clone()), differs("$$this", index)),
                        ),
                        ("in", call("$arrayElemAt", [array.clone(), this()])),
                    ]),
                )
            }),
            raise("a position can be deleted from an array only", kind),
        )
    })
}

/// `document #- path`: without what is at the end of the path.
pub(super) fn delete_path(arguments: &[LoweredArgument<'_>]) -> Template {
    let value = operand(arguments, 0);
    let keys = expression(arguments, 1).map(keys_of).unwrap_or_default();
    let Some((key, rest)) = keys.split_first() else {
        return value;
    };
    let of_document = without(value.clone(), key, rest);
    if is_known_document(arguments, 0) {
        return of_document;
    }
    let kind = unary("$type", value.clone());
    // Of an empty array PostgreSQL does not look at the path.
    let of_array = cond(
        call("$eq", [value.clone(), Template::array([])]),
        value.clone(),
        without_element(value.clone(), key, rest),
    );
    cond(
        is_object(value.clone()),
        of_document,
        cond(
            is_array(value),
            of_array,
            raise("cannot delete a path from a scalar", kind),
        ),
    )
}

/// The keys of a path that is written out.
pub(super) fn keys_of(path: &Expression) -> Vec<String> {
    match &path.kind {
        ExpressionKind::Array(items) => items
            .iter()
            .filter_map(|item| item.as_text().map(str::to_owned))
            .collect(),
        _ => Vec::new(),
    }
}

/// A document without what is at the end of the path: nothing changes where the path leads nowhere.
fn without(document: Template, key: &str, rest: &[String]) -> Template {
    let field = |input: Template| vec![("field", text(key)), ("input", input)];
    let Some((next, after)) = rest.split_first() else {
        return unary("$unsetField", Template::document(field(document)));
    };
    let name = format!("part{}", rest.len());
    bind(&name, get(document.clone(), key), |part| {
        let mut entries = field(document.clone());
        entries.push(("value", without_inside(part.clone(), next, after)));
        let changed = unary("$setField", Template::document(entries));
        cond(is_container(part), changed, document)
    })
}

/// A document or an array without what is at the end of the path.
fn without_inside(part: Template, key: &str, rest: &[String]) -> Template {
    cond(
        is_array(part.clone()),
        without_element(part.clone(), key, rest),
        without(part, key, rest),
    )
}

/// An array without what is at the end of the path.
fn without_element(array: Template, key: &str, rest: &[String]) -> Template {
    let Some(position) = position(key) else {
        return raise(
            "a key of a path leads into an array, which has positions",
            unary("$type", array),
        );
    };
    let index = if position < 0 {
        call("$add", [size(array.clone()), whole(position)])
    } else {
        whole(position)
    };
    let element = |index: Template| call("$arrayElemAt", [array.clone(), index]);
    let Some((next, after)) = rest.split_first() else {
        return unary(
            "$map",
            Template::document([
                (
                    "input",
                    filtered(positions(array.clone()), differs("$$this", index)),
                ),
                ("in", element(this())),
            ]),
        );
    };
    let name = format!("part{}", rest.len());
    let inner = Template::string(format!("$${name}"));
    let changed = cond(
        is_container(inner.clone()),
        without_inside(inner.clone(), next, after),
        inner,
    );
    let number = format!("at{}", rest.len());
    let is_meant = call("$eq", [Template::string(format!("$${number}")), index]);
    let changed = unary(
        "$let",
        Template::document([
            (
                "vars",
                Template::entry(&name, element(Template::string(format!("$${number}")))),
            ),
            (
                "in",
                cond(is_meant, changed, Template::string(format!("$${name}"))),
            ),
        ]),
    );
    unary(
        "$map",
        Template::document([
            ("input", positions(array.clone())),
            ("as", Template::string(number)),
            ("in", changed),
        ]),
    )
}

fn is_container(value: Template) -> Template {
    or(vec![is_object(value.clone()), is_array(value)])
}

fn positions(array: Template) -> Template {
    call("$range", [int(0), size(array)])
}

fn this() -> Template {
    Template::string("$$this")
}
