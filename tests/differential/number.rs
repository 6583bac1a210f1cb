//! Exact decimal numbers of any length: scale is no part of their value.

use std::cmp::Ordering;
use std::fmt;

/// A decimal number.
#[derive(Clone)]
pub struct Number {
    negative: bool,
    /// Without zeros at either end; empty for zero.
    digits: String,
    /// The power of ten that the digits are multiplied with.
    exponent: i32,
    /// How many digits stood behind the point.
    scale: i32,
    /// How many digits stood there at all, without zeros in front.
    precision: usize,
}

impl Number {
    /// Reads `-12.50`, `1E+3`, `.5`; `None` for what is no number, `NaN` and `Infinity` included.
    pub fn parse(text: &str) -> Option<Number> {
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, power) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, power)) => (mantissa, power.parse::<i32>().ok()?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{fraction}");
        if all.is_empty() || !all.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let scale = i32::try_from(fraction.len()).ok()? - power;
        let written = all.trim_start_matches('0');
        let digits = written.trim_end_matches('0');
        let zeros = i32::try_from(written.len() - digits.len()).ok()?;
        Some(Number {
            negative: negative && !digits.is_empty(),
            digits: digits.to_owned(),
            exponent: if digits.is_empty() { 0 } else { zeros - scale },
            scale,
            precision: written.len(),
        })
    }

    /// The number with as many digits behind the point as it was written with.
    pub fn as_written(&self) -> String {
        let plain = self.to_string();
        let behind = plain
            .split_once('.')
            .map_or(0, |(_, fraction)| fraction.len());
        let zeros = usize::try_from(self.scale)
            .unwrap_or(0)
            .saturating_sub(behind);
        let point = if behind == 0 && zeros > 0 { "." } else { "" };
        format!("{plain}{point}{}", "0".repeat(zeros))
    }

    /// The nearest double.
    pub fn to_f64(&self) -> f64 {
        self.to_string().parse().unwrap_or(f64::NAN)
    }

    /// The number as an integer, if it is one.
    pub fn to_i64(&self) -> Option<i64> {
        let zeros = usize::try_from(self.exponent).ok()?;
        let sign = if self.negative { "-" } else { "" };
        format!("{sign}0{}{}", self.digits, "0".repeat(zeros.min(40)))
            .parse()
            .ok()
    }

    /// Whether this is the number that PostgreSQL computed.
    ///
    /// A quotient, a root or an average has as many digits there as PostgreSQL finds enough, and
    /// 34 here: where a query computes one, this number may be the more exact one.
    pub fn agrees_with(&self, postgres: &Number, inexact: bool) -> bool {
        if self == postgres {
            return true;
        }
        if !inexact {
            return false;
        }
        // More was computed with PostgreSQL's shorter quotient.
        let nearly = postgres.precision >= 16 && postgres.scale >= 8 && {
            let (here, there) = (self.to_f64(), postgres.to_f64());
            (here - there).abs() <= 1e-14 * here.abs().max(there.abs())
        };
        nearly
            || self.agrees_in_its_digits(postgres)
            // Some of PostgreSQL's functions cut halves off, others round them.
            || self.rounded(postgres.scale, true) == *postgres
            || self.rounded(postgres.scale, false) == *postgres
    }

    /// Whether all digits but the last few are those of PostgreSQL, which has no fewer than there are
    /// here: sums and products on the way were rounded to 34.
    fn agrees_in_its_digits(&self, postgres: &Number) -> bool {
        const ROUNDED: usize = 33;
        const CERTAIN: usize = 30;
        let surplus = postgres.precision.checked_sub(CERTAIN);
        let Some(surplus) = surplus.and_then(|surplus| i32::try_from(surplus).ok()) else {
            return false;
        };
        let scale = postgres.scale - surplus;
        postgres.precision >= ROUNDED && self.rounded(scale, true) == postgres.rounded(scale, true)
    }

    /// The number with at most so many digits behind the point.
    fn rounded(&self, scale: i32, halves_up: bool) -> Number {
        let dropped = usize::try_from(-scale - self.exponent).unwrap_or(0);
        if dropped == 0 {
            return self.clone();
        }
        let digits = self.digits.as_bytes();
        let kept = digits.len().saturating_sub(dropped);
        let up = dropped <= digits.len()
            && match &digits[kept..] {
                [b'5'] => halves_up,
                [first, ..] => *first >= b'5',
                [] => false,
            };
        let mut result: Vec<u8> = digits[..kept].to_vec();
        let mut carry = up;
        for digit in result.iter_mut().rev() {
            if !carry {
                break;
            }
            carry = *digit == b'9';
            *digit = if carry { b'0' } else { *digit + 1 };
        }
        let sign = if self.negative { "-" } else { "" };
        let first = if carry { "1" } else { "0" };
        let result = String::from_utf8_lossy(&result);
        let text = format!("{sign}{first}{result}e{}", -scale);
        Number::parse(&text).expect("digits are a number")
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.negative == other.negative
            && self.digits == other.digits
            && self.exponent == other.exponent
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        if self == other {
            return Some(Ordering::Equal);
        }
        self.to_f64().partial_cmp(&other.to_f64())
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.negative { "-" } else { "" };
        let digits = &self.digits;
        match usize::try_from(self.exponent) {
            _ if digits.is_empty() => f.write_str("0"),
            Ok(zeros) if zeros <= 40 => write!(f, "{sign}{digits}{}", "0".repeat(zeros)),
            Ok(zeros) => write!(f, "{sign}{digits}e{zeros}"),
            Err(_) => {
                let behind = self.exponent.unsigned_abs() as usize;
                if behind > 60 {
                    return write!(f, "{sign}{digits}e{}", self.exponent);
                }
                let padded = format!("{digits:0>width$}", width = behind + 1);
                let (whole, fraction) = padded.split_at(padded.len() - behind);
                write!(f, "{sign}{whole}.{fraction}")
            }
        }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<i64> for Number {
    fn from(number: i64) -> Self {
        Number::parse(&number.to_string()).expect("an integer is a number")
    }
}

#[test]
fn scale_does_not_matter() {
    for (one, other) in [
        ("1.0", "1.00"),
        ("0", "-0.000"),
        ("1200", "1.2E+3"),
        (".5", "0.50"),
        ("1e-7", "0.0000001"),
    ] {
        assert_eq!(Number::parse(one), Number::parse(other));
    }
    for (one, other) in [("1", "-1"), ("10", "1"), ("1.01", "1.1")] {
        assert_ne!(Number::parse(one), Number::parse(other));
    }
    for wrong in ["", "-", "NaN", "Infinity", "1.2.3", "x"] {
        assert_eq!(Number::parse(wrong), None, "{wrong}");
    }
    for text in ["-12.05", "1200", "0.001", "0"] {
        assert_eq!(Number::parse(text).unwrap().to_string(), text);
    }
    for text in ["1.00", "-0.10", "0.00", "42", "1.5"] {
        assert_eq!(Number::parse(text).unwrap().as_written(), text);
    }
    assert_eq!(Number::parse("-1.2e3").unwrap().to_i64(), Some(-1200));
    assert_eq!(Number::parse("1.5").unwrap().to_i64(), None);
}

#[test]
fn only_inexact_numbers_may_differ() {
    let agree = |here: &str, postgres: &str, inexact: bool| {
        Number::parse(here)
            .unwrap()
            .agrees_with(&Number::parse(postgres).unwrap(), inexact)
    };
    let third = "0.3333333333333333333333333333333333";
    assert!(agree(third, "0.33333333333333333333", true));
    assert!(!agree(third, "0.33333333333333333333", false));
    assert!(agree(third, "0.33", true));
    assert!(agree("-999.5", "-1000", true));
    assert!(agree("0.004", "0.00", true));
    assert!(!agree("9007199254740992", "9007199254740993", true));
    assert!(!agree("0.33", "0.34", true));
    assert!(!agree("2.00000000000001", "2.00000000000000", true));
}
