//! Arithmetic in the proleptic Gregorian calendar, on milliseconds since 1970-01-01T00:00:00Z.

use super::Unit;

/// The milliseconds of an hour.
pub(crate) const HOUR: i64 = 3_600_000;
/// The milliseconds of a day.
pub(crate) const DAY: i64 = 24 * HOUR;

/// The first moment of the year 1: before it the server and PostgreSQL number the years
/// differently.
pub(crate) const FIRST: i64 = -719_162 * DAY;
/// The last millisecond of the year 9999, the last one that the server can write as text.
pub(crate) const LAST: i64 = 2_932_897 * DAY - 1;

/// A day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Day {
    /// The year.
    pub(crate) year: i64,
    /// The month, 1 to 12.
    pub(crate) month: i64,
    /// The day of the month, from 1.
    pub(crate) day: i64,
}

impl Day {
    /// A day, if the calendar has it and its year is from 1 to 9999.
    pub(crate) fn new(year: i64, month: i64, day: i64) -> Option<Day> {
        let known = (1..=9999).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_in_month(year, month)).contains(&day);
        known.then_some(Day { year, month, day })
    }

    /// The day on which a moment from [`FIRST`] to [`LAST`] is.
    pub(crate) fn of(milliseconds: i64) -> Day {
        // Years are counted from March, so that the leap day is a year's last, and in eras of 400
        // years, which all have the same number of days.
        let days = milliseconds.div_euclid(DAY) + 719_468;
        let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = (month_from_march + 2) % 12 + 1;
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Day { year, month, day }
    }

    /// Its midnight.
    pub(crate) fn midnight(self) -> i64 {
        let year = self.year - i64::from(self.month <= 2);
        let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
        let month_from_march = (self.month + 9) % 12;
        let day_of_year = (153 * month_from_march + 2) / 5 + self.day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        (era * 146_097 + day_of_era - 719_468) * DAY
    }

    /// The same day so many months later, or the last of that month if it has no such day.
    pub(crate) fn plus_months(self, months: i64) -> Option<Day> {
        let total = self
            .year
            .checked_mul(12)?
            .checked_add(self.month - 1)?
            .checked_add(months)?;
        let (year, month) = (total.div_euclid(12), total.rem_euclid(12) + 1);
        Day::new(year, month, self.day.min(days_in_month(year, month)))
    }
}

/// The number of days of a month.
pub(crate) fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// A moment, if it is one that both servers handle alike.
pub(crate) fn in_range(milliseconds: i64) -> Option<i64> {
    (FIRST..=LAST)
        .contains(&milliseconds)
        .then_some(milliseconds)
}

/// A timestamp plus an interval: first the months, then the days, then the rest.
pub(crate) fn plus(timestamp: i64, months: i32, days: i32, milliseconds: i64) -> Option<i64> {
    let timestamp = in_range(timestamp)?;
    let time = timestamp.rem_euclid(DAY);
    let moved = Day::of(timestamp)
        .plus_months(i64::from(months))?
        .midnight()
        + time;
    let days = i64::from(days).checked_mul(DAY)?;
    in_range(moved.checked_add(days)?.checked_add(milliseconds)?)
}

/// The beginning of the unit in which a moment is.
pub(crate) fn truncated(unit: Unit, timestamp: i64) -> Option<i64> {
    let timestamp = in_range(timestamp)?;
    let Day { year, month, .. } = Day::of(timestamp);
    let first_month = |year, month| Some(Day::new(year, month, 1)?.midnight());
    match unit {
        Unit::Microsecond | Unit::Millisecond => Some(timestamp),
        Unit::Second | Unit::Minute | Unit::Hour | Unit::Day => {
            Some(timestamp - timestamp.rem_euclid(unit.milliseconds()?))
        }
        // 1970 began on a Thursday.
        Unit::Week => in_range(timestamp - (timestamp + 3 * DAY).rem_euclid(7 * DAY)),
        Unit::Month => first_month(year, month),
        Unit::Quarter => first_month(year, month - (month - 1) % 3),
        Unit::Year => first_month(year, 1),
        Unit::Decade => first_month(year - year % 10, 1),
        Unit::Century => first_month(year - (year - 1) % 100, 1),
        Unit::Millennium => first_month(year - (year - 1) % 1000, 1),
    }
}

