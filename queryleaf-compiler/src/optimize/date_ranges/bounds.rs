//! Where on the time line a constant is, seen through what is computed from a date.

use super::number::number;
use super::shape::{Shape, Years};
use crate::diagnostic::Span;
use crate::functions::datetime::DatePart;
use crate::functions::{DateTimeFunction, Function};
use crate::literal::{Unit, calendar};
use crate::optimize::date_constants::fold;
use crate::plan::{Expression, ExpressionKind, Literal};
use crate::types::Type;
use DateTimeFunction::*;

/// The place of a constant.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bounds {
    /// The first moment from which what is computed is not below the constant.
    pub(super) first: Expression,
    /// The first moment from which it is above the constant.
    pub(super) after: Expression,
}

/// The place of a constant, if it is one and has a place in the years from 1 to 9999.
pub(super) fn bounds(shape: &Shape, constant: &Expression) -> Option<Bounds> {
    match shape {
        Shape::Years(years) => match number(constant, 0) {
            Some(number) => literals(
                start_of(*years, number.ceiling()?)?,
                start_of(*years, number.above()?)?,
                constant.span,
            ),
            None => computed_years(*years, constant),
        },
        Shape::Epoch => {
            let milliseconds = number(constant, 3)?;
            literals(
                calendar::in_range(milliseconds.ceiling()?)?,
                calendar::in_range(milliseconds.above()?)?,
                constant.span,
            )
        }
        Shape::Start(unit) => match constant.as_literal() {
            Some(Literal::Timestamp(moment)) => {
                let start = calendar::truncated(*unit, *moment)?;
                let next = calendar::next(*unit, start)?;
                let first = if start == *moment { start } else { next };
                literals(first, next, constant.span)
            }
            Some(_) => None,
            None => computed_start(*unit, constant),
        },
        Shape::Text(parts) => {
            let (start, unit) = read(parts, constant.as_text()?)?;
            literals(start, calendar::next(unit, start)?, constant.span)
        }
    }
}

/// The place of a constant between two moments.
pub(super) fn literals(first: i64, after: i64, span: Span) -> Option<Bounds> {
    let literal = |moment| Expression::literal(Literal::Timestamp(moment), Type::Timestamp, span);
    Some(Bounds {
        first: literal(first),
        after: literal(after),
    })
}

/// The first moment of a year, decade and so on, by its number.
fn start_of(years: Years, number: i64) -> Option<i64> {
    let year = match years {
        Years::Year | Years::IsoYear => number,
        Years::Decade => number.checked_mul(10)?,
        Years::Century => number.checked_sub(1)?.checked_mul(100)?.checked_add(1)?,
        Years::Millennium => number.checked_sub(1)?.checked_mul(1000)?.checked_add(1)?,
    };
    match years {
        // The first week of a year is the one with the 4th of January in it.
        Years::IsoYear => {
            calendar::truncated(Unit::Week, calendar::Day::new(year, 1, 4)?.midnight())
        }
        Years::Year | Years::Decade | Years::Century | Years::Millennium => {
            Some(calendar::Day::new(year, 1, 1)?.midnight())
        }
    }
}

/// The place of a number that only the server knows.
fn computed_years(years: Years, number: &Expression) -> Option<Bounds> {
    if years != Years::Year || !number.ty.is_number() || !number.is_constant() {
        return None;
    }
    let start = |function| timestamp(function, vec![number.clone()], number);
    Some(Bounds {
        first: start(StartOfYearNotBelow),
        after: start(StartOfYearAbove),
    })
}

/// The place of a moment that only the server knows.
fn computed_start(unit: Unit, moment: &Expression) -> Option<Bounds> {
    if !moment.is_constant() {
        return None;
    }
    let (months, milliseconds) = match (unit.months(), unit.milliseconds()) {
        // The server has no such units.
        (Some(120..), _) | (None, None) => return None,
        (Some(months), _) => (months, 0),
        (None, Some(milliseconds)) => (0, milliseconds),
    };
    let span = moment.span;
    let moment = as_timestamp(moment)?;
    let interval = |months, milliseconds| {
        let literal = Literal::Interval {
            months,
            days: 0,
            milliseconds,
        };
        Expression::literal(literal, Type::Interval, span)
    };
    let next = |start: Expression| {
        let nullable = start.clone();
        let by = interval(months, milliseconds);
        timestamp(TimestampPlusInterval, vec![start, by], &nullable)
    };
    if is_start(unit, &moment) {
        return Some(Bounds {
            first: moment.clone(),
            after: next(moment),
        });
    }
    let start = |moment: Expression| {
        let nullable = moment.clone();
        let name = Literal::Text(unit.name().to_owned());
        let name = Expression::literal(name, Type::Text, span);
        timestamp(TruncateTimestamp, vec![name, moment], &nullable)
    };
    let just_before = timestamp(
        TimestampMinusInterval,
        vec![moment.clone(), interval(0, 1)],
        &moment,
    );
    Some(Bounds {
        first: next(start(just_before)),
        after: next(start(moment)),
    })
}

