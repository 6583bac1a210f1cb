//! Comparisons: `=`, `<>`, `<`, `<=`, `>`, `>=` and `IS NOT DISTINCT FROM`.
//!
//! The server compares any two values, null and missing included, in one total order in which
//! missing comes first and null second. So `$gt` and `$gte` with something that is not null on the
//! right are false for null by themselves, `$lt` and `$lte` are true; `$eq` is true only when both
//! sides are null, `$ne` when one is.

use super::super::Scope;
use super::super::operators::{and, call, cond, or};
use super::cast::{date_of_timestamp, without_lossless_casts};
use super::json_text::compared_as_is;
use super::missing::can_be_missing;
use super::operand::{Operand, Surroundings};
use super::truth::null_check;
use super::{null_sources, value};
use crate::diagnostic::{Code, Diagnostic};
use crate::functions::datetime::interval_key;
use crate::plan::{ComparisonOperator, Expression, ExpressionKind};
use crate::types::Type;
use queryleaf_plan::{Condition, Template};

/// True where the comparison is `TRUE`.
pub(super) fn is_true(
    operator: ComparisonOperator,
    left: &Expression,
    right: &Expression,
    scope: &Scope,
) -> Template {
    if let Some(condition) = of_date(operator, left, right, scope) {
        return condition;
    }
    if let Some(condition) = of_date(operator.flipped(), right, left, scope) {
        return condition;
    }
    let (left, right) = as_is(operator, left, right);
    let (guard_left, guard_right) = guarded(operator, left, right);
    let mut surroundings = Surroundings::default();
    let left = comparable(left, guard_left, &mut surroundings, scope);
    let right = comparable(right, guard_right, &mut surroundings, scope);
    surroundings.around(compare(operator, &left, &right), Template::from(false))
}

/// The comparison as a value: null where SQL says `NULL`.
pub(super) fn three_valued(
    operator: ComparisonOperator,
    left: &Expression,
    right: &Expression,
    scope: &Scope,
) -> Template {
    let (left, right) = as_is(operator, left, right);
    let mut surroundings = Surroundings::default();
    let left = comparable(left, true, &mut surroundings, scope);
    let right = comparable(right, true, &mut surroundings, scope);
    let result = call(operator.mongo(), [left.value, right.value]);
    let guards: Vec<Template> = [left.not_null, right.not_null].concat();
    let guarded = if guards.is_empty() {
        result
    } else {
        cond(and(guards), result, Template::null())
    };
    surroundings.around(guarded, Template::null())
}

/// The sides of a comparison, that of a document's text without its conversion where it needs none.
fn as_is<'a>(
    operator: ComparisonOperator,
    left: &'a Expression,
    right: &'a Expression,
) -> (&'a Expression, &'a Expression) {
    let others = std::slice::from_ref;
    (
        compared_as_is(operator, left, others(right)).unwrap_or(left),
        compared_as_is(operator, right, others(left)).unwrap_or(right),
    )
}

/// The operands compared, after the conditions under which they are not null.
pub(super) fn compare(operator: ComparisonOperator, left: &Operand, right: &Operand) -> Template {
    let mut conditions = left.not_null.clone();
    for guard in &right.not_null {
        if !conditions.contains(guard) {
            conditions.push(guard.clone());
        }
    }
    conditions.push(call(
        operator.mongo(),
        [left.value.clone(), right.value.clone()],
    ));
    and(conditions)
}

/// On which sides a null would make the server's answer true where SQL's is `NULL`.
fn guarded(operator: ComparisonOperator, left: &Expression, right: &Expression) -> (bool, bool) {
    let left = null_sources(left);
    let right = null_sources(right);
    match operator {
        // One guard serves for both: what is not null equals no null. The cheaper one.
        ComparisonOperator::Equal if left.on_the_server() && right.on_the_server() => {
            (!left.other || right.other, left.other && !right.other)
        }
        ComparisonOperator::Equal => (false, false),
        ComparisonOperator::NotEqual => (true, true),
        ComparisonOperator::Less | ComparisonOperator::LessOrEqual => (true, false),
        ComparisonOperator::Greater | ComparisonOperator::GreaterOrEqual => (false, true),
    }
}

/// An operand in a form in which the server's order is SQL's.
pub(super) fn comparable(
    expression: &Expression,
    guarded: bool,
    surroundings: &mut Surroundings,
    scope: &Scope,
) -> Operand {
    let plain = without_lossless_casts(expression);
    let value = comparable_value(plain, scope);
    surroundings.guard(plain, value, guarded, scope)
}

fn comparable_value(expression: &Expression, scope: &Scope) -> Template {
    let value = value(expression, scope);
    match expression.ty {
        Type::Interval => interval_key(value),
        _ => value,
    }
}

