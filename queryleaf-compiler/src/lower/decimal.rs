//! Decimal numbers that the query spells out.

/// The Decimal128 bytes of a number in decimal notation, scale included; `None` when it is no number
/// or does not fit without rounding.
pub(crate) fn decimal128(text: &str) -> Option<[u8; 16]> {
    queryleaf_plan::decimal::Decimal::parse(text)?.to_bytes()
}

/// A number in decimal notation as an integer, rounded as PostgreSQL's `numeric` is: half away from
/// zero. `None` when it is no number or beyond 64 bits.
pub(crate) fn rounded(text: &str) -> Option<i64> {
    let plain = plain(text)?;
    let (negative, digits) = match plain.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, plain.as_str()),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let magnitude = whole
        .parse::<i128>()
        .ok()?
        .checked_add(i128::from(fraction.starts_with(|first| first >= '5')))?;
    i64::try_from(if negative { -magnitude } else { magnitude }).ok()
}

/// The text of a double as PostgreSQL casts it to `numeric`: 15 significant digits. `None` for
/// infinities and NaN.
pub(crate) fn from_double(value: f64) -> Option<String> {
    if !value.is_finite() {
        return None;
    }
    let scientific = format!("{value:.14e}");
    let text = plain(&scientific)?;
    if !text.contains('.') {
        return Some(text);
    }
    Some(text.trim_end_matches('0').trim_end_matches('.').to_owned())
}

/// A number without its exponent: `-1.5e3` is `-1500`. `None` when it is no number, or of more than
/// some thousand digits.
fn plain(text: &str) -> Option<String> {
    const MOST_DIGITS: i32 = 7000;
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, power) = match digits.split_once(['e', 'E']) {
        Some((mantissa, power)) => (mantissa, power.parse::<i32>().ok()?),
        None => (digits, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{whole}{fraction}");
    if all.is_empty() || !all.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    if power.checked_abs()? > MOST_DIGITS {
        return None;
    }
    let point = i32::try_from(whole.len()).ok()?.checked_add(power)?;
    let length = i32::try_from(all.len()).ok()?;
    let (whole, fraction) = if point <= 0 {
        let zeros = "0".repeat(usize::try_from(point.unsigned_abs()).ok()?);
        ("0".to_owned(), format!("{zeros}{all}"))
    } else if point >= length {
        let zeros = "0".repeat(usize::try_from(point - length).ok()?);
        (format!("{all}{zeros}"), String::new())
    } else {
        let (whole, fraction) = all.split_at(usize::try_from(point).ok()?);
        (whole.to_owned(), fraction.to_owned())
    };
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        trimmed => trimmed,
    };
    let point = if fraction.is_empty() { "" } else { "." };
    Some(format!("{sign}{whole}{point}{fraction}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_round_half_away_from_zero() {
        assert_eq!(rounded("2.5"), Some(3));
        assert_eq!(rounded("-2.5"), Some(-3));
        assert_eq!(rounded("2.4999"), Some(2));
        assert_eq!(rounded(".5"), Some(1));
        assert_eq!(rounded("1.5e3"), Some(1500));
        assert_eq!(rounded("149e-2"), Some(1));
        assert_eq!(rounded("9223372036854775807.4"), Some(i64::MAX));
        assert_eq!(rounded("9223372036854775807.5"), None);
        assert_eq!(rounded("-9223372036854775808"), Some(i64::MIN));
        assert_eq!(rounded("1e7000000"), None);
        assert_eq!(rounded("."), None);
    }

    #[test]
    fn doubles_become_numeric_with_fifteen_digits() {
        assert_eq!(from_double(0.1).as_deref(), Some("0.1"));
        assert_eq!(from_double(1.0 / 3.0).as_deref(), Some("0.333333333333333"));
        assert_eq!(from_double(-2.5e-7).as_deref(), Some("-0.00000025"));
        assert_eq!(
            from_double(1e22).as_deref(),
            Some("10000000000000000000000")
        );
        assert_eq!(
            from_double(123_456_789_012_345_678.0).as_deref(),
            Some("123456789012346000")
        );
        assert_eq!(from_double(f64::NAN), None);
    }
}
