//! Computing parameters from others.

use super::reader::Reader;
use super::{FillError, ParameterValue, text};
use crate::bson::{element_type, write_string};
use crate::encode::{computed, part};

/// A parameter that was computed, and the one whose name an error about it gives.
pub(super) struct ComputedValue {
    pub(super) value: ParameterValue,
    pub(super) of: u16,
}

/// Reads what stands before a template and computes it.
pub(super) fn compute(
    reader: &mut Reader<'_>,
    given: &[ParameterValue],
) -> Result<Vec<ComputedValue>, FillError> {
    let mut values = Vec::new();
    for _ in 0..reader.number()? {
        values.push(match reader.byte()? {
            computed::CONCATENATION => concatenation(reader, given)?,
            _ => return Err(FillError::Corrupt),
        });
    }
    Ok(values)
}

fn concatenation(
    reader: &mut Reader<'_>,
    given: &[ParameterValue],
) -> Result<ComputedValue, FillError> {
    let skip_null = reader.flag()?;
    let mut whole = Some(String::new());
    let mut of = None;
    for _ in 0..reader.number()? {
        let addition = match reader.byte()? {
            part::TEXT => Some(reader.text()?),
            part::PARAMETER => {
                let number = u16::try_from(reader.number()?).map_err(|_| FillError::Corrupt)?;
                let value = given.get(usize::from(number)).ok_or(FillError::Corrupt)?;
                of.get_or_insert(number);
                match value.element_type {
                    element_type::NULL if skip_null => Some(""),
                    element_type::NULL => None,
                    _ => Some(text(value)?),
                }
            }
            _ => return Err(FillError::Corrupt),
        };
        whole = whole
            .zip(addition)
            .map(|(whole, addition)| whole + addition);
    }
    let value = match whole {
        Some(whole) => {
            let mut bytes = Vec::with_capacity(whole.len() + 5);
            write_string(&mut bytes, &whole);
            ParameterValue {
                element_type: element_type::STRING,
                bytes,
            }
        }
        None => ParameterValue {
            element_type: element_type::NULL,
            bytes: Vec::new(),
        },
    };
    let of = of.ok_or(FillError::Corrupt)?;
    Ok(ComputedValue { value, of })
}
