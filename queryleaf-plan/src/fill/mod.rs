//! From an encoded template and the values of its parameters to the command's BSON bytes.

mod computed;
mod filter;
mod form;
mod reader;

use crate::bson::{
    Malformed, element_type, elements, end_document, start_document, string, write_name,
};
use crate::encode::{condition, tag};
use computed::ComputedValue;
use filter::Filters;
pub(crate) use reader::Reader;

/// The value of a parameter: a BSON element type and the bytes of the value.
#[derive(Debug, Clone, PartialEq)]
pub struct ParameterValue {
    /// The BSON element type, 0x0A for `NULL`.
    pub element_type: u8,
    /// The value as BSON writes it after the element's name.
    pub bytes: Vec<u8>,
}

/// Why a template could not be filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FillError {
    /// `LIMIT` or `OFFSET` is negative.
    NegativeCount {
        /// Which parameter, counted from 0.
        parameter: u16,
    },
    /// A parameter used as a pattern is no valid one.
    Pattern {
        /// Which parameter, counted from 0.
        parameter: u16,
        /// What is wrong with it.
        reason: String,
    },
    /// A parameter does not keep to the rules of the field that it is stored in.
    Misfit {
        /// Which parameter, counted from 0.
        parameter: u16,
        /// Where in it and how it breaks them.
        reason: String,
    },
    /// The bytes are not what [`encode`](crate::encode) writes for these parameters.
    Corrupt,
}

/// Completes an encoded template with the values of its parameters: the bytes of a BSON document.
///
/// # Errors
///
/// A parameter whose value the command cannot take, and bytes that are no template.
pub fn fill(template: &[u8], parameters: &[ParameterValue]) -> Result<Vec<u8>, FillError> {
    fill_whole(template, parameters, false)
}

/// Like [`fill`], for a command that runs in a session, and so perhaps in a transaction.
///
/// # Errors
///
/// Those of [`fill`].
pub fn fill_in_session(
    template: &[u8],
    parameters: &[ParameterValue],
) -> Result<Vec<u8>, FillError> {
    fill_whole(template, parameters, true)
}

fn fill_whole(
    template: &[u8],
    parameters: &[ParameterValue],
    in_session: bool,
) -> Result<Vec<u8>, FillError> {
    let mut reader = Reader::new(template);
    let computed = computed::compute(&mut reader, parameters)?;
    let mut filler = Filler {
        given: parameters,
        computed: &computed,
        in_session,
        bytes: Vec::with_capacity(template.len() + 256),
    };
    let filled = filler.template(&mut reader, 0)?;
    if filler.as_value(filled) != Some(element_type::DOCUMENT) || !reader.is_empty() {
        return Err(FillError::Corrupt);
    }
    Ok(filler.bytes)
}

/// How deep a template may be nested: more than the server takes.
const MAX_DEPTH: usize = 400;

/// What a template has become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Filled {
    /// A value of this type; its bytes are written.
    Value(u8),
    /// Nothing to be written.
    Omitted,
    /// A filter that no document passes, not written yet.
    Never,
}

/// Fills a template, writing values to the end of `bytes`.
struct Filler<'a> {
    given: &'a [ParameterValue],
    computed: &'a [ComputedValue],
    in_session: bool,
    bytes: Vec<u8>,
}

impl<'a> Filler<'a> {
    fn template(&mut self, reader: &mut Reader<'_>, depth: usize) -> Result<Filled, FillError> {
        if depth > MAX_DEPTH {
            return Err(FillError::Corrupt);
        }
        match reader.byte()? {
            tag::OMIT => Ok(Filled::Omitted),
            tag::NEVER => Ok(Filled::Never),
            tag::CONSTANT => {
                let (element_type, value) = reader.value()?;
                self.bytes.extend_from_slice(value);
                Ok(Filled::Value(element_type))
            }
            tag::DOCUMENT => self.document(reader, depth),
            tag::ARRAY => self.array(reader, depth),
            tag::HOLE => self.hole(reader),
            tag::WHEN => {
                let holds = self.condition(reader)?;
                let (then, otherwise) = (reader.sized()?, reader.sized()?);
                self.whole(if holds { then } else { otherwise }, depth)
            }
            tag::ALL => self.filters(reader, depth, Filters::all()),
            tag::ANY => self.filters(reader, depth, Filters::any()),
            _ => Err(FillError::Corrupt),
        }
    }

    /// A template that is all of these bytes.
    fn whole(&mut self, mut template: Reader<'_>, depth: usize) -> Result<Filled, FillError> {
        let filled = self.template(&mut template, depth + 1)?;
        if template.is_empty() {
            Ok(filled)
        } else {
            Err(FillError::Corrupt)
        }
    }

    fn document(&mut self, reader: &mut Reader<'_>, depth: usize) -> Result<Filled, FillError> {
        let start = start_document(&mut self.bytes);
        for _ in 0..reader.number()? {
            let name = reader.text()?;
            self.element(name, reader, depth)?;
        }
        end_document(&mut self.bytes, start);
        Ok(Filled::Value(element_type::DOCUMENT))
    }