/// A timestamp, or a date as one.
pub(super) fn as_timestamp(moment: &Expression) -> Option<Expression> {
    match moment.ty {
        Type::Timestamp => Some(moment.clone()),
        Type::Date => {
            let cast = ExpressionKind::Cast(Box::new(moment.clone()));
            let cast = Expression::new(cast, Type::Timestamp, moment.span);
            Some(cast.nullable(moment.nullable))
        }
        _ => None,
    }
}

/// A call that gives a timestamp, null where `like` is.
fn timestamp(
    function: DateTimeFunction,
    arguments: Vec<Expression>,
    like: &Expression,
) -> Expression {
    let kind = ExpressionKind::Call {
        function: Function::DateTime(function),
        arguments,
    };
    fold(Expression::new(kind, Type::Timestamp, like.span).nullable(like.nullable))
}

/// Whether a moment is surely the beginning of a unit.
fn is_start(unit: Unit, moment: &Expression) -> bool {
    if moment.ty == Type::Date {
        return unit <= Unit::Day;
    }
    match &moment.kind {
        ExpressionKind::Literal(Literal::Timestamp(moment)) => {
            calendar::truncated(unit, *moment) == Some(*moment)
        }
        ExpressionKind::Cast(operand) => is_start(unit, operand),
        ExpressionKind::Call {
            function: Function::DateTime(function),
            arguments,
        } => match (function, &arguments[..]) {
            (TruncateTimestamp, [name, _]) => {
                let known = name.as_text().and_then(Unit::of_field);
                known.is_some_and(|known| begins_with(known, unit))
            }
            (TimestampPlusInterval | TimestampMinusInterval, [start, by])
            | (IntervalPlusTimestamp, [by, start]) => is_start(unit, start) && is_whole(unit, by),
            _ => false,
        },
        _ => false,
    }
}

/// Whether each large unit begins together with a small one.
fn begins_with(large: Unit, small: Unit) -> bool {
    large >= small
        && (small != Unit::Week || large == Unit::Week)
        && (large != Unit::Week || small <= Unit::Week)
}

/// Whether an interval leads from the beginning of a unit to that of another.
fn is_whole(unit: Unit, interval: &Expression) -> bool {
    let Some(Literal::Interval {
        months,
        days,
        milliseconds,
    }) = interval.as_literal()
    else {
        return false;
    };
    match (unit.months(), unit.milliseconds()) {
        (Some(length), _) => months % length == 0 && *days == 0 && *milliseconds == 0,
        // Months begin in the middle of a week.
        (None, Some(_)) if unit == Unit::Week => {
            *months == 0 && days % 7 == 0 && *milliseconds == 0
        }
        (None, Some(length)) => milliseconds % length == 0,
        (None, None) => false,
    }
}

/// The beginning and the unit of what a text in a format names.
fn read(parts: &[DatePart], text: &str) -> Option<(i64, Unit)> {
    let mut rest = text;
    let mut fields = [1, 1, 1, 0, 0, 0];
    let mut unit = Unit::Year;
    for part in parts {
        match part {
            DatePart::Text(literal) => rest = rest.strip_prefix(literal.as_str())?,
            DatePart::Unit(next) => {
                let (position, width) = match next {
                    Unit::Year => (0, 4),
                    Unit::Month => (1, 2),
                    Unit::Day => (2, 2),
                    Unit::Hour => (3, 2),
                    Unit::Minute => (4, 2),
                    Unit::Second => (5, 2),
                    _ => return None,
                };
                let (digits, behind) = rest.split_at_checked(width)?;
                if !digits.bytes().all(|digit| digit.is_ascii_digit()) {
                    return None;
                }
                *fields.get_mut(position)? = digits.parse().ok()?;
                (rest, unit) = (behind, *next);
            }
        }
    }
    let [year, month, day, hour, minute, second] = fields;
    let is_time = hour < 24 && minute < 60 && second < 60;
    let midnight = calendar::Day::new(year, month, day)?.midnight();
    (rest.is_empty() && is_time)
        .then(|| (midnight + ((hour * 60 + minute) * 60 + second) * 1000, unit))
}
