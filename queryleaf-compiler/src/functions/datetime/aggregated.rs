//! Intervals as aggregates see them.

use super::DateTimeFunction;
use super::arithmetic::fields_of_difference;
use super::interval::{Fields, in_range, interval_key, scaled, with_fields_of};
use crate::functions::Function;
use crate::lower::operators::{bind, cond, is_not_null, unary};
use crate::plan::{Expression, ExpressionKind};
use crate::types::Type;
use queryleaf_plan::Template;

/// How the values of an aggregate's argument are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aggregated {
    /// As documents of three fields.
    Intervals,
    /// As milliseconds between two timestamps, which are cheaper to compute and compare by themselves.
    Milliseconds,
}

/// The timestamps whose differences the values are.
fn timestamps(value: &Expression) -> Option<(&Expression, &Expression)> {
    match &value.kind {
        ExpressionKind::Call {
            function: Function::DateTime(DateTimeFunction::TimestampMinusTimestamp),
            arguments,
        } => match &arguments[..] {
            [later, earlier] => Some((later, earlier)),
            _ => None,
        },
        _ => None,
    }
}

impl Aggregated {
    /// What an aggregate of intervals reads instead of its argument, where that is better.
    pub(crate) fn of(value: &Expression) -> (Aggregated, Option<Expression>) {
        let Some((later, earlier)) = timestamps(value) else {
            return (Aggregated::Intervals, None);
        };
        let kind = ExpressionKind::Call {
            function: Function::DateTime(DateTimeFunction::MillisecondsBetween),
            arguments: vec![later.clone(), earlier.clone()],
        };
        let milliseconds = Expression {
            kind,
            ty: Type::Bigint,
            ..value.clone()
        };
        (Aggregated::Milliseconds, Some(milliseconds))
    }

    /// The fields with their names, each of which is added up by itself; null or missing of null.
    pub(crate) fn fields(self, value: &Template) -> Vec<(&'static str, Template)> {
        match self {
            Aggregated::Intervals => {
                let field =
                    |part: fn(Fields) -> Template| with_fields_of("interval", value.clone(), part);
                vec![
                    ("months", field(|interval| interval.months)),
                    ("days", field(|interval| interval.days)),
                    ("milliseconds", field(|interval| interval.milliseconds)),
                ]
            }
            Aggregated::Milliseconds => {
                let Fields {
                    days, milliseconds, ..
                } = fields_of_difference(value);
                vec![("days", days), ("milliseconds", milliseconds)]
            }
        }
    }

    /// What the server compares as SQL compares the values, and the value from it.
    pub(crate) fn compared(self, value: Template, nullable: bool) -> Template {
        match self {
            Aggregated::Milliseconds => value,
            Aggregated::Intervals => bind("interval", value, |interval| {
                let keyed = Template::document([
                    ("key", interval_key(interval.clone())),
                    ("value", interval.clone()),
                ]);
                if nullable {
                    cond(is_not_null(interval), keyed, Template::null())
                } else {
                    keyed
                }
            }),
        }
    }

    /// The interval from what was compared.
    pub(crate) fn interval(self, compared: Template, nullable: bool) -> Template {
        match self {
            Aggregated::Intervals => super::interval::field_of(&compared, "value"),
            Aggregated::Milliseconds => {
                let interval = fields_of_difference(&compared).into_document();
                if nullable {
                    cond(is_not_null(compared), interval, Template::null())
                } else {
                    interval
                }
            }
        }
    }
}

/// The interval of sums of fields; an error on the server if they do not fit.
pub(crate) fn combined(sums: Vec<(&'static str, Template)>) -> Template {
    let mut fields = Fields::constant(0, 0, 0);
    for (name, sum) in sums {
        match name {
            "months" => fields.months = sum,
            "days" => fields.days = sum,
            _ => fields.milliseconds = sum,
        }
    }
    in_range(fields).into_document()
}

/// `interval / number` of any two values that are not null.
pub(crate) fn divided(interval: Template, number: Template) -> Template {
    let number = unary("$toDouble", number);
    with_fields_of("interval", interval, |interval| {
        scaled(interval, &number, "$divide")
    })
}