/// The beginning of the next unit, given the beginning of one.
pub(crate) fn next(unit: Unit, start: i64) -> Option<i64> {
    match (unit.milliseconds(), unit.months()) {
        (Some(length), _) => in_range(start.checked_add(length)?),
        (None, Some(months)) => plus(start, months, 0, 0),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_the_range_is_the_one_after_the_day_before() {
        let mut expected = Day::new(1, 1, 1).unwrap();
        let mut midnight = FIRST;
        while midnight < LAST {
            assert_eq!(Day::of(midnight), expected);
            assert_eq!(Day::of(midnight + DAY - 1), expected);
            assert_eq!(expected.midnight(), midnight);
            expected.day += 1;
            if expected.day > days_in_month(expected.year, expected.month) {
                (expected.day, expected.month) = (1, expected.month + 1);
            }
            if expected.month > 12 {
                (expected.month, expected.year) = (1, expected.year + 1);
            }
            midnight += DAY;
        }
        assert_eq!(midnight, LAST + 1);
        assert_eq!(expected.year, 10_000);
    }

    #[test]
    fn units_begin_where_postgresql_begins_them() {
        let at = |text| super::super::timestamp(text).unwrap();
        let moment = at("1969-02-05 13:14:15.678");
        for (unit, start) in [
            (Unit::Millisecond, "1969-02-05 13:14:15.678"),
            (Unit::Second, "1969-02-05 13:14:15"),
            (Unit::Minute, "1969-02-05 13:14"),
            (Unit::Hour, "1969-02-05 13:00"),
            (Unit::Day, "1969-02-05"),
            (Unit::Week, "1969-02-03"),
            (Unit::Month, "1969-02-01"),
            (Unit::Quarter, "1969-01-01"),
            (Unit::Year, "1969-01-01"),
            (Unit::Decade, "1960-01-01"),
            (Unit::Century, "1901-01-01"),
            (Unit::Millennium, "1001-01-01"),
        ] {
            assert_eq!(truncated(unit, moment), Some(at(start)), "{unit:?}");
            assert_eq!(truncated(unit, at(start)), Some(at(start)), "{unit:?}");
            let next = next(unit, at(start)).unwrap();
            assert!(next > moment, "{unit:?}");
            assert_eq!(truncated(unit, next - 1), Some(at(start)), "{unit:?}");
            assert_eq!(truncated(unit, next), Some(next), "{unit:?}");
        }
        assert_eq!(
            truncated(Unit::Century, at("2000-12-31")),
            Some(at("1901-01-01"))
        );
        assert_eq!(truncated(Unit::Decade, at("0009-12-31")), None);
        assert_eq!(next(Unit::Year, at("9999-01-01")), None);
    }

    #[test]
    fn months_stop_at_the_end_of_the_month_and_come_before_days() {
        let at = |year, month, day| Day::new(year, month, day).unwrap().midnight();
        assert_eq!(plus(at(2024, 1, 31), 1, 0, 0), Some(at(2024, 2, 29)));
        assert_eq!(plus(at(2023, 1, 31), 1, 1, 0), Some(at(2023, 3, 1)));
        assert_eq!(plus(at(2024, 3, 31), -1, 0, 0), Some(at(2024, 2, 29)));
        assert_eq!(plus(at(2024, 2, 29), -12, 0, 0), Some(at(2023, 2, 28)));
        assert_eq!(
            plus(at(1969, 12, 31) - 1, 1, 0, 0),
            Some(at(1970, 1, 31) - 1)
        );
        assert_eq!(plus(LAST, 0, 0, 1), None);
        assert_eq!(plus(FIRST, -1, 31, 0), None);
        assert_eq!(plus(0, i32::MAX, i32::MAX, i64::MAX), None);
    }
}
