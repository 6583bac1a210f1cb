//! Whether a constant keeps to the limits of a field.

use crate::plan::Literal;
use crate::types::{Limits, Precision};

/// How a constant exceeds the limits of its field, nothing where it does not.
pub fn exceeded(literal: &Literal, limits: &Limits) -> Option<String> {
    match literal {
        Literal::Text(text) => {
            let (most, length) = (limits.max_length?, text.chars().count());
            let long = u32::try_from(length).map_or(true, |length| length > most);
            long.then(|| format!("a text of {length} characters is longer than {most}"))
        }
        Literal::Integer(value) => {
            let (smallest, largest) = limits.range.unwrap_or((i64::MIN, i64::MAX));
            if !(smallest..=largest).contains(value) {
                return Some(format!("{value} is not between {smallest} and {largest}"));
            }
            digits(&value.to_string(), limits.precision?)
        }
        Literal::Numeric(text) => digits(text, limits.precision?),
        Literal::Null
        | Literal::Boolean(_)
        | Literal::Double(_)
        | Literal::Timestamp(_)
        | Literal::Interval { .. }
        | Literal::Uuid(_)
        | Literal::ObjectId(_)
        | Literal::Bytea(_) => None,
    }
}

/// How a number in decimal notation has too many digits.
fn digits(text: &str, limit: Precision) -> Option<String> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
        None => (text, 0),
    };
    let unsigned = mantissa.trim_start_matches(['-', '+']);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let all = format!("{whole}{fraction}");
    let significant = all.trim_start_matches('0');
    if significant.is_empty() {
        return None;
    }
    // How many digits stand before the point, and behind it without zeros at the end.
    let before = significant.len() as i64 - fraction.len() as i64 + exponent;
    let behind = significant.trim_end_matches('0').len() as i64 - before;
    let most_before = i64::from(limit.precision) - i64::from(limit.scale);
    let plural = |count: i64| if count == 1 { "digit" } else { "digits" };
    if before > most_before {
        let noun = plural(most_before);
        return Some(format!(
            "{text} has more than {most_before} {noun} before the point"
        ));
    }
    let scale = i64::from(limit.scale);
    (behind > scale).then(|| {
        let noun = plural(scale);
        format!("{text} has more than {scale} {noun} behind the point")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_before_and_behind_the_point() {
        let limit = Precision {
            precision: 5,
            scale: 2,
        };
        for fits in [
            "0",
            "999.99",
            "-999.99",
            "0.01",
            "00012.500",
            "1e2",
            "12e-2",
            "999.9900",
            "0e99",
        ] {
            assert_eq!(digits(fits, limit), None, "{fits}");
        }
        for exceeds in [
            "1000", "0.001", "1e3", "1e-3", "-1000.00", "99.999", "1234.5",
        ] {
            assert!(digits(exceeds, limit).is_some(), "{exceeds}");
        }
        let fraction = Precision {
            precision: 2,
            scale: 2,
        };
        assert_eq!(digits("0.99", fraction), None);
        assert!(digits("1", fraction).is_some());
    }
}
