//! `JUSTIFY_DAYS`, `JUSTIFY_HOURS` and `JUSTIFY_INTERVAL`: what is more than a day or a month of 30 days
//! is carried over, and the signs are made one.

use super::interval::{Fields, in_range, with_fields};
use super::number::{DAY, long, quotient, remainder};
use crate::lower::LoweredArgument;
use crate::lower::operators::{and, bind, call, cond, int, or, unary};
use queryleaf_plan::Template;

const DAYS_OF_MONTH: i32 = 30;

/// `justify_days(interval)`: 30 days become a month.
pub(super) fn days(interval: &LoweredArgument<'_>) -> Template {
    with_fields("interval", interval, |interval| {
        with_carried_days(interval, |interval| {
            months_and_days(interval, |_| None).into_document()
        })
    })
}

/// `justify_hours(interval)`: 24 hours become a day.
pub(super) fn hours(interval: &LoweredArgument<'_>) -> Template {
    with_fields("interval", interval, |interval| {
        with_carried_hours(interval, |interval| days_and_time(interval).into_document())
    })
}

/// `justify_interval(interval)`: both.
pub(super) fn all(interval: &LoweredArgument<'_>) -> Template {
    with_fields("interval", interval, |interval| {
        with_carried_hours(interval, |interval| {
            with_carried_days(interval, |interval| {
                let days = interval.days.clone();
                let time = interval.milliseconds.clone();
                let Fields {
                    months,
                    days,
                    milliseconds,
                } = months_and_days(interval, |operator| {
                    let is_none = call("$eq", [days.clone(), int(0)]);
                    Some(and(vec![is_none, call(operator, [time.clone(), int(0)])]))
                });
                bind("evenDays", days, |days| {
                    days_and_time(Fields {
                        months,
                        days,
                        milliseconds,
                    })
                    .into_document()
                })
            })
        })
    })
}

/// The interval with whole months in place of so many days.
fn with_carried_days(interval: Fields, body: impl FnOnce(Fields) -> Template) -> Template {
    let Fields {
        months,
        days,
        milliseconds,
    } = interval;
    let carried = call("$add", [months, quotient(days.clone(), DAYS_OF_MONTH)]);
    bind("carriedMonths", carried, |months| {
        bind("restOfDays", remainder(days, DAYS_OF_MONTH), |days| {
            body(Fields {
                months,
                days,
                milliseconds,
            })
        })
    })
}

/// The interval with whole days in place of so many hours.
fn with_carried_hours(interval: Fields, body: impl FnOnce(Fields) -> Template) -> Template {
    let Fields {
        months,
        days,
        milliseconds,
    } = interval;
    let whole = call("$divide", [milliseconds.clone(), long(DAY)]);
    let whole = unary("$toLong", unary("$trunc", whole));
    let rest = call("$mod", [milliseconds, long(DAY)]);
    bind("carriedDays", call("$add", [days, whole]), |days| {
        bind("restOfTime", rest, |milliseconds| {
            body(Fields {
                months,
                days,
                milliseconds,
            })
        })
    })
}

/// Months and days of one sign: a month is given back as 30 days where they differ. `or_time` says
/// where the time decides in place of the days, by the operator that compares it with zero.
fn months_and_days(interval: Fields, or_time: impl Fn(&str) -> Option<Template>) -> Fields {
    let Fields {
        months,
        days,
        milliseconds,
    } = interval;
    let differ = |of_months: &str, of_days: &str| {
        let days = call(of_days, [days.clone(), int(0)]);
        let others: Vec<Template> = [days].into_iter().chain(or_time(of_days)).collect();
        and(vec![call(of_months, [months.clone(), int(0)]), or(others)])
    };
    let step = cond(
        differ("$gt", "$lt"),
        int(-1),
        cond(differ("$lt", "$gt"), int(1), int(0)),
    );
    let back = call("$multiply", [step.clone(), int(-DAYS_OF_MONTH)]);
    in_range(Fields {
        months: call("$add", [months, step]),
        days: call("$add", [days, back]),
        milliseconds,
    })
}

/// Days and time of one sign.
fn days_and_time(interval: Fields) -> Fields {
    let Fields {
        months,
        days,
        milliseconds,
    } = interval;
    let differ = |of_days: &str, of_time: &str| {
        and(vec![
            call(of_days, [days.clone(), int(0)]),
            call(of_time, [milliseconds.clone(), int(0)]),
        ])
    };
    let step = cond(
        differ("$gt", "$lt"),
        int(-1),
        cond(differ("$lt", "$gt"), int(1), int(0)),
    );
    let back = call("$multiply", [step.clone(), long(-DAY)]);
    in_range(Fields {
        months,
        days: call("$add", [days, step]),
        milliseconds: call("$add", [milliseconds, back]),
    })
}
