//! The `Decimal` of the `rust_decimal` crate, which has 28 digits to the 34 of `numeric`.
//!
//! It stands in columns and parameters as it is. In a struct, where serde would store text, the module
//! here says what is stored:
//!
//! ```
//! # use queryleaf_runtime as queryleaf;
//! # use queryleaf::bson::{Decimal128, doc, to_document};
//! # use serde::{Deserialize, Serialize};
//! #[derive(Serialize, Deserialize)]
//! struct Invoice {
//!     #[serde(with = "queryleaf::rust_decimal::as_numeric")]
//!     total: rust_decimal::Decimal,
//! }
//!
//! let invoice = Invoice { total: rust_decimal::Decimal::new(1250, 2) };
//! let total: Decimal128 = "12.50".parse()?;
//! assert_eq!(to_document(&invoice)?, doc! { "total": total });
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use super::serde_as::{SerdeAs, serde_module};
use crate::bind::{Bind, BindError, Bound, decimal as bind_decimal};
use crate::decode::{Decode, Fill, Mismatch, decimal, natural};
use crate::raw::RawValue;
use crate::types;
use ::rust_decimal::Decimal;
use mongodb::bson;
use queryleaf_plan::decimal::Decimal as Parts;

/// Stores a `Decimal` as a `numeric`, a BSON Decimal128: `#[serde(with = "queryleaf::rust_decimal::as_numeric")]`.
///
/// A stored number with more digits than a `Decimal` has is an error when it is read.
pub mod as_numeric {
    super::serde_module!(Numeric);
}

#[diagnostic::do_not_recommend]
impl SerdeAs<types::Numeric> for Decimal {
    type Stored = bson::Decimal128;

    fn to_stored(&self) -> Result<Self::Stored, BindError> {
        parts(self)
            .to_bytes()
            .map(bson::Decimal128::from_bytes)
            .ok_or_else(|| BindError::new("out of range for a numeric"))
    }

    fn from_stored(stored: Self::Stored) -> Result<Self, Mismatch> {
        read(Parts::from_bytes(stored.bytes())).ok_or_else(too_many_digits)
    }
}

natural! {
    Numeric => Decimal, value {
        read(decimal(value)?).ok_or_else(too_many_digits)
    }
}

#[diagnostic::do_not_recommend]
impl Fill<types::Integer> for Decimal {
    fn fill(value: RawValue<'_>) -> Result<Self, Mismatch> {
        <i32 as Decode<types::Integer>>::decode(value).map(Decimal::from)
    }
}

#[diagnostic::do_not_recommend]
impl Fill<types::Bigint> for Decimal {
    fn fill(value: RawValue<'_>) -> Result<Self, Mismatch> {
        <i64 as Decode<types::Bigint>>::decode(value).map(Decimal::from)
    }
}

#[diagnostic::do_not_recommend]
impl Bind<types::Numeric> for Decimal {
    fn bind(&self) -> Bound {
        bind_decimal(parts(self))
    }
}

fn parts(number: &Decimal) -> Parts {
    Parts::Finite {
        negative: number.is_sign_negative(),
        coefficient: number.mantissa().unsigned_abs(),
        exponent: -(number.scale() as i32),
    }
}

#[cold]
fn too_many_digits() -> Mismatch {
    Mismatch::described("a numeric that fits `Decimal`", "numeric with more digits")
}

/// The same number, if it has so few digits.
fn read(parts: Parts) -> Option<Decimal> {
    let Parts::Finite {
        negative,
        mut coefficient,
        mut exponent,
    } = parts
    else {
        return None;
    };
    if coefficient == 0 {
        return Some(Decimal::ZERO);
    }
    // Zeros at the end are no part of the number.
    while coefficient % 10 == 0 && exponent < 0 {
        coefficient /= 10;
        exponent += 1;
    }
    if exponent > 0 {
        let power = 10_u128.checked_pow(u32::try_from(exponent).ok()?)?;
        coefficient = coefficient.checked_mul(power)?;
        exponent = 0;
    }
    let scale = u32::try_from(-exponent).ok()?;
    let number = i128::try_from(coefficient).ok()?;
    Decimal::try_from_i128_with_scale(if negative { -number } else { number }, scale).ok()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{stored_and_back, there_and_back};
    use super::*;

    #[test]
    fn there_and_back_again() {
        for text in [
            "0",
            "-12.5",
            "79228162514264337593543950335",
            "0.0000000000000000000000000001",
        ] {
            let number: Decimal = text.parse().expect("a number");
            assert_eq!(there_and_back::<types::Numeric, _>(&number), number);
            assert_eq!(stored_and_back::<types::Numeric, _>(&number), number);
        }
    }

    #[test]
    fn a_number_with_more_digits_is_never_rounded() {
        let parse = |text| Parts::parse(text).expect("a number");
        assert_eq!(read(parse("5e3")), Some(Decimal::from(5_000)));
        assert_eq!(
            read(parse("1.500000000000000000000000000000000")),
            Some(Decimal::new(15, 1))
        );
        assert_eq!(read(parse("1234567890123456789012345678901234")), None);
        assert_eq!(read(parse("1e-30")), None);
        assert_eq!(read(parse("1e40")), None);
        assert_eq!(read(Parts::NaN), None);
    }
}
