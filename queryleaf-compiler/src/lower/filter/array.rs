//! `x op ANY(field)` and `x op ALL(field)` of an array field.
//!
//! The query language looks into arrays by itself: `{tags: {$lt: 5}}` passes when one item is less.

use super::super::Scope;
use super::super::expression::is_orderable;
use super::field::{Constant, constant, field_path};
use super::{field, list, when_null};
use crate::plan::{ComparisonOperator, Expression, ExpressionKind};
use crate::types::{Item, Type};
use queryleaf_plan::Template;

/// The filter that passes where the comparison is `TRUE`, if the query language has it.
pub(super) fn filter(
    operator: ComparisonOperator,
    operand: &Expression,
    array: &Expression,
    all: bool,
    scope: &Scope,
) -> Option<Template> {
    if let ExpressionKind::Parameter(parameter) = array.kind {
        // `x = ANY(:list)` is `x IN (:list)`, `x <> ALL(:list)` is `NOT IN`.
        return match (operator, all) {
            (ComparisonOperator::Equal, false) => {
                list::parameter_filter(operand, parameter, true, scope)
            }
            (ComparisonOperator::NotEqual, true) => {
                list::parameter_filter(operand, parameter, false, scope)
            }
            _ => None,
        };
    }
    if let ExpressionKind::Array(items) = &array.kind {
        return match (operator, all) {
            (ComparisonOperator::Equal, false) => list::filter(operand, items, true, scope),
            (ComparisonOperator::NotEqual, true) => list::filter(operand, items, false, scope),
            _ => None,
        };
    }
    let Type::Array(item) = &array.ty else {
        return None;
    };
    if !field::is_scalar(&item.ty) || !is_orderable(&item.ty) {
        return None;
    }
    let path = field_path(array, scope)?;
    let constant = constant(operand, &item.ty)?;
    // `5 < item` as the query language has it.
    let operator = operator.flipped();
    let condition = if all {
        every(operator, &constant, item, array.nullable)?
    } else {
        some(operator, &constant, item)
    };
    let filter = Template::entry(path, condition);
    match constant {
        Constant::Null if all => None,
        Constant::Null => Some(Template::Never),
        Constant::Literal(..) => Some(filter),
        Constant::Parameter(parameter) if !all => {
            Some(when_null(parameter, Template::Never, filter))
        }
        // Over no items a `NULL` is as good as any other value.
        Constant::Parameter(parameter) => Some(when_null(
            parameter,
            Template::entry(
                field_path(array, scope)?,
                Template::entry("$eq", Template::array([])),
            ),
            filter,
        )),
    }
}

/// Passes where the comparison is true for an item.
fn some(operator: ComparisonOperator, constant: &Constant, item: &Item) -> Template {
    let operand = constant.operand();
    match operator {
        ComparisonOperator::Equal if matches!(constant, Constant::Literal(..)) => operand,
        ComparisonOperator::NotEqual if item.nullable => Template::entry(
            "$elemMatch",
            Template::entry("$nin", Template::array([operand, Template::null()])),
        ),
        ComparisonOperator::NotEqual => {
            Template::entry("$elemMatch", Template::entry("$ne", operand))
        }
        operator => Template::entry(operator.mongo(), operand),
    }
}

/// Passes where the array is not null and the comparison is true for every item.
fn every(
    operator: ComparisonOperator,
    constant: &Constant,
    item: &Item,
    nullable: bool,
) -> Option<Template> {
    let operand = constant.operand();
    if operator == ComparisonOperator::NotEqual {
        // No item is the value, or null; nor is the array.
        return Some(if nullable || item.nullable {
            Template::entry("$nin", Template::array([operand, Template::null()]))
        } else {
            Template::entry("$ne", operand)
        });
    }
    // No item is anything else, null included.
    let other = Template::entry("$not", Template::entry(operator.mongo(), operand));
    let mut condition = vec![("$not", Template::entry("$elemMatch", other))];
    if nullable {
        condition.push(("$ne", Template::null()));
    }
    Some(Template::document(condition))
}
