//! Calls that the query language has a form for, so that an index serves them.

use super::super::Scope;
use super::super::expression::{is_orderable, is_plain_key};
use super::field::{Constant, constant, field_path};
use super::{change, field, pattern, unless_null, when_null};
use crate::functions::{ArrayFunction, ChangeFunction, Function, JsonFunction, TextFunction};
use crate::plan::{Expression, ExpressionKind, Literal};
use crate::types::Type;
use queryleaf_plan::{Condition, Form, Template};

/// The filter that passes where the call is `TRUE`, or `FALSE`, if the query language has it.
pub(super) fn filter(
    call: &Expression,
    function: Function,
    arguments: &[Expression],
    wanted: bool,
    scope: &Scope,
) -> Option<Template> {
    let [left, right] = arguments else {
        return None;
    };
    match function {
        Function::Text(TextFunction::StartsWith) => like(call, left, right, "", wanted, scope),
        Function::Text(TextFunction::Contains) => like(call, left, right, "%", wanted, scope),
        Function::Array(ArrayFunction::Contains) if wanted => contains(left, right, scope),
        Function::Array(ArrayFunction::ContainedIn) if wanted => contains(right, left, scope),
        Function::Array(ArrayFunction::Overlaps) if wanted => {
            overlaps(left, right, scope).or_else(|| overlaps(right, left, scope))
        }
        Function::Array(ArrayFunction::Has) if wanted => has(left, right, scope),
        Function::Change(ChangeFunction::Tells) if wanted => change::tells(left, right, scope),
        Function::Json(JsonFunction::HasKey) => has_key(left, right, wanted, scope),
        _ => None,
    }
}

/// `starts_with(field, 'abc')` is `field LIKE 'abc%'`.
fn like(
    call: &Expression,
    text: &Expression,
    part: &Expression,
    before: &str,
    wanted: bool,
    scope: &Scope,
) -> Option<Template> {
    let mut pattern = before.to_owned();
    for character in part.as_text()?.chars() {
        if matches!(character, '\\' | '%' | '_') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    let kind = ExpressionKind::Like {
        operand: Box::new(text.clone()),
        pattern: Box::new(Expression::literal(
            Literal::Text(pattern),
            Type::Text,
            part.span,
        )),
        escape: Some('\\'),
        ignore_case: false,
    };
    let like = Expression {
        kind,
        ..call.clone()
    };
    pattern::filter(&like, wanted, scope)
}

/// A list of constants or a parameter.
enum List {
    Items(Vec<Constant>),
    Parameter(u16),
}

/// The path of an array field of scalars and the list beside it.
fn field_and_list(array: &Expression, list: &Expression, scope: &Scope) -> Option<(String, List)> {
    let Type::Array(item) = &array.ty else {
        return None;
    };
    if !field::is_scalar(&item.ty) || !is_orderable(&item.ty) {
        return None;
    }
    let path = field_path(array, scope)?;
    match &list.kind {
        ExpressionKind::Parameter(parameter) => Some((path, List::Parameter(*parameter))),
        ExpressionKind::Array(items) => {
            let items = items.iter().map(|one| match constant(one, &item.ty)? {
                Constant::Null => None,
                constant => Some(constant),
            });
            Some((path, List::Items(items.collect::<Option<_>>()?)))
        }
        _ => None,
    }
}

/// `field @> ARRAY[..]`. To `$all`, an empty list is in no array; to SQL, in every one.
fn contains(array: &Expression, list: &Expression, scope: &Scope) -> Option<Template> {
    let (path, list) = field_and_list(array, list, scope)?;
    match list {
        List::Items(items) if items.is_empty() => None,
        List::Items(items) => {
            let parameters: Vec<u16> = items
                .iter()
                .filter_map(|item| match item {
                    Constant::Parameter(parameter) => Some(*parameter),
                    Constant::Null | Constant::Literal(..) => None,
                })
                .collect();
            let items = items.iter().map(Constant::operand).collect();
            let all = Template::entry("$all", Template::Array(items));
            let filter = Template::entry(path, all);
            // A `NULL` is in no array.
            Some(unless_null(&parameters, filter, Template::Never))
        }
        List::Parameter(parameter) => {
            let any_array = Template::entry(path.clone(), Template::entry("$type", "array"));
            let all = Template::entry("$all", Template::parameter(parameter));
            let when = |condition, then, otherwise| Template::When {
                condition,
                parameter,
                then: Box::new(then),
                otherwise: Box::new(otherwise),
            };
            // A `NULL` is in no array.
            let filter = when(
                Condition::HasNullItem,
                Template::Never,
                Template::entry(path, all),
            );
            let filter = when(Condition::IsEmptyList, any_array, filter);
            Some(when_null(parameter, Template::Never, filter))
        }
    }
}

/// `field && ARRAY[..]`.
fn overlaps(array: &Expression, list: &Expression, scope: &Scope) -> Option<Template> {
    let (path, list) = field_and_list(array, list, scope)?;
    match list {
        List::Items(items) => {
            let items = items.iter().map(|item| match item {
                Constant::Parameter(parameter) => {
                    unless_null(&[*parameter], item.operand(), Template::Omit)
                }
                item => item.operand(),
            });
            let some = Template::entry("$in", Template::array(items));
            Some(Template::entry(path, some))
        }
        List::Parameter(parameter) => {
            let items = Template::Hole {
                parameter,
                form: Form::ListWithoutNull,
            };
            let filter = Template::entry(path, Template::entry("$in", items));
            Some(when_null(parameter, Template::Never, filter))
        }
    }
}

/// `contains(field, item)`: the query language looks into arrays by itself.
fn has(array: &Expression, item: &Expression, scope: &Scope) -> Option<Template> {
    let Type::Array(of) = &array.ty else {
        return None;
    };
    if !field::is_scalar(&of.ty) || !is_orderable(&of.ty) {
        return None;
    }
    let path = field_path(array, scope)?;
    match constant(item, &of.ty)? {
        Constant::Null => Some(Template::Never),
        Constant::Literal(_, value) => Some(Template::entry(path, value)),
        Constant::Parameter(parameter) => {
            let equal = Template::entry("$eq", Template::parameter(parameter));
            let filter = Template::entry(path, equal);
            Some(when_null(parameter, Template::Never, filter))
        }
    }
}

/// `document ? 'key'`.
fn has_key(
    document: &Expression,
    key: &Expression,
    wanted: bool,
    scope: &Scope,
) -> Option<Template> {
    let key = key.as_text()?;
    // Without the document the answer is `NULL`, not `FALSE`.
    if !document.ty.is_certain_document() || !is_plain_key(key) || (!wanted && document.nullable) {
        return None;
    }
    let path = field_path(document, scope)?;
    let exists = Template::entry("$exists", Template::from(wanted));
    Some(Template::entry(format!("{path}.{key}"), exists))
}
