//! How long events have to be kept for a query, which its own conditions say.

use super::field;
use super::scans::EventScan;
use crate::diagnostic::Span;
use crate::functions::{DateTimeFunction, Function};
use crate::literal::Unit;
use crate::plan::{ColumnId, ComparisonOperator, Expression, ExpressionKind, Literal};
use crate::types::Type;

/// When an event can be forgotten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retention {
    /// The stored path of a moment in the event.
    pub path: Vec<String>,
    /// The number of seconds after it, from which on no query reads the event.
    pub seconds: u64,
}

/// What a condition such as `at >= CURRENT_TIMESTAMP - INTERVAL '1 hour'` says in every place where the
/// events are read: none can be older there.
pub(super) fn retention(scans: &[EventScan]) -> Option<Retention> {
    retentions(scans)
        .into_iter()
        .min_by_key(|retention| retention.seconds)
}

/// All that such conditions say, each of another time.
pub(super) fn retentions(scans: &[EventScan]) -> Vec<Retention> {
    let mut scans = scans.iter().map(|scan| {
        let bounds = scan.conditions.iter();
        bounds
            .filter_map(|condition| bound(condition, scan))
            .collect::<Vec<_>>()
    });
    let first = scans.next().unwrap_or_default();
    scans.fold(first, |common, other| {
        let widest = |known: Retention| {
            let seconds = other.iter().filter(|other| other.path == known.path);
            let seconds = seconds.map(|other| other.seconds).min()?;
            Some(Retention {
                seconds: known.seconds.max(seconds),
                ..known
            })
        };
        common.into_iter().filter_map(widest).collect()
    })
}

/// What a condition says about the age of the events.
fn bound(condition: &Expression, scan: &EventScan) -> Option<Retention> {
    let ExpressionKind::Compare {
        operator,
        left,
        right,
    } = &condition.kind
    else {
        return None;
    };
    let (time, moment) = match operator {
        ComparisonOperator::Greater | ComparisonOperator::GreaterOrEqual => (left, right),
        ComparisonOperator::Less | ComparisonOperator::LessOrEqual => (right, left),
        ComparisonOperator::Equal | ComparisonOperator::NotEqual => return None,
    };
    let ExpressionKind::Path(path) = &time.kind else {
        return None;
    };
    let is_moment = matches!(time.ty, Type::Timestamp | Type::Date);
    if path.column != scan.event || path.steps.is_empty() || !is_moment {
        return None;
    }
    let sound = |name: &&str| !name.contains('.') && !name.starts_with('$');
    if !path.names().iter().all(sound) {
        return None;
    }
    let milliseconds = age(moment)?.max(0);
    Some(Retention {
        path: path.owned_names(),
        seconds: u64::try_from(milliseconds).ok()?.div_ceil(1000),
    })
}

/// The condition that says this of a time in the events.
pub(super) fn condition(event: ColumnId, path: &[&str], seconds: u64, span: Span) -> Expression {
    let milliseconds = i64::try_from(seconds)
        .unwrap_or(i64::MAX)
        .saturating_mul(SECOND);
    let interval = Literal::Interval {
        months: 0,
        days: 0,
        milliseconds,
    };
    let kind = ExpressionKind::Call {
        function: Function::DateTime(DateTimeFunction::TimestampMinusInterval),
        arguments: vec![
            Expression::new(ExpressionKind::CurrentTimestamp, Type::Timestamp, span),
            Expression::literal(interval, Type::Interval, span),
        ],
    };
    let since = Expression::new(kind, Type::Timestamp, span);
    let made = field(event, path, Type::Timestamp, span);
    made.compared(ComparisonOperator::GreaterOrEqual, since)
}

/// At most how many milliseconds a moment lies before the present one.
fn age(moment: &Expression) -> Option<i64> {
    match &moment.kind {
        ExpressionKind::CurrentTimestamp => Some(0),
        ExpressionKind::Cast(operand) => match (&operand.ty, &moment.ty) {
            (Type::Timestamp, Type::Date) => age(operand)?.checked_add(DAY),
            (Type::Timestamp | Type::Date, Type::Timestamp | Type::Date) => age(operand),
            _ => None,
        },
        ExpressionKind::Call {
            function: Function::DateTime(function),
            arguments,
        } => match (function, &arguments[..]) {
            (DateTimeFunction::TimestampMinusInterval, [moment, interval]) => {
                age(moment)?.checked_add(longest(interval, 1)?)
            }
            (DateTimeFunction::TimestampPlusInterval, [moment, interval])
            | (DateTimeFunction::IntervalPlusTimestamp, [interval, moment]) => {
                age(moment)?.checked_add(longest(interval, -1)?)
            }
            (DateTimeFunction::DateMinusDays, [moment, days]) => {
                age(moment)?.checked_add(days.as_integer()?.checked_mul(DAY)?)
            }
            (DateTimeFunction::TruncateTimestamp, [unit, moment]) => {
                let unit = Unit::of_field(unit.as_text()?)?;
                age(moment)?.checked_add(longest_unit(unit)?)
            }
            _ => None,
        },
        _ => None,
    }
}

const SECOND: i64 = 1000;
const HOUR: i64 = 3600 * SECOND;
const DAY: i64 = 24 * HOUR;

/// The milliseconds of a constant interval, or of its opposite, where months are as long as they can be.
fn longest(interval: &Expression, sign: i64) -> Option<i64> {
    let Literal::Interval {
        months,
        days,
        milliseconds,
    } = interval.as_literal()?
    else {
        return None;
    };
    let months = i64::from(*months).checked_mul(sign)?;
    let month = if months > 0 { 31 * DAY } else { 28 * DAY };
    let days = i64::from(*days).checked_mul(sign)?.checked_mul(DAY)?;
    let milliseconds = milliseconds.checked_mul(sign)?;
    months
        .checked_mul(month)?
        .checked_add(days)?
        .checked_add(milliseconds)
}

/// The most milliseconds that a unit of time has.
pub(super) fn longest_unit(unit: Unit) -> Option<i64> {
    Some(match unit {
        Unit::Microsecond | Unit::Millisecond => 1,
        Unit::Second => SECOND,
        Unit::Minute => 60 * SECOND,
        Unit::Hour => HOUR,
        Unit::Day => DAY,
        Unit::Week => 7 * DAY,
        Unit::Month => 31 * DAY,
        Unit::Quarter => 92 * DAY,
        Unit::Year => 366 * DAY,
        Unit::Decade | Unit::Century | Unit::Millennium => return None,
    })
}
