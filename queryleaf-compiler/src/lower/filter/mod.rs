//! Conditions to query-language filters, the ones that indexes serve.
//!
//! A comparison of a field with a constant or a parameter has a form in the query language, and so
//! has every combination of such by `AND`, `OR` and `NOT`. What has none becomes an aggregation
//! expression under `$expr`, beside the rest.

mod array;
mod call;
mod change;
mod comparison;
mod field;
mod list;
mod pattern;

use super::Scope;
use super::expression::{
    NullSources, conjunction, is_false, is_new, is_true, may_fail, null_sources, unless_null,
};
use super::scope::Laziness;
use crate::plan::{Expression, ExpressionKind, Literal};
use field::field_path;
pub(crate) use field::is_scalar;
use queryleaf_plan::{Condition, Template, Value};

/// The query-language filter that passes the documents for which the condition is `TRUE`.
pub(crate) fn filter(condition: &Expression, scope: &Scope) -> Template {
    Builder {
        scope,
        before: Vec::new(),
    }
    .passes(condition, true)
}

/// Builds the filter of a condition and its parts.
struct Builder<'a> {
    scope: &'a Scope,
    /// What SQL looks at before the part that is being built, each with the answer for which the
    /// part matters at all.
    before: Vec<(&'a Expression, bool)>,
}

impl<'a> Builder<'a> {
    /// The filter that passes where the condition is `TRUE`, or `FALSE`.
    fn passes(&mut self, condition: &'a Expression, wanted: bool) -> Template {
        let mut parts = Parts::default();
        self.collect(condition, wanted, &mut parts);
        parts.finish()
    }

    fn collect(&mut self, condition: &'a Expression, wanted: bool, parts: &mut Parts) {
        match &condition.kind {
            ExpressionKind::Not(operand) => self.collect(operand, !wanted, parts),
            ExpressionKind::And(items) if wanted => self.all_of(items, wanted, parts),
            ExpressionKind::Or(items) if !wanted => self.all_of(items, wanted, parts),
            ExpressionKind::And(items) | ExpressionKind::Or(items) => {
                if items.iter().skip(1).any(may_fail) {
                    // One after the other; a whole collection has to be looked at anyway.
                    self.collect_expression(condition, wanted, parts);
                } else {
                    parts.add_query(self.any_of(items, wanted));
                }
            }
            ExpressionKind::IsTruth { operand, value } if wanted => {
                self.collect(operand, *value, parts);
            }
            ExpressionKind::IsTruth { operand, value } if !operand.nullable => {
                self.collect(operand, !*value, parts);
            }
            _ => match simple(condition, wanted, self.scope) {
                Some(filter) => parts.add_query(filter),
                None => self.collect_expression(condition, wanted, parts),
            },
        }
    }

    /// What has no form in the query language. If it may fail, it looks at what stands before it
    /// first: the server evaluates the parts of a filter in an order of its own.
    fn collect_expression(&self, condition: &'a Expression, wanted: bool, parts: &mut Parts) {
        let expression = truth(condition, wanted, self.scope);
        if self.before.is_empty() || !may_fail(condition) {
            parts.add_expression(expression);
            return;
        }
        for (condition, wanted) in self.before.iter().skip(parts.guards) {
            parts
                .expressions
                .push(truth(condition, *wanted, self.scope));
        }
        parts.guards = self.before.len();
        parts.expressions.push(expression);
    }

    fn all_of(&mut self, items: &'a [Expression], wanted: bool, parts: &mut Parts) {
        let outside = self.before.len();
        for (number, item) in items.iter().enumerate() {
            let scope = self.scope;
            scope.evaluated(laziness(number), || self.collect(item, wanted, parts));
            self.before.push((item, wanted));
        }
        self.before.truncate(outside);
    }

    fn any_of(&mut self, items: &'a [Expression], wanted: bool) -> Template {
        let mut filters = Vec::new();
        for (number, item) in items.iter().enumerate() {
            let scope = self.scope;
            match scope.evaluated(laziness(number), || self.passes(item, wanted)) {
                Template::Any(nested) => {
                    for filter in nested {
                        if is_new(&filters, &filter) {
                            filters.push(filter);
                        }
                    }
                }
                filter if filter.is_always() => return filter,
                filter if filter == Template::Never || !is_new(&filters, &filter) => {}
                filter => filters.push(filter),
            }
        }
        match filters.len() {
            0 => Template::Never,
            1 => filters.remove(0),
            _ => Template::Any(filters),
        }
    }
}

