//! Conditions: where they are `TRUE`, where they are `FALSE`, and what they are as values.
//!
//! Three-valued logic needs no third value where a condition only decides: "is it `TRUE`" and "is it
//! `FALSE`" are two questions with plain answers, and `NOT`, `AND` and `OR` turn the one into the
//! other.

use super::super::Scope;
use super::super::operators::{call, cond, is_not_null, is_null};
use super::super::scope::Laziness;
use super::logic::{conjunction, disjunction, not, switch_three};
use super::operand::{Surroundings, unless_null};
use super::{comparison, conditional, list, null_sources, pattern, quantified, value};
use crate::plan::{Expression, ExpressionKind, Literal};
use queryleaf_plan::{Condition, Template};

/// True where the condition is `TRUE` (or, when that is wanted, `FALSE`), false elsewhere.
pub(super) fn truth(condition: &Expression, wanted: bool, scope: &Scope) -> Template {
    match &condition.kind {
        ExpressionKind::Literal(Literal::Boolean(value)) => Template::from(*value == wanted),
        ExpressionKind::Literal(_) => Template::from(false),
        ExpressionKind::Parameter(parameter) => parameter_truth(*parameter, wanted),
        ExpressionKind::Not(operand) => truth(operand, !wanted, scope),
        ExpressionKind::And(items) if wanted => conjunction(each(items, true, scope)),
        ExpressionKind::And(items) => disjunction(each(items, false, scope)),
        ExpressionKind::Or(items) if wanted => disjunction(each(items, true, scope)),
        ExpressionKind::Or(items) => conjunction(each(items, false, scope)),
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
            if !comparison::refuse_incomparable(operator, left, scope) {
                return Template::from(false);
            }
            comparison::is_true(operator, left, right, scope)
        }
        ExpressionKind::IsNull(operand) => null_check(operand, wanted, scope),
        ExpressionKind::NotDistinct { left, right } => {
            comparison::refuse_incomparable(crate::plan::ComparisonOperator::Equal, left, scope);
            comparison::not_distinct(left, right, wanted, scope)
        }
        ExpressionKind::IsTruth { operand, value } => {
            let is = truth(operand, *value, scope);
            if wanted { is } else { not(is) }
        }
        ExpressionKind::InList { operand, items } => list::in_list(operand, items, wanted, scope),
        ExpressionKind::InParameter { operand, parameter } => {
            list::in_parameter(operand, *parameter, wanted, scope)
        }
        ExpressionKind::Like { .. } | ExpressionKind::Regex { .. } => {
            scope.apart(|| pattern::truth(condition, wanted, scope))
        }
        ExpressionKind::Quantified {
            operator,
            operand,
            array,
            all,
        } => scope.apart(|| {
            quantified::Quantified::new(*operator, operand, array, *all, scope).truth(wanted)
        }),
        ExpressionKind::Case {
            branches,
            otherwise,
        } => conditional::case_of(
            branches,
            otherwise.as_deref(),
            scope,
            |result| match result {
                Some(result) => truth(result, wanted, scope),
                None => Template::from(false),
            },
        ),
        ExpressionKind::Path(_)
        | ExpressionKind::CurrentTimestamp
        | ExpressionKind::Arithmetic { .. }
        | ExpressionKind::Negate(_)
        | ExpressionKind::Coalesce(_)
        | ExpressionKind::Greatest(_)
        | ExpressionKind::Least(_)
        | ExpressionKind::Cast(_)
        | ExpressionKind::Call { .. }
        | ExpressionKind::Array(_)
        | ExpressionKind::Object(_)
        | ExpressionKind::Subscript { .. }
        | ExpressionKind::Member { .. }
        | ExpressionKind::Aggregate(_)
        | ExpressionKind::Grouping(_)
        | ExpressionKind::Window(_)
        | ExpressionKind::Subquery(_) => {
            let result = value(condition, scope);
            if condition.nullable {
                call("$eq", [result, Template::from(wanted)])
            } else if wanted {
                result
            } else {
                not(result)
            }
        }
    }
}

/// The truth of each item of a chain; all but the first are evaluated only as far as needed.
fn each(items: &[Expression], wanted: bool, scope: &Scope) -> Vec<Template> {
    let mut items = items.iter();
    let first = items.next().map(|item| truth(item, wanted, scope));
    let rest = scope.evaluated(Laziness::Operand, || {
        items
            .map(|item| truth(item, wanted, scope))
            .collect::<Vec<_>>()
    });
    first.into_iter().chain(rest).collect()
}

fn parameter_truth(parameter: u16, wanted: bool) -> Template {
    let is_true = |then: bool, otherwise: Template| Template::When {
        condition: Condition::IsTrue,
        parameter,
        then: Box::new(Template::from(then)),
        otherwise: Box::new(otherwise),
    };
    if wanted {
        is_true(true, Template::from(false))
    } else {
        let not_true = unless_null(&[parameter], Template::from(true), Template::from(false));
        is_true(false, not_true)
    }
}

