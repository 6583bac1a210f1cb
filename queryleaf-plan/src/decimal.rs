//! Decimal128 numbers: the form in which `numeric` values are stored.

/// The most digits that a Decimal128 holds.
pub const MAX_DIGITS: u32 = 34;

const MAX_COEFFICIENT: u128 = 10u128.pow(MAX_DIGITS) - 1;
const EXPONENT_BIAS: i32 = 6176;
const MAX_BIASED_EXPONENT: i32 = 12287;
const COEFFICIENT_BITS: u32 = 113;

/// A Decimal128, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decimal {
    /// `coefficient` times ten to the power of `exponent`.
    Finite {
        /// Whether it is below zero; zero may be negative too.
        negative: bool,
        /// The digits.
        coefficient: u128,
        /// The power of ten.
        exponent: i32,
    },
    /// An infinity.
    Infinite {
        /// Whether it is below zero.
        negative: bool,
    },
    /// Not a number.
    NaN,
}

impl Decimal {
    /// Takes the stored form apart: little-endian, binary integer decimal encoding.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        let bits = u128::from_le_bytes(bytes);
        let negative = bits >> 127 == 1;
        match (bits >> 122) & 0b11111 {
            0b11111 => return Decimal::NaN,
            0b11110 => return Decimal::Infinite { negative },
            _ => {}
        }
        // With both highest bits of the exponent set, the coefficient would be larger than any that
        // is allowed, which counts as zero.
        let (exponent_shift, coefficient) = if (bits >> 125) & 0b11 == 0b11 {
            (COEFFICIENT_BITS - 2, 0)
        } else {
            (COEFFICIENT_BITS, bits & ((1 << COEFFICIENT_BITS) - 1))
        };
        let biased = ((bits >> exponent_shift) & 0x3FFF) as i32;
        Decimal::Finite {
            negative,
            coefficient: if coefficient > MAX_COEFFICIENT {
                0
            } else {
                coefficient
            },
            exponent: biased - EXPONENT_BIAS,
        }
    }

    /// The stored form; `None` when there are too many digits or the exponent is out of range.
    pub fn to_bytes(self) -> Option<[u8; 16]> {
        let (negative, rest) = match self {
            Decimal::NaN => (false, 0b11111 << 122),
            Decimal::Infinite { negative } => (negative, 0b11110 << 122),
            Decimal::Finite {
                negative,
                coefficient,
                exponent,
            } => {
                let biased = exponent.checked_add(EXPONENT_BIAS)?;
                if coefficient > MAX_COEFFICIENT || !(0..=MAX_BIASED_EXPONENT).contains(&biased) {
                    return None;
                }
                (negative, (biased as u128) << COEFFICIENT_BITS | coefficient)
            }
        };
        Some((u128::from(negative) << 127 | rest).to_le_bytes())
    }

    /// Reads a number as SQL writes it: `-12.50`, `.5`, `1e-3`. `None` when it is none, or needs
    /// more than 34 digits.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, text) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        let (digits, power) = match text.split_once(['e', 'E']) {
            Some((digits, power)) => (digits, power.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let mut coefficient: u128 = 0;
        let mut exponent = power;
        // Zeros at the end of a fraction are kept as the scale of the number while there is room.
        let mut dropped_zeros: i32 = 0;
        for (position, digit) in whole.bytes().chain(fraction.bytes()).enumerate() {
            if !digit.is_ascii_digit() {
                return None;
            }
            let digit = u128::from(digit - b'0');
            let next = coefficient * 10 + digit;
            if dropped_zeros == 0 && next <= MAX_COEFFICIENT {
                coefficient = next;
            } else if digit == 0 {
                dropped_zeros = dropped_zeros.checked_add(1)?;
            } else {
                return None;
            }
            if position >= whole.len() {
                exponent = exponent.checked_sub(1)?;
            }
        }
        let decimal = Decimal::Finite {
            negative,
            coefficient,
            exponent: exponent.checked_add(dropped_zeros)?,
        };
        decimal.to_bytes().map(|_| decimal)
    }

    /// The whole number that this is, if it is one in the range of `i64`.
    pub fn to_i64(self) -> Option<i64> {
        let Decimal::Finite {
            negative,
            mut coefficient,
            mut exponent,
        } = self
        else {
            return None;
        };
        if coefficient == 0 {
            return Some(0);
        }
        while exponent < 0 {
            if coefficient % 10 != 0 {
                return None;
            }
            coefficient /= 10;
            exponent += 1;
        }
        let power = 10u128.checked_pow(u32::try_from(exponent).ok()?)?;
        let magnitude = i128::try_from(coefficient.checked_mul(power)?).ok()?;
        i64::try_from(if negative { -magnitude } else { magnitude }).ok()
    }

    /// The nearest double.
    pub fn to_f64(self) -> f64 {
        let (negative, magnitude) = match self {
            Decimal::NaN => return f64::NAN,
            Decimal::Infinite { negative } => (negative, f64::INFINITY),
            Decimal::Finite {
                negative,
                coefficient,
                exponent,
            } => (negative, magnitude(coefficient, exponent)),
        };
        if negative { -magnitude } else { magnitude }
    }
}