    fn array(&mut self, reader: &mut Reader<'_>, depth: usize) -> Result<Filled, FillError> {
        let start = start_document(&mut self.bytes);
        let mut position = 0_u32;
        for _ in 0..reader.number()? {
            let is_match = reader.is_open_match_stage();
            let before = self.bytes.len();
            if !self.element(&position.to_string(), reader, depth)? {
                continue;
            }
            if is_match && self.bytes.ends_with(EMPTY_MATCH_STAGE) {
                self.bytes.truncate(before);
                continue;
            }
            position += 1;
        }
        end_document(&mut self.bytes, start);
        Ok(Filled::Value(element_type::ARRAY))
    }

    /// Writes an element, and says whether there was one to write.
    fn element(
        &mut self,
        name: &str,
        reader: &mut Reader<'_>,
        depth: usize,
    ) -> Result<bool, FillError> {
        let start = self.bytes.len();
        write_name(&mut self.bytes, element_type::NULL, name);
        let filled = self.template(reader, depth + 1)?;
        match self.as_value(filled) {
            Some(element_type) => {
                if let Some(written) = self.bytes.get_mut(start) {
                    *written = element_type;
                }
                Ok(true)
            }
            None => {
                self.bytes.truncate(start);
                Ok(false)
            }
        }
    }

    /// The type of what was filled, where a value is wanted.
    fn as_value(&mut self, filled: Filled) -> Option<u8> {
        match filled {
            Filled::Value(element_type) => Some(element_type),
            Filled::Omitted => None,
            Filled::Never => {
                self.bytes.extend_from_slice(NO_DOCUMENT);
                Some(element_type::DOCUMENT)
            }
        }
    }

    fn filters(
        &mut self,
        reader: &mut Reader<'_>,
        depth: usize,
        mut filters: Filters,
    ) -> Result<Filled, FillError> {
        for _ in 0..reader.number()? {
            let start = self.bytes.len();
            match self.whole(reader.sized()?, depth)? {
                Filled::Omitted => {}
                Filled::Never => filters.add_never(),
                Filled::Value(element_type::DOCUMENT) => {
                    let filter = self.bytes.split_off(start);
                    filters
                        .add(filter)
                        .map_err(|Malformed| FillError::Corrupt)?;
                }
                Filled::Value(_) => return Err(FillError::Corrupt),
            }
        }
        let written = filters
            .write(&mut self.bytes)
            .map_err(|Malformed| FillError::Corrupt)?;
        Ok(written.map_or(Filled::Never, |()| Filled::Value(element_type::DOCUMENT)))
    }

    /// Whether the condition of a choice holds.
    fn condition(&self, reader: &mut Reader<'_>) -> Result<bool, FillError> {
        let condition = reader.byte()?;
        if condition == condition::IN_SESSION {
            reader.number()?;
            return Ok(self.in_session);
        }
        let (_, parameter) = self.parameter(reader)?;
        let mut items = elements(&parameter.bytes);
        Ok(match condition {
            condition::IS_NULL => parameter.element_type == element_type::NULL,
            condition::IS_ZERO => form::is_zero(parameter),
            condition::IS_EMPTY_LIST => {
                parameter.element_type == element_type::ARRAY && items.next().is_none()
            }
            condition::HAS_NULL_ITEM => {
                parameter.element_type == element_type::ARRAY
                    && items
                        .any(|item| item.is_ok_and(|item| item.element_type == element_type::NULL))
            }
            condition::IS_TRUE => {
                parameter.element_type == element_type::BOOLEAN && parameter.bytes == [1]
            }
            _ => return Err(FillError::Corrupt),
        })
    }

    /// A parameter, and the number of the given one that it is or is computed from.
    fn parameter(&self, reader: &mut Reader<'_>) -> Result<(u16, &'a ParameterValue), FillError> {
        let number = u16::try_from(reader.number()?).map_err(|_| FillError::Corrupt)?;
        let index = usize::from(number);
        if let Some(given) = self.given.get(index) {
            return Ok((number, given));
        }
        index
            .checked_sub(self.given.len())
            .and_then(|index| self.computed.get(index))
            .map(|computed| (computed.of, &computed.value))
            .ok_or(FillError::Corrupt)
    }
}

/// `{_id: {$in: []}}`: an empty range of the index on `_id`. The server evaluates any other condition
/// that is never true, such as `{$expr: false}`, for every document.
const NO_DOCUMENT: &[u8] = b"\x19\0\0\0\x03_id\0\x0f\0\0\0\x04$in\0\x05\0\0\0\0\0\0";

/// `{$match: {}}`, which is left out of a pipeline when it was a filter that came to nothing.
const EMPTY_MATCH_STAGE: &[u8] = b"\x12\0\0\0\x03$match\0\x05\0\0\0\0\0";

/// The text of a parameter.
fn text(parameter: &ParameterValue) -> Result<&str, FillError> {
    if parameter.element_type != element_type::STRING {
        return Err(FillError::Corrupt);
    }
    string(&parameter.bytes).ok_or(FillError::Corrupt)
}
