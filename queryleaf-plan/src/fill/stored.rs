//! Whether the value of a parameter keeps to the limits of the field it is stored in.

use super::reader::Reader;
use super::{FillError, ParameterValue};
use crate::bson::{element_type, elements, string};
use crate::decimal::Decimal;
use crate::template::Limits;
use std::ops::RangeInclusive;

pub(super) fn limits(reader: &mut Reader<'_>) -> Result<Limits, FillError> {
    let not_null = reader.flag()?;
    let max_length = match reader.number()?.checked_sub(1) {
        None => None,
        Some(length) => Some(u32::try_from(length).map_err(|_| FillError::Corrupt)?),
    };
    let digits = match reader.flag()? {
        true => Some((reader.byte()?, reader.byte()?)),
        false => None,
    };
    let range = match reader.flag()? {
        true => Some((reader.integer()?, reader.integer()?)),
        false => None,
    };
    Ok(Limits {
        not_null,
        max_length,
        digits,
        range,
    })
}

/// The error says how the value exceeds the limits.
pub(super) fn check(limits: &Limits, parameter: &ParameterValue) -> Result<(), String> {
    match parameter.element_type {
        element_type::NULL if limits.not_null => {
            Err("a NULL, for a column that cannot be NULL".to_owned())
        }
        element_type::ARRAY => elements(&parameter.bytes)
            .flatten()
            .try_for_each(|item| value(limits, item.element_type, item.value)),
        element_type => value(limits, element_type, &parameter.bytes),
    }
}

/// The times that there are in SQL, in milliseconds: the server computes with no others.
const YEARS: RangeInclusive<i64> = -62_135_596_800_000..=253_402_300_799_999;

fn value(limits: &Limits, element_type: u8, bytes: &[u8]) -> Result<(), String> {
    match element_type {
        element_type::STRING => match (limits.max_length, string(bytes)) {
            (Some(most), Some(text)) => {
                let length = text.chars().count();
                if u32::try_from(length).is_ok_and(|length| length <= most) {
                    return Ok(());
                }
                Err(format!(
                    "a text of {length} characters is longer than {most}"
                ))
            }
            _ => Ok(()),
        },
        element_type::INT32 => match bytes.try_into() {
            Ok(bytes) => integer(limits, i64::from(i32::from_le_bytes(bytes))),
            Err(_) => Ok(()),
        },
        element_type::INT64 => match bytes.try_into() {
            Ok(bytes) => integer(limits, i64::from_le_bytes(bytes)),
            Err(_) => Ok(()),
        },
        element_type::DATE_TIME => match bytes.try_into().map(i64::from_le_bytes) {
            Ok(time) if !YEARS.contains(&time) => {
                Err("a time outside of the years 1 to 9999".to_owned())
            }
            Ok(_) | Err(_) => Ok(()),
        },
        element_type::DECIMAL128 => match bytes.try_into() {
            Ok(bytes) => decimal(limits, Decimal::from_bytes(bytes)),
            Err(_) => Ok(()),
        },
        _ => Ok(()),
    }
}

fn integer(limits: &Limits, value: i64) -> Result<(), String> {
    match limits.range {
        Some((smallest, largest)) if !(smallest..=largest).contains(&value) => {
            Err(format!("{value} is not between {smallest} and {largest}"))
        }
        _ => match limits.digits {
            Some((before, _)) => digits(value.unsigned_abs().into(), 0, before, 0),
            None => Ok(()),
        },
    }
}

fn decimal(limits: &Limits, value: Decimal) -> Result<(), String> {
    match (limits.digits, value) {
        (
            Some((before, behind)),
            Decimal::Finite {
                coefficient,
                exponent,
                ..
            },
        ) => digits(coefficient, exponent, before, behind),
        _ => Ok(()),
    }
}

/// Whether `coefficient * 10^exponent` has no more digits than these before and behind the point.
fn digits(mut coefficient: u128, mut exponent: i32, before: u8, behind: u8) -> Result<(), String> {
    if coefficient == 0 {
        return Ok(());
    }
    while coefficient.is_multiple_of(10) {
        coefficient /= 10;
        exponent = exponent.saturating_add(1);
    }
    let all = i32::try_from(coefficient.ilog10())
        .unwrap_or(i32::MAX)
        .saturating_add(1);
    if all.saturating_add(exponent) > i32::from(before) {
        return Err(format!(
            "a number of more than {before} digits before the point"
        ));
    }
    if exponent.saturating_neg() > i32::from(behind) {
        return Err(format!(
            "a number of more than {behind} digits behind the point"
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_in_the_years_1_to_9999() {
        let fits = |time: i64| {
            let bytes = time.to_le_bytes();
            value(&Limits::default(), element_type::DATE_TIME, &bytes).is_ok()
        };
        assert!(fits(*YEARS.start()) && fits(0) && fits(*YEARS.end()));
        assert!(!fits(*YEARS.start() - 1) && !fits(*YEARS.end() + 1) && !fits(i64::MAX));
    }

    #[test]
    fn digits_before_and_behind_the_point() {
        for (coefficient, exponent, fits) in [
            (0, 99, true),
            (99999, -2, true),
            (100_000, -2, false),
            (1, -2, true),
            (1, -3, false),
            (1000, -3, true),
            (9, 2, true),
            (1, 3, false),
        ] {
            let found = digits(coefficient, exponent, 3, 2);
            assert_eq!(found.is_ok(), fits, "{coefficient}e{exponent}: {found:?}");
        }
    }
}
