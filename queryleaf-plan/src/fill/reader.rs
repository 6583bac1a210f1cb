//! Reading an encoded template.

use super::FillError;
use crate::bson::value_length;
use crate::encode::tag;

/// The rest of an encoded template.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(template: &'a [u8]) -> Self {
        Reader { rest: template }
    }

    pub(crate) fn is_empty(self) -> bool {
        self.rest.is_empty()
    }

    pub(crate) fn byte(&mut self) -> Result<u8, FillError> {
        let (&byte, rest) = self.rest.split_first().ok_or(FillError::Corrupt)?;
        self.rest = rest;
        Ok(byte)
    }

    /// A number, seven bits to a byte.
    pub(crate) fn number(&mut self) -> Result<u64, FillError> {
        let mut number = 0;
        for shift in (0..63).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(FillError::Corrupt)
    }

    fn bytes(&mut self, length: u64) -> Result<&'a [u8], FillError> {
        let (bytes, rest) = usize::try_from(length)
            .ok()
            .and_then(|length| self.rest.split_at_checked(length))
            .ok_or(FillError::Corrupt)?;
        self.rest = rest;
        Ok(bytes)
    }

    pub(crate) fn text(&mut self) -> Result<&'a str, FillError> {
        let length = self.number()?;
        std::str::from_utf8(self.bytes(length)?).map_err(|_| FillError::Corrupt)
    }

    /// A template with its length in front.
    pub(crate) fn sized(&mut self) -> Result<Reader<'a>, FillError> {
        let length = self.number()?;
        self.bytes(length).map(Reader::new)
    }

    /// A constant: its BSON type and its bytes.
    pub(crate) fn value(&mut self) -> Result<(u8, &'a [u8]), FillError> {
        let element_type = self.byte()?;
        let length = value_length(element_type, self.rest).ok_or(FillError::Corrupt)?;
        Ok((element_type, self.bytes(length as u64)?))
    }

    /// An integer of 64 bits.
    pub(crate) fn integer(&mut self) -> Result<i64, FillError> {
        let bytes = self.bytes(8)?.try_into().map_err(|_| FillError::Corrupt)?;
        Ok(i64::from_le_bytes(bytes))
    }

    pub(crate) fn flag(&mut self) -> Result<bool, FillError> {
        match self.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(FillError::Corrupt),
        }
    }

    /// Whether a stage comes next that is a `$match` whose filter depends on parameters.
    pub(crate) fn is_open_match_stage(self) -> bool {
        const START: &[u8] = b"\x03\x01\x06$match";
        self.rest.strip_prefix(START).is_some_and(|filter| {
            matches!(filter.first(), Some(&(tag::ALL | tag::ANY | tag::WHEN)))
        })
    }
}
