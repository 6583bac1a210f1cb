//! `EXTRACT` and `DATE_PART`.

use super::field::Field;
use super::interval::{Fields, with_fields};
use super::number::{long, quotient, remainder};
use crate::literal::Unit;
use crate::lower::LoweredArgument;
use crate::lower::operators::{call, int, unary};
use queryleaf_plan::Template;

/// The number type of the result: `numeric` for `EXTRACT`, `double precision` for `DATE_PART`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// For fields that are integers only.
    Integer,
    Numeric,
    Double,
}

/// A field before it has its number type.
enum Amount {
    /// An integer.
    Integer(Template),
    /// An integer that counts milliseconds, wanted in seconds.
    Milliseconds(Template),
    /// Whole seconds and the milliseconds beside them. PostgreSQL's doubles are their sum.
    Seconds(Template, Template),
}

impl Amount {
    fn into_number(self, wanted: Wanted) -> Template {
        let thousandth = |milliseconds| {
            let milliseconds = match wanted {
                Wanted::Numeric => unary("$toDecimal", milliseconds),
                Wanted::Integer | Wanted::Double => milliseconds,
            };
            call("$divide", [milliseconds, int(1000)])
        };
        match (self, wanted) {
            (Amount::Integer(value), Wanted::Integer) => value,
            (Amount::Integer(value), Wanted::Numeric) => unary("$toDecimal", value),
            (Amount::Integer(value), Wanted::Double) => unary("$toDouble", value),
            (Amount::Milliseconds(value), _) => thousandth(value),
            (Amount::Seconds(seconds, milliseconds), _) => {
                call("$add", [seconds, thousandth(milliseconds)])
            }
        }
    }
}

/// A field of a timestamp or a date.
pub(super) fn from_timestamp(field: Field, value: Template, wanted: Wanted) -> Template {
    let of = |operator| unary(operator, value.clone());
    // Decades begin with the year 0, centuries and millennia with the year 1.
    let years = |offset, years| Amount::Integer(quotient(plus(of("$year"), offset), years));
    let amount = match field {
        Field::Unit(Unit::Microsecond) => Amount::Integer(call(
            "$add",
            [
                call("$multiply", [of("$second"), int(1_000_000)]),
                call("$multiply", [of("$millisecond"), int(1000)]),
            ],
        )),
        Field::Unit(Unit::Millisecond) => Amount::Integer(call(
            "$add",
            [
                call("$multiply", [of("$second"), int(1000)]),
                of("$millisecond"),
            ],
        )),
        Field::Unit(Unit::Second) => Amount::Seconds(of("$second"), of("$millisecond")),
        Field::Unit(Unit::Minute) => Amount::Integer(of("$minute")),
        Field::Unit(Unit::Hour) => Amount::Integer(of("$hour")),
        Field::Unit(Unit::Day) => Amount::Integer(of("$dayOfMonth")),
        Field::Unit(Unit::Week) => Amount::Integer(of("$isoWeek")),
        Field::Unit(Unit::Month) => Amount::Integer(of("$month")),
        Field::Unit(Unit::Quarter) => Amount::Integer(quotient(plus(of("$month"), 2), 3)),
        Field::Unit(Unit::Year) => Amount::Integer(of("$year")),
        Field::Unit(Unit::Decade) => years(0, 10),
        Field::Unit(Unit::Century) => years(99, 100),
        Field::Unit(Unit::Millennium) => years(999, 1000),
        Field::Epoch => Amount::Milliseconds(of("$toLong")),
        Field::DayOfWeek => Amount::Integer(plus(of("$dayOfWeek"), -1)),
        Field::IsoDayOfWeek => Amount::Integer(of("$isoDayOfWeek")),
        Field::DayOfYear => Amount::Integer(of("$dayOfYear")),
        Field::IsoYear => Amount::Integer(of("$isoWeekYear")),
        // 1970-01-01 is the Julian day 2440588.
        Field::Julian => {
            let days = call("$divide", [of("$toLong"), int(86_400_000)]);
            Amount::Integer(plus(unary("$toLong", days), 2_440_588))
        }
    };
    amount.into_number(wanted)
}

/// A field of an interval: of its months, its days or its time, each by itself.
pub(super) fn from_interval(
    field: Field,
    argument: &LoweredArgument<'_>,
    wanted: Wanted,
) -> Template {
    with_fields("interval", argument, |interval| {
        let months = |count| Amount::Integer(quotient(interval.months.clone(), count));
        let time = |cycle, unit| {
            let rest = remainder(interval.milliseconds.clone(), cycle);
            Amount::Integer(quotient(rest, unit))
        };
        let amount = match field {
            Field::Unit(Unit::Microsecond) => {
                let minute = remainder(interval.milliseconds.clone(), 60_000);
                Amount::Integer(call("$multiply", [minute, int(1000)]))
            }
            Field::Unit(Unit::Millisecond) => {
                Amount::Integer(remainder(interval.milliseconds.clone(), 60_000))
            }
            Field::Unit(Unit::Second) => {
                let second = remainder(interval.milliseconds.clone(), 1000);
                Amount::Seconds(
                    quotient(remainder(interval.milliseconds.clone(), 60_000), 1000),
                    second,
                )
            }
            Field::Unit(Unit::Minute) => time(3_600_000, 60_000),
            Field::Unit(Unit::Hour) => {
                Amount::Integer(quotient(interval.milliseconds.clone(), 3_600_000))
            }
            Field::Unit(Unit::Day) => Amount::Integer(interval.days.clone()),
            Field::Unit(Unit::Week) => Amount::Integer(quotient(interval.days.clone(), 7)),
            Field::Unit(Unit::Month) => Amount::Integer(remainder(interval.months.clone(), 12)),
            Field::Unit(Unit::Quarter) => {
                Amount::Integer(plus(quotient(remainder(interval.months.clone(), 12), 3), 1))
            }
            Field::Unit(Unit::Year) => months(12),
            Field::Unit(Unit::Decade) => months(120),
            Field::Unit(Unit::Century) => months(1_200),
            Field::Unit(Unit::Millennium) => months(12_000),
            Field::Epoch
            | Field::DayOfWeek
            | Field::IsoDayOfWeek
            | Field::DayOfYear
            | Field::IsoYear
            | Field::Julian => return epoch(&interval, wanted),
        };
        amount.into_number(wanted)
    })
}

/// The seconds of an interval, with a year at 365.25 days and a month at 30.
fn epoch(interval: &Fields, wanted: Wanted) -> Template {
    let years = quotient(interval.months.clone(), 12);
    let months = remainder(interval.months.clone(), 12);
    let seconds = |count, each: i64| call("$multiply", [count, long(-each)]);
    let time = Amount::Milliseconds(interval.milliseconds.clone()).into_number(wanted);
    // One after the other, as PostgreSQL adds its doubles. The server would put nested `$add`s into
    // one, and round that once.
    [
        seconds(years, 31_557_600),
        seconds(months, 2_592_000),
        seconds(interval.days.clone(), 86_400),
    ]
    .into_iter()
    .fold(time, |sum, part| call("$subtract", [sum, part]))
}

fn plus(value: Template, count: i32) -> Template {
    match count {
        0 => value,
        count => call("$add", [value, int(count)]),
    }
}