fn laziness(number: usize) -> Laziness {
    if number == 0 {
        Laziness::Eager
    } else {
        Laziness::Operand
    }
}

fn truth(condition: &Expression, wanted: bool, scope: &Scope) -> Template {
    if wanted {
        is_true(condition, scope)
    } else {
        is_false(condition, scope)
    }
}

/// What all has to be true: in the query language, and as expressions.
#[derive(Default)]
struct Parts {
    query: Vec<Template>,
    expressions: Vec<Template>,
    /// How much of what stands before is among the expressions already.
    guards: usize,
}

impl Parts {
    fn finish(self) -> Template {
        let mut all = self.query;
        if !self.expressions.is_empty() {
            let expression = conjunction(self.expressions);
            // What guards something else has to stand before it.
            let parts = if self.guards == 0 {
                without_outer_parts(expression)
            } else {
                vec![expression]
            };
            all.extend(parts.into_iter().map(|part| Template::entry("$expr", part)));
        }
        match all.len() {
            0 => Template::ALWAYS,
            1 => all.remove(0),
            _ if all.contains(&Template::Never) => Template::Never,
            _ => Template::All(all),
        }
    }

    fn add_query(&mut self, filter: Template) {
        match filter {
            Template::All(filters) => filters
                .into_iter()
                .for_each(|filter| self.add_query(filter)),
            filter if filter.is_always() || !is_new(&self.query, &filter) => {}
            filter => self.query.push(filter),
        }
    }

    fn add_expression(&mut self, expression: Template) {
        match expression {
            Template::Value(Value::Boolean(true)) => {}
            Template::Value(Value::Boolean(false)) | Template::When { .. } => {
                self.add_query(of_expression(expression));
            }
            expression => self.expressions.push(expression),
        }
    }
}

/// A conjunction, and before it those of its parts that are about the documents of the pipelines around
/// this one only: beside such a part the server uses no index for the others.
fn without_outer_parts(expression: Template) -> Vec<Template> {
    let Template::Document(entries) = &expression else {
        return vec![expression];
    };
    let [(operator, Template::Array(operands))] = &entries[..] else {
        return vec![expression];
    };
    let (outer, own): (Vec<Template>, Vec<Template>) =
        operands.iter().cloned().partition(reads_no_field);
    if operator != "$and" || outer.is_empty() || own.is_empty() {
        return vec![expression];
    }
    vec![conjunction(outer), conjunction(own)]
}

/// Whether an expression reads nothing of the document.
fn reads_no_field(expression: &Template) -> bool {
    match expression {
        Template::Value(Value::String(text)) => {
            !text.starts_with('$')
                || (text.starts_with("$$")
                    && !text.starts_with("$$ROOT")
                    && !text.starts_with("$$CURRENT"))
        }
        Template::Value(_) | Template::Hole { .. } | Template::Omit | Template::Never => true,
        Template::Document(entries) => entries.iter().all(|(_, value)| reads_no_field(value)),
        Template::Array(items) | Template::All(items) | Template::Any(items) => {
            items.iter().all(reads_no_field)
        }
        Template::When {
            then, otherwise, ..
        } => reads_no_field(then) && reads_no_field(otherwise),
    }
}

/// A filter by an expression; what the parameters decide is decided outside of it.
fn of_expression(expression: Template) -> Template {
    match expression {
        Template::Value(Value::Boolean(true)) => Template::ALWAYS,
        Template::Value(Value::Boolean(false)) => Template::Never,
        Template::When {
            condition,
            parameter,
            then,
            otherwise,
        } => Template::When {
            condition,
            parameter,
            then: Box::new(of_expression(*then)),
            otherwise: Box::new(of_expression(*otherwise)),
        },
        expression => Template::entry("$expr", expression),
    }
}

