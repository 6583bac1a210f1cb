//! The units of time.

/// A unit of time, from small to large.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Unit {
    /// A microsecond: below what the server stores.
    Microsecond,
    /// A millisecond.
    Millisecond,
    /// A second.
    Second,
    /// A minute.
    Minute,
    /// An hour.
    Hour,
    /// A day.
    Day,
    /// A week; it begins on Monday.
    Week,
    /// A month.
    Month,
    /// Three months.
    Quarter,
    /// A year.
    Year,
    /// Ten years, beginning with the one that ends in 0.
    Decade,
    /// A hundred years, beginning with the one that ends in 01.
    Century,
    /// A thousand years, beginning with the one that ends in 001.
    Millennium,
}

impl Unit {
    /// By one of the names that PostgreSQL has for it in an interval's text.
    pub(crate) fn of_name(name: &str) -> Option<Unit> {
        Some(match name.to_ascii_lowercase().as_str() {
            "millennium" | "millennia" | "mil" | "mils" => Unit::Millennium,
            "century" | "centuries" | "cent" | "c" => Unit::Century,
            "decade" | "decades" | "dec" | "decs" => Unit::Decade,
            "year" | "years" | "yr" | "yrs" | "y" => Unit::Year,
            "month" | "months" | "mon" | "mons" => Unit::Month,
            "week" | "weeks" | "w" => Unit::Week,
            "day" | "days" | "d" => Unit::Day,
            "hour" | "hours" | "hr" | "hrs" | "h" => Unit::Hour,
            "minute" | "minutes" | "min" | "mins" | "m" => Unit::Minute,
            "second" | "seconds" | "sec" | "secs" | "s" => Unit::Second,
            "millisecond" | "milliseconds" | "msec" | "msecs" | "ms" => Unit::Millisecond,
            "microsecond" | "microseconds" | "usec" | "usecs" | "us" => Unit::Microsecond,
            _ => return None,
        })
    }

    /// By one of the names that it has as the field of `EXTRACT` and `DATE_TRUNC`.
    pub(crate) fn of_field(name: &str) -> Option<Unit> {
        match name.to_ascii_lowercase().as_str() {
            "quarter" | "qtr" => Some(Unit::Quarter),
            name => Unit::of_name(name),
        }
    }

    /// By the key word behind an interval's quotes: standard SQL's, and those of MySQL beside them.
    pub(crate) fn of_keyword(name: &str) -> Option<Unit> {
        Some(match name.to_ascii_lowercase().as_str() {
            "year" | "years" => Unit::Year,
            "quarter" => Unit::Quarter,
            "month" | "months" => Unit::Month,
            "week" | "weeks" => Unit::Week,
            "day" | "days" => Unit::Day,
            "hour" | "hours" => Unit::Hour,
            "minute" | "minutes" => Unit::Minute,
            "second" | "seconds" => Unit::Second,
            "millisecond" | "milliseconds" => Unit::Millisecond,
            "microsecond" | "microseconds" => Unit::Microsecond,
            _ => return None,
        })
    }

    /// Its name in PostgreSQL's documentation.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Unit::Microsecond => "microseconds",
            Unit::Millisecond => "milliseconds",
            Unit::Second => "second",
            Unit::Minute => "minute",
            Unit::Hour => "hour",
            Unit::Day => "day",
            Unit::Week => "week",
            Unit::Month => "month",
            Unit::Quarter => "quarter",
            Unit::Year => "year",
            Unit::Decade => "decade",
            Unit::Century => "century",
            Unit::Millennium => "millennium",
        }
    }

    /// How long it is where that is always the same.
    pub(crate) fn milliseconds(self) -> Option<i64> {
        match self {
            Unit::Millisecond => Some(1),
            Unit::Second => Some(1_000),
            Unit::Minute => Some(60_000),
            Unit::Hour => Some(3_600_000),
            Unit::Day => Some(86_400_000),
            Unit::Week => Some(7 * 86_400_000),
            Unit::Microsecond
            | Unit::Month
            | Unit::Quarter
            | Unit::Year
            | Unit::Decade
            | Unit::Century
            | Unit::Millennium => None,
        }
    }

    /// How many months it has, if it is one of those that have.
    pub(crate) fn months(self) -> Option<i32> {
        match self {
            Unit::Month => Some(1),
            Unit::Quarter => Some(3),
            Unit::Year => Some(12),
            Unit::Decade => Some(120),
            Unit::Century => Some(1_200),
            Unit::Millennium => Some(12_000),
            Unit::Microsecond
            | Unit::Millisecond
            | Unit::Second
            | Unit::Minute
            | Unit::Hour
            | Unit::Day
            | Unit::Week => None,
        }
    }
}
