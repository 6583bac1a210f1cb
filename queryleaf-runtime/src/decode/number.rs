//! Numbers: stored widths are interchangeable as long as nothing is lost.

use super::scalar::natural;
use super::{Decode, Fill, Mismatch};
use crate::raw::RawValue;
use crate::types;
use mongodb::bson::Decimal128;
use queryleaf_plan::bson::element_type;
use queryleaf_plan::decimal::Decimal;

/// Every whole number up to this one has a double of its own. Beyond it a double may be what an
/// overflow or a rounding has left, so it is not taken for a whole number.
const EXACT_DOUBLE: f64 = 9_007_199_254_740_992.0;

natural! {
    Integer => i32, value {
        if value.element_type == element_type::INT32
            && let Some(bytes) = value.fixed()
        {
            return Ok(i32::from_le_bytes(bytes));
        }
        match whole(value) {
            Some(number) => i32::try_from(number)
                .map_err(|_| Mismatch::described("integer", number.to_string())),
            None => Err(number_mismatch("integer", value)),
        }
    }

    Bigint => i64, value {
        match whole(value) {
            Some(number) => Ok(number),
            None => Err(number_mismatch("bigint", value)),
        }
    }

    Double => f64, value {
        match double(value) {
            Some(number) => Ok(number),
            None => Err(number_mismatch("double precision", value)),
        }
    }

    Numeric => Decimal128, value {
        numeric(value).map(Decimal128::from_bytes)
    }
}

/// A whole number of any stored width.
#[inline]
fn whole(value: RawValue<'_>) -> Option<i64> {
    match value.element_type {
        element_type::INT64 => value.fixed().map(i64::from_le_bytes),
        element_type::INT32 => value
            .fixed()
            .map(|bytes| i64::from(i32::from_le_bytes(bytes))),
        element_type::DOUBLE => {
            let number = value.fixed().map(f64::from_le_bytes)?;
            (number.trunc() == number && number.abs() <= EXACT_DOUBLE).then_some(number as i64)
        }
        _ => None,
    }
}

/// The nearest thing to a double that loses nothing: whole numbers that have one of their own.
#[inline]
fn double(value: RawValue<'_>) -> Option<f64> {
    match value.element_type {
        element_type::DOUBLE => value.fixed().map(f64::from_le_bytes),
        element_type::INT32 => value
            .fixed()
            .map(|bytes| f64::from(i32::from_le_bytes(bytes))),
        element_type::INT64 => {
            let number = value.fixed().map(i64::from_le_bytes)?;
            let double = number as f64;
            (double as i128 == i128::from(number)).then_some(double)
        }
        _ => None,
    }
}

/// The bytes of a Decimal128, or those of a whole number written as one.
fn numeric(value: RawValue<'_>) -> Result<[u8; 16], Mismatch> {
    if value.element_type == element_type::DECIMAL128
        && let Some(bytes) = value.fixed()
    {
        return Ok(bytes);
    }
    whole(value)
        .and_then(|number| Decimal::from(number).to_bytes())
        .ok_or_else(|| number_mismatch("numeric", value))
}

/// A stored `numeric`, taken apart.
pub(crate) fn decimal(value: RawValue<'_>) -> Result<Decimal, Mismatch> {
    numeric(value).map(Decimal::from_bytes)
}

/// Says what number was found: a double may look right by its type and still be wrong.
#[cold]
fn number_mismatch(expected: &str, value: RawValue<'_>) -> Mismatch {
    match (value.element_type, value.fixed()) {
        (element_type::DOUBLE, Some(bytes)) => {
            Mismatch::described(expected, format!("double {:?}", f64::from_le_bytes(bytes)))
        }
        _ => Mismatch::new(expected, value),
    }
}

/// Implements [`Fill`] for a type that is wider than the natural one, or that takes whole numbers
/// of it.
macro_rules! wider {
    ($($marker:ident => $rust:ty, $value:ident $body:block)+) => {$(
        #[diagnostic::do_not_recommend]
        impl Fill<types::$marker> for $rust {
            fn fill($value: RawValue<'_>) -> Result<Self, Mismatch> $body
        }
    )+};
}

wider! {
    Integer => i64, value {
        <i32 as Decode<types::Integer>>::decode(value).map(i64::from)
    }

    Integer => f64, value {
        <i32 as Decode<types::Integer>>::decode(value).map(f64::from)
    }

    Integer => Decimal128, value {
        <i32 as Decode<types::Integer>>::decode(value)?;
        numeric(value).map(Decimal128::from_bytes)
    }

    Bigint => f64, value {
        <i64 as Decode<types::Bigint>>::decode(value).map(|number| number as f64)
    }

    Bigint => Decimal128, value {
        <i64 as Decode<types::Bigint>>::decode(value)?;
        numeric(value).map(Decimal128::from_bytes)
    }

    Double => i64, value {
        match double(value) {
            Some(number) if number.trunc() == number && number.abs() <= EXACT_DOUBLE => {
                Ok(number as i64)
            }
            _ => Err(number_mismatch("a whole number", value)),
        }
    }

    Numeric => i64, value {
        let number = decimal(value)?;
        number.to_i64().ok_or_else(|| {
            Mismatch::described(
                "a whole number in the range of i64",
                Decimal128::from_bytes(numeric(value).unwrap_or_default()).to_string(),
            )
        })
    }

    Numeric => f64, value {
        decimal(value).map(Decimal::to_f64)
    }
}
