//! Whether a value keeps to its rules.

use super::{Limits, Rules, geometry};
use crate::bson::{Element, element_type, elements, string, write_string};
use crate::decimal::Decimal;
use crate::fill::ParameterValue;
use std::ops::RangeInclusive;

/// A value that breaks a rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Misfit {
    /// Where in the value that was looked at: `lines.3.article`; empty for the value itself.
    pub path: String,
    /// The name of the rule, a keyword of `$jsonSchema` where the server knows the rule as well:
    /// `maxLength`, `minimum`, `maximum`, `multipleOf`, `date`, `longitude`, `latitude`, `line`, `ring`.
    pub rule: &'static str,
    /// What the rule asks for.
    pub expected: ParameterValue,
    /// What was found instead.
    pub found: ParameterValue,
    /// How it breaks the rule.
    pub reason: String,
}

impl Misfit {
    #[cold]
    pub(super) fn new(
        rule: &'static str,
        expected: ParameterValue,
        (element_type, bytes): (u8, &[u8]),
        reason: String,
    ) -> Box<Self> {
        Box::new(Misfit {
            path: String::new(),
            rule,
            expected,
            found: ParameterValue {
                element_type,
                bytes: bytes.to_vec(),
            },
            reason,
        })
    }

    /// The same, of the value that the misfit is in.
    #[cold]
    pub(super) fn within(mut self: Box<Self>, element: &Element<'_>) -> Box<Self> {
        let name = String::from_utf8_lossy(element.name);
        self.path = match self.path.is_empty() {
            true => name.into_owned(),
            false => format!("{name}.{}", self.path),
        };
        self
    }
}

/// The times that there are in SQL, in milliseconds: the server computes with no others.
const YEARS: RangeInclusive<i64> = -62_135_596_800_000..=253_402_300_799_999;

impl Rules {
    /// Looks at a value, as BSON writes it; a null keeps to every rule.
    ///
    /// # Errors
    ///
    /// The first part of it that breaks a rule.
    pub fn check(&self, element_type: u8, bytes: &[u8]) -> Result<(), Box<Misfit>> {
        match self {
            Rules::None => Ok(()),
            Rules::Value(limits) => value(limits, element_type, bytes),
            Rules::Items(rules) => match element_type {
                element_type::ARRAY | element_type::DOCUMENT => {
                    elements(bytes).flatten().try_for_each(|item| {
                        rules
                            .check(item.element_type, item.value)
                            .map_err(|misfit| misfit.within(&item))
                    })
                }
                _ => Ok(()),
            },
            Rules::Fields(fields) => match element_type {
                element_type::DOCUMENT => self::fields(fields, bytes),
                _ => Ok(()),
            },
            Rules::Geometry => match element_type {
                element_type::DOCUMENT => geometry::check(bytes),
                _ => Ok(()),
            },
        }
    }
}

/// Looks at the fields of a document, which are mostly in the order of the rules.
fn fields(fields: &[(String, Rules)], document: &[u8]) -> Result<(), Box<Misfit>> {
    let mut next = 0;
    for element in elements(document).flatten() {
        let (before, behind) = fields.split_at(next);
        let of_name = |(name, _): &&(String, Rules)| name.as_bytes() == element.name;
        let found = match behind.iter().position(|field| of_name(&field)) {
            Some(place) => {
                next += place + 1;
                behind.get(place)
            }
            None => before.iter().find(of_name),
        };
        if let Some((_, rules)) = found {
            rules
                .check(element.element_type, element.value)
                .map_err(|misfit| misfit.within(&element))?;
        }
    }
    Ok(())
}

