//! `MAKE_DATE`, `MAKE_TIMESTAMP`, `MAKE_INTERVAL` and `TO_TIMESTAMP(seconds)`.

use super::interval::{Fields, in_range};
use super::number::{long, rounded, sum};
use crate::literal::calendar::FIRST;
use crate::lower::operators::{and, bind, call, cond, int, raise, unary};
use queryleaf_plan::{Template, Value};

/// The day of a year, month and day; an error where the calendar has no such day.
pub(super) fn date(year: Template, month: Template, day: Template) -> Template {
    let parts = Template::document([
        ("year", year),
        ("month", month.clone()),
        ("day", day.clone()),
    ]);
    // `$dateFromParts` carries over: the 30th of February is the 1st of March.
    bind("date", unary("$dateFromParts", parts), |date| {
        let stayed = and(vec![
            call("$eq", [unary("$month", date.clone()), month]),
            call("$eq", [unary("$dayOfMonth", date.clone()), day]),
        ]);
        cond(stayed, date.clone(), raise("there is no such day", date))
    })
}

/// The moment of a day and a time of day; an error where there is none.
pub(super) fn timestamp([year, month, day, hour, minute, second]: [Template; 6]) -> Template {
    let between = |value: &Template, least, most| {
        and(vec![
            call("$gte", [value.clone(), int(least)]),
            call("$lte", [value.clone(), int(most)]),
        ])
    };
    let seconds = call(
        "$add",
        [
            call("$multiply", [hour.clone(), int(3_600)]),
            call("$multiply", [minute.clone(), int(60)]),
            second.clone(),
        ],
    );
    bind("seconds", seconds, |seconds| {
        // `24:00:00` and a 60th second are the beginning of what follows.
        let known = and(vec![
            between(&hour, 0, 24),
            between(&minute, 0, 59),
            between(&second, 0, 60),
            between(&seconds, 0, 86_400),
        ]);
        let time = rounded(call("$multiply", [seconds.clone(), int(1000)]));
        cond(
            known,
            call("$add", [date(year, month, day), time]),
            raise("there is no such time of day", seconds),
        )
    })
}

/// The interval of years, months, weeks, days, hours, minutes and seconds, the last ones left out
/// at will.
pub(super) fn interval(arguments: Vec<Template>) -> Template {
    let mut arguments = arguments.into_iter();
    let mut times = |factor: i64| match arguments.next() {
        None => int(0),
        Some(value) if factor == 1 => value,
        Some(value) => call("$multiply", [value, long(factor)]),
    };
    let months = [times(12), times(1)];
    let days = [times(7), times(1)];
    let time = [times(3_600_000), times(60_000)];
    let seconds = match arguments.next() {
        None => int(0),
        Some(seconds) => rounded(call("$multiply", [seconds, int(1000)])),
    };
    in_range(Fields {
        months: sum(months),
        days: sum(days),
        milliseconds: sum(time.into_iter().chain([seconds])),
    })
    .into_document()
}

/// The moment so many seconds after the beginning of 1970, rounded to the millisecond.
pub(super) fn from_epoch(seconds: Template) -> Template {
    unary("$toDate", rounded(call("$multiply", [seconds, int(1000)])))
}

/// The beginning of the first year that is not below a number.
pub(super) fn start_of_year_not_below(number: Template) -> Template {
    let years = call("$subtract", [whole("$ceil", number), int(1)]);
    years_after_first(years)
}

/// The beginning of the first year that is above a number.
pub(super) fn start_of_year_above(number: Template) -> Template {
    years_after_first(whole("$floor", number))
}

fn whole(operator: &str, number: Template) -> Template {
    unary("$toLong", unary(operator, number))
}

fn years_after_first(years: Template) -> Template {
    unary(
        "$dateAdd",
        Template::document([
            ("startDate", Template::Value(Value::DateTime(FIRST))),
            ("unit", "year".into()),
            ("amount", years),
        ]),
    )
}
