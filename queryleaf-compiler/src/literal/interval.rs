//! Intervals, as PostgreSQL's verbose and ISO 8601 forms write them.

use super::Unit;
use super::calendar::HOUR;
use super::scan::Scanner;

const SHAPE: &str = "expected a form like `1 day 02:30:00`";
const TOO_LARGE: &str = "it is too large";

/// Months, days and milliseconds.
type Fields = (i32, i32, i64);

/// The months, days and milliseconds of an interval such as `1 year 2 mons 3 days 04:05:06.7`,
/// `90 minutes`, `-1.5 hours`, `2 weeks ago` or `P1DT12H`.
///
/// `unit` is the one behind the quotes or the number, as in `INTERVAL '7' DAY` and
/// `INTERVAL 7 DAY`; then the text is a number.
pub(crate) fn interval(text: &str, unit: Option<&str>) -> Result<Fields, &'static str> {
    let mut sum = Sum::default();
    let mut scanner = Scanner::new(text);
    match unit {
        Some(name) => {
            let unit = Unit::of_keyword(name).ok_or("no interval has such a unit")?;
            let amount = Amount::read(&mut scanner)?.ok_or("a number stands before the unit")?;
            // PostgreSQL cuts `INTERVAL '1.5' HOUR` to one hour.
            if amount.fraction != 0.0 && unit != Unit::Second {
                return Err("only seconds have a fraction there");
            }
            sum.add(unit, amount)?;
        }
        None if scanner.take(&['P']).is_some() => read_iso_form(&mut scanner, &mut sum)?,
        None => read_verbose_form(&mut scanner, &mut sum)?,
    }
    if !scanner.is_done() {
        return Err(SHAPE);
    }
    sum.finish()
}

