//! Intervals: documents of months, days and milliseconds, as PostgreSQL keeps them apart.

use super::number::{DAY, long, remainder, rounded, sum};
use crate::lower::LoweredArgument;
use crate::lower::operators::{bind, call, cond, int, is_null, unary};
use crate::plan::{Expression, Literal};
use queryleaf_plan::{Template, Value};

/// The milliseconds of a month in comparisons: PostgreSQL gives it 30 days.
const MONTH: i64 = 30 * DAY;

/// The three fields of an interval, each an expression or a constant.
#[derive(Debug, Clone)]
pub(super) struct Fields {
    pub(super) months: Template,
    pub(super) days: Template,
    pub(super) milliseconds: Template,
}

impl Fields {
    /// The interval as a document. `$mergeObjects` keeps it an expression wherever it stands: a
    /// bare document would be read as nested fields where a projection wants a value.
    pub(super) fn into_document(self) -> Template {
        unary(
            "$mergeObjects",
            Template::document([
                ("months", self.months),
                ("days", self.days),
                ("milliseconds", self.milliseconds),
            ]),
        )
    }

    /// The fields of a constant.
    pub(super) fn constant(months: i32, days: i32, milliseconds: i64) -> Self {
        Fields {
            months: int(months),
            days: int(days),
            milliseconds: long(milliseconds),
        }
    }

    /// The fields of a column, a variable, or a constant such as a parameter.
    fn of(interval: Template) -> Self {
        let field = |field: &str| field_of(&interval, field);
        Fields {
            months: field("months"),
            days: field("days"),
            milliseconds: field("milliseconds"),
        }
    }

    /// Each field changed in the same way.
    pub(super) fn map(self, change: impl Fn(Template) -> Template) -> Self {
        Fields {
            months: change(self.months),
            days: change(self.days),
            milliseconds: change(self.milliseconds),
        }
    }
}

/// A field of a document: of a column, a variable, or a constant such as a parameter.
pub(super) fn field_of(document: &Template, field: &str) -> Template {
    match document {
        Template::Value(Value::String(path)) => Template::string(format!("{path}.{field}")),
        constant => unary(
            "$getField",
            Template::document([("field", field.into()), ("input", constant.clone())]),
        ),
    }
}

/// The months, days and milliseconds of a constant interval.
pub(super) fn constant(expression: &Expression) -> Option<(i32, i32, i64)> {
    match expression.as_literal() {
        Some(Literal::Interval {
            months,
            days,
            milliseconds,
        }) => Some((*months, *days, *milliseconds)),
        _ => None,
    }
}

/// Gives the fields of an argument to the body, under a variable of this name if need be.
pub(super) fn with_fields(
    name: &str,
    argument: &LoweredArgument<'_>,
    body: impl FnOnce(Fields) -> Template,
) -> Template {
    match constant(argument.expression) {
        Some((months, days, milliseconds)) => body(Fields::constant(months, days, milliseconds)),
        None => with_fields_of(name, argument.value.clone(), body),
    }
}

/// Gives the fields of any interval to the body.
pub(super) fn with_fields_of(
    name: &str,
    value: Template,
    body: impl FnOnce(Fields) -> Template,
) -> Template {
    bind(name, value, |interval| body(Fields::of(interval)))
}

/// The number by which PostgreSQL compares, sorts and groups intervals: their milliseconds, with a
/// month at 30 days. Null for null.
pub(crate) fn interval_key(value: Template) -> Template {
    with_fields_of("interval", value, |interval| {
        call(
            "$add",
            [
                call("$multiply", [interval.months, long(MONTH)]),
                call("$multiply", [interval.days, long(DAY)]),
                interval.milliseconds,
            ],
        )
    })
}

/// The same number of a constant.
pub(crate) fn constant_interval_key(months: i32, days: i32, milliseconds: i64) -> Option<i64> {
    let months = i64::from(months).checked_mul(MONTH)?;
    let days = i64::from(days).checked_mul(DAY)?;
    months.checked_add(days)?.checked_add(milliseconds)
}

/// `-x` of an interval. Null for null.
pub(crate) fn negate_interval(value: Template) -> Template {
    with_fields_of("interval", value, |interval| {
        cond(
            is_null(interval.months.clone()),
            Template::null(),
            negated(interval).into_document(),
        )
    })
}

