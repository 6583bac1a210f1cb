//! Whether an event has changed a field, as the query language asks.
//!
//! A field that was set is a key of `updatedFields`. The query language takes a dot in it for a step,
//! so that what is set inside of another field has to be looked for by an expression.

use super::super::Scope;
use super::super::operators::{call, or, unary};
use crate::functions::{ChangeFunction, Function, is_pattern, names_of};
use crate::plan::{Expression, ExpressionKind};
use crate::types::Type;
use queryleaf_plan::{Template, Value};

/// The filter that passes where the changed fields tell of one of the names.
pub(super) fn tells(fields: &Expression, names: &Expression, scope: &Scope) -> Option<Template> {
    let names = names_of(names);
    match &fields.kind {
        ExpressionKind::Call {
            function: Function::Change(ChangeFunction::ChangedFields),
            arguments,
        } => {
            let [operation, description, document, _] = &arguments[..] else {
                return None;
            };
            let [operation, description, document] = [
                place(operation, scope)?,
                place(description, scope)?,
                place(document, scope)?,
            ];
            let is = |name: &str| (operation.clone(), Template::string(name));
            // What is written as a whole has the fields that it has; what is replaced may have lost any.
            let top = top_level(names.first()?);
            let mut filters = vec![
                Template::document([is("replace")]),
                Template::document([is("insert"), (format!("{document}.{top}"), exists())]),
            ];
            filters.extend(set(&format!("{description}.updatedFields"), &names));
            filters.push(listed(&format!("{description}.removedFields"), &names));
            if names.iter().any(|name| is_pattern(name)) {
                // Only an array is cut short, or what is inside of one.
                let truncated = format!("{description}.truncatedArrays.field");
                filters.push(listed(&truncated, &names));
            }
            Some(Template::Any(filters))
        }
        ExpressionKind::Path(_) => {
            let place = place(fields, scope)?;
            if matches!(fields.ty, Type::Array(_)) {
                return Some(listed(&place, &names));
            }
            let mut filters = set(&place, &names);
            Some(if filters.len() == 1 {
                filters.remove(0)
            } else {
                Template::Any(filters)
            })
        }
        _ => None,
    }
}

/// The field where an expression is stored.
fn place(expression: &Expression, scope: &Scope) -> Option<String> {
    super::field_path(expression, scope)
}

fn exists() -> Template {
    Template::entry("$exists", Template::from(true))
}

/// The filters of which one passes where a document has a key that is one of the names.
fn set(document: &str, names: &[&str]) -> Vec<Template> {
    let mut filters = Vec::new();
    let mut tests = Vec::new();
    let input = Template::string(format!("${document}"));
    for name in names.iter().filter(|name| !is_pattern(name)) {
        if !name.contains('.') {
            filters.push(Template::entry(format!("{document}.{name}"), exists()));
            continue;
        }
        let field =
            Template::document([("field", Template::string(*name)), ("input", input.clone())]);
        let kind = unary("$type", unary("$getField", field));
        tests.push(call("$ne", [kind, Template::string("missing")]));
    }
    let patterns = names.iter().filter(|name| is_pattern(name));
    let matches: Vec<Template> = patterns
        .map(|pattern| {
            let parts = Template::document([
                ("input", Template::string("$$this.k")),
                ("regex", Template::string(*pattern)),
            ]);
            unary("$regexMatch", parts)
        })
        .collect();
    if !matches.is_empty() {
        let pairs = call("$ifNull", [input, unary("$literal", Template::ALWAYS)]);
        let map = Template::document([
            ("input", unary("$objectToArray", pairs)),
            ("in", or(matches)),
        ]);
        let any = Template::array([unary("$map", map)]);
        tests.push(unary("$anyElementTrue", any));
    }
    if !tests.is_empty() {
        filters.push(unary("$expr", or(tests)));
    }
    filters
}

/// The filter that passes where a list has one of the names.
fn listed(list: &str, names: &[&str]) -> Template {
    let name = |name: &&str| match is_pattern(name) {
        true => Template::Value(Value::Regex {
            pattern: (*name).to_owned(),
            options: String::new(),
        }),
        false => Template::string(*name),
    };
    let mut wanted: Vec<Template> = names.iter().map(name).collect();
    let wanted = match wanted.len() {
        1 => wanted.remove(0),
        _ => Template::entry("$in", Template::Array(wanted)),
    };
    Template::entry(list, wanted)
}

/// The top-level field that the first of the names is about.
fn top_level(name: &str) -> String {
    let plain = name.strip_prefix('^').unwrap_or(name);
    let end = plain.find(['(', '$']).unwrap_or(plain.len());
    plain.get(..end).unwrap_or_default().replace('\\', "")
}