/// `1 year 2 mons -3 days 04:05:06 ago`.
fn read_verbose_form(scanner: &mut Scanner<'_>, sum: &mut Sum) -> Result<(), &'static str> {
    if scanner.take(&['@']).is_some() {
        scanner.space();
    }
    while let Some(amount) = Amount::read(scanner)? {
        match scanner.peek() {
            Some(':') => read_clock(amount, scanner, sum)?,
            Some('-') => read_year_and_month(amount, scanner, sum)?,
            _ => {
                scanner.space();
                let unit = match scanner.letters() {
                    "" => unit_left_out(scanner)?,
                    name => Unit::of_name(name).ok_or("it has an unknown unit")?,
                };
                sum.add(unit, amount)?;
            }
        }
        scanner.space();
    }
    match scanner.letters() {
        _ if sum.seen == 0 => Err(SHAPE),
        "" => Ok(()),
        word if word.eq_ignore_ascii_case("ago") => sum.negate(),
        _ => Err(SHAPE),
    }
}

/// The unit of a number that has none: `1 02:00` is a day and two hours, a last number is seconds.
fn unit_left_out(scanner: &Scanner<'_>) -> Result<Unit, &'static str> {
    let mut ahead = scanner.clone();
    match Amount::read(&mut ahead)? {
        Some(_) if ahead.peek() == Some(':') => Ok(Unit::Day),
        None if ahead.is_done() => Ok(Unit::Second),
        Some(_) | None => Err(SHAPE),
    }
}

/// `04:05` or `04:05:06.7`; the hours are already read, and their sign is everybody's.
fn read_clock(hours: Amount, scanner: &mut Scanner<'_>, sum: &mut Sum) -> Result<(), &'static str> {
    if hours.fraction != 0.0 {
        return Err(SHAPE);
    }
    let minutes = read_sixtieth(scanner)?;
    let (mut seconds, mut fraction) = (0, String::new());
    if scanner.peek() == Some(':') {
        seconds = read_sixtieth(scanner)?;
        if scanner.take(&['.']).is_some() {
            fraction = scanner.digits().to_owned();
        }
    }
    let signed = |whole, fraction| Amount::new(whole, fraction, hours.negative);
    sum.add(Unit::Hour, hours)?;
    sum.add(Unit::Minute, signed(minutes, "")?)?;
    sum.add(Unit::Second, signed(seconds, &fraction)?)
}

/// `:05`.
fn read_sixtieth(scanner: &mut Scanner<'_>) -> Result<i64, &'static str> {
    scanner.take(&[':']).ok_or(SHAPE)?;
    let digits = scanner.digits();
    match digits.parse() {
        Ok(value @ 0..60) if digits.len() == 2 => Ok(value),
        Ok(_) | Err(_) => Err("an hour has 60 minutes and a minute 60 seconds"),
    }
}

/// `1-2`, a year and two months; the year is already read.
fn read_year_and_month(
    years: Amount,
    scanner: &mut Scanner<'_>,
    sum: &mut Sum,
) -> Result<(), &'static str> {
    scanner.take(&['-']).ok_or(SHAPE)?;
    match scanner.digits().parse() {
        Ok(months @ 0..12) if years.fraction == 0.0 => {
            sum.add(Unit::Year, years)?;
            sum.add(Unit::Month, Amount::new(months, "", years.negative)?)
        }
        Ok(_) | Err(_) => Err(SHAPE),
    }
}

/// `1Y2M3DT4H5M6.7S`, behind the `P`.
fn read_iso_form(scanner: &mut Scanner<'_>, sum: &mut Sum) -> Result<(), &'static str> {
    let mut in_time = false;
    loop {
        if !in_time && scanner.take(&['T']).is_some() {
            in_time = true;
        }
        let Some(amount) = Amount::read(scanner)? else {
            break;
        };
        let unit = match (scanner.take(&['Y', 'M', 'W', 'D', 'H', 'S']), in_time) {
            (Some('Y'), false) => Unit::Year,
            (Some('M'), false) => Unit::Month,
            (Some('W'), false) => Unit::Week,
            (Some('D'), false) => Unit::Day,
            (Some('H'), true) => Unit::Hour,
            (Some('M'), true) => Unit::Minute,
            (Some('S'), true) => Unit::Second,
            _ => return Err(SHAPE),
        };
        // PostgreSQL reads `P0.2M` a rounding error away from `0.2 months`.
        if amount.fraction != 0.0 && !in_time {
            return Err("only hours, minutes and seconds have a fraction there");
        }
        sum.add(unit, amount)?;
    }
    if sum.seen == 0 { Err(SHAPE) } else { Ok(()) }
}

/// A number with its sign: `-1.5` is the whole -1 and the fraction -0.5.
#[derive(Debug, Clone, Copy)]
struct Amount {
    whole: i64,
    fraction: f64,
    negative: bool,
}

impl Amount {
    fn new(whole: i64, fraction: &str, negative: bool) -> Result<Amount, &'static str> {
        let sign = if negative { -1 } else { 1 };
        let fraction: f64 = format!("0.{fraction}0").parse().map_err(|_| SHAPE)?;
        Ok(Amount {
            whole: whole.checked_mul(sign).ok_or(TOO_LARGE)?,
            fraction: if negative { -fraction } else { fraction },
            negative,
        })
    }

    /// The number that comes next, if one does.
    fn read(scanner: &mut Scanner<'_>) -> Result<Option<Amount>, &'static str> {
        let mut ahead = scanner.clone();
        let sign = ahead.take(&['+', '-']);
        if sign.is_some() {
            ahead.space();
        }
        let whole = ahead.digits();
        let fraction = match ahead.take(&['.']) {
            Some(_) => ahead.digits(),
            None => "",
        };
        if whole.is_empty() && fraction.is_empty() {
            return Ok(None);
        }
        *scanner = ahead;
        let whole = match whole {
            "" => 0,
            digits => digits.parse().map_err(|_| TOO_LARGE)?,
        };
        Amount::new(whole, fraction, sign == Some('-')).map(Some)
    }
}

/// The fields read so far.
#[derive(Debug, Default)]
struct Sum {
    months: i32,
    days: i32,
    microseconds: i64,
    /// A bit for each unit that was there: PostgreSQL takes none twice.
    seen: u32,
}

impl Sum {
    fn finish(self) -> Result<Fields, &'static str> {
        if self.microseconds % 1000 != 0 {
            return Err("intervals have milliseconds, three digits after the point of a second");
        }
        Ok((self.months, self.days, self.microseconds / 1000))
    }

    fn negate(&mut self) -> Result<(), &'static str> {
        self.months = self.months.checked_neg().ok_or(TOO_LARGE)?;
        self.days = self.days.checked_neg().ok_or(TOO_LARGE)?;
        self.microseconds = self.microseconds.checked_neg().ok_or(TOO_LARGE)?;
        Ok(())
    }

    /// Adds so many of a unit. As in PostgreSQL a fraction of years is rounded to months, one of
    /// months and weeks runs on into days and hours, at 30 days a month and 24 hours a day.
    fn add(&mut self, unit: Unit, amount: Amount) -> Result<(), &'static str> {
        let bit = 1 << unit as u32;
        if self.seen & bit != 0 {
            return Err("it names a unit twice");
        }
        self.seen |= bit;
        let done = match unit {
            Unit::Millennium => self.add_years(amount, 1000),
            Unit::Century => self.add_years(amount, 100),
            Unit::Decade => self.add_years(amount, 10),
            Unit::Year => self.add_years(amount, 1),
            Unit::Quarter => self.add_months(amount.whole, 3),
            Unit::Month => self
                .add_months(amount.whole, 1)
                .and_then(|()| self.add_part_of_days(amount.fraction * 30.0)),
            Unit::Week => self
                .add_days(amount.whole, 7)
                .and_then(|()| self.add_part_of_days(amount.fraction * 7.0)),
            Unit::Day => self
                .add_days(amount.whole, 1)
                .and_then(|()| self.add_part_of_days(amount.fraction)),
            Unit::Hour => self.add_time(amount, HOUR * 1000),
            Unit::Minute => self.add_time(amount, 60_000_000),
            Unit::Second => self.add_time(amount, 1_000_000),
            Unit::Millisecond => self.add_time(amount, 1000),
            Unit::Microsecond => self.add_time(amount, 1),
        };
        done.ok_or(TOO_LARGE)
    }

    fn add_years(&mut self, amount: Amount, years: i64) -> Option<()> {
        self.add_months(amount.whole, years.checked_mul(12)?)?;
        let fraction = amount.fraction * years as f64 * 12.0;
        self.add_months(fraction.round_ties_even() as i64, 1)
    }

    fn add_months(&mut self, amount: i64, months: i64) -> Option<()> {
        let months = i32::try_from(amount.checked_mul(months)?).ok()?;
        self.months = self.months.checked_add(months)?;
        Some(())
    }

    fn add_days(&mut self, amount: i64, days: i64) -> Option<()> {
        let days = i32::try_from(amount.checked_mul(days)?).ok()?;
        self.days = self.days.checked_add(days)?;
        Some(())
    }

    fn add_part_of_days(&mut self, days: f64) -> Option<()> {
        self.add_days(days.trunc() as i64, 1)?;
        self.add_part(days.fract(), HOUR * 24_000)
    }

    fn add_time(&mut self, amount: Amount, microseconds: i64) -> Option<()> {
        let whole = amount.whole.checked_mul(microseconds)?;
        self.microseconds = self.microseconds.checked_add(whole)?;
        self.add_part(amount.fraction, microseconds)
    }

    /// Adds a fraction of so many microseconds, rounded as PostgreSQL does: half goes to zero.
    fn add_part(&mut self, fraction: f64, microseconds: i64) -> Option<()> {
        let exact = fraction * microseconds as f64;
        let carry = i64::from(exact.fract() > 0.5) - i64::from(exact.fract() < -0.5);
        let part = (exact.trunc() as i64).checked_add(carry)?;
        self.microseconds = self.microseconds.checked_add(part)?;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;

    #[test]
    fn reads_the_forms_of_postgresql() {
        for (text, expected) in [
            ("1 year 2 mons 3 days 04:05:06.7", (14, 3, 14_706_700)),
            ("-1 years -2 mons +3 days -04:05:06", (-14, 3, -14_706_000)),
            ("90 minutes", (0, 0, 90 * MINUTE)),
            ("1h30m", (0, 0, 90 * MINUTE)),
            ("1 day 2:30", (0, 1, 150 * MINUTE)),
            ("1 02:30", (0, 1, 150 * MINUTE)),
            ("-1 day 02:30", (0, -1, 150 * MINUTE)),
            ("- 1 day", (0, -1, 0)),
            ("100:00", (0, 0, 100 * HOUR)),
            ("45", (0, 0, 45_000)),
            ("1.5", (0, 0, 1_500)),
            ("1-2", (14, 0, 0)),
            ("-1-2", (-14, 0, 0)),
            ("1.5 hours", (0, 0, 90 * MINUTE)),
            ("1.5 days", (0, 1, 12 * HOUR)),
            ("1.5 weeks", (0, 10, 12 * HOUR)),
            ("1.5 months", (1, 15, 0)),
            ("0.33 mon", (0, 9, 21 * HOUR + 36 * MINUTE)),
            ("1.04 years", (12, 0, 0)),
            ("1.05 years", (13, 0, 0)),
            ("-0.5 years", (-6, 0, 0)),
            (".5 s", (0, 0, 500)),
            ("250 ms", (0, 0, 250)),
            ("2000 us", (0, 0, 2)),
            ("3 weeks 1 day ago", (0, -22, 0)),
            ("@ 1 decade", (120, 0, 0)),
            ("P1Y2M3W4DT5H6M7.8S", (14, 25, 18_367_800)),
            ("PT36H", (0, 0, 36 * HOUR)),
            ("P-1YT-0.5S", (-12, 0, -500)),
        ] {
            assert_eq!(interval(text, None), Ok(expected), "{text}");
        }
    }

    #[test]
    fn takes_a_unit_behind_the_number() {
        assert_eq!(interval("7", Some("DAY")), Ok((0, 7, 0)));
        assert_eq!(interval("-2", Some("quarter")), Ok((-6, 0, 0)));
        assert_eq!(interval("1.5", Some("second")), Ok((0, 0, 1_500)));
        assert!(interval("1.5", Some("hour")).is_err());
        assert!(interval("1 day", Some("hour")).is_err());
        assert!(interval("7", Some("century")).is_err());
        assert!(interval("", Some("day")).is_err());
    }

    #[test]
    fn refuses_what_means_nothing_or_something_else() {
        for text in [
            "",
            "day",
            "1 fortnight",
            "1 day 2 days",
            "1 hour 02:00",
            "05:06.7",
            "1:2",
            "1:60",
            "1.5:30",
            "1-12",
            "1 2 days",
            "1 day ago 2",
            "ago",
            "1 day before",
            "0.0001 s",
            "1 us",
            "P",
            "P1",
            "PT1D",
            "P1H",
            "P1.5M",
            "p1d",
            "P0001-02-03",
            "99999999999999999999 days",
            "9999999999 days",
            "200000000 years",
            "9999999999999 hours",
            "1 day é",
        ] {
            assert!(interval(text, None).is_err(), "{text}");
        }
    }
}
