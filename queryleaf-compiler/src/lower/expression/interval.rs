//! Intervals: what they are compared by.

use super::super::operators::{bind, call, int, unary};
use queryleaf_plan::Template;

/// The number by which PostgreSQL compares, sorts and groups intervals: their milliseconds, with a
/// month at 30 days. Null for null.
pub(in crate::lower) fn interval_key(value: Template) -> Template {
    const DAY: i64 = 24 * 60 * 60 * 1000;
    bind("interval", value, |interval| {
        call(
            "$add",
            [
                call(
                    "$multiply",
                    [field(&interval, "months"), Template::from(30 * DAY)],
                ),
                call("$multiply", [field(&interval, "days"), Template::from(DAY)]),
                field(&interval, "milliseconds"),
            ],
        )
    })
}

/// `-x` of an interval that is not null.
pub(super) fn negated_interval(value: Template) -> Template {
    bind("interval", value, |interval| {
        let negated = |name| call("$multiply", [field(&interval, name), int(-1)]);
        Template::document([
            ("months", unary("$toInt", negated("months"))),
            ("days", unary("$toInt", negated("days"))),
            ("milliseconds", unary("$toLong", negated("milliseconds"))),
        ])
    })
}

fn field(interval: &Template, name: &str) -> Template {
    match interval {
        Template::Value(queryleaf_plan::Value::String(path)) => {
            Template::string(format!("{path}.{name}"))
        }
        other => unary(
            "$getField",
            Template::document([("field", Template::from(name)), ("input", other.clone())]),
        ),
    }
}
