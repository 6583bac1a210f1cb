//! Functions on events to aggregation expressions.

use super::super::argument::operand;
use super::ChangeFunction;
use crate::lower::LoweredArgument;
use crate::lower::operators::{call, cond, or, unary};
use crate::plan::{Expression, ExpressionKind};
use crate::types::{NAMED_COLLECTION, NAMED_DOCUMENT, Type};
use queryleaf_plan::Template;

/// The aggregation expression of a call.
pub(in super::super) fn lower(
    function: ChangeFunction,
    arguments: &[LoweredArgument<'_>],
) -> Template {
    match function {
        ChangeFunction::ChangedFields => changed_fields(arguments),
        ChangeFunction::Tells => tells(arguments),
        ChangeFunction::NamedDocument => named_document(arguments),
    }
}

fn named_document(arguments: &[LoweredArgument<'_>]) -> Template {
    let [document, collection] = [0, 1].map(|number| operand(arguments, number));
    let is_there = call("$gt", [document.clone(), Template::null()]);
    let named = Template::document([(NAMED_COLLECTION, collection), (NAMED_DOCUMENT, document)]);
    cond(is_there, named, Template::null())
}

fn changed_fields(arguments: &[LoweredArgument<'_>]) -> Template {
    let [operation, description, document, declared] =
        [0, 1, 2, 3].map(|number| operand(arguments, number));
    let branch = |name: &str, then: Template| {
        let case = call("$eq", [operation.clone(), Template::string(name)]);
        Template::document([("case", case), ("then", then)])
    };
    let description = |field: &str| inside(&description, field);
    let none = || Template::array([]);
    let updated = call(
        "$concatArrays",
        [
            keys(description("updatedFields")),
            description("removedFields"),
            call("$ifNull", [description("truncatedArrays.field"), none()]),
        ],
    );
    let written = keys(document);
    let replaced = call("$setUnion", [written.clone(), declared]);
    let branches = Template::array([
        branch("update", updated),
        branch("insert", written),
        branch("replace", replaced),
    ]);
    unary(
        "$switch",
        Template::document([("branches", branches), ("default", Template::null())]),
    )
}

/// What is stored under a path in a document that is a field.
fn inside(document: &Template, path: &str) -> Template {
    match document {
        Template::Value(queryleaf_plan::Value::String(place)) => {
            Template::string(format!("{place}.{path}"))
        }
        other => unary(
            "$getField",
            Template::document([("field", Template::string(path)), ("input", other.clone())]),
        ),
    }
}

/// The names of the fields of a document.
fn keys(document: Template) -> Template {
    let map = Template::document([
        ("input", unary("$objectToArray", document)),
        ("in", Template::string("$$this.k")),
    ]);
    unary("$map", map)
}

fn tells(arguments: &[LoweredArgument<'_>]) -> Template {
    let Some(fields) = arguments.first() else {
        return Template::null();
    };
    let names = match fields.expression.ty {
        Type::Array(_) => fields.value.clone(),
        _ => keys(fields.value.clone()),
    };
    let wanted = arguments.get(1).map(|argument| argument.expression);
    let wanted: Vec<&str> = wanted.map(names_of).unwrap_or_default();
    let plain: Vec<Template> = wanted
        .iter()
        .filter(|name| !is_pattern(name))
        .map(|name| Template::string(*name))
        .collect();
    let mut tests = Vec::new();
    if !plain.is_empty() {
        tests.push(call(
            "$in",
            [Template::string("$$this"), Template::Array(plain)],
        ));
    }
    for pattern in wanted.iter().filter(|name| is_pattern(name)) {
        let parts = Template::document([
            ("input", Template::string("$$this")),
            ("regex", Template::string(*pattern)),
        ]);
        tests.push(unary("$regexMatch", parts));
    }
    let map = Template::document([("input", names), ("in", or(tests))]);
    unary("$anyElementTrue", Template::array([unary("$map", map)]))
}

/// The names that an array spells out.
pub(crate) fn names_of(array: &Expression) -> Vec<&str> {
    match &array.kind {
        ExpressionKind::Array(items) => items.iter().filter_map(Expression::as_text).collect(),
        _ => Vec::new(),
    }
}

/// Whether a name is a regular expression.
pub(crate) fn is_pattern(name: &str) -> bool {
    name.starts_with('^')
}