/// The query-language form of a condition that is no combination of others, if it has one.
fn simple(condition: &Expression, wanted: bool, scope: &Scope) -> Option<Template> {
    match &condition.kind {
        ExpressionKind::Literal(Literal::Boolean(value)) => Some(decided(*value == wanted)),
        ExpressionKind::Literal(_) => Some(Template::Never),
        ExpressionKind::Path(_) => {
            let path = field_path(condition, scope)?;
            Some(Template::entry(path, Template::from(wanted)))
        }
        ExpressionKind::Compare {
            operator,
            left,
            right,
        } => {
            let operator = if wanted {
                *operator
            } else {
                operator.negated()
            };
            comparison::filter(operator, left, right, scope)
        }
        ExpressionKind::IsNull(operand) => null_filter(operand, wanted, scope),
        ExpressionKind::NotDistinct { left, right } => {
            comparison::not_distinct(left, right, wanted, scope)
        }
        ExpressionKind::IsTruth { operand, value } if !wanted => {
            is_not_truth(operand, *value, scope)
        }
        ExpressionKind::InList { operand, items } => list::filter(operand, items, wanted, scope),
        ExpressionKind::InParameter { operand, parameter } => {
            list::parameter_filter(operand, *parameter, wanted, scope)
        }
        ExpressionKind::Like { .. } | ExpressionKind::Regex { .. } => {
            pattern::filter(condition, wanted, scope)
        }
        ExpressionKind::Quantified {
            operator,
            operand,
            array,
            all,
        } => {
            let (operator, all) = if wanted {
                (*operator, *all)
            } else {
                // `NOT (x op ANY ..)` is `x opposite ALL ..`.
                (operator.negated(), !*all)
            };
            array::filter(operator, operand, array, all, scope)
        }
        ExpressionKind::Coalesce(items) => coalesced(items, wanted, scope),
        ExpressionKind::Call {
            function,
            arguments,
        } => call::filter(condition, *function, arguments, wanted, scope),
        _ => None,
    }
}

fn decided(passes: bool) -> Template {
    if passes {
        Template::ALWAYS
    } else {
        Template::Never
    }
}

/// `x IS NULL`, or its opposite, of what only paths and parameters make `NULL`.
fn null_filter(operand: &Expression, wanted: bool, scope: &Scope) -> Option<Template> {
    let NullSources {
        parameters,
        paths,
        other,
        always,
    } = null_sources(operand);
    if always {
        return Some(decided(wanted));
    }
    if other {
        return None;
    }
    let mut filters = Vec::new();
    for path in paths {
        filters.push(path_null_filter(path, wanted, scope)?);
    }
    let filter = match filters.len() {
        0 => decided(!wanted),
        1 => filters.remove(0),
        _ if wanted => Template::Any(filters),
        _ => Template::All(filters),
    };
    Some(unless_null(&parameters, filter, decided(wanted)))
}

/// Whether a field is null or missing. To the query language, an array that holds a null is null.
fn path_null_filter(expression: &Expression, wanted: bool, scope: &Scope) -> Option<Template> {
    if !field::holds_no_null(&expression.ty) {
        return None;
    }
    let path = field_path(expression, scope)?;
    Some(if wanted {
        Template::entry(path, Template::null())
    } else {
        Template::entry(path, Template::entry("$ne", Template::null()))
    })
}

/// `x IS NOT TRUE` and `x IS NOT FALSE`.
fn is_not_truth(operand: &Expression, value: bool, scope: &Scope) -> Option<Template> {
    let path = field_path(operand, scope)?;
    Some(Template::entry(
        path,
        Template::entry("$ne", Template::from(value)),
    ))
}

/// `COALESCE(field, TRUE)` and `COALESCE(field, FALSE)`: whether the field is not the opposite, or is
/// the value itself.
fn coalesced(items: &[Expression], wanted: bool, scope: &Scope) -> Option<Template> {
    let [operand, default] = items else {
        return None;
    };
    let Some(Literal::Boolean(default)) = default.as_literal() else {
        return None;
    };
    if *default == wanted {
        is_not_truth(operand, !wanted, scope)
    } else {
        let path = field_path(operand, scope)?;
        Some(Template::entry(path, Template::from(wanted)))
    }
}

/// Chooses by whether a parameter is `NULL`.
fn when_null(parameter: u16, then: Template, otherwise: Template) -> Template {
    Template::When {
        condition: Condition::IsNull,
        parameter,
        then: Box::new(then),
        otherwise: Box::new(otherwise),
    }
}