impl From<i64> for Decimal {
    fn from(number: i64) -> Self {
        Decimal::Finite {
            negative: number < 0,
            coefficient: u128::from(number.unsigned_abs()),
            exponent: 0,
        }
    }
}

/// The double nearest to `coefficient` times ten to the power of `exponent`.
fn magnitude(coefficient: u128, exponent: i32) -> f64 {
    const EXACT_POWERS: u32 = 22;
    const EXACT_INTEGERS: u128 = 1 << 53;
    if coefficient <= EXACT_INTEGERS && exponent.unsigned_abs() <= EXACT_POWERS {
        // Both numbers have exact doubles, so the one operation rounds once.
        let power = 10u128.pow(exponent.unsigned_abs()) as f64;
        let coefficient = coefficient as f64;
        return if exponent < 0 {
            coefficient / power
        } else {
            coefficient * power
        };
    }
    format!("{coefficient}e{exponent}")
        .parse()
        .expect("digits and an exponent are a number")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finite(negative: bool, coefficient: u128, exponent: i32) -> Decimal {
        Decimal::Finite {
            negative,
            coefficient,
            exponent,
        }
    }

    #[test]
    fn known_encodings() {
        // As the server stores 1, -2.5 and NaN.
        let one = 0x3040_0000_0000_0000_0000_0000_0000_0001_u128.to_le_bytes();
        assert_eq!(Decimal::from(1).to_bytes(), Some(one));
        let minus = 0xB03E_0000_0000_0000_0000_0000_0000_0019_u128.to_le_bytes();
        assert_eq!(finite(true, 25, -1).to_bytes(), Some(minus));
        let nan = 0x7C00_0000_0000_0000_0000_0000_0000_0000_u128.to_le_bytes();
        assert_eq!(Decimal::from_bytes(nan), Decimal::NaN);
    }

    #[test]
    fn bytes_go_both_ways() {
        for decimal in [
            finite(false, 0, 0),
            finite(true, 0, -5),
            finite(false, MAX_COEFFICIENT, 6111),
            finite(true, MAX_COEFFICIENT, -6176),
            Decimal::Infinite { negative: true },
            Decimal::NaN,
        ] {
            let bytes = decimal.to_bytes().unwrap();
            assert_eq!(Decimal::from_bytes(bytes), decimal);
        }
        assert_eq!(finite(false, 1, 6112).to_bytes(), None);
        assert_eq!(finite(false, MAX_COEFFICIENT + 1, 0).to_bytes(), None);
    }

    #[test]
    fn reads_numbers_as_sql_writes_them() {
        assert_eq!(Decimal::parse("12.50"), Some(finite(false, 1250, -2)));
        assert_eq!(Decimal::parse("-.5"), Some(finite(true, 5, -1)));
        assert_eq!(Decimal::parse("1e-3"), Some(finite(false, 1, -3)));
        assert_eq!(Decimal::parse("007"), Some(finite(false, 7, 0)));
        let nines = "9".repeat(34);
        assert_eq!(
            Decimal::parse(&nines),
            Some(finite(false, MAX_COEFFICIENT, 0))
        );
        assert_eq!(
            Decimal::parse(&format!("{nines}00")),
            Some(finite(false, MAX_COEFFICIENT, 2))
        );
        assert_eq!(
            Decimal::parse(&format!("{nines}.00")),
            Some(finite(false, MAX_COEFFICIENT, 0))
        );
        for wrong in [
            "", "-", ".", "1.2.3", "1e", "0x1", "1_0", "é", "+-1", "1e99999",
        ] {
            assert_eq!(Decimal::parse(wrong), None, "{wrong}");
        }
        assert_eq!(Decimal::parse(&format!("{nines}1")), None);
        assert_eq!(Decimal::parse(&format!("{nines}01")), None);
    }

    #[test]
    fn whole_numbers_only() {
        assert_eq!(finite(true, 500, -2).to_i64(), Some(-5));
        assert_eq!(finite(false, 5, 3).to_i64(), Some(5000));
        assert_eq!(finite(false, 55, -1).to_i64(), None);
        assert_eq!(Decimal::from(i64::MIN).to_i64(), Some(i64::MIN));
        assert_eq!(finite(false, 1 << 63, 0).to_i64(), None);
        assert_eq!(finite(false, 1, 6111).to_i64(), None);
        assert_eq!(finite(false, 0, 6111).to_i64(), Some(0));
        assert_eq!(Decimal::NaN.to_i64(), None);
    }

    #[test]
    fn nearest_doubles() {
        assert_eq!(finite(false, 1, -1).to_f64(), 0.1);
        assert_eq!(finite(true, 123_456_789, -4).to_f64(), -12_345.678_9);
        assert_eq!(finite(false, MAX_COEFFICIENT, 6000).to_f64(), f64::INFINITY);
        assert_eq!(
            finite(false, 9_007_199_254_740_993, 0).to_f64(),
            9_007_199_254_740_992.0
        );
        assert_eq!(
            finite(false, 17_976_931_348_623_157, 292).to_f64(),
            f64::MAX
        );
        assert!(Decimal::NaN.to_f64().is_nan());
    }
}
