//! `DATE_TRUNC`.

use super::interval::{Fields, with_fields};
use super::number::{long, remainder};
use super::zone;
use crate::literal::Unit;
use crate::lower::LoweredArgument;
use crate::lower::operators::{bind, call, int, unary};
use queryleaf_plan::Template;

/// The beginning of the unit in which a timestamp is.
pub(super) fn timestamp(unit: Unit, value: Template) -> Template {
    match unit {
        // Nothing is stored below the millisecond.
        Unit::Microsecond | Unit::Millisecond => value,
        Unit::Second
        | Unit::Minute
        | Unit::Hour
        | Unit::Day
        | Unit::Month
        | Unit::Quarter
        | Unit::Year => unary(
            "$dateTrunc",
            Template::document([("date", value), ("unit", unit.name().into())]),
        ),
        Unit::Week => unary(
            "$dateTrunc",
            Template::document([
                ("date", value),
                ("unit", "week".into()),
                ("startOfWeek", "monday".into()),
            ]),
        ),
        // Decades begin with the year 0, centuries and millennia with the year 1.
        Unit::Decade => years(value, 10, 0),
        Unit::Century => years(value, 100, 1),
        Unit::Millennium => years(value, 1000, 1),
    }
}

/// The beginning of a period of years: that of the year, less the years since the period's first.
fn years(value: Template, length: i32, first: i32) -> Template {
    bind("date", value, |date| {
        let year = match first {
            0 => unary("$year", date.clone()),
            first => call("$subtract", [unary("$year", date.clone()), int(first)]),
        };
        unary(
            "$dateSubtract",
            Template::document([
                ("startDate", timestamp(Unit::Year, date)),
                ("unit", "year".into()),
                ("amount", remainder(year, length)),
            ]),
        )
    })
}

/// The moment at which the unit begins in which a clock in the zone is.
///
/// `$dateTrunc` in a zone counts hours from the zone's offset of the year 2000, and takes the first of two
/// midnights where clocks are set back at one; PostgreSQL takes the offset of the moment, and the second.
pub(super) fn timestamp_in_zone(unit: Unit, moment: Template, name: &str) -> Template {
    if zone::is_utc(name) {
        return timestamp(unit, moment);
    }
    let clock = |moment: Template| zone::lower(name, moment);
    if unit < Unit::Day {
        return bind("moment", moment, |moment| {
            bind("clock", clock(moment.clone()), |reading| {
                let since = call("$subtract", [reading.clone(), timestamp(unit, reading)]);
                call("$subtract", [moment, since])
            })
        });
    }
    zone::moment(name, timestamp(unit, clock(moment)))
}

/// An interval without what is smaller than the unit.
pub(super) fn interval(unit: Unit, argument: &LoweredArgument<'_>) -> Template {
    let multiple =
        |field: Template, divisor| call("$subtract", [field.clone(), remainder(field, divisor)]);
    with_fields("interval", argument, |interval| {
        let time = |divisor| Fields {
            milliseconds: multiple(interval.milliseconds.clone(), divisor),
            ..interval.clone()
        };
        let months = |divisor| Fields {
            months: multiple(interval.months.clone(), divisor),
            days: int(0),
            milliseconds: long(0),
        };
        let cut = match unit {
            Unit::Microsecond | Unit::Millisecond => interval,
            Unit::Second => time(1_000),
            Unit::Minute => time(60_000),
            Unit::Hour => time(3_600_000),
            Unit::Week | Unit::Day => Fields {
                milliseconds: long(0),
                ..interval
            },
            Unit::Month => months(1),
            Unit::Quarter => months(3),
            Unit::Year => months(12),
            Unit::Decade => months(120),
            Unit::Century => months(1_200),
            Unit::Millennium => months(12_000),
        };
        cut.into_document()
    })
}
