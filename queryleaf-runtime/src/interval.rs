//! SQL intervals.

use crate::schema::Declared;
use serde::{Deserialize, Serialize};
use std::fmt;

#[doc(hidden)]
pub use crate::type_macros::Interval;

/// A SQL `interval`: a span of calendar time, the type of such columns and parameters.
/// Months, days and time are kept apart, since a month has no fixed number of days and a day no
/// fixed number of hours. It is shown as PostgreSQL shows it and stored as a document of the three
/// fields.
///
/// ```
/// use queryleaf::Interval;
///
/// let rental = Interval::new(1, 15, 0);
/// assert_eq!(rental.to_string(), "1 mon 15 days");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Interval {
    /// Whole months; a year is twelve.
    #[serde(default)]
    pub months: i32,
    /// Whole days; a week is seven.
    #[serde(default)]
    pub days: i32,
    /// The rest.
    #[serde(default)]
    pub milliseconds: i64,
}

#[diagnostic::do_not_recommend]
impl Declared for Interval {}

impl Interval {
    /// Makes a span of so many months, days and milliseconds.
    pub const fn new(months: i32, days: i32, milliseconds: i64) -> Self {
        Interval {
            months,
            days,
            milliseconds,
        }
    }
}

/// PostgreSQL's default form: `1 year 2 mons -3 days +04:05:06.7`.
impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut empty = true;
        // A positive part after a negative one shows its sign.
        let mut after_negative = false;
        for (number, unit) in [
            (self.months / 12, "year"),
            (self.months % 12, "mon"),
            (self.days, "day"),
        ] {
            if number == 0 {
                continue;
            }
            let space = if empty { "" } else { " " };
            let sign = if after_negative && number > 0 {
                "+"
            } else {
                ""
            };
            let plural = if number == 1 { "" } else { "s" };
            write!(f, "{space}{sign}{number} {unit}{plural}")?;
            after_negative = number < 0;
            empty = false;
        }
        if self.milliseconds == 0 && !empty {
            return Ok(());
        }
        if !empty {
            f.write_str(" ")?;
        }
        if self.milliseconds < 0 {
            f.write_str("-")?;
        } else if after_negative {
            f.write_str("+")?;
        }
        let milliseconds = self.milliseconds.unsigned_abs();
        let seconds = milliseconds / 1000;
        write!(
            f,
            "{:02}:{:02}:{:02}",
            seconds / 3600,
            seconds / 60 % 60,
            seconds % 60
        )?;
        match milliseconds % 1000 {
            0 => Ok(()),
            fraction => f.write_str(format!(".{fraction:03}").trim_end_matches('0')),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each line is what PostgreSQL 15 shows for this interval.
    #[test]
    fn shown_as_postgresql_shows_it() {
        const HOUR: i64 = 3_600_000;
        for (interval, shown) in [
            (
                Interval::new(14, -3, 14_706_700),
                "1 year 2 mons -3 days +04:05:06.7",
            ),
            (Interval::new(0, 0, 0), "00:00:00"),
            (Interval::new(0, 1, 0), "1 day"),
            (Interval::new(-1, 2, 0), "-1 mons +2 days"),
            (
                Interval::new(-13, -1, -100 * HOUR - 50),
                "-1 years -1 mons -1 days -100:00:00.05",
            ),
            (Interval::new(1, -2, 3 * HOUR), "1 mon -2 days +03:00:00"),
            (Interval::new(-11, 0, 0), "-11 mons"),
            (Interval::new(-12, 2, 3 * HOUR), "-1 years +2 days 03:00:00"),
        ] {
            assert_eq!(interval.to_string(), shown);
        }
    }
}
