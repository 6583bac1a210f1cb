//! Fields and differences of dates in the form that is cheapest to compute.
//!
//! * `EXTRACT(EPOCH FROM a - b)` is a subtraction, without the interval between;
//! * `a - b > INTERVAL '1 day'` compares milliseconds, as PostgreSQL compares intervals;
//! * `EXTRACT(MONTH FROM a) = 5` compares integers, which both sides are, and not decimals;
//! * an order by an interval is one by its milliseconds: the server would compare documents.

use crate::functions::datetime::{Field, constant_interval_key};
use crate::functions::{DateTimeFunction, Function};
use crate::literal::Unit;
use crate::plan::{Expression, ExpressionKind, Literal};
use crate::types::Type;
use DateTimeFunction::*;

/// The expression in its cheapest form.
pub(super) fn simplify(expression: Expression) -> Expression {
    let Expression {
        kind,
        ty,
        nullable,
        span,
    } = expression;
    let kind = match kind {
        ExpressionKind::Call {
            function: Function::DateTime(ExtractInterval),
            arguments,
        } => seconds_between(arguments),
        ExpressionKind::Compare {
            operator,
            left,
            right,
        } => {
            let (left, right) = compared(*left, *right);
            ExpressionKind::Compare {
                operator,
                left: Box::new(left),
                right: Box::new(right),
            }
        }
        ExpressionKind::InList { operand, items } => in_list(operand, items),
        kind => kind,
    };
    Expression {
        kind,
        ty,
        nullable,
        span,
    }
}

/// A key of an order.
pub(super) fn sortable(key: Expression) -> Expression {
    if key.ty != Type::Interval {
        return key;
    }
    interval_key(&key).unwrap_or_else(|| Expression {
        nullable: key.nullable,
        span: key.span,
        ty: Type::Bigint,
        kind: call(IntervalKey, vec![key]),
    })
}

fn seconds_between(mut arguments: Vec<Expression>) -> ExpressionKind {
    let field = arguments.first().and_then(Expression::as_text);
    let is_epoch = field.and_then(Field::of_name) == Some(Field::Epoch);
    if is_epoch && let Some((later, earlier)) = arguments.get(1).and_then(difference) {
        return call(SecondsBetween, vec![later.clone(), earlier.clone()]);
    }
    arguments.truncate(2);
    call(ExtractInterval, arguments)
}

/// Two operands of a comparison.
fn compared(left: Expression, right: Expression) -> (Expression, Expression) {
    if let (Some(left), Some(right)) = (interval_key(&left), interval_key(&right)) {
        return (left, right);
    }
    if let (Some(field), Some(number)) = (integer_field(&left), integer(&right)) {
        return (field, number);
    }
    if let (Some(number), Some(field)) = (integer(&left), integer_field(&right)) {
        return (number, field);
    }
    (left, right)
}

fn in_list(operand: Box<Expression>, items: Vec<Expression>) -> ExpressionKind {
    let integers: Option<Vec<Expression>> = items.iter().map(integer).collect();
    match (integer_field(&operand), integers) {
        (Some(field), Some(integers)) => ExpressionKind::InList {
            operand: Box::new(field),
            items: integers,
        },
        _ => ExpressionKind::InList { operand, items },
    }
}

/// The number by which an interval is compared, where it is at hand.
fn interval_key(expression: &Expression) -> Option<Expression> {
    let kind = if let Some((later, earlier)) = difference(expression) {
        call(MillisecondsBetween, vec![later.clone(), earlier.clone()])
    } else if let Literal::Interval {
        months,
        days,
        milliseconds,
    } = expression.as_literal()?
    {
        let key = constant_interval_key(*months, *days, *milliseconds)?;
        ExpressionKind::Literal(Literal::Integer(key))
    } else {
        return None;
    };
    Some(Expression {
        kind,
        ty: Type::Bigint,
        nullable: expression.nullable,
        span: expression.span,
    })
}

fn difference(expression: &Expression) -> Option<(&Expression, &Expression)> {
    match &expression.kind {
        ExpressionKind::Call {
            function: Function::DateTime(TimestampMinusTimestamp),
            arguments,
        } => match &arguments[..] {
            [later, earlier] => Some((later, earlier)),
            _ => None,
        },
        _ => None,
    }
}

/// A field that is an integer, as one.
fn integer_field(expression: &Expression) -> Option<Expression> {
    let ExpressionKind::Call {
        function: Function::DateTime(ExtractTimestamp | ExtractDate | PartOfTimestamp),
        arguments,
    } = &expression.kind
    else {
        return None;
    };
    let is_integer = match Field::of_name(arguments.first()?.as_text()?)? {
        Field::Unit(Unit::Second) | Field::Epoch => false,
        Field::Unit(_)
        | Field::DayOfWeek
        | Field::IsoDayOfWeek
        | Field::DayOfYear
        | Field::IsoYear
        | Field::Julian => true,
    };
    is_integer.then(|| Expression {
        kind: call(IntegerField, arguments.clone()),
        ty: Type::Integer,
        nullable: expression.nullable,
        span: expression.span,
    })
}

/// A constant that is a 32-bit integer, as one.
fn integer(expression: &Expression) -> Option<Expression> {
    let value = match &expression.kind {
        ExpressionKind::Literal(Literal::Integer(value)) => i32::try_from(*value).ok()?,
        ExpressionKind::Literal(Literal::Numeric(text)) => text.parse().ok()?,
        ExpressionKind::Literal(Literal::Double(value)) => {
            let whole = *value as i32;
            (f64::from(whole) == *value).then_some(whole)?
        }
        ExpressionKind::Cast(operand) if operand.ty.is_integer() => return integer(operand),
        _ => return None,
    };
    Some(Expression::literal(
        Literal::Integer(i64::from(value)),
        Type::Integer,
        expression.span,
    ))
}

fn call(function: DateTimeFunction, arguments: Vec<Expression>) -> ExpressionKind {
    ExpressionKind::Call {
        function: Function::DateTime(function),
        arguments,
    }
}