/// The comparison of a timestamp's date with something that is the same for every row: a
/// comparison of the timestamp itself, which an index serves.
fn of_date(
    operator: ComparisonOperator,
    date: &Expression,
    constant: &Expression,
    scope: &Scope,
) -> Option<Template> {
    let timestamp = date_of_timestamp(date)?;
    if !constant.is_constant() {
        return None;
    }
    let mut surroundings = Surroundings::default();
    let day = surroundings.operand(constant, true, scope);
    let next_day = Operand {
        value: day_after(day.value.clone()),
        not_null: day.not_null.clone(),
    };
    let mut side = |operator, other: &Operand| {
        let guard = matches!(
            operator,
            ComparisonOperator::Less | ComparisonOperator::LessOrEqual
        );
        let timestamp = surroundings.operand(timestamp, guard, scope);
        compare(operator, &timestamp, other)
    };
    let condition = match operator {
        ComparisonOperator::Equal => and(vec![
            side(ComparisonOperator::GreaterOrEqual, &day),
            side(ComparisonOperator::Less, &next_day),
        ]),
        ComparisonOperator::NotEqual => or(vec![
            side(ComparisonOperator::Less, &day),
            side(ComparisonOperator::GreaterOrEqual, &next_day),
        ]),
        ComparisonOperator::Less => side(ComparisonOperator::Less, &day),
        ComparisonOperator::LessOrEqual => side(ComparisonOperator::Less, &next_day),
        ComparisonOperator::Greater => side(ComparisonOperator::GreaterOrEqual, &next_day),
        ComparisonOperator::GreaterOrEqual => side(ComparisonOperator::GreaterOrEqual, &day),
    };
    Some(surroundings.around(condition, Template::from(false)))
}

fn day_after(day: Template) -> Template {
    const DAY: i64 = 24 * 60 * 60 * 1000;
    match day {
        Template::Value(queryleaf_plan::Value::DateTime(milliseconds)) => Template::Value(
            queryleaf_plan::Value::DateTime(milliseconds.saturating_add(DAY)),
        ),
        day => call("$add", [day, Template::from(DAY)]),
    }
}

/// `a IS NOT DISTINCT FROM b`, or its opposite.
pub(super) fn not_distinct(
    left: &Expression,
    right: &Expression,
    wanted: bool,
    scope: &Scope,
) -> Template {
    let left = without_lossless_casts(left);
    let right = without_lossless_casts(right);
    let operator = if wanted { "$eq" } else { "$ne" };
    for (one, other) in [(left, right), (right, left)] {
        match one.kind {
            ExpressionKind::Literal(crate::plan::Literal::Null) => {
                return null_check(other, wanted, scope);
            }
            ExpressionKind::Parameter(parameter) => {
                return Template::When {
                    condition: Condition::IsNull,
                    parameter,
                    then: Box::new(null_check(other, wanted, scope)),
                    otherwise: Box::new(call(
                        operator,
                        [
                            comparable_value(left, scope),
                            comparable_value(right, scope),
                        ],
                    )),
                };
            }
            _ => {}
        }
    }
    // Null equals null, but missing does not.
    let both_nullable = left.nullable && right.nullable;
    let side = |expression: &Expression| {
        let value = comparable_value(expression, scope);
        if both_nullable && can_be_missing(expression, &value) {
            call("$ifNull", [value, Template::null()])
        } else {
            value
        }
    };
    call(operator, [side(left), side(right)])
}

/// Records that values of this type cannot be compared faithfully; true when they can.
pub(in crate::lower) fn refuse_incomparable(
    operator: ComparisonOperator,
    expression: &Expression,
    scope: &Scope,
) -> bool {
    let ordering = !matches!(
        operator,
        ComparisonOperator::Equal | ComparisonOperator::NotEqual
    );
    let (possible, verb) = if ordering {
        (is_orderable(&expression.ty), "ordered")
    } else {
        (has_equality(&expression.ty), "compared")
    };
    if possible {
        return true;
    }
    let help = match expression.ty {
        Type::Bytea => "compare with `=` or `<>`",
        Type::Array(_) => "compare the items, as in `value = ANY(array)`",
        _ => "compare its fields one by one",
    };
    scope.refuse(
        Diagnostic::error(
            Code::Unsupported,
            expression.span,
            format!(
                "values of type `{}` cannot be {verb} as PostgreSQL does it",
                expression.ty
            ),
        )
        .help(help),
    );
    false
}

/// Whether the server's equality is SQL's. That of documents is not: for the server the order of
/// their fields counts.
fn has_equality(ty: &Type) -> bool {
    match ty {
        Type::Json
        | Type::Document
        | Type::Geometry(_)
        | Type::Event(_)
        | Type::Map(_)
        | Type::Struct(_) => false,
        Type::Array(item) => !matches!(item.ty, Type::Interval) && has_equality(&item.ty),
        Type::Boolean
        | Type::Integer
        | Type::Bigint
        | Type::Double
        | Type::Numeric
        | Type::Text
        | Type::Timestamp
        | Type::Date
        | Type::Interval
        | Type::Uuid
        | Type::ObjectId
        | Type::Bytea
        | Type::Enum(_)
        | Type::Unknown => true,
    }
}

/// Whether the server's order is SQL's. That of bytes is not: for the server the shorter is less.
pub(in crate::lower) fn is_orderable(ty: &Type) -> bool {
    match ty {
        Type::Bytea => false,
        // A null item is the first for the server and the last for PostgreSQL.
        Type::Array(item) => {
            !item.nullable && !matches!(item.ty, Type::Interval) && is_orderable(&item.ty)
        }
        other => has_equality(other),
    }
}
