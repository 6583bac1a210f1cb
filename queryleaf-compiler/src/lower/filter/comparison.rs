//! Comparisons of a field with a constant or a parameter.
//!
//! The query language compares within one type ("type bracketing"), so that `$lt` and the like are
//! false for null and missing by themselves; `$ne` and `$nin` are not.

use super::super::Scope;
use super::super::expression::{date_of_timestamp, is_orderable, refuse_incomparable};
use super::field::{Constant, Field, constant, field, field_path, json_field};
use super::{decided, path_null_filter, when_null};
use crate::plan::{ComparisonOperator, Expression, ExpressionKind, Literal};
use crate::types::Type;
use queryleaf_plan::{Template, Value};

/// The filter that passes where the comparison is `TRUE`, if the query language has it.
pub(super) fn filter(
    operator: ComparisonOperator,
    left: &Expression,
    right: &Expression,
    scope: &Scope,
) -> Option<Template> {
    one_way(operator, left, right, scope)
        .or_else(|| one_way(operator.flipped(), right, left, scope))
}

fn one_way(
    operator: ComparisonOperator,
    left: &Expression,
    right: &Expression,
    scope: &Scope,
) -> Option<Template> {
    if let Some(timestamp) = date_of_timestamp(left) {
        return of_date(operator, timestamp, right, scope);
    }
    if let Some(field) = json_field(operator, left, std::slice::from_ref(right), scope) {
        let constant = constant(right, &Type::Text)?;
        return match (operator, &constant) {
            (_, Constant::Null) => Some(Template::Never),
            (ComparisonOperator::Equal, _) => Some(field.of_no_array("$eq", constant.operand())),
            // What is no string is not the text either.
            _ => None,
        };
    }
    let field = comparable_field(left, right, scope)?;
    let constant = constant(right, &field.expression.ty)?;
    let ordering = !matches!(
        operator,
        ComparisonOperator::Equal | ComparisonOperator::NotEqual
    );
    if ordering && !is_orderable(&field.expression.ty) {
        refuse_incomparable(operator, left, scope);
        return Some(Template::Never);
    }
    Some(compared(operator, &field, &constant))
}

/// The field on the left, where comparing it as it is stored says the same as comparing what the
/// query converts it to.
fn comparable_field<'a>(
    left: &'a Expression,
    right: &Expression,
    scope: &Scope,
) -> Option<Field<'a>> {
    if let Some(field) = field(left, scope) {
        return Some(field);
    }
    // A bigint as a double: the same below 2^53, where both are exact.
    let ExpressionKind::Cast(operand) = &left.kind else {
        return None;
    };
    let exact = 9_007_199_254_740_992.0;
    match (&operand.ty, &left.ty, constant(right, &left.ty)?) {
        (Type::Bigint, Type::Double, Constant::Literal(Literal::Double(value), _))
            if value.abs() < exact =>
        {
            field(operand, scope)
        }
        _ => None,
    }
}

/// The comparison of a field with what may be a `NULL` parameter.
pub(super) fn compared(
    operator: ComparisonOperator,
    field: &Field<'_>,
    constant: &Constant,
) -> Template {
    let filter = with_value(operator, field, constant);
    match constant {
        Constant::Null => Template::Never,
        Constant::Literal(..) => filter,
        Constant::Parameter(parameter) => when_null(*parameter, Template::Never, filter),
    }
}

fn with_value(operator: ComparisonOperator, field: &Field<'_>, constant: &Constant) -> Template {
    let operand = constant.operand();
    let condition = match operator {
        // Only a constant needs no `$eq`: what a parameter holds must never become an operator.
        ComparisonOperator::Equal if matches!(constant, Constant::Literal(..)) => operand,
        // Without it the server goes to the document directly, and plans nothing.
        ComparisonOperator::Equal if field.path == "_id" && is_never_a_document(field) => operand,
        ComparisonOperator::NotEqual if field.expression.nullable => {
            Template::entry("$nin", Template::array([operand, Template::null()]))
        }
        operator => Template::entry(operator.mongo(), operand),
    };
    Template::entry(field.path.clone(), condition)
}

