//! The value of a parameter in its hole.

use super::reader::Reader;
use super::{FillError, Filled, Filler, ParameterValue, text};
use crate::bson::{
    element_type, elements, end_document, start_document, write_name, write_regex, write_string,
};
use crate::decimal::Decimal;
use crate::encode::form;
use crate::pattern::{PatternError, Regex, like, posix};
use crate::rules::Rules;

impl Filler<'_> {
    /// Writes the value of a parameter.
    pub(super) fn hole(&mut self, reader: &mut Reader<'_>) -> Result<Filled, FillError> {
        let (number, parameter) = self.parameter(reader)?;
        match reader.byte()? {
            form::PLAIN => {
                self.bytes.extend_from_slice(&parameter.bytes);
                Ok(Filled::Value(parameter.element_type))
            }
            form::STORED => {
                let not_null = reader.flag()?;
                let rules = Rules::read(reader)?;
                keeps(parameter, not_null, &rules).map_err(|reason| FillError::Misfit {
                    parameter: number,
                    reason,
                })?;
                self.bytes.extend_from_slice(&parameter.bytes);
                Ok(Filled::Value(parameter.element_type))
            }
            form::LIST_WITHOUT_NULL => self.list(parameter, false),
            form::LIST_WITH_NULL => self.list(parameter, true),
            form::COUNT => match count(number, parameter)? {
                None => Ok(Filled::Omitted),
                Some(count) => Ok(self.count(count)),
            },
            form::COUNT_WITH_NUMBER => {
                let addend = i64::try_from(reader.number()?).map_err(|_| FillError::Corrupt)?;
                let count = count(number, parameter)?.unwrap_or(0);
                Ok(self.count(count.saturating_add(addend)))
            }
            form::COUNT_WITH_PARAMETER => {
                let (other, addend) = self.parameter(reader)?;
                let addend = count(other, addend)?.unwrap_or(0);
                let count = count(number, parameter)?.unwrap_or(0);
                Ok(self.count(count.saturating_add(addend)))
            }
            form @ (form::LIKE_TEXT | form::LIKE_FILTER) => {
                let ignore_case = reader.flag()?;
                let escape = escape(reader)?;
                self.pattern(number, parameter, form == form::LIKE_FILTER, |text| {
                    like(text, escape, ignore_case)?.into_regex()
                })
            }
            form @ (form::REGEX_TEXT | form::REGEX_FILTER) => {
                let ignore_case = reader.flag()?;
                self.pattern(number, parameter, form == form::REGEX_FILTER, |text| {
                    posix(text, ignore_case)
                })
            }
            _ => Err(FillError::Corrupt),
        }
    }

    fn count(&mut self, count: i64) -> Filled {
        self.bytes.extend_from_slice(&count.to_le_bytes());
        Filled::Value(element_type::INT64)
    }

    /// Writes a list without its nulls, or with one of them at its end.
    fn list(&mut self, list: &ParameterValue, with_null: bool) -> Result<Filled, FillError> {
        let start = start_document(&mut self.bytes);
        let mut position = 0_u32;
        if list.element_type == element_type::ARRAY {
            for item in elements(&list.bytes) {
                let item = item.map_err(|_| FillError::Corrupt)?;
                if item.element_type != element_type::NULL {
                    write_name(&mut self.bytes, item.element_type, &position.to_string());
                    self.bytes.extend_from_slice(item.value);
                    position += 1;
                }
            }
        } else if list.element_type != element_type::NULL {
            return Err(FillError::Corrupt);
        }
        if with_null {
            write_name(&mut self.bytes, element_type::NULL, &position.to_string());
        }
        end_document(&mut self.bytes, start);
        Ok(Filled::Value(element_type::ARRAY))
    }

    /// Writes a pattern as a string, or as a regular expression for a filter; `NULL` stays null.
    fn pattern(
        &mut self,
        number: u16,
        parameter: &ParameterValue,
        for_filter: bool,
        translate: impl FnOnce(&str) -> Result<Regex, PatternError>,
    ) -> Result<Filled, FillError> {
        if parameter.element_type == element_type::NULL {
            return Ok(Filled::Value(element_type::NULL));
        }
        let regex = translate(text(parameter)?).map_err(|error| FillError::Pattern {
            parameter: number,
            reason: error.reason,
        })?;
        if for_filter {
            write_regex(&mut self.bytes, &regex.pattern, regex.options);
            Ok(Filled::Value(element_type::REGEX))
        } else {
            write_string(&mut self.bytes, &regex.text());
            Ok(Filled::Value(element_type::STRING))
        }
    }
}

/// Whether a parameter keeps to the rules of its field; the error says how it does not.
fn keeps(parameter: &ParameterValue, not_null: bool, rules: &Rules) -> Result<(), String> {
    if not_null && parameter.element_type == element_type::NULL {
        return Err("a NULL, for a column that cannot be NULL".to_owned());
    }
    let checked = rules.check(parameter.element_type, &parameter.bytes);
    checked.map_err(|misfit| match misfit.path.is_empty() {
        true => misfit.reason,
        false => format!("`{}`: {}", misfit.path, misfit.reason),
    })
}

/// The escape character of a `LIKE`.
fn escape(reader: &mut Reader<'_>) -> Result<Option<char>, FillError> {
    match reader.number()?.checked_sub(1) {
        None => Ok(None),
        Some(code) => u32::try_from(code)
            .ok()
            .and_then(char::from_u32)
            .map(Some)
            .ok_or(FillError::Corrupt),
    }
}

/// A number of rows; `None` is `NULL`.
fn count(number: u16, parameter: &ParameterValue) -> Result<Option<i64>, FillError> {
    let count = match (parameter.element_type, &parameter.bytes[..]) {
        (element_type::NULL, _) => return Ok(None),
        (element_type::INT32, bytes) => bytes
            .try_into()
            .map(|bytes| i64::from(i32::from_le_bytes(bytes))),
        (element_type::INT64, bytes) => bytes.try_into().map(i64::from_le_bytes),
        _ => return Err(FillError::Corrupt),
    };
    match count {
        Ok(count) if count < 0 => Err(FillError::NegativeCount { parameter: number }),
        Ok(count) => Ok(Some(count)),
        Err(_) => Err(FillError::Corrupt),
    }
}

/// Whether a number of any type is zero.
pub(super) fn is_zero(parameter: &ParameterValue) -> bool {
    let bytes = &parameter.bytes[..];
    match parameter.element_type {
        element_type::INT32 | element_type::INT64 => bytes.iter().all(|&byte| byte == 0),
        element_type::DOUBLE => bytes
            .try_into()
            .is_ok_and(|bytes| f64::from_le_bytes(bytes) == 0.0),
        element_type::DECIMAL128 => bytes.try_into().is_ok_and(|bytes| {
            matches!(
                Decimal::from_bytes(bytes),
                Decimal::Finite { coefficient: 0, .. }
            )
        }),
        _ => false,
    }
}