fn value(limits: &Limits, element_type: u8, bytes: &[u8]) -> Result<(), Box<Misfit>> {
    let found = (element_type, bytes);
    match element_type {
        element_type::STRING => match limits.max_length {
            Some(most) => text(most, bytes),
            None => Ok(()),
        },
        element_type::INT32 => match bytes.try_into() {
            Ok(bytes) => integer(limits, i64::from(i32::from_le_bytes(bytes)), found),
            Err(_) => Ok(()),
        },
        element_type::INT64 => match bytes.try_into() {
            Ok(bytes) => integer(limits, i64::from_le_bytes(bytes), found),
            Err(_) => Ok(()),
        },
        element_type::DATE_TIME => match bytes.try_into().map(i64::from_le_bytes) {
            Ok(time) if !YEARS.contains(&time) => Err(Misfit::new(
                "date",
                text_of("a time in the years 1 to 9999"),
                found,
                "a time outside of the years 1 to 9999".to_owned(),
            )),
            Ok(_) | Err(_) => Ok(()),
        },
        element_type::DECIMAL128 => match (bytes.try_into(), limits.digits) {
            (Ok(bytes), Some(most)) => match Decimal::from_bytes(bytes) {
                Decimal::Finite {
                    coefficient,
                    exponent,
                    ..
                } => digits(coefficient, exponent, most, found),
                _ => Ok(()),
            },
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

fn text(most: u32, bytes: &[u8]) -> Result<(), Box<Misfit>> {
    // The length in bytes stands in front, with the zero at the end: no text has more characters.
    let fits = |length: usize| u32::try_from(length).is_ok_and(|length| length <= most);
    if fits(bytes.len().saturating_sub(5)) {
        return Ok(());
    }
    let length = string(bytes).map_or(0, |text| text.chars().count());
    if fits(length) {
        return Ok(());
    }
    Err(Misfit::new(
        "maxLength",
        number(i64::from(most)),
        (element_type::STRING, bytes),
        format!("a text of {length} characters is longer than {most}"),
    ))
}

fn integer(limits: &Limits, value: i64, found: (u8, &[u8])) -> Result<(), Box<Misfit>> {
    match limits.range {
        Some((smallest, largest)) if !(smallest..=largest).contains(&value) => {
            let (rule, bound) = match value < smallest {
                true => ("minimum", smallest),
                false => ("maximum", largest),
            };
            let reason = format!("{value} is not between {smallest} and {largest}");
            Err(Misfit::new(rule, number(bound), found, reason))
        }
        _ => match limits.digits {
            Some(most) => digits(value.unsigned_abs().into(), 0, most, found),
            None => Ok(()),
        },
    }
}

/// Whether `coefficient * 10^exponent` has no more digits than these before and behind the point.
fn digits(
    mut coefficient: u128,
    mut exponent: i32,
    (before, behind): (u8, u8),
    found: (u8, &[u8]),
) -> Result<(), Box<Misfit>> {
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
        let nines = 10_u128.saturating_pow(u32::from(before) + u32::from(behind)) - 1;
        let reason = format!("a number of more than {before} digits before the point");
        return Err(Misfit::new(
            "maximum",
            decimal(nines, behind),
            found,
            reason,
        ));
    }
    if exponent.saturating_neg() > i32::from(behind) {
        let reason = format!("a number of more than {behind} digits behind the point");
        return Err(Misfit::new("multipleOf", decimal(1, behind), found, reason));
    }
    Ok(())
}

/// A number with so many digits behind the point.
fn decimal(coefficient: u128, behind: u8) -> ParameterValue {
    let number = Decimal::Finite {
        negative: false,
        coefficient,
        exponent: -i32::from(behind),
    };
    let (element_type, bytes) = match number.to_bytes() {
        Some(bytes) => (element_type::DECIMAL128, bytes.to_vec()),
        None => (element_type::NULL, Vec::new()),
    };
    ParameterValue {
        element_type,
        bytes,
    }
}

fn number(value: i64) -> ParameterValue {
    ParameterValue {
        element_type: element_type::INT64,
        bytes: value.to_le_bytes().to_vec(),
    }
}

pub(super) fn text_of(value: &str) -> ParameterValue {
    let mut bytes = Vec::new();
    write_string(&mut bytes, value);
    ParameterValue {
        element_type: element_type::STRING,
        bytes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bson::{end_document, start_document, write_name};

    #[test]
    fn times_are_in_the_years_1_to_9999() {
        let fits = |time: i64| {
            let bytes = time.to_le_bytes();
            let rules = Rules::Value(Limits::default());
            rules.check(element_type::DATE_TIME, &bytes).is_ok()
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
            let found = digits(coefficient, exponent, (3, 2), (element_type::NULL, &[]));
            assert_eq!(found.is_ok(), fits, "{coefficient}e{exponent}: {found:?}");
        }
    }

    #[test]
    fn the_bound_that_digits_are_held_to() {
        let exceeded = digits(123_456, -2, (3, 2), (element_type::NULL, &[]));
        let largest = Decimal::Finite {
            negative: false,
            coefficient: 99_999,
            exponent: -2,
        };
        let expected = largest.to_bytes().map(Vec::from);
        assert_eq!(exceeded.err().map(|misfit| misfit.expected.bytes), expected);
    }

    fn document(write: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
        let mut bytes = Vec::new();
        let start = start_document(&mut bytes);
        write(&mut bytes);
        end_document(&mut bytes, start);
        bytes
    }

    fn text_field(bytes: &mut Vec<u8>, name: &str, text: &str) {
        write_name(bytes, element_type::STRING, name);
        write_string(bytes, text);
    }

    fn most(max_length: u32) -> Rules {
        Rules::Value(Limits {
            max_length: Some(max_length),
            ..Limits::default()
        })
    }

    #[test]
    fn the_path_of_a_misfit() {
        let parts = Rules::items(Rules::fields([("code".to_owned(), most(3))]));
        let rules = Rules::fields([("name".to_owned(), most(3)), ("parts".to_owned(), parts)]);
        let made = |names: [&str; 2], codes: [&str; 2]| {
            let whole = document(|bytes| {
                // Fields in any order, some of which have no rules.
                text_field(bytes, "other", "a long text");
                write_name(bytes, element_type::ARRAY, "parts");
                let array = start_document(bytes);
                for (place, code) in codes.iter().enumerate() {
                    write_name(bytes, element_type::DOCUMENT, &place.to_string());
                    bytes.extend(document(|bytes| text_field(bytes, "code", code)));
                }
                end_document(bytes, array);
                for name in names {
                    text_field(bytes, "name", name);
                }
            });
            let result = rules.check(element_type::DOCUMENT, &whole);
            result.map_err(|misfit| (misfit.path.clone(), misfit.reason.clone()))
        };
        assert_eq!(made(["abc", "äöü"], ["x", "yyy"]), Ok(()));
        let long = "a text of 4 characters is longer than 3";
        let error = |path: &str| Err((path.to_owned(), long.to_owned()));
        assert_eq!(made(["abc", "abcd"], ["x", "y"]), error("name"));
        assert_eq!(made(["a", "b"], ["x", "äöüß"]), error("parts.1.code"));
    }
}
