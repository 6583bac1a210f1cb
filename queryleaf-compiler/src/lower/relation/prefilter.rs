//! Conditions on the items of an array, asked of the array before it is taken apart.
//!
//! ```text
//! {$match: {items: {$elemMatch: {sku: "x"}}}}, {$unwind: "$items"}, {$match: {"items.sku": "x"}}
//! ```
//!
//! The first stage may use an index and passes only documents of which something is left. It need
//! not be exact: the condition itself follows the `$unwind`.

use super::names::first;
use super::pipeline::{self, Stage};
use super::{Builder, Unwound};
use crate::lower::filter;
use crate::plan::{Expression, ExpressionKind};
use queryleaf_plan::{Form, Template, Value};

impl Builder<'_> {
    /// Filters the arrays that have been unwound by what the predicate says about their items.
    pub(super) fn prefilter(&mut self, predicate: &Expression) {
        let conjuncts = match &predicate.kind {
            ExpressionKind::And(items) => items.as_slice(),
            _ => std::slice::from_ref(predicate),
        };
        let mut filters = Vec::new();
        for unwound in self.unwound.iter().filter(|unwound| unwound.filterable) {
            let about_items = conjuncts
                .iter()
                .filter(|conjunct| conjunct.reads_only(|column| column == unwound.item))
                .filter_map(|conjunct| about_some_item(&filter(conjunct, &self.scope), unwound))
                .collect();
            filters.push(pipeline::all(merge(about_items)));
        }
        let filter = pipeline::all(filters);
        if filter.is_always() {
            return;
        }
        match self.stages.first_mut() {
            Some(Stage::Match(before)) => {
                *before = pipeline::all(vec![before.clone(), filter]);
            }
            _ => self.stages.insert(0, Stage::Match(filter)),
        }
    }
}

/// A filter that every document passes of which some item passes the given one.
fn about_some_item(filter: &Template, unwound: &Unwound) -> Option<Template> {
    match filter {
        Template::Document(entries) => match &entries[..] {
            [] => None,
            [(key, Template::Array(items))] if key == "$and" => about_all(items, unwound),
            [(key, Template::Array(items))] if key == "$or" => about_any(items, unwound),
            [(key, condition)] => about_field(key, condition, unwound),
            _ => {
                let fields = entries
                    .iter()
                    .map(|(key, condition)| Template::entry(key.clone(), condition.clone()))
                    .collect::<Vec<_>>();
                about_all(&fields, unwound)
            }
        },
        Template::All(items) => about_all(items, unwound),
        Template::Any(items) => about_any(items, unwound),
        Template::When {
            condition,
            parameter,
            then,
            otherwise,
        } => {
            let part = |filter| about_some_item(filter, unwound).unwrap_or(Template::ALWAYS);
            Some(Template::When {
                condition: *condition,
                parameter: *parameter,
                then: Box::new(part(then)),
                otherwise: Box::new(part(otherwise)),
            })
        }
        Template::Never => Some(Template::Never),
        Template::Value(_) | Template::Array(_) | Template::Hole { .. } | Template::Omit => None,
    }
}

fn about_all(filters: &[Template], unwound: &Unwound) -> Option<Template> {
    let parts: Vec<_> = filters
        .iter()
        .filter_map(|filter| about_some_item(filter, unwound))
        .collect();
    (!parts.is_empty()).then(|| pipeline::all(merge(parts)))
}

fn about_any(filters: &[Template], unwound: &Unwound) -> Option<Template> {
    let parts: Option<Vec<_>> = filters
        .iter()
        .map(|filter| about_some_item(filter, unwound))
        .collect();
    parts.map(Template::Any)
}

/// `{"items.sku": condition}` to `{items: {$elemMatch: {sku: condition}}}`.
fn about_field(path: &str, condition: &Template, unwound: &Unwound) -> Option<Template> {
    let rest = path.strip_prefix(unwound.place.as_str())?;
    let item = match rest.strip_prefix('.') {
        Some(field) => Template::entry(field, condition.clone()),
        None if rest.is_empty() => operators(condition)?,
        None => return None,
    };
    Some(Template::entry(
        unwound.array.clone(),
        Template::entry("$elemMatch", item),
    ))
}

/// A condition on a value as a document of operators, which `$elemMatch` takes for items that are no
/// documents.
pub(super) fn operators(condition: &Template) -> Option<Template> {
    let operator = match condition {
        Template::Document(entries) => {
            let all = entries.iter().all(|(key, _)| key.starts_with('$'));
            return (all && !entries.is_empty()).then(|| condition.clone());
        }
        Template::Value(Value::Regex { .. })
        | Template::Hole {
            form: Form::LikeFilter { .. } | Form::RegexFilter { .. },
            ..
        } => "$regex",
        Template::Value(_) | Template::Hole { .. } => "$eq",
        Template::Array(_)
        | Template::When { .. }
        | Template::Omit
        | Template::All(_)
        | Template::Any(_)
        | Template::Never => return None,
    };
    Some(Template::entry(operator, condition.clone()))
}

/// Joins conditions on different fields of the items, so that one item has to meet them together.
fn merge(filters: Vec<Template>) -> Vec<Template> {
    let mut merged: Vec<Template> = Vec::new();
    for filter in filters {
        let joined = item_condition(&filter).is_some_and(|(array, fields)| {
            merged.iter_mut().any(|other| join(other, array, fields))
        });
        if !joined {
            merged.push(filter);
        }
    }
    merged
}

fn join(filter: &mut Template, array: &str, fields: &[(String, Template)]) -> bool {
    let Template::Document(entries) = filter else {
        return false;
    };
    let [(key, Template::Document(condition))] = entries.as_mut_slice() else {
        return false;
    };
    let [(operator, Template::Document(known))] = condition.as_mut_slice() else {
        return false;
    };
    let apart = key == array
        && operator == "$elemMatch"
        && known.iter().all(|(field, _)| {
            !field.starts_with('$') && fields.iter().all(|(other, _)| first(other) != first(field))
        });
    if apart {
        known.extend(fields.iter().cloned());
    }
    apart
}

/// The array and the fields of `{array: {$elemMatch: {field: ..}}}`.
fn item_condition(filter: &Template) -> Option<(&str, &[(String, Template)])> {
    let Template::Document(entries) = filter else {
        return None;
    };
    let [(array, Template::Document(condition))] = &entries[..] else {
        return None;
    };
    let [(operator, Template::Document(fields))] = &condition[..] else {
        return None;
    };
    let usable = operator == "$elemMatch" && fields.iter().all(|(key, _)| !key.starts_with('$'));
    usable.then_some((array.as_str(), fields.as_slice()))
}
