//! `CASE`, `COALESCE`, `GREATEST` and `LEAST`.

use super::super::Scope;
use super::super::operators::{call, cond, is_not_null, unary};
use super::super::scope::Laziness;
use super::comparison::refuse_incomparable;
use super::logic::choose;
use super::operand::Surroundings;
use super::{is_true, null_sources, value};
use crate::functions::datetime::interval_key;
use crate::plan::{ComparisonOperator, Expression, ExpressionKind};
use crate::types::Type;
use queryleaf_plan::{Condition, Template, Value};

/// `CASE WHEN condition THEN value .. ELSE otherwise END`.
pub(super) fn case(
    branches: &[(Expression, Expression)],
    otherwise: Option<&Expression>,
    scope: &Scope,
) -> Template {
    case_of(branches, otherwise, scope, |result| match result {
        Some(result) => value(result, scope),
        None => Template::null(),
    })
}

/// A `CASE` of what `result` makes of each branch; `None` is a missing `ELSE`.
pub(super) fn case_of(
    branches: &[(Expression, Expression)],
    otherwise: Option<&Expression>,
    scope: &Scope,
    result: impl Fn(Option<&Expression>) -> Template,
) -> Template {
    let mut taken = Vec::new();
    let mut fallback = None;
    for (number, (condition, value)) in branches.iter().enumerate() {
        let laziness = if number == 0 {
            Laziness::Eager
        } else {
            Laziness::Branch
        };
        let condition = scope.evaluated(laziness, || is_true(condition, scope));
        if condition == Template::from(false) {
            continue;
        }
        let result = scope.evaluated(Laziness::Branch, || result(Some(value)));
        if condition == Template::from(true) {
            fallback = Some(result);
            break;
        }
        taken.push((condition, result));
    }
    let fallback = match fallback {
        Some(fallback) => fallback,
        None => scope.evaluated(Laziness::Branch, || result(otherwise)),
    };
    switch(taken, fallback)
}

fn switch(mut branches: Vec<(Template, Template)>, otherwise: Template) -> Template {
    // A first condition that a parameter decides is decided with the parameters.
    if matches!(branches.first(), Some((Template::When { .. }, _))) {
        let (condition, result) = branches.remove(0);
        return choose(condition, result, switch(branches, otherwise));
    }
    match branches.len() {
        0 => otherwise,
        1 => {
            let (condition, result) = branches.remove(0);
            choose(condition, result, otherwise)
        }
        _ => {
            let branches = branches.into_iter().map(|(condition, result)| {
                Template::document([("case", condition), ("then", result)])
            });
            unary(
                "$switch",
                Template::document([
                    ("branches", Template::array(branches)),
                    ("default", otherwise),
                ]),
            )
        }
    }
}

/// `COALESCE(a, b, ..)`.
pub(super) fn coalesce(items: &[Expression], scope: &Scope) -> Template {
    let Some((first, rest)) = items.split_first() else {
        return Template::null();
    };
    let sources = null_sources(first);
    if sources.always && !rest.is_empty() {
        return coalesce(rest, scope);
    }
    if let ExpressionKind::Parameter(parameter) = first.kind {
        return Template::When {
            condition: Condition::IsNull,
            parameter,
            then: Box::new(coalesce(rest, scope)),
            otherwise: Box::new(value(first, scope)),
        };
    }
    if rest.is_empty() || !first.nullable {
        return value(first, scope);
    }
    let first = value(first, scope);
    let rest = scope.evaluated(Laziness::Branch, || coalesce(rest, scope));
    match rest {
        Template::Value(Value::Null) => first,
        Template::Document(mut entries)
            if entries.len() == 1 && entries.iter().all(|(key, _)| key == "$ifNull") =>
        {
            let mut operands = vec![first];
            match entries.pop() {
                Some((_, Template::Array(nested))) => operands.extend(nested),
                Some((_, other)) => operands.push(other),
                None => {}
            }
            unary("$ifNull", Template::Array(operands))
        }
        rest => call("$ifNull", [first, rest]),
    }
}

/// `GREATEST(a, b, ..)` as `$max`, `LEAST(a, b, ..)` as `$min`: both pass over null and missing.
pub(super) fn extreme(operator: &str, items: &[Expression], scope: &Scope) -> Template {
    let Some(first) = items.first() else {
        return Template::null();
    };
    if !refuse_incomparable(ComparisonOperator::Less, first, scope) {
        return Template::null();
    }
    if items.len() == 1 {
        return value(first, scope);
    }
    if first.ty == Type::Interval {
        let keyed = items
            .iter()
            .map(|item| keyed_interval(item, scope))
            .collect();
        let found = unary(operator, Template::Array(keyed));
        return unary(
            "$getField",
            Template::document([("field", Template::from("value")), ("input", found)]),
        );
    }
    let values = items.iter().map(|item| value(item, scope)).collect();
    unary(operator, Template::Array(values))
}

/// An interval behind what it is compared by, or null.
fn keyed_interval(interval: &Expression, scope: &Scope) -> Template {
    let mut surroundings = Surroundings::default();
    let value = value(interval, scope);
    let bound = surroundings.bound(value, scope);
    let keyed = Template::document([
        ("key", interval_key(bound.clone())),
        ("value", bound.clone()),
    ]);
    let keyed = if interval.nullable {
        cond(is_not_null(bound), keyed, Template::null())
    } else {
        keyed
    };
    surroundings.around(keyed, Template::null())
}
