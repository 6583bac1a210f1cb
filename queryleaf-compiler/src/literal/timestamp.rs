//! Timestamps and dates, in the forms of ISO 8601 that PostgreSQL accepts.

use super::calendar::{DAY, Day, HOUR, in_range};
use super::scan::{Scanner, number};

const SHAPE: &str = "expected a form like `2024-05-01 13:45:00+00`";

/// The moment that a text such as `2024-05-01 13:45:00.5+02` names, in milliseconds since
/// 1970-01-01T00:00:00Z. Without an offset it is UTC, without a time midnight.
pub(crate) fn timestamp(text: &str) -> Result<i64, &'static str> {
    let parts = read(text)?;
    in_range(parts.midnight + parts.time - parts.offset.unwrap_or(0))
        .ok_or("the year must be from 1 to 9999")
}

/// Whether a text names a moment by another offset than that of UTC. PostgreSQL does not look at the
/// offset where it wants a `timestamp` without time zone.
pub(crate) fn has_offset(text: &str) -> bool {
    read(text).is_ok_and(|parts| parts.offset.is_some_and(|offset| offset != 0))
}

/// The day that a text such as `2024-05-01` names, as its midnight in milliseconds since
/// 1970-01-01T00:00:00Z. A time or an offset after it has no effect, as in PostgreSQL.
pub(crate) fn date(text: &str) -> Result<i64, &'static str> {
    Ok(read(text)?.midnight)
}

/// A timestamp in its parts, each in milliseconds.
struct Parts {
    midnight: i64,
    time: i64,
    /// East of Greenwich.
    offset: Option<i64>,
}

fn read(text: &str) -> Result<Parts, &'static str> {
    let mut scanner = Scanner::new(text);
    let midnight = read_day(&mut scanner)?.midnight();
    let spaced = scanner.take(&['T', 't']).is_some() || scanner.space();
    let (mut time, mut offset) = (0, None);
    if spaced {
        time = read_time(&mut scanner)?;
        scanner.space();
        offset = read_offset(&mut scanner)?;
    }
    if !scanner.is_done() {
        return Err(SHAPE);
    }
    Ok(Parts {
        midnight,
        time,
        offset,
    })
}

