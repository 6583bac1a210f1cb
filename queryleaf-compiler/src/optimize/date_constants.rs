//! What can be computed of dates before the query runs.
//!
//! `DATE '2024-01-31' + INTERVAL '1 month'` is a constant, and a comparison with a constant is a
//! filter that the query language has. What would be out of range is left to the server.

use crate::functions::datetime::is_without_time_zone;
use crate::functions::{DateTimeFunction, Function};
use crate::literal::{Unit, calendar};
use crate::plan::{Expression, ExpressionKind, Literal};
use crate::types::Type;
use DateTimeFunction::*;

/// The text of a `timestamp` without time zone, which lacks the `+00`; to be written before
/// [`fold`] takes away what marks it.
pub(super) fn mark_text(expression: Expression) -> Expression {
    match expression.kind {
        ExpressionKind::Cast(operand)
            if expression.ty == Type::Text && is_without_time_zone(&operand) =>
        {
            let kind = ExpressionKind::Call {
                function: Function::DateTime(LocalText),
                arguments: vec![*operand],
            };
            Expression { kind, ..expression }
        }
        _ => expression,
    }
}

/// The expression, or the constant that it is.
pub(super) fn fold(expression: Expression) -> Expression {
    let expression = without_mark(expression);
    match constant(&expression) {
        Some(literal) => Expression::literal(literal, expression.ty, expression.span),
        None => expression,
    }
}

/// What a cast to `timestamp` is of.
fn without_mark(expression: Expression) -> Expression {
    match expression.kind {
        ExpressionKind::Call {
            function: Function::DateTime(TimestampOfTimestamp),
            mut arguments,
        } if arguments.len() == 1 => match arguments.pop() {
            Some(timestamp) => timestamp,
            None => Expression::literal(Literal::Null, expression.ty, expression.span),
        },
        kind => Expression { kind, ..expression },
    }
}

fn constant(expression: &Expression) -> Option<Literal> {
    match &expression.kind {
        ExpressionKind::Cast(operand) => {
            let timestamp = moment(operand)?;
            match (&operand.ty, &expression.ty) {
                (Type::Date, Type::Timestamp) => Some(Literal::Timestamp(timestamp)),
                (Type::Timestamp, Type::Date) => truncated(Unit::Day, timestamp),
                _ => None,
            }
        }
        ExpressionKind::Negate(operand) => {
            let (months, days, milliseconds) = interval(operand)?;
            Some(Literal::Interval {
                months: months.checked_neg()?,
                days: days.checked_neg()?,
                milliseconds: milliseconds.checked_neg()?,
            })
        }
        ExpressionKind::Call {
            function: Function::DateTime(function),
            arguments,
        } => call(*function, arguments),
        _ => None,
    }
}

fn call(function: DateTimeFunction, arguments: &[Expression]) -> Option<Literal> {
    match (function, arguments) {
        (TimestampPlusInterval, [timestamp, by]) | (IntervalPlusTimestamp, [by, timestamp]) => {
            shifted(timestamp, interval(by)?)
        }
        (TimestampMinusInterval, [timestamp, by]) => {
            let (months, days, milliseconds) = interval(by)?;
            let by = (
                months.checked_neg()?,
                days.checked_neg()?,
                milliseconds.checked_neg()?,
            );
            shifted(timestamp, by)
        }
        (DatePlusDays, [date, days]) | (DaysPlusDate, [days, date]) => {
            shifted(date, (0, i32::try_from(days.as_integer()?).ok()?, 0))
        }
        (DateMinusDays, [date, days]) => {
            let days = days.as_integer()?.checked_neg()?;
            shifted(date, (0, i32::try_from(days).ok()?, 0))
        }
        (TruncateTimestamp, [unit, timestamp]) => {
            truncated(Unit::of_field(unit.as_text()?)?, moment(timestamp)?)
        }
        (DateOfTimestamp, [timestamp]) => truncated(Unit::Day, moment(timestamp)?),
        (MakeDate, [year, month, day]) => {
            let day =
                calendar::Day::new(year.as_integer()?, month.as_integer()?, day.as_integer()?)?;
            Some(Literal::Timestamp(day.midnight()))
        }
        (IntervalTimesNumber, [by, count]) | (NumberTimesInterval, [count, by]) => {
            times(interval(by)?, whole(count)?)
        }
        _ => None,
    }
}

fn moment(expression: &Expression) -> Option<i64> {
    match expression.as_literal()? {
        Literal::Timestamp(milliseconds) => Some(*milliseconds),
        _ => None,
    }
}

fn interval(expression: &Expression) -> Option<(i32, i32, i64)> {
    match expression.as_literal()? {
        Literal::Interval {
            months,
            days,
            milliseconds,
        } => Some((*months, *days, *milliseconds)),
        _ => None,
    }
}

/// A whole number, also where it has been made a double.
fn whole(expression: &Expression) -> Option<i32> {
    match &expression.kind {
        ExpressionKind::Literal(Literal::Integer(value)) => i32::try_from(*value).ok(),
        ExpressionKind::Literal(Literal::Double(value)) => {
            let whole = *value as i32;
            (f64::from(whole) == *value).then_some(whole)
        }
        ExpressionKind::Cast(operand) if operand.ty.is_integer() => whole(operand),
        _ => None,
    }
}

fn shifted(timestamp: &Expression, by: (i32, i32, i64)) -> Option<Literal> {
    let (months, days, milliseconds) = by;
    calendar::plus(moment(timestamp)?, months, days, milliseconds).map(Literal::Timestamp)
}

fn truncated(unit: Unit, timestamp: i64) -> Option<Literal> {
    calendar::truncated(unit, timestamp).map(Literal::Timestamp)
}

fn times((months, days, milliseconds): (i32, i32, i64), count: i32) -> Option<Literal> {
    Some(Literal::Interval {
        months: months.checked_mul(count)?,
        days: days.checked_mul(count)?,
        milliseconds: milliseconds.checked_mul(i64::from(count))?,
    })
}
