//! An interval as text, as PostgreSQL writes it: `1 year 2 mons -3 days +04:05:06.7`.

use super::interval::{Fields, with_fields_of};
use super::number::{quotient, remainder};
use crate::lower::operators::{bind, call, cond, int, is_null, unary};
use queryleaf_plan::Template;

/// The text of an interval; null for null.
pub(super) fn interval_text(value: Template) -> Template {
    with_fields_of("interval", value, |interval| {
        let text = bind("text", parts(&interval), |text| {
            // The parts each end in a space.
            cond(
                call("$eq", [text.clone(), Template::string("")]),
                Template::string("00:00:00"),
                trimmed(text, " "),
            )
        });
        cond(is_null(interval.months.clone()), Template::null(), text)
    })
}

/// The parts that are not zero.
fn parts(interval: &Fields) -> Template {
    let months = &interval.months;
    let days = &interval.days;
    let is_negative = |value: &Template| call("$lt", [value.clone(), int(0)]);
    let is_zero = |value: &Template| call("$eq", [value.clone(), int(0)]);
    let after_months = is_negative(months);
    let after_days = cond(is_zero(days), is_negative(months), is_negative(days));
    call(
        "$concat",
        [
            part("year", quotient(months.clone(), 12), None),
            part("mon", remainder(months.clone(), 12), None),
            part("day", days.clone(), Some(after_months)),
            time(&interval.milliseconds, after_days),
        ],
    )
}

/// A number with its unit. It has a plus sign if it is positive and what stands before it is
/// negative.
fn part(name: &'static str, value: Template, after_negative: Option<Template>) -> Template {
    bind(name, value, |value| {
        let plus = after_negative.map(|negative| plus_sign(negative, &value));
        let end = cond(
            call("$eq", [value.clone(), int(1)]),
            Template::string(format!(" {name} ")),
            Template::string(format!(" {name}s ")),
        );
        let text = plus
            .into_iter()
            .chain([unary("$toString", value.clone()), end]);
        cond(
            call("$eq", [value, int(0)]),
            Template::string(""),
            unary("$concat", Template::array(text)),
        )
    })
}

fn plus_sign(after_negative: Template, value: &Template) -> Template {
    let positive = call("$gt", [value.clone(), int(0)]);
    cond(
        call("$and", [after_negative, positive]),
        Template::string("+"),
        Template::string(""),
    )
}

/// The hours, minutes and seconds.
fn time(milliseconds: &Template, after_negative: Template) -> Template {
    let sign = cond(
        call("$lt", [milliseconds.clone(), int(0)]),
        Template::string("-"),
        plus_sign(after_negative, milliseconds),
    );
    let absolute = unary("$abs", milliseconds.clone());
    let hours = bind("hours", quotient(absolute.clone(), 3_600_000), |hours| {
        let zero = cond(
            call("$lt", [hours.clone(), int(10)]),
            Template::string("0"),
            Template::string(""),
        );
        call("$concat", [zero, unary("$toString", hours)])
    });
    // The minutes and seconds are those of the moment so long after 1970.
    let rest = unary(
        "$dateToString",
        Template::document([
            ("date", unary("$toDate", absolute)),
            ("format", ":%M:%S.%L".into()),
        ]),
    );
    cond(
        call("$eq", [milliseconds.clone(), int(0)]),
        Template::string(""),
        call("$concat", [sign, hours, without_zeros(rest)]),
    )
}

/// A text with a fraction of three digits, without the zeros at its end.
pub(super) fn without_zeros(text: Template) -> Template {
    trimmed(trimmed(text, "0"), ".")
}

fn trimmed(text: Template, characters: &str) -> Template {
    unary(
        "$rtrim",
        Template::document([("input", text), ("chars", characters.into())]),
    )
}
