//! `jsonb_set`, `json_set` and `jsonb_insert`: a document with one value replaced or added.

use super::super::argument::{constant_text, expression, operand, whole};
use super::lower::{get, has, is_array, is_known_document, is_object};
use super::path::{array_path, keys_of_json_path, position};
use crate::lower::LoweredArgument;
use crate::lower::operators::{and, bind, call, cond, int, raise, size, text, unary};
use crate::plan::Literal;
use queryleaf_plan::Template;

/// `jsonb_set(document, path, value, create)`.
pub(super) fn set(arguments: &[LoweredArgument<'_>]) -> Template {
    let creation = match expression(arguments, 3).map(|create| create.as_literal()) {
        None | Some(Some(Literal::Boolean(true))) => Creation::Always,
        Some(Some(Literal::Boolean(false))) => Creation::Never,
        Some(_) => Creation::When(operand(arguments, 3)),
    };
    changed(arguments, Kind::Set(creation))
}

/// `jsonb_insert(document, path, value, after)`.
pub(super) fn insert(arguments: &[LoweredArgument<'_>]) -> Template {
    match expression(arguments, 3).map(|after| after.as_literal()) {
        None | Some(Some(Literal::Boolean(false))) => {
            changed(arguments, Kind::Insert { after: false })
        }
        Some(Some(Literal::Boolean(true))) => changed(arguments, Kind::Insert { after: true }),
        Some(_) => cond(
            operand(arguments, 3),
            changed(arguments, Kind::Insert { after: true }),
            changed(arguments, Kind::Insert { after: false }),
        ),
    }
}

/// `json_set(document, path, value)`. A value that is `NULL` becomes a null field: a missing one
/// would take the field away.
pub(super) fn set_path(arguments: &[LoweredArgument<'_>]) -> Template {
    let path = constant_text(expression(arguments, 1)).unwrap_or_default();
    let keys = keys_of_json_path(path).unwrap_or_default();
    let value = call("$ifNull", [operand(arguments, 2), Template::null()]);
    inside(arguments, &keys, value, Kind::Set(Creation::Always))
}

/// Whether a field that is not there is added.
#[derive(Clone)]
enum Creation {
    Always,
    Never,
    When(Template),
}

/// What is done at the end of a path.
enum Kind {
    /// The value there is replaced.
    Set(Creation),
    /// A value is put beside the element there; a field that is there already is an error.
    Insert { after: bool },
}

/// The value that comes to the end of a path, and how.
struct Change {
    value: Template,
    kind: Kind,
}

fn changed(arguments: &[LoweredArgument<'_>], kind: Kind) -> Template {
    let path = constant_text(expression(arguments, 1)).unwrap_or_default();
    let keys = array_path(path).unwrap_or_default();
    inside(arguments, &keys, operand(arguments, 2), kind)
}

fn inside(
    arguments: &[LoweredArgument<'_>],
    keys: &[String],
    value: Template,
    kind: Kind,
) -> Template {
    let target = operand(arguments, 0);
    let Some((key, rest)) = keys.split_first() else {
        return target;
    };
    let is_certain = is_known_document(arguments, 0);
    bind("value", value, |value| {
        let change = Change { value, kind };
        let of_document = document_with(target.clone(), key, rest, &change);
        if is_certain {
            return of_document;
        }
        let of_array = array_with(target.clone(), key, rest, &change);
        let failure = raise(
            "a value cannot be set inside of a scalar",
            unary("$type", target.clone()),
        );
        // Where nothing is added, PostgreSQL does not look at the path of an empty array.
        let of_array = match change.kind {
            Kind::Set(Creation::Never) if position(key).is_none() => cond(
                call("$eq", [target.clone(), Template::array([])]),
                target.clone(),
                of_array,
            ),
            Kind::Set(_) | Kind::Insert { .. } => of_array,
        };
        cond(
            is_object(target.clone()),
            of_document,
            cond(is_array(target), of_array, failure),
        )
    })
}

/// A document with the value at the end of the path. A path through what is not there or is a
/// scalar changes nothing.
fn document_with(document: Template, key: &str, rest: &[String], change: &Change) -> Template {
    let Some((next, after)) = rest.split_first() else {
        let with_field = set_field(document.clone(), key, change.value.clone());
        let has_field = has(document.clone(), key);
        return match &change.kind {
            Kind::Set(Creation::Always) => with_field,
            Kind::Set(Creation::Never) => cond(has_field, with_field, document),
            Kind::Set(Creation::When(create)) => {
                let is_set = call("$or", [create.clone(), has_field]);
                cond(is_set, with_field, document)
            }
            Kind::Insert { .. } => {
                let failure = raise(
                    "jsonb_insert: the key is there already",
                    unary("$type", document),
                );
                cond(has_field, failure, with_field)
            }
        };
    };
    // Each level has a name of its own: the inner ones still speak of the outer ones.
    let name = format!("part{}", rest.len());
    bind(&name, get(document.clone(), key), |part| {
        let with_part = |part: Template| set_field(document.clone(), key, part);
        cond(
            is_object(part.clone()),
            with_part(document_with(part.clone(), next, after, change)),
            cond(
                is_array(part.clone()),
                match position(next) {
                    Some(_) => with_part(array_with(part, next, after, change)),
                    None => no_position(part),
                },
                document.clone(),
            ),
        )
    })
}

/// An array with the value at the end of the path. A position before the first element adds in front of
/// it, one behind the last at the end.
fn array_with(array: Template, key: &str, rest: &[String], change: &Change) -> Template {
    let Some(position) = position(key) else {
        return no_position(array);
    };
    let index = match position {
        0.. => whole(position),
        _ => call("$add", [size(array.clone()), whole(position)]),
    };
    let name = format!("at{}", rest.len());
    bind(&name, index, |index| {
        let Some((next, after)) = rest.split_first() else {
            return with_element(array, position, index, change);
        };
        let name = format!("element{}", rest.len());
        let element = call("$arrayElemAt", [array.clone(), index.clone()]);
        bind(&name, element, |element| {
            let with_element = |element: Template| {
                let behind = behind(array.clone(), next_to(index.clone()));
                joined([before(array.clone(), index.clone()), alone(element), behind])
            };
            let changed = cond(
                is_object(element.clone()),
                with_element(document_with(element.clone(), next, after, change)),
                cond(
                    is_array(element.clone()),
                    with_element(array_with(element, next, after, change)),
                    array.clone(),
                ),
            );
            match position {
                // What is behind the end is missing, and so no document.
                0.. => changed,
                _ => cond(call("$lt", [index.clone(), int(0)]), array.clone(), changed),
            }
        })
    })
}

fn no_position(array: Template) -> Template {
    raise(
        "a key of a path leads into an array, which has positions",
        unary("$type", array),
    )
}

fn with_element(array: Template, position: i64, index: Template, change: &Change) -> Template {
    let element = || alone(change.value.clone());
    let between = |first: Template, second: Template| {
        let [front, rest] = [before(array.clone(), first), behind(array.clone(), second)];
        joined([front, element(), rest])
    };
    let replaced = between(index.clone(), next_to(index.clone()));
    let is_there = and(vec![
        call("$gte", [index.clone(), int(0)]),
        call("$lt", [index.clone(), size(array.clone())]),
    ]);
    let at_place = match &change.kind {
        Kind::Set(Creation::Always) => replaced,
        Kind::Set(Creation::Never) => return cond(is_there, replaced, array),
        Kind::Set(Creation::When(create)) => {
            let is_set = call("$or", [create.clone(), is_there]);
            let in_front = call("$concatArrays", [element(), array.clone()]);
            let placed = cond(call("$lt", [index, int(0)]), in_front, replaced);
            return cond(is_set, placed, array);
        }
        Kind::Insert { after: false } => between(index.clone(), index.clone()),
        Kind::Insert { after: true } => between(next_to(index.clone()), next_to(index.clone())),
    };
    if position >= 0 {
        return at_place;
    }
    let in_front = call("$concatArrays", [element(), array.clone()]);
    cond(call("$lt", [index, int(0)]), in_front, at_place)
}

/// An array of one value, which may be missing.
fn alone(value: Template) -> Template {
    Template::array([value])
}

fn joined(parts: [Template; 3]) -> Template {
    call("$concatArrays", parts)
}

/// The elements before a place that is not negative.
fn before(array: Template, index: Template) -> Template {
    let some = call("$max", [index.clone(), int(1)]);
    let slice = call("$slice", [array, int(0), some]);
    cond(call("$lt", [index, int(1)]), Template::array([]), slice)
}

/// The elements from a place that is not negative.
fn behind(array: Template, index: Template) -> Template {
    call("$slice", [array, index, int(i32::MAX)])
}

fn next_to(index: Template) -> Template {
    call("$add", [index, int(1)])
}

fn set_field(document: Template, key: &str, value: Template) -> Template {
    unary(
        "$setField",
        Template::document([("field", text(key)), ("input", document), ("value", value)]),
    )
}