/// Whether what a parameter holds beside this field is a plain value: not what serde makes of a type of
/// the user's.
fn is_never_a_document(field: &Field<'_>) -> bool {
    let is_own = match &field.expression.kind {
        ExpressionKind::Path(path) => path.rust.is_some(),
        _ => true,
    };
    let is_plain = matches!(
        field.expression.ty,
        Type::ObjectId
            | Type::Uuid
            | Type::Integer
            | Type::Bigint
            | Type::Double
            | Type::Numeric
            | Type::Text
            | Type::Timestamp
            | Type::Date
            | Type::Boolean
            | Type::Bytea
    );
    is_plain && !is_own
}

/// `field IS NOT DISTINCT FROM constant`, or its opposite.
pub(super) fn not_distinct(
    left: &Expression,
    right: &Expression,
    wanted: bool,
    scope: &Scope,
) -> Option<Template> {
    let (field, constant, expression) = match field(left, scope) {
        Some(field) => {
            let constant = constant(right, &field.expression.ty)?;
            (field, constant, left)
        }
        None => {
            let field = field(right, scope)?;
            let constant = constant(left, &field.expression.ty)?;
            (field, constant, right)
        }
    };
    let null = if expression.nullable {
        path_null_filter(field.expression, wanted, scope)?
    } else {
        decided(!wanted)
    };
    // Null is not distinct from null, and distinct from everything else: `$ne` says it as it is.
    let operator = if wanted { "$eq" } else { "$ne" };
    let filter = Template::entry(
        field.path.clone(),
        Template::entry(operator, constant.operand()),
    );
    Some(match constant {
        Constant::Null => null,
        Constant::Literal(_, value) if wanted => Template::entry(field.path, value),
        Constant::Literal(..) => filter,
        Constant::Parameter(parameter) => when_null(parameter, null, filter),
    })
}

/// The comparison of a timestamp's date with a constant date: a range of the timestamp.
fn of_date(
    operator: ComparisonOperator,
    timestamp: &Expression,
    date: &Expression,
    scope: &Scope,
) -> Option<Template> {
    const DAY: i64 = 24 * 60 * 60 * 1000;
    let path = field_path(timestamp, scope)?;
    let constant = constant(date, &Type::Date)?;
    let bound = |operator: ComparisonOperator, day: Template| (operator.mongo(), day);
    let at = ComparisonOperator::GreaterOrEqual;
    let before = ComparisonOperator::Less;
    let condition = |bounds: Vec<(&'static str, Template)>| {
        Template::entry(path.clone(), Template::document(bounds))
    };
    match constant {
        Constant::Null => Some(Template::Never),
        Constant::Literal(Literal::Timestamp(day), _) => {
            let date = |milliseconds| Template::Value(Value::DateTime(milliseconds));
            let next = date(day.checked_add(DAY)?);
            let day = date(day);
            Some(match operator {
                ComparisonOperator::Equal => condition(vec![bound(at, day), bound(before, next)]),
                ComparisonOperator::NotEqual => Template::Any(vec![
                    condition(vec![bound(before, day)]),
                    condition(vec![bound(at, next)]),
                ]),
                ComparisonOperator::Less => condition(vec![bound(before, day)]),
                ComparisonOperator::LessOrEqual => condition(vec![bound(before, next)]),
                ComparisonOperator::Greater => condition(vec![bound(at, next)]),
                ComparisonOperator::GreaterOrEqual => condition(vec![bound(at, day)]),
            })
        }
        // The day after that of a parameter is for the server to compute.
        Constant::Parameter(parameter) => match operator {
            ComparisonOperator::Less | ComparisonOperator::GreaterOrEqual => Some(when_null(
                parameter,
                Template::Never,
                condition(vec![bound(operator, Template::parameter(parameter))]),
            )),
            _ => None,
        },
        Constant::Literal(..) => None,
    }
}
