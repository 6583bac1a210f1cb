//! Constant numbers, whatever type they have been given.

use crate::plan::{Expression, ExpressionKind, Literal};

/// A constant number between two integers, or equal to one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Number {
    /// The largest integer that is not above it.
    pub(super) floor: i64,
    /// Whether it is that integer.
    pub(super) is_whole: bool,
}

impl Number {
    /// The smallest integer that is not below it.
    pub(super) fn ceiling(self) -> Option<i64> {
        self.floor.checked_add(i64::from(!self.is_whole))
    }

    /// The smallest integer above it.
    pub(super) fn above(self) -> Option<i64> {
        self.floor.checked_add(1)
    }
}

/// The number that an expression is, times a power of ten.
pub(super) fn number(expression: &Expression, power: usize) -> Option<Number> {
    match &expression.kind {
        ExpressionKind::Literal(Literal::Integer(value)) => Some(Number {
            floor: value.checked_mul(10_i64.checked_pow(u32::try_from(power).ok()?)?)?,
            is_whole: true,
        }),
        ExpressionKind::Literal(Literal::Numeric(text)) => decimal(text, power),
        ExpressionKind::Literal(Literal::Double(value)) => {
            let whole = *value as i64;
            // Between doubles that are no integers the server's rounding would decide.
            let is_exact = whole as f64 == *value && whole.unsigned_abs() < 1 << 40;
            is_exact.then(|| decimal(&whole.to_string(), power))?
        }
        ExpressionKind::Cast(operand) if operand.ty.is_number() && expression.ty.is_number() => {
            // Only conversions that keep the value: to a type with room for it.
            (operand.ty.is_integer() && !expression.ty.is_integer())
                .then(|| number(operand, power))?
        }
        _ => None,
    }
}

/// A number in decimal notation, times a power of ten.
fn decimal(text: &str, power: usize) -> Option<Number> {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(unsigned) => (true, unsigned),
        None => (false, text),
    };
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let fraction = format!("{fraction:0<power$}");
    let (shifted, rest) = fraction.split_at_checked(power)?;
    let digits = format!("0{whole}{shifted}");
    if !digits
        .bytes()
        .chain(rest.bytes())
        .all(|digit| digit.is_ascii_digit())
    {
        return None;
    }
    let magnitude: i64 = digits.parse().ok()?;
    let is_whole = rest.bytes().all(|digit| digit == b'0');
    Some(Number {
        floor: match (negative, is_whole) {
            (false, _) => magnitude,
            (true, true) => -magnitude,
            (true, false) => -magnitude - 1,
        },
        is_whole,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_lie_between_integers() {
        let bounds = |text, power| {
            let number = decimal(text, power).unwrap();
            (
                number.floor,
                number.ceiling().unwrap(),
                number.above().unwrap(),
            )
        };
        assert_eq!(bounds("2024", 0), (2024, 2024, 2025));
        assert_eq!(bounds("2024.0", 0), (2024, 2024, 2025));
        assert_eq!(bounds("2024.5", 0), (2024, 2025, 2025));
        assert_eq!(bounds("-0.5", 0), (-1, 0, 0));
        assert_eq!(bounds("-3", 0), (-3, -3, -2));
        assert_eq!(bounds("1.5", 3), (1500, 1500, 1501));
        assert_eq!(bounds("1.0005", 3), (1000, 1001, 1001));
        assert_eq!(bounds(".5", 3), (500, 500, 501));
        assert_eq!(decimal("1e5", 0), None);
        assert_eq!(decimal("99999999999999999999", 0), None);
    }
}
