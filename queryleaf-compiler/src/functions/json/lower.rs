//! Functions on documents to aggregation expressions.

use super::super::argument::{constant_text, expression, opaque, operand};
use super::{JsonFunction, contains, delete, set};
use crate::lower::LoweredArgument;
use crate::lower::operators::{and, bind, call, cond, int, of_value, or, raise, size, text, unary};
use crate::plan::{Expression, ExpressionKind};
use crate::types::Type;
use queryleaf_plan::Template;

/// The aggregation expression of a call.
///
/// Most of the server's operators on documents fail for other values, so these guard them, and must
/// not be computed before their turn.
pub(in super::super) fn lower(
    function: JsonFunction,
    arguments: &[LoweredArgument<'_>],
) -> Template {
    let Some((first, rest)) = arguments.split_first() else {
        return Template::null();
    };
    let has_guards = !matches!(
        function,
        JsonFunction::ArrayLength
            | JsonFunction::Keys
            | JsonFunction::FromValue
            | JsonFunction::FromEntries
            | JsonFunction::Entries
            | JsonFunction::Size
    );
    if !has_guards || is_known_document(arguments, 0) {
        return lower_guarded(function, arguments);
    }
    opaque("document", first.value.clone(), |value| {
        let mut bound = vec![LoweredArgument {
            value,
            expression: first.expression,
        }];
        bound.extend(rest.iter().map(|argument| LoweredArgument {
            value: argument.value.clone(),
            expression: argument.expression,
        }));
        lower_guarded(function, &bound)
    })
}

fn lower_guarded(function: JsonFunction, arguments: &[LoweredArgument<'_>]) -> Template {
    let first = || operand(arguments, 0);
    let second = || operand(arguments, 1);
    match function {
        JsonFunction::ArrayLength => size(first()),
        JsonFunction::TypeOf => type_of(first()),
        JsonFunction::HasKey => has_key(arguments),
        JsonFunction::HasAnyKey => {
            let common = call("$setIntersection", [names(arguments), wanted(arguments)]);
            call("$ne", [common, Template::array([])])
        }
        JsonFunction::HasAllKeys => call("$setIsSubset", [wanted(arguments), names(arguments)]),
        JsonFunction::Field => field(arguments),
        JsonFunction::Element => call("$arrayElemAt", [elements(arguments), second()]),
        JsonFunction::Keys => keys(first()),
        JsonFunction::Merge => merge(arguments),
        JsonFunction::Delete => delete::delete(arguments),
        JsonFunction::DeleteAll => delete::delete_all(arguments, wanted(arguments)),
        JsonFunction::DeleteAt => delete::delete_at(arguments),
        JsonFunction::DeletePath => delete::delete_path(arguments),
        JsonFunction::Set => set::set(arguments),
        JsonFunction::Insert => set::insert(arguments),
        JsonFunction::SetPath => set::set_path(arguments),
        JsonFunction::FromValue => first(),
        JsonFunction::Size => unary("$bsonSize", first()),
        JsonFunction::Elements => cond(
            is_array(first()),
            first(),
            raise("this is no array: ", unary("$type", first())),
        ),
        JsonFunction::Entries => unary("$objectToArray", first()),
        JsonFunction::FromEntries => unary("$arrayToObject", first()),
        JsonFunction::Contains => {
            let wanted = constant_text(expression(arguments, 1)).map(contains::literal);
            // What is wrong with the literal has been told.
            match wanted {
                Some(Ok(json)) => contains::contains(&first(), &json, true),
                Some(Err(_)) | None => Template::null(),
            }
        }
        // Lowered beside the other conversions to text.
        JsonFunction::Text => Template::null(),
    }
}

/// Whether an argument is known to be a document, also where it was made a `jsonb`.
pub(super) fn is_known_document(arguments: &[LoweredArgument<'_>], number: usize) -> bool {
    fn known(expression: &Expression) -> bool {
        match &expression.kind {
            ExpressionKind::Cast(inner) => known(inner),
            _ => expression.ty.is_certain_document(),
        }
    }
    expression(arguments, number).is_some_and(known)
}

/// Whether a value is a document.
pub(super) fn is_object(value: Template) -> Template {
    let kind = of_value("$type", value);
    call("$eq", [kind, Template::string("object")])
}

/// Whether a value is an array.
pub(super) fn is_array(value: Template) -> Template {
    unary("$isArray", Template::array([value]))
}

/// The field of a document; missing where the value is none or has none. A key may hold a dot or
/// start with `$`.
pub(super) fn get(document: Template, key: &str) -> Template {
    unary(
        "$getField",
        Template::document([("field", text(key)), ("input", document)]),
    )
}

/// Whether a document has a field.
pub(super) fn has(document: Template, key: &str) -> Template {
    let found = unary("$type", get(document, key));
    call("$ne", [found, Template::string("missing")])
}

/// The keys of a document.
fn keys(document: Template) -> Template {
    unary(
        "$map",
        Template::document([
            ("input", unary("$objectToArray", document)),
            ("in", Template::string("$$this.k")),
        ]),
    )
}

/// A value as the array that PostgreSQL's operators take it for: any other than an array is its
/// only element.
fn as_array(value: Template) -> Template {
    cond(
        is_array(value.clone()),
        value.clone(),
        Template::array([value]),
    )
}

/// What `?` finds in a value: keys, elements, or the value itself.
fn names(arguments: &[LoweredArgument<'_>]) -> Template {
    let value = operand(arguments, 0);
    if is_known_document(arguments, 0) {
        return keys(value);
    }
    cond(
        is_object(value.clone()),
        keys(value.clone()),
        as_array(value),
    )
}

/// The keys to look for; null ones are none.
fn wanted(arguments: &[LoweredArgument<'_>]) -> Template {
    let keys = operand(arguments, 1);
    let may_hold_null = expression(arguments, 1)
        .is_some_and(|keys| matches!(&keys.ty, Type::Array(item) if item.nullable));
    if may_hold_null {
        call(
            "$setDifference",
            [keys, Template::array([Template::null()])],
        )
    } else {
        keys
    }
}

/// `document ? key`.
fn has_key(arguments: &[LoweredArgument<'_>]) -> Template {
    let value = operand(arguments, 0);
    let Some(key) = constant_text(expression(arguments, 1)) else {
        return call("$in", [operand(arguments, 1), names(arguments)]);
    };
    let has_field = has(value.clone(), key);
    if is_known_document(arguments, 0) {
        return has_field;
    }
    let is_element = call("$in", [operand(arguments, 1), as_array(value)]);
    or(vec![has_field, is_element])
}

/// `document -> key` where the key is computed: `$getField` takes constants only.
fn field(arguments: &[LoweredArgument<'_>]) -> Template {
    let document = operand(arguments, 0);
    if let Some(key) = constant_text(expression(arguments, 1)) {
        return get(document, key);
    }
    let is_wanted = call("$eq", [Template::string("$$this.k"), operand(arguments, 1)]);
    let found = unary(
        "$filter",
        Template::document([
            ("input", unary("$objectToArray", document.clone())),
            ("cond", is_wanted),
        ]),
    );
    let values = unary(
        "$let",
        Template::document([
            ("vars", Template::entry("found", found)),
            ("in", Template::string("$$found.v")),
        ]),
    );
    let value = call("$arrayElemAt", [values, int(0)]);
    if is_known_document(arguments, 0) {
        value
    } else {
        cond(is_object(document), value, Template::null())
    }
}

/// What `-> position` looks into: a document has no elements, a scalar is its own only one.
fn elements(arguments: &[LoweredArgument<'_>]) -> Template {
    let value = operand(arguments, 0);
    cond(
        is_object(value.clone()),
        Template::array([]),
        as_array(value),
    )
}

/// `a || b`: the fields of both documents, the right one's where both have one; the elements of
/// both where they are no documents.
fn merge(arguments: &[LoweredArgument<'_>]) -> Template {
    let left = operand(arguments, 0);
    let right = operand(arguments, 1);
    let merged = call("$mergeObjects", [left.clone(), right.clone()]);
    let conditions: Vec<Template> = [(0, &left), (1, &right)]
        .into_iter()
        .filter(|(number, _)| !is_known_document(arguments, *number))
        .map(|(_, value)| is_object(value.clone()))
        .collect();
    if conditions.is_empty() {
        return merged;
    }
    let joined = call("$concatArrays", [as_array(left), as_array(right)]);
    cond(and(conditions), merged, joined)
}

/// `jsonb_typeof(value)`. What JSON has no type for, it holds as a string.
fn type_of(value: Template) -> Template {
    let branch =
        |case: Template, then: Template| Template::document([("case", case), ("then", then)]);
    bind("type", of_value("$type", value.clone()), |ty| {
        let same = ["object", "array"].map(Template::string);
        let branches = [
            branch(call("$in", [ty.clone(), Template::array(same)]), ty.clone()),
            branch(of_value("$isNumber", value), Template::string("number")),
            branch(
                call("$eq", [ty, Template::string("bool")]),
                Template::string("boolean"),
            ),
        ];
        unary(
            "$switch",
            Template::document([
                ("branches", Template::array(branches)),
                ("default", Template::string("string")),
            ]),
        )
    })
}
