//! The fields that `EXTRACT` and `DATE_PART` know.

use crate::functions::ArgumentError;
use crate::literal::Unit;
use crate::plan::Expression;
use crate::suggestion::nearest;

/// A field of a timestamp, a date or an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    /// A unit: `YEAR`, `QUARTER`, `SECOND`, ..
    Unit(Unit),
    /// Seconds since 1970, or in an interval.
    Epoch,
    /// The day of the week, 0 on Sunday.
    DayOfWeek,
    /// The day of the week, 1 on Monday and 7 on Sunday.
    IsoDayOfWeek,
    /// The day of the year.
    DayOfYear,
    /// The year to which the week belongs.
    IsoYear,
    /// The Julian day.
    Julian,
}

/// What a field is taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    Timestamp,
    Date,
    Interval,
}

impl Field {
    /// A field by its name.
    pub(crate) fn of_name(name: &str) -> Option<Field> {
        match name.to_ascii_lowercase().as_str() {
            "epoch" => Some(Field::Epoch),
            "dow" => Some(Field::DayOfWeek),
            "isodow" => Some(Field::IsoDayOfWeek),
            "doy" => Some(Field::DayOfYear),
            "isoyear" => Some(Field::IsoYear),
            "julian" => Some(Field::Julian),
            name => Unit::of_field(name).map(Field::Unit),
        }
    }

    /// Whether `EXTRACT` looks at a timestamp only once for it.
    pub(super) fn is_read_once(self) -> bool {
        !matches!(
            self,
            Field::Unit(Unit::Microsecond | Unit::Millisecond | Unit::Second)
        )
    }

    /// Whether PostgreSQL takes it from such a value, and the server can too.
    fn is_of(self, source: Source) -> bool {
        match (self, source) {
            (Field::Epoch, _) => true,
            (Field::Julian, Source::Date) => true,
            // The fraction of a Julian day has more digits than the server's numbers.
            (Field::Julian, Source::Timestamp | Source::Interval) => false,
            (
                Field::DayOfWeek | Field::IsoDayOfWeek | Field::DayOfYear | Field::IsoYear,
                Source::Timestamp | Source::Date,
            ) => true,
            (
                Field::DayOfWeek | Field::IsoDayOfWeek | Field::DayOfYear | Field::IsoYear,
                Source::Interval,
            ) => false,
            (Field::Unit(_), Source::Timestamp) => true,
            (Field::Unit(unit), Source::Date) => unit >= Unit::Day,
            (Field::Unit(unit), Source::Interval) => unit != Unit::Week,
        }
    }
}

const NAMES: &[&str] = &[
    "year",
    "month",
    "day",
    "hour",
    "minute",
    "second",
    "epoch",
    "dow",
    "isodow",
    "doy",
    "week",
    "isoyear",
    "quarter",
    "decade",
    "century",
    "millennium",
    "milliseconds",
    "microseconds",
];

const UNITS: &[&str] = &[
    "year",
    "quarter",
    "month",
    "week",
    "day",
    "hour",
    "minute",
    "second",
    "decade",
    "century",
    "millennium",
    "milliseconds",
    "microseconds",
];

/// Checks the field of an `EXTRACT`.
pub(super) fn check_field(arguments: &[Expression], source: Source) -> Result<(), ArgumentError> {
    let Some(name) = text(arguments) else {
        return Ok(());
    };
    match Field::of_name(name) {
        Some(field) if field.is_of(source) => Ok(()),
        Some(_) => Err(ArgumentError {
            argument: 0,
            message: format!("{} has no field `{name}`", source.with_article()),
            help: match source {
                Source::Date => Some("cast the date to `timestamp` for a time of day".to_owned()),
                Source::Timestamp | Source::Interval => None,
            },
        }),
        None => Err(unknown("field", name, NAMES)),
    }
}

/// Checks the unit of a `DATE_TRUNC` or `TIMESTAMPDIFF`.
pub(super) fn check_unit(arguments: &[Expression], source: Source) -> Result<(), ArgumentError> {
    let Some(name) = text(arguments) else {
        return Ok(());
    };
    match Unit::of_field(name) {
        Some(Unit::Week) if source == Source::Interval => Err(ArgumentError {
            argument: 0,
            message: "an interval cannot be cut to `week`, since its months are no whole weeks"
                .to_owned(),
            help: None,
        }),
        Some(_) => Ok(()),
        None => Err(unknown("unit", name, UNITS)),
    }
}

/// The field or unit of a call, where it is a constant as it must be.
pub(super) fn text(arguments: &[Expression]) -> Option<&str> {
    arguments.first().and_then(Expression::as_text)
}

fn unknown(what: &str, name: &str, known: &[&'static str]) -> ArgumentError {
    let help = match nearest(&name.to_ascii_lowercase(), known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("it is one of {}", known.join(", ")),
    };
    ArgumentError {
        argument: 0,
        message: format!("there is no {what} `{name}`"),
        help: Some(help),
    }
}

impl Source {
    fn with_article(self) -> &'static str {
        match self {
            Source::Timestamp => "a timestamp",
            Source::Date => "a date",
            Source::Interval => "an interval",
        }
    }
}
