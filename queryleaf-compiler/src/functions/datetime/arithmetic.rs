//! `+` and `-` on timestamps and dates.

use super::interval::{Fields, constant, with_fields};
use super::number::{DAY, long, quotient};
use super::operand::survives_date_add;
use crate::lower::LoweredArgument;
use crate::lower::operators::{bind, call, int, unary};
use crate::plan::Expression;
use queryleaf_plan::Template;

/// Whether an interval is added or taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Plus,
    Minus,
}

/// `timestamp + interval` and `timestamp - interval`: first the months, with the day cut to the end
/// of the month, then the days, then the time.
pub(super) fn shift(
    timestamp: &LoweredArgument<'_>,
    interval: &LoweredArgument<'_>,
    sign: Sign,
) -> Template {
    if let Some((months, time)) = constant_shift(interval.expression, sign) {
        let moved = match months {
            0 => timestamp.value.clone(),
            months => {
                let (unit, amount) = match months % 12 {
                    0 => ("year", months / 12),
                    _ => ("month", months),
                };
                let (operator, amount) = match amount {
                    ..0 => ("$dateSubtract", -amount),
                    0.. => ("$dateAdd", amount),
                };
                by_months(timestamp, operator, unit, count(amount))
            }
        };
        return by_milliseconds(moved, time);
    }
    with_fields("interval", interval, |fields| {
        let (on_months, on_rest) = match sign {
            Sign::Plus => ("$dateAdd", "$add"),
            Sign::Minus => ("$dateSubtract", "$subtract"),
        };
        let moved = by_months(timestamp, on_months, "month", fields.months.clone());
        call(on_rest, [moved, time(fields)])
    })
}

/// A timestamp after so many steps of a constant interval, which has months or a time.
pub(super) fn after_steps(
    timestamp: &LoweredArgument<'_>,
    steps: Template,
    interval: &Expression,
) -> Option<Template> {
    let (months, time) = constant_shift(interval, Sign::Plus)?;
    let times = |length: i64| match length {
        1 => steps.clone(),
        length => call("$multiply", [steps.clone(), count(length)]),
    };
    Some(match months {
        0 => call(
            "$add",
            [
                timestamp.value.clone(),
                call("$multiply", [steps, long(time)]),
            ],
        ),
        months => by_months(timestamp, "$dateAdd", "month", times(months)),
    })
}

/// Whether a shift is null by itself when the timestamp or the interval is.
pub(super) fn is_plain_shift(timestamp: &Expression, interval: &Expression) -> bool {
    match constant(interval) {
        Some((months, ..)) => months == 0 || survives_date_add(timestamp),
        None => false,
    }
}

/// The signed months, and the days and time in milliseconds, of a constant interval.
fn constant_shift(interval: &Expression, sign: Sign) -> Option<(i64, i64)> {
    let (months, days, milliseconds) = constant(interval)?;
    let time = i64::from(days)
        .checked_mul(DAY)?
        .checked_add(milliseconds)?;
    match sign {
        Sign::Plus => Some((i64::from(months), time)),
        Sign::Minus => Some((-i64::from(months), time.checked_neg()?)),
    }
}

/// A timestamp so many months earlier or later.
///
/// `$dateAdd` answers a second too little before 1970 when the timestamp has a fraction of a second
/// (seen on 6.0.5), so it is given whole seconds, and the fraction is added to its answer.
fn by_months(
    timestamp: &LoweredArgument<'_>,
    operator: &str,
    unit: &str,
    amount: Template,
) -> Template {
    let value = &timestamp.value;
    let shifted = |start| {
        unary(
            operator,
            Template::document([
                ("startDate", start),
                ("unit", unit.into()),
                ("amount", amount),
            ]),
        )
    };
    if survives_date_add(timestamp.expression) {
        return shifted(value.clone());
    }
    let seconds = unary(
        "$dateTrunc",
        Template::document([("date", value.clone()), ("unit", "second".into())]),
    );
    call(
        "$add",
        [shifted(seconds), unary("$millisecond", value.clone())],
    )
}

fn by_milliseconds(timestamp: Template, time: i64) -> Template {
    match time {
        0 => timestamp,
        1.. => call("$add", [timestamp, count(time)]),
        ..0 => match time.checked_neg() {
            Some(time) => call("$subtract", [timestamp, count(time)]),
            None => call("$add", [timestamp, count(time)]),
        },
    }
}

/// An integer constant as the shell writes it: 32 bits where they do.
fn count(value: i64) -> Template {
    i32::try_from(value).map_or_else(|_| long(value), int)
}

/// The days and the time of an interval in milliseconds.
fn time(interval: Fields) -> Template {
    let days = call("$multiply", [interval.days, long(DAY)]);
    call("$add", [days, interval.milliseconds])
}

/// `timestamp - timestamp`: an interval of days and time, both with the sign of the difference.
pub(super) fn difference(later: Template, earlier: Template) -> Template {
    bind(
        "difference",
        call("$subtract", [later, earlier]),
        |difference| fields_of_difference(&difference).into_document(),
    )
}

/// The interval of that many milliseconds between two timestamps.
pub(super) fn fields_of_difference(milliseconds: &Template) -> Fields {
    Fields {
        months: int(0),
        days: unary("$toInt", quotient(milliseconds.clone(), 86_400_000)),
        milliseconds: call("$mod", [milliseconds.clone(), int(86_400_000)]),
    }
}

/// The milliseconds between two timestamps.
pub(super) fn milliseconds_between(later: Template, earlier: Template) -> Template {
    call("$subtract", [later, earlier])
}

/// The seconds between two timestamps, as `EXTRACT(EPOCH ..)` of their difference gives them.
pub(super) fn seconds_between(later: Template, earlier: Template) -> Template {
    let milliseconds = milliseconds_between(later, earlier);
    call("$divide", [unary("$toDecimal", milliseconds), int(1000)])
}

/// `date - date`: the days between them.
pub(super) fn days_between(later: Template, earlier: Template) -> Template {
    let days = unary(
        "$dateDiff",
        Template::document([
            ("startDate", earlier),
            ("endDate", later),
            ("unit", "day".into()),
        ]),
    );
    unary("$toInt", days)
}

/// `date + integer` and `date - integer`.
pub(super) fn shift_days(date: Template, days: Template, sign: Sign) -> Template {
    let operator = match sign {
        Sign::Plus => "$dateAdd",
        Sign::Minus => "$dateSubtract",
    };
    unary(
        operator,
        Template::document([
            ("startDate", date),
            ("unit", "day".into()),
            ("amount", days),
        ]),
    )
}
