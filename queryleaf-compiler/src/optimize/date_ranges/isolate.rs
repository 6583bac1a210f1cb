//! Comparisons of a column that is moved by a constant: the constant is moved instead.
//!
//! `NOW() - seen_at > INTERVAL '30 days'` is `seen_at < NOW() - INTERVAL '30 days'`. This holds for
//! days and times, which are always equally long, and not for months.

use super::bounds::as_timestamp;
use super::compare;
use super::number::number;
use super::shape::column;
use crate::functions::{DateTimeFunction, Function};
use crate::literal::calendar::DAY;
use crate::optimize::date_constants::fold;
use crate::plan::{ComparisonOperator, Expression, ExpressionKind, Literal};
use crate::types::Type;
use DateTimeFunction::*;

/// The comparison with the column alone on the left.
pub(super) fn isolated(
    operator: ComparisonOperator,
    left: &Expression,
    right: &Expression,
) -> Option<Expression> {
    let ExpressionKind::Call {
        function: Function::DateTime(function),
        arguments,
    } = &left.kind
    else {
        return None;
    };
    let [first, second] = &arguments[..] else {
        return None;
    };
    match function {
        MillisecondsBetween => between(operator, first, second, right.as_integer()?),
        SecondsBetween => {
            let milliseconds = number(right, 3).filter(|number| number.is_whole)?;
            between(operator, first, second, milliseconds.floor)
        }
        TimestampPlusInterval => {
            let back = time(second)?.checked_neg()?;
            against(operator, first, right, back)
        }
        IntervalPlusTimestamp => {
            let back = time(first)?.checked_neg()?;
            against(operator, second, right, back)
        }
        TimestampMinusInterval => against(operator, first, right, time(second)?),
        DateMinusDate => between(operator, first, second, days(right)?),
        DatePlusDays => against(operator, first, right, days(second)?.checked_neg()?),
        DaysPlusDate => against(operator, second, right, days(first)?.checked_neg()?),
        DateMinusDays => against(operator, first, right, days(second)?),
        _ => None,
    }
}

/// `later - earlier` compared with so many milliseconds.
fn between(
    operator: ComparisonOperator,
    later: &Expression,
    earlier: &Expression,
    milliseconds: i64,
) -> Option<Expression> {
    against(operator, later, earlier, milliseconds).or_else(|| {
        against(
            operator.flipped(),
            earlier,
            later,
            milliseconds.checked_neg()?,
        )
    })
}

/// A column compared with a constant moment that is so many milliseconds later.
fn against(
    operator: ComparisonOperator,
    date: &Expression,
    moment: &Expression,
    milliseconds: i64,
) -> Option<Expression> {
    let date = column(date)?;
    let moment = as_timestamp(moment).filter(Expression::is_constant)?;
    let (span, nullable) = (moment.span, moment.nullable);
    let literal = Literal::Interval {
        months: 0,
        days: 0,
        milliseconds,
    };
    let interval = Expression::literal(literal, Type::Interval, span);
    let kind = ExpressionKind::Call {
        function: Function::DateTime(TimestampPlusInterval),
        arguments: vec![moment, interval],
    };
    let moved = fold(Expression::new(kind, Type::Timestamp, span).nullable(nullable));
    Some(compare(operator, date, moved))
}

/// The milliseconds of a constant number of days.
fn days(number: &Expression) -> Option<i64> {
    number.as_integer()?.checked_mul(DAY)
}

/// The milliseconds of an interval without months.
fn time(interval: &Expression) -> Option<i64> {
    match interval.as_literal()? {
        Literal::Interval {
            months: 0,
            days,
            milliseconds,
        } => i64::from(*days)
            .checked_mul(DAY)?
            .checked_add(*milliseconds),
        _ => None,
    }
}
