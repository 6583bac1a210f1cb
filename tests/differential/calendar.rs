//! Days and milliseconds, written as ISO 8601 does.

const DAY: i64 = 86_400_000;

/// The day of the proleptic Gregorian calendar that is so many days after 1970-01-01.
pub fn day_of(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// How many days after 1970-01-01 this day is.
pub fn days_to(year: i64, month: i64, day: i64) -> i64 {
    let shifted_year = if month <= 2 { year - 1 } else { year };
    let era = shifted_year.div_euclid(400);
    let year_of_era = shifted_year.rem_euclid(400);
    let shifted_month = (month + 9) % 12;
    let of_year = (153 * shifted_month + 2) / 5 + day - 1;
    let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year;
    era * 146_097 + of_era - 719_468
}

/// `2024-02-29`.
pub fn date_text(milliseconds: i64) -> String {
    let (year, month, day) = day_of(milliseconds.div_euclid(DAY));
    format!("{year:04}-{month:02}-{day:02}")
}

/// `2024-02-29T12:30:00.500+00:00`.
pub fn timestamp_text(milliseconds: i64) -> String {
    let time = milliseconds.rem_euclid(DAY);
    format!(
        "{}T{:02}:{:02}:{:02}.{:03}+00:00",
        date_text(milliseconds),
        time / 3_600_000,
        time / 60_000 % 60,
        time / 1000 % 60,
        time % 1000
    )
}

/// Reads a date or timestamp of PostgreSQL, in UTC, as milliseconds since 1970.
pub fn read(text: &str) -> Option<i64> {
    let (date, time) = text
        .split_once(['T', ' '])
        .map_or((text, None), |(date, time)| (date, Some(time)));
    let mut parts = date.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let midnight = days_to(year, month, day) * DAY;
    let Some(time) = time else {
        return Some(midnight);
    };
    let time = time
        .trim_end_matches("+00:00")
        .trim_end_matches("+00")
        .trim_end_matches('Z');
    let (clock, fraction) = time.split_once('.').unwrap_or((time, ""));
    let mut parts = clock.splitn(3, ':').map(|part| part.parse::<i64>().ok());
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    let fraction = format!("{fraction:0<3}");
    let (milliseconds, rest) = fraction.split_at_checked(3)?;
    if rest.bytes().any(|digit| digit != b'0') {
        return None;
    }
    let milliseconds: i64 = milliseconds.parse().ok()?;
    Some(midnight + ((hour * 60 + minute) * 60 + second) * 1000 + milliseconds)
}

#[test]
fn there_and_back() {
    assert_eq!(date_text(0), "1970-01-01");
    assert_eq!(timestamp_text(-1), "1969-12-31T23:59:59.999+00:00");
    assert_eq!(days_to(2000, 3, 1), 11_017);
    for days in (-60_000..60_000).step_by(17) {
        let (year, month, day) = day_of(days);
        assert_eq!(days_to(year, month, day), days);
        let at = days * DAY + 12_345_678;
        assert_eq!(read(&timestamp_text(at)), Some(at));
    }
    assert_eq!(read("2024-02-29 00:00:01+00"), read("2024-02-29T00:00:01Z"));
    assert_eq!(read("2024-02-29T00:00:01.0005+00:00"), None);
}
