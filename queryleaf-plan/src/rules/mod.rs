//! What stored values are held to beyond their type, wherever in a document they are.
//!
//! The compiler reads it off a declaration, and the runtime looks at values before it sends them: at
//! parameters as a template is filled, and at whole rows of the user's own.

mod check;
mod geometry;

pub use check::Misfit;

use crate::encode::{write_number, write_text};
use crate::fill::{FillError, Reader};

/// What a stored value is held to beyond its type.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Rules {
    /// Nothing.
    #[default]
    None,
    /// A value that is no document and no array, to these limits; a time, to the years that SQL has.
    Value(Limits),
    /// Each item of an array, or each value of a document whose keys are not declared.
    Items(Box<Rules>),
    /// The fields of a document by their stored names; those that are held to nothing are left out.
    Fields(Vec<(String, Rules)>),
    /// A geometry, to places on the earth, lines of two places and rings that are closed.
    Geometry,
}

/// What a value is limited to, beyond its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Limits {
    /// The most characters of a text.
    pub max_length: Option<u32>,
    /// The most digits before and behind the point of a number.
    pub digits: Option<(u8, u8)>,
    /// The smallest and the largest integer.
    pub range: Option<(i64, i64)>,
}

/// What rules start with.
mod tag {
    pub(super) const NONE: u8 = 0;
    pub(super) const VALUE: u8 = 1;
    pub(super) const ITEMS: u8 = 2;
    pub(super) const FIELDS: u8 = 3;
    pub(super) const GEOMETRY: u8 = 4;
}

/// How deep rules may be nested: deeper than a schema can be.
const MAX_DEPTH: usize = 200;

impl Rules {
    /// The rules of the items of an array, or of the values of a map.
    pub fn items(of_item: Rules) -> Rules {
        match of_item {
            Rules::None => Rules::None,
            rules => Rules::Items(Box::new(rules)),
        }
    }

    /// The rules of a document with these fields.
    pub fn fields(fields: impl IntoIterator<Item = (String, Rules)>) -> Rules {
        let mut fields: Vec<_> = fields.into_iter().collect();
        fields.retain(|(_, rules)| *rules != Rules::None);
        match fields.is_empty() {
            true => Rules::None,
            false => Rules::Fields(fields),
        }
    }

    /// The rules as bytes, which [`decode`](Rules::decode) reads.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.write(&mut bytes);
        bytes
    }

    /// The rules that [`encode`](Rules::encode) wrote; none of no bytes.
    ///
    /// # Errors
    ///
    /// Bytes that it did not write.
    pub fn decode(encoded: &[u8]) -> Result<Rules, FillError> {
        let mut reader = Reader::new(encoded);
        if reader.is_empty() {
            return Ok(Rules::None);
        }
        let rules = Rules::read(&mut reader)?;
        match reader.is_empty() {
            true => Ok(rules),
            false => Err(FillError::Corrupt),
        }
    }

    pub(crate) fn write(&self, bytes: &mut Vec<u8>) {
        match self {
            Rules::None => bytes.push(tag::NONE),
            Rules::Value(limits) => {
                bytes.push(tag::VALUE);
                limits.write(bytes);
            }
            Rules::Items(rules) => {
                bytes.push(tag::ITEMS);
                rules.write(bytes);
            }
            Rules::Fields(fields) => {
                bytes.push(tag::FIELDS);
                write_number(bytes, fields.len() as u64);
                for (name, rules) in fields {
                    write_text(bytes, name);
                    rules.write(bytes);
                }
            }
            Rules::Geometry => bytes.push(tag::GEOMETRY),
        }
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Rules, FillError> {
        Rules::read_within(reader, 0)
    }

    fn read_within(reader: &mut Reader<'_>, depth: usize) -> Result<Rules, FillError> {
        if depth > MAX_DEPTH {
            return Err(FillError::Corrupt);
        }
        Ok(match reader.byte()? {
            tag::NONE => Rules::None,
            tag::VALUE => Rules::Value(Limits::read(reader)?),
            tag::ITEMS => Rules::Items(Box::new(Rules::read_within(reader, depth + 1)?)),
            tag::FIELDS => {
                let mut fields = Vec::new();
                for _ in 0..reader.number()? {
                    let name = reader.text()?.to_owned();
                    fields.push((name, Rules::read_within(reader, depth + 1)?));
                }
                Rules::Fields(fields)
            }
            tag::GEOMETRY => Rules::Geometry,
            _ => return Err(FillError::Corrupt),
        })
    }
}

impl Limits {
    fn write(&self, bytes: &mut Vec<u8>) {
        let Limits {
            max_length,
            digits,
            range,
        } = *self;
        // One more than the length, so that there is a number for none.
        write_number(bytes, max_length.map_or(0, |length| u64::from(length) + 1));
        bytes.push(u8::from(digits.is_some()));
        if let Some((before, behind)) = digits {
            bytes.extend_from_slice(&[before, behind]);
        }
        bytes.push(u8::from(range.is_some()));
        if let Some((smallest, largest)) = range {
            bytes.extend_from_slice(&smallest.to_le_bytes());
            bytes.extend_from_slice(&largest.to_le_bytes());
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Limits, FillError> {
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
            max_length,
            digits,
            range,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_holds_to_nothing_is_left_out() {
        let nothing = Rules::fields([("note".to_owned(), Rules::items(Rules::None))]);
        assert_eq!(nothing, Rules::None);
        let some = Rules::fields([
            ("note".to_owned(), Rules::None),
            ("place".to_owned(), Rules::Geometry),
        ]);
        assert_eq!(
            some,
            Rules::Fields(vec![("place".to_owned(), Rules::Geometry)])
        );
    }

    #[test]
    fn rules_are_read_as_they_were_written() {
        let limits = Limits {
            max_length: Some(300),
            digits: Some((8, 2)),
            range: Some((-128, 127)),
        };
        let rules = Rules::fields([
            ("name".to_owned(), Rules::Value(limits)),
            ("at".to_owned(), Rules::Value(Limits::default())),
            ("places".to_owned(), Rules::items(Rules::Geometry)),
        ]);
        let encoded = rules.encode();
        assert_eq!(Rules::decode(&encoded), Ok(rules));
        assert_eq!(Rules::decode(&[]), Ok(Rules::None));
        for length in 1..encoded.len() {
            assert_eq!(
                Rules::decode(&encoded[..length]),
                Err(FillError::Corrupt),
                "{length}"
            );
        }
        assert_eq!(Rules::decode(&[tag::ITEMS; 1000]), Err(FillError::Corrupt));
    }
}