fn negated(interval: Fields) -> Fields {
    in_range(interval.map(|field| call("$multiply", [field, int(-1)])))
}

/// The fields with their types; an error on the server if they do not fit.
pub(super) fn in_range(interval: Fields) -> Fields {
    Fields {
        months: unary("$toInt", interval.months),
        days: unary("$toInt", interval.days),
        milliseconds: unary("$toLong", interval.milliseconds),
    }
}

/// `a + b` of intervals, field by field.
pub(super) fn add(left: &LoweredArgument<'_>, right: &LoweredArgument<'_>) -> Template {
    combine(left, right, "$add")
}

/// `a - b` of intervals, field by field.
pub(super) fn subtract(left: &LoweredArgument<'_>, right: &LoweredArgument<'_>) -> Template {
    combine(left, right, "$subtract")
}

fn combine(left: &LoweredArgument<'_>, right: &LoweredArgument<'_>, operator: &str) -> Template {
    with_fields("left", left, |left| {
        with_fields("right", right, |right| {
            let both = |left, right| call(operator, [left, right]);
            in_range(Fields {
                months: both(left.months, right.months),
                days: both(left.days, right.days),
                milliseconds: both(left.milliseconds, right.milliseconds),
            })
            .into_document()
        })
    })
}

/// `interval * number` and `interval / number`, told apart by the operator.
///
/// As in PostgreSQL a fraction of a month becomes days and one of a day becomes time, in doubles;
/// the time is rounded to the millisecond, as there to the microsecond.
pub(super) fn scale(
    interval: &LoweredArgument<'_>,
    number: &LoweredArgument<'_>,
    operator: &'static str,
) -> Template {
    with_fields("interval", interval, |interval| {
        scaled(interval, &number.value, operator)
    })
}

pub(super) fn scaled(interval: Fields, factor: &Template, operator: &'static str) -> Template {
    let scaled = |field| call(operator, [field, factor.clone()]);
    let time = call("$multiply", [interval.milliseconds.clone(), int(1000)]);
    bind("months", scaled(interval.months), |months| {
        bind("days", scaled(interval.days), |days| {
            bind("monthDays", days_of_fraction(&months), |month_days| {
                bind(
                    "seconds",
                    seconds_of_fractions(&days, &month_days),
                    |seconds| {
                        let microseconds = call(
                            "$add",
                            [
                                scaled(time),
                                call("$multiply", [cut_to_day(&seconds), int(1_000_000)]),
                            ],
                        );
                        let whole_days =
                            [days, month_days, call("$divide", [seconds, int(86_400)])]
                                .map(|days| unary("$trunc", days));
                        Fields {
                            months: unary("$toInt", unary("$trunc", months)),
                            days: unary("$toInt", sum(whole_days)),
                            milliseconds: rounded(call(
                                "$divide",
                                [unary("$round", microseconds), int(1000)],
                            )),
                        }
                        .into_document()
                    },
                )
            })
        })
    })
}

/// The days of the fraction of a number of months, rounded as PostgreSQL does against noise.
fn days_of_fraction(months: &Template) -> Template {
    let fraction = call(
        "$subtract",
        [months.clone(), unary("$trunc", months.clone())],
    );
    without_noise(call("$multiply", [fraction, int(30)]))
}

/// The seconds of the fractions of two numbers of days.
fn seconds_of_fractions(days: &Template, month_days: &Template) -> Template {
    let fraction =
        |days: &Template| call("$subtract", [days.clone(), unary("$trunc", days.clone())]);
    let fractions = call(
        "$subtract",
        [
            call("$add", [fraction(days), month_days.clone()]),
            unary("$trunc", month_days.clone()),
        ],
    );
    without_noise(call("$multiply", [fractions, int(86_400)]))
}

fn cut_to_day(seconds: &Template) -> Template {
    remainder(seconds.clone(), 86_400)
}

/// A number rounded to a millionth.
fn without_noise(value: Template) -> Template {
    // `$toDouble` keeps the server from putting two multiplications into one, which rounds once.
    let millions = call("$multiply", [unary("$toDouble", value), int(1_000_000)]);
    call("$divide", [unary("$round", millions), int(1_000_000)])
}
