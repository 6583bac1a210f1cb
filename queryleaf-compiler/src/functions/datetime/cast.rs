//! Casts between timestamps, dates, intervals and text.

use super::interval_text::{interval_text, without_zeros};
use crate::lower::operators::{bind, call, cond, is_null, raise, unary};
use crate::types::Type;
use queryleaf_plan::Template;

/// The forms of a timestamp in text that both servers read alike; PostgreSQL has more.
const TIMESTAMP: &str = concat!(
    r"^\s*(?!0000)\d{4}-\d{2}-\d{2}",
    r"([ T]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,3}0*)?)?",
    r"( ?(Z|[+-](0\d|1[0-5])(:?[0-5]\d)?))?)?\s*$"
);
/// The same with nothing behind the day.
const DATE: &str = r"^\s*(?!0000)\d{4}-\d{2}-\d{2}\s*$";

/// A value of one type as the other: null for null, `None` where there is no such cast.
///
/// One side is a timestamp, a date or an interval.
pub(crate) fn cast(value: Template, from: &Type, to: &Type) -> Option<Template> {
    match (from, to) {
        (Type::Timestamp, Type::Timestamp)
        | (Type::Date, Type::Date | Type::Timestamp)
        | (Type::Interval, Type::Interval) => Some(value),
        (Type::Timestamp, Type::Date) => Some(day_of(value)),
        (Type::Timestamp, Type::Text) => Some(timestamp_text(value)),
        (Type::Date, Type::Text) => Some(date_text(value)),
        (Type::Interval, Type::Text) => Some(interval_text(value)),
        (Type::Text, Type::Timestamp) => Some(read(value, TIMESTAMP, "timestamp")),
        (Type::Text, Type::Date) => Some(read(value, DATE, "date")),
        _ => None,
    }
}

/// The midnight before a moment.
pub(super) fn day_of(value: Template) -> Template {
    unary(
        "$dateTrunc",
        Template::document([("date", value), ("unit", "day".into())]),
    )
}

fn date_text(value: Template) -> Template {
    formatted(value, "%Y-%m-%d")
}

fn formatted(value: Template, format: &str) -> Template {
    unary(
        "$dateToString",
        Template::document([("date", value), ("format", format.into())]),
    )
}

/// `2024-05-01 13:45:00.5+00`: in UTC, which is the session's time zone.
fn timestamp_text(value: Template) -> Template {
    call("$concat", [local_text(value), Template::string("+00")])
}

/// `2024-05-01 13:45:00.5`: the fraction of a second has no zeros at its end.
pub(super) fn local_text(value: Template) -> Template {
    without_zeros(formatted(value, "%Y-%m-%d %H:%M:%S.%L"))
}

/// A text read as a timestamp or a date; an error where it has none of the forms.
fn read(value: Template, form: &str, name: &str) -> Template {
    bind("text", value, |text| {
        let known = unary(
            "$regexMatch",
            Template::document([("input", text.clone()), ("regex", form.into())]),
        );
        let message = format!("this text is no {name} in a form like 2024-05-01");
        cond(
            is_null(text.clone()),
            Template::null(),
            cond(known, unary("$toDate", text.clone()), raise(&message, text)),
        )
    })
}
