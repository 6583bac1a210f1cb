//! Two rows of one statement with one key, which `DO UPDATE` must not change twice.

use super::conflict::has_null;
use super::documents::Documents;
use super::duplicates::find;
use super::program::Target;
use crate::error::{Error, Result};
use crate::raw::RawValue;
use queryleaf_plan::bson::{element_type, elements};
use queryleaf_plan::decimal::Decimal;
use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

/// The keys of the rows of one run of a statement.
#[derive(Default)]
pub(crate) struct Keys {
    /// Two hashes of each key, with seeds of their own: as many bytes for a long key as for a short one.
    seen: HashSet<[u64; 2]>,
    seeds: [RandomState; 2],
}

impl Keys {
    /// Refuses two rows with one key, as PostgreSQL does.
    pub(super) fn check<'d>(
        &mut self,
        sql: &'static str,
        target: &Target,
        rows: impl Iterator<Item = &'d [u8]>,
    ) -> Result<()> {
        let Some(conflict) = &target.conflict else {
            return Ok(());
        };
        let (Some(key), Some(_)) = (&conflict.key, &conflict.action) else {
            return Ok(());
        };
        for row in rows {
            if has_null(row, key) {
                continue;
            }
            let value = normal_key(row, key);
            let hashes = self.seeds.each_ref().map(|seed| seed.hash_one(&value));
            if !self.seen.insert(hashes) {
                return Err(Error::CardinalityViolation {
                    message: "ON CONFLICT DO UPDATE command cannot affect row a second time"
                        .to_owned(),
                    sql,
                });
            }
        }
        Ok(())
    }

    /// The same for all documents.
    pub(super) fn check_all(
        &mut self,
        sql: &'static str,
        target: &Target,
        documents: &Documents,
    ) -> Result<()> {
        let rows = (0..documents.len()).map(|index| documents.get(index));
        self.check(sql, target, rows)
    }
}

/// The key of a row, alike for alike keys: a number is the same key in each of its types.
fn normal_key(document: &[u8], key: &[String]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for field in key {
        push_normal(
            &mut bytes,
            find(document, field).unwrap_or(RawValue::MISSING),
        );
    }
    bytes
}

fn push_normal(bytes: &mut Vec<u8>, value: RawValue<'_>) {
    let mut decimal = None;
    let whole = match value.element_type {
        element_type::DOCUMENT => {
            bytes.push(value.element_type);
            for field in elements(value.bytes).map_while(Result::ok) {
                bytes.extend_from_slice(field.name);
                bytes.push(0);
                push_normal(bytes, field.into());
            }
            bytes.push(0);
            return;
        }
        element_type::INT32 => value
            .fixed()
            .map(|bytes| i64::from(i32::from_le_bytes(bytes))),
        element_type::INT64 => value.fixed().map(i64::from_le_bytes),
        element_type::DOUBLE => value
            .fixed()
            .map(f64::from_le_bytes)
            .filter(|number| number.fract() == 0.0 && number.abs() < 9e18)
            .map(|number| number as i64),
        element_type::DECIMAL128 => value.fixed().map(Decimal::from_bytes).and_then(|number| {
            let shortest = shortest(number);
            decimal = shortest.to_bytes();
            shortest.to_i64()
        }),
        _ => None,
    };
    let text = decimal.as_ref().map_or(value.bytes, |bytes| bytes);
    match whole {
        Some(number) => {
            bytes.push(element_type::INT64);
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        None => {
            bytes.push(value.element_type);
            bytes.extend_from_slice(&(text.len() as u64).to_le_bytes());
            bytes.extend_from_slice(text);
        }
    }
}

/// The number without zeros at its end.
fn shortest(number: Decimal) -> Decimal {
    let Decimal::Finite {
        negative,
        mut coefficient,
        mut exponent,
    } = number
    else {
        return number;
    };
    if coefficient == 0 {
        return Decimal::from(0);
    }
    while coefficient % 10 == 0 {
        coefficient /= 10;
        exponent += 1;
    }
    Decimal::Finite {
        negative,
        coefficient,
        exponent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mongodb::bson::{Bson, doc};

    #[test]
    fn numbers_of_one_value_are_one_key() {
        let decimal = |text: &str| Bson::Decimal128(text.parse().unwrap());
        let within = |number: Bson| Bson::from(doc! { "a": { "b": number } });
        let key = |number: Bson| {
            let mut bytes = Vec::new();
            doc! { "n": number }.to_writer(&mut bytes).unwrap();
            normal_key(&bytes, &["n".to_owned()])
        };
        for (one, other) in [
            (decimal("1.0"), decimal("1.00")),
            (decimal("0E3"), decimal("-0.0")),
            (decimal("2.50"), decimal("2.5")),
            (decimal("-70"), decimal("-7E1")),
            (decimal("7.0"), Bson::Int32(7)),
            (Bson::Double(7.0), Bson::Int64(7)),
            (within(decimal("1.0")), within(Bson::Int32(1))),
        ] {
            assert_eq!(key(one.clone()), key(other.clone()), "{one} {other}");
        }
        assert_ne!(key(decimal("2.5")), key(decimal("-2.5")));
        assert_ne!(key(decimal("2.5")), key(decimal("25")));
    }
}