/// `2024-05-01`, `2024-5-1`, `2024/05/01` or `20240501`.
fn read_day(scanner: &mut Scanner<'_>) -> Result<Day, &'static str> {
    let first = scanner.digits();
    let (year, month, day) = if let Some(separator) = scanner.take(&['-', '/']) {
        let month = scanner.digits();
        scanner.take(&[separator]).ok_or(SHAPE)?;
        (first, month, scanner.digits())
    } else {
        let (year, rest) = first.split_at_checked(4).ok_or(SHAPE)?;
        let (month, day) = rest.split_at_checked(2).ok_or(SHAPE)?;
        if day.len() != 2 {
            return Err(SHAPE);
        }
        (year, month, day)
    };
    if year.len() < 4 {
        return Err("the year needs four digits");
    }
    if !(1..=2).contains(&month.len()) || !(1..=2).contains(&day.len()) {
        return Err(SHAPE);
    }
    let (Some(year), Some(month), Some(day)) = (number(year), number(month), number(day)) else {
        return Err("the year must be from 1 to 9999");
    };
    if !(1..=9999).contains(&year) {
        return Err("the year must be from 1 to 9999");
    }
    if !(1..=12).contains(&month) {
        return Err("there are 12 months");
    }
    Day::new(year, month, day).ok_or("that month has no such day")
}

/// `13:45`, `13:45:00`, `13:45:00.5`, `1345` or `134500`.
fn read_time(scanner: &mut Scanner<'_>) -> Result<i64, &'static str> {
    let first = scanner.digits();
    let (hour, minute, second) = if scanner.take(&[':']).is_some() {
        let minute = scanner.digits();
        let second = match scanner.take(&[':']) {
            Some(_) => scanner.digits(),
            None => "",
        };
        (first, minute, second)
    } else {
        let (hour, rest) = first.split_at_checked(2).ok_or(SHAPE)?;
        let (minute, second) = rest.split_at_checked(2).ok_or(SHAPE)?;
        (hour, minute, second)
    };
    // Without seconds, `13:45.5` is 13 minutes and 45.5 seconds to PostgreSQL.
    let (second, fraction) = match second {
        "" => ("00", 0),
        second => (second, read_fraction(scanner)?),
    };
    if !(1..=2).contains(&hour.len()) || minute.len() != 2 || second.len() != 2 {
        return Err(SHAPE);
    }
    let (Some(hour), Some(minute), Some(second)) = (number(hour), number(minute), number(second))
    else {
        return Err(SHAPE);
    };
    let time = hour * HOUR + minute * 60_000 + second * 1_000 + fraction;
    // `24:00` is the midnight that ends the day.
    if minute > 59 || second > 59 || time > DAY {
        return Err("there is no such time of day");
    }
    Ok(time)
}

/// `.5` as milliseconds; nothing is none.
fn read_fraction(scanner: &mut Scanner<'_>) -> Result<i64, &'static str> {
    if scanner.take(&['.']).is_none() {
        return Ok(0);
    }
    let digits = scanner.digits();
    if digits.trim_end_matches('0').len() > 3 {
        return Err("timestamps are stored in milliseconds, three digits after the point");
    }
    number(&format!("{digits:0<3.3}")).ok_or(SHAPE)
}

/// `Z`, `UTC`, `+02`, `-0330` or `+05:45`, in milliseconds; nothing is none.
fn read_offset(scanner: &mut Scanner<'_>) -> Result<Option<i64>, &'static str> {
    let Some(sign) = scanner.take(&['+', '-']) else {
        let name = scanner.letters();
        return match name.to_ascii_uppercase().as_str() {
            "" => Ok(None),
            "Z" | "UTC" | "GMT" => Ok(Some(0)),
            _ => Err("a time zone is written as its offset, like `+02:00`"),
        };
    };
    let first = scanner.digits();
    let (hours, minutes) = if scanner.take(&[':']).is_some() {
        (first, scanner.digits())
    } else if first.len() <= 2 {
        (first, "00")
    } else {
        first.split_at_checked(2).ok_or(SHAPE)?
    };
    if !(1..=2).contains(&hours.len()) || minutes.len() != 2 {
        return Err(SHAPE);
    }
    let (Some(hours), Some(minutes)) = (number(hours), number(minutes)) else {
        return Err(SHAPE);
    };
    if hours > 15 || minutes > 59 {
        return Err("an offset is less than 16 hours");
    }
    let offset = hours * HOUR + minutes * 60_000;
    Ok(Some(if sign == '-' { -offset } else { offset }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_applications_write() {
        let moment = 1_714_571_100_500;
        for text in [
            "2024-05-01 13:45:00.5",
            "2024-05-01T13:45:00.500Z",
            "  2024-5-1 13:45:00.5000000 ",
            "20240501T134500.5",
            "2024-05-01 13:45:00.5 UTC",
            "2024-05-01T15:45:00.5+02",
            "2024/5/01 15:45:00.5 +0200",
            "2024-05-01 10:15:00.5-03:30",
        ] {
            assert_eq!(timestamp(text), Ok(moment), "{text}");
        }
        assert!(has_offset("2024-05-01 00:00+02") && !has_offset("2024-05-01 00:00Z"));
        assert_eq!(timestamp("1969-12-31 23:59:59.999"), Ok(-1));
        assert_eq!(timestamp("2023-12-31 24:00"), timestamp("2024-01-01"));
        assert_eq!(timestamp("2024-01-01 7:05"), Ok(1_704_092_700_000));
        assert_eq!(date("2024-05-01 23:59:59-08"), timestamp("2024-05-01"));
        assert_eq!(timestamp("0001-01-01"), Ok(super::super::calendar::FIRST));
        assert_eq!(
            timestamp("9999-12-31 23:59:59.999"),
            Ok(super::super::calendar::LAST)
        );
    }

    #[test]
    fn refuses_what_means_nothing_or_something_else() {
        for text in [
            "",
            "now",
            "infinity",
            "2024",
            "2024-05",
            "2024-13-01",
            "2023-02-29",
            "2024-04-31",
            "2024-00-10",
            "24-05-01",
            "01/05/2024",
            "2024/05-01",
            "2024-05-01 13:45.5",
            "2024-05-01 13",
            "2024-05-01 24:00:01",
            "2024-05-01 13:60",
            "2024-05-01 13:45:61",
            "2024-05-01 13:45:00.0001",
            "2024-05-01 13:45 PM",
            "2024-05-01 13:45 CET",
            "2024-05-01 13:45+16",
            "2024-05-01 13:45 + 02",
            "2024-05-01T",
            "2024-05-01 12:00 BC",
            "0000-01-01",
            "10000-01-01",
            "0001-01-01 00:00+01",
            "9999-12-31 24:00",
            "99999999999999999999-01-01",
            "２０２４-05-01",
            "2024-05-01é",
        ] {
            assert!(timestamp(text).is_err(), "{text}");
        }
    }
}
