//! `x IN (:list)`.

use super::super::super::Scope;
use super::super::super::operators::{cond, unary};
use super::super::comparison::{comparable, refuse_incomparable};
use super::super::logic::{conjunction, contains, not};
use super::super::operand::{Surroundings, unless_null};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{ComparisonOperator, Expression};
use crate::types::Type;
use queryleaf_plan::{Condition, Form, Template};

/// Where `x IN (:list)` is `TRUE`, or `FALSE`.
pub(in crate::lower::expression) fn in_parameter(
    operand: &Expression,
    parameter: u16,
    wanted: bool,
    scope: &Scope,
) -> Template {
    refuse_unlisted(operand, scope);
    let mut surroundings = Surroundings::default();
    if wanted {
        let operand = comparable(operand, false, &mut surroundings, scope);
        let condition = contains(list(parameter, Form::ListWithoutNull), operand.value);
        let condition = unless_null(&[parameter], condition, Template::from(false));
        return surroundings.around(condition, Template::from(false));
    }
    let operand = comparable(operand, true, &mut surroundings, scope);
    let mut conditions = operand.not_null;
    conditions.push(not(contains(list(parameter, Form::Plain), operand.value)));
    let different = surroundings.around(conjunction(conditions), Template::from(false));
    when_list(
        parameter,
        Template::from(true),
        different,
        Template::from(false),
    )
}

/// `x IN (:list)` as a value, or its opposite.
pub(in crate::lower::expression) fn in_parameter_three_valued(
    operand: &Expression,
    parameter: u16,
    positive: bool,
    scope: &Scope,
) -> Template {
    refuse_unlisted(operand, scope);
    let mut surroundings = Surroundings::default();
    let operand = comparable(operand, true, &mut surroundings, scope);
    let items = list(parameter, Form::ListWithoutNull);
    let found = contains(items, operand.value);
    // With a `NULL` in the list, what is not found might be that `NULL`.
    let without_null = if positive {
        found.clone()
    } else {
        not(found.clone())
    };
    let with_null = switch_with_null(found, positive);
    let guarded = |result: Template| {
        if operand.not_null.is_empty() {
            result
        } else {
            let guards = conjunction(operand.not_null.clone());
            cond(guards, result, Template::null())
        }
    };
    let not_empty = Template::When {
        condition: Condition::HasNullItem,
        parameter,
        then: Box::new(guarded(with_null)),
        otherwise: Box::new(guarded(without_null)),
    };
    let value = surroundings.around(not_empty, Template::null());
    let value = Template::When {
        condition: Condition::IsEmptyList,
        parameter,
        then: Box::new(Template::from(!positive)),
        otherwise: Box::new(value),
    };
    unless_null(&[parameter], value, Template::null())
}

fn switch_with_null(found: Template, positive: bool) -> Template {
    cond(found, Template::from(positive), Template::null())
}

/// Records that values of this type cannot be looked for in a list that only the program knows.
fn refuse_unlisted(operand: &Expression, scope: &Scope) {
    refuse_incomparable(ComparisonOperator::Equal, operand, scope);
    if operand.ty == Type::Interval {
        scope.refuse(Diagnostic::error(
            Code::Unsupported,
            operand.span,
            "an interval cannot be compared with the items of a parameter",
        ));
    }
}

fn list(parameter: u16, form: Form) -> Template {
    unary("$literal", Template::Hole { parameter, form })
}

/// What a list parameter decides before the server: whether it is empty, or holds a `NULL`.
pub(in crate::lower) fn when_list(
    parameter: u16,
    empty: Template,
    plain: Template,
    with_null: Template,
) -> Template {
    let filled = Template::When {
        condition: Condition::HasNullItem,
        parameter,
        then: Box::new(with_null.clone()),
        otherwise: Box::new(plain),
    };
    let list = Template::When {
        condition: Condition::IsEmptyList,
        parameter,
        then: Box::new(empty),
        otherwise: Box::new(filled),
    };
    unless_null(&[parameter], list, with_null)
}