/// `x IS NULL`, or its opposite. What an expression is computed from is asked instead of its value
/// where that tells as much.
pub(super) fn null_check(operand: &Expression, wanted: bool, scope: &Scope) -> Template {
    let sources = null_sources(operand);
    if sources.always {
        return Template::from(wanted);
    }
    let question = |asked: Template| {
        if wanted {
            is_null(asked)
        } else {
            is_not_null(asked)
        }
    };
    let on_the_server = if sources.other {
        question(value(unconverted(operand), scope))
    } else {
        let paths = sources.paths.iter();
        let questions = paths.map(|path| question(value(path, scope))).collect();
        if wanted {
            disjunction(questions)
        } else {
            conjunction(questions)
        }
    };
    unless_null(&sources.parameters, on_the_server, Template::from(wanted))
}

/// What a conversion converts, which is null exactly where the result is.
fn unconverted(expression: &Expression) -> &Expression {
    match &expression.kind {
        ExpressionKind::Cast(operand) => unconverted(operand),
        _ => expression,
    }
}

/// A condition as a value: true, false or null.
pub(super) fn three_valued(condition: &Expression, scope: &Scope) -> Template {
    negatable(condition, true, scope)
}

/// The value of a condition, or of its opposite.
fn negatable(condition: &Expression, positive: bool, scope: &Scope) -> Template {
    if !condition.nullable {
        return truth(condition, positive, scope);
    }
    match &condition.kind {
        // Never null, whatever is said of a row that may not be there.
        ExpressionKind::IsNull(_)
        | ExpressionKind::NotDistinct { .. }
        | ExpressionKind::IsTruth { .. } => truth(condition, positive, scope),
        ExpressionKind::Not(operand) => negatable(operand, !positive, scope),
        ExpressionKind::Compare {
            operator,
            left,
            right,
        } => {
            let operator = if positive {
                *operator
            } else {
                operator.negated()
            };
            if !comparison::refuse_incomparable(operator, left, scope) {
                return Template::null();
            }
            comparison::three_valued(operator, left, right, scope)
        }
        ExpressionKind::Like { .. } | ExpressionKind::Regex { .. } => {
            scope.apart(|| pattern::three_valued(condition, positive, scope))
        }
        ExpressionKind::And(items) => chain(items, positive, true, scope),
        ExpressionKind::Or(items) => chain(items, positive, false, scope),
        ExpressionKind::InList { operand, items } => {
            list::in_list_three_valued(operand, items, positive, scope)
        }
        ExpressionKind::InParameter { operand, parameter } => {
            list::in_parameter_three_valued(operand, *parameter, positive, scope)
        }
        ExpressionKind::Quantified {
            operator,
            operand,
            array,
            all,
        } => scope.apart(|| {
            quantified::Quantified::new(*operator, operand, array, *all, scope)
                .three_valued(positive)
        }),
        _ => {
            let result = value(condition, scope);
            if positive {
                result
            } else {
                let mut surroundings = Surroundings::default();
                let operand = surroundings.guard(condition, result, true, scope);
                let opposite = cond(
                    super::super::operators::and(operand.not_null),
                    not(operand.value),
                    Template::null(),
                );
                surroundings.around(opposite, Template::null())
            }
        }
    }
}

/// The value of `AND` or `OR`, or of its opposite.
fn chain(items: &[Expression], positive: bool, is_and: bool, scope: &Scope) -> Template {
    // A chain is asked twice, and so is a chain that is part of what it compares, and so on: where
    // that goes deep each item is computed once instead, though needed or not.
    const DEEP: u32 = 4;
    if scope.depth() < DEEP {
        return scope.deeper(|| {
            let all = |wanted| each(items, wanted, scope);
            let (is_true, is_false) = if is_and {
                (conjunction(all(true)), disjunction(all(false)))
            } else {
                (disjunction(all(true)), conjunction(all(false)))
            };
            if positive {
                switch_three(is_true, is_false)
            } else {
                switch_three(is_false, is_true)
            }
        });
    }
    let mut surroundings = Surroundings::default();
    let values: Vec<Template> = items
        .iter()
        .map(|item| {
            let item = value(item, scope);
            surroundings.bound(item, scope)
        })
        .collect();
    let some_is = |wanted: bool| {
        let equal = |item: &Template| call("$eq", [item.clone(), Template::from(wanted)]);
        disjunction(values.iter().map(equal).collect())
    };
    let every_is = |wanted: bool| {
        let equal = |item: &Template| call("$eq", [item.clone(), Template::from(wanted)]);
        conjunction(values.iter().map(equal).collect())
    };
    let (is_true, is_false) = if is_and {
        (every_is(true), some_is(false))
    } else {
        (some_is(true), every_is(false))
    };
    let value = if positive {
        switch_three(is_true, is_false)
    } else {
        switch_three(is_false, is_true)
    };
    surroundings.around(value, Template::null())
}
