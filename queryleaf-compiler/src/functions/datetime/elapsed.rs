//! `AGE` and `TIMESTAMPDIFF`: the time between two timestamps by the calendar.

use super::interval::Fields;
use super::number::{DAY, long, quotient};
use crate::literal::Unit;
use crate::lower::operators::{bind, call, cond, int, unary};
use queryleaf_plan::Template;

/// `AGE(a, b)`: years, months, days and time from one timestamp to another.
///
/// It counts from the earlier to the later of the two, and a month that is borrowed for the days
/// has the length of the earlier one's.
pub(super) fn age(end: Template, start: Template) -> Template {
    in_order(end, start, |earlier, later, sign| {
        let time = call("$subtract", [time_of_day(&later), time_of_day(&earlier)]);
        bind("time", time, |time| {
            bind("dayBorrowed", borrow(&time), |day_borrowed| {
                let days = subtract_all([
                    unary("$dayOfMonth", later.clone()),
                    unary("$dayOfMonth", earlier.clone()),
                    day_borrowed.clone(),
                ]);
                bind("days", days, |days| {
                    bind("monthBorrowed", borrow(&days), |month_borrowed| {
                        let months = call(
                            "$subtract",
                            [months_between(&later, &earlier), month_borrowed.clone()],
                        );
                        let days_of_month =
                            call("$multiply", [month_borrowed, days_in_month(&earlier)]);
                        let time_of_day = call("$multiply", [day_borrowed, long(DAY)]);
                        Fields {
                            months,
                            days: call("$add", [days, days_of_month]),
                            milliseconds: call("$add", [time, time_of_day]),
                        }
                        .map(|field| call("$multiply", [sign.clone(), field]))
                        .into_document()
                    })
                })
            })
        })
    })
}

/// `TIMESTAMPDIFF(unit, start, end)`: the whole units that have gone by.
pub(super) fn whole_units(unit: Unit, start: Template, end: Template) -> Template {
    if let Some(months) = unit.months() {
        return in_order(end, start, |earlier, later, sign| {
            let rest = call(
                "$subtract",
                [time_of_month(&later), time_of_month(&earlier)],
            );
            let whole = call(
                "$subtract",
                [months_between(&later, &earlier), borrow(&rest)],
            );
            unary(
                "$toLong",
                call("$multiply", [sign, quotient(whole, months)]),
            )
        });
    }
    let milliseconds = call("$subtract", [end, start]);
    match unit.milliseconds() {
        Some(1) => milliseconds,
        // Units of a fixed length fit 32 bits: the longest is a week.
        Some(length) => quotient(milliseconds, i32::try_from(length).unwrap_or(i32::MAX)),
        None => call("$multiply", [milliseconds, int(1000)]),
    }
}

/// Gives the body the earlier timestamp, the later one, and 1 or -1 for the given order.
fn in_order(
    end: Template,
    start: Template,
    body: impl FnOnce(Template, Template, Template) -> Template,
) -> Template {
    let both = [end.clone(), start.clone()];
    let sign = cond(call("$gte", [end, start]), int(1), int(-1));
    bind("sign", sign, |sign| {
        bind("earlier", call("$min", both.clone()), |earlier| {
            bind("later", call("$max", both), |later| {
                body(earlier, later, sign)
            })
        })
    })
}

/// 1 where a difference is negative, 0 elsewhere.
fn borrow(difference: &Template) -> Template {
    cond(call("$lt", [difference.clone(), int(0)]), int(1), int(0))
}

/// The months from one calendar month to another.
fn months_between(later: &Template, earlier: &Template) -> Template {
    let number = |date: &Template| {
        let years = call("$multiply", [unary("$year", date.clone()), int(12)]);
        call("$add", [years, unary("$month", date.clone())])
    };
    call("$subtract", [number(later), number(earlier)])
}

/// The number of days of a date's month.
fn days_in_month(date: &Template) -> Template {
    let with_unit = |operator: &str, key: &str, date| {
        unary(
            operator,
            Template::document([(key, date), ("unit", "month".into()), ("amount", int(1))]),
        )
    };
    let next = with_unit("$dateAdd", "startDate", start_of("month", date));
    // The day before the first of the next month.
    unary("$dayOfMonth", call("$subtract", [next, long(DAY)]))
}

fn time_of_day(date: &Template) -> Template {
    call("$subtract", [date.clone(), start_of("day", date)])
}

fn time_of_month(date: &Template) -> Template {
    call("$subtract", [date.clone(), start_of("month", date)])
}

fn start_of(unit: &str, date: &Template) -> Template {
    unary(
        "$dateTrunc",
        Template::document([("date", date.clone()), ("unit", unit.into())]),
    )
}

/// The first of these minus all others.
fn subtract_all<const N: usize>(values: [Template; N]) -> Template {
    values
        .into_iter()
        .reduce(|rest, value| call("$subtract", [rest, value]))
        .unwrap_or_else(|| int(0))
}
