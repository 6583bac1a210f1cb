//! Templates as one byte string.
//!
//! A byte says what follows; numbers are written seven bits to a byte, the lowest first, with the
//! highest bit set on all but the last. Whatever does not depend on a parameter is written as the
//! BSON that it will be, so that filling a template is mostly copying.
//!
//! ```text
//! command   = count computed* template
//! computed  = concatenation flag count part*         -- numbered after the given parameters
//! part      = text | parameter
//! template  = omit | never
//!           | constant  element-type bytes           -- as BSON writes the value
//!           | document  count (text template)*
//!           | array     count template*
//!           | hole      parameter form
//!           | when      condition parameter sized sized
//!           | all       count sized*
//!           | any       count sized*
//! sized     = length template                        -- can be passed over
//! text      = length bytes
//! ```

use crate::bson::{
    element_type, end_document, start_document, write_name, write_regex, write_string,
};
use crate::{Addend, Computed, Condition, Form, Part, Template, Value};

/// What a template starts with.
pub(crate) mod tag {
    pub(crate) const OMIT: u8 = 0;
    pub(crate) const NEVER: u8 = 1;
    pub(crate) const CONSTANT: u8 = 2;
    pub(crate) const DOCUMENT: u8 = 3;
    pub(crate) const ARRAY: u8 = 4;
    pub(crate) const HOLE: u8 = 5;
    pub(crate) const WHEN: u8 = 6;
    pub(crate) const ALL: u8 = 7;
    pub(crate) const ANY: u8 = 8;
}

/// What is computed from parameters.
pub(crate) mod computed {
    pub(crate) const CONCATENATION: u8 = 0;
}

/// The parts of a concatenation.
pub(crate) mod part {
    pub(crate) const TEXT: u8 = 0;
    pub(crate) const PARAMETER: u8 = 1;
}

/// The forms of a hole.
pub(crate) mod form {
    pub(crate) const PLAIN: u8 = 0;
    pub(crate) const LIST_WITHOUT_NULL: u8 = 1;
    pub(crate) const LIST_WITH_NULL: u8 = 2;
    pub(crate) const COUNT: u8 = 3;
    pub(crate) const LIKE_TEXT: u8 = 4;
    pub(crate) const LIKE_FILTER: u8 = 5;
    pub(crate) const REGEX_TEXT: u8 = 6;
    pub(crate) const REGEX_FILTER: u8 = 7;
    pub(crate) const COUNT_WITH_NUMBER: u8 = 8;
    pub(crate) const COUNT_WITH_PARAMETER: u8 = 9;
    pub(crate) const STORED: u8 = 10;
}

/// The conditions of a choice.
pub(crate) mod condition {
    pub(crate) const IS_NULL: u8 = 0;
    pub(crate) const IS_ZERO: u8 = 1;
    pub(crate) const IS_EMPTY_LIST: u8 = 2;
    pub(crate) const HAS_NULL_ITEM: u8 = 3;
    pub(crate) const IS_TRUE: u8 = 4;
    pub(crate) const IN_SESSION: u8 = 5;
}

/// Writes a command as bytes, in the form that [`fill`](crate::fill) reads: its template and the
/// parameters that are computed from those that are given.
pub fn encode(template: &Template, computed: &[Computed]) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_number(&mut bytes, computed.len() as u64);
    for value in computed {
        write_computed(&mut bytes, value);
    }
    write(&mut bytes, template);
    bytes
}

fn write_computed(bytes: &mut Vec<u8>, value: &Computed) {
    match value {
        Computed::Concatenation { parts, skip_null } => {
            bytes.push(computed::CONCATENATION);
            bytes.push(u8::from(*skip_null));
            write_number(bytes, parts.len() as u64);
            for part in parts {
                match part {
                    Part::Text(text) => {
                        bytes.push(part::TEXT);
                        write_text(bytes, text);
                    }
                    Part::Parameter(number) => {
                        bytes.push(part::PARAMETER);
                        write_number(bytes, u64::from(*number));
                    }
                }
            }
        }
    }
}

fn write(bytes: &mut Vec<u8>, template: &Template) {
    if let Some(element_type) = constant_type(template) {
        bytes.push(tag::CONSTANT);
        bytes.push(element_type);
        write_constant(bytes, template);
        return;
    }
    match template {
        Template::Omit => bytes.push(tag::OMIT),
        Template::Never => bytes.push(tag::NEVER),
        // Constants are written above.
        Template::Value(_) => {}
        Template::Document(entries) => {
            bytes.push(tag::DOCUMENT);
            write_number(bytes, entries.len() as u64);
            for (key, value) in entries {
                write_text(bytes, key);
                write(bytes, value);
            }
        }
        Template::Array(items) => {
            bytes.push(tag::ARRAY);
            write_number(bytes, items.len() as u64);
            for item in items {
                write(bytes, item);
            }
        }
        Template::Hole { parameter, form } => {
            bytes.push(tag::HOLE);
            write_number(bytes, u64::from(*parameter));
            write_form(bytes, form);
        }
        Template::When {
            condition,
            parameter,
            then,
            otherwise,
        } => {
            bytes.push(tag::WHEN);
            bytes.push(match condition {
                Condition::IsNull => condition::IS_NULL,
                Condition::IsZero => condition::IS_ZERO,
                Condition::IsEmptyList => condition::IS_EMPTY_LIST,
                Condition::HasNullItem => condition::HAS_NULL_ITEM,
                Condition::IsTrue => condition::IS_TRUE,
                Condition::InSession => condition::IN_SESSION,
            });
            write_number(bytes, u64::from(*parameter));
            write_sized(bytes, then);
            write_sized(bytes, otherwise);
        }
        Template::All(filters) => write_filters(bytes, tag::ALL, filters),
        Template::Any(filters) => write_filters(bytes, tag::ANY, filters),
    }
}

fn write_filters(bytes: &mut Vec<u8>, tag: u8, filters: &[Template]) {
    bytes.push(tag);
    write_number(bytes, filters.len() as u64);
    for filter in filters {
        write_sized(bytes, filter);
    }
}

/// Writes a template with its length in front, so that it can be passed over.
fn write_sized(bytes: &mut Vec<u8>, template: &Template) {
    let mut inner = Vec::new();
    write(&mut inner, template);
    write_number(bytes, inner.len() as u64);
    bytes.extend_from_slice(&inner);
}

fn write_form(bytes: &mut Vec<u8>, form: &Form) {
    let mut like = |tag: u8, escape: Option<char>, ignore_case: bool| {
        bytes.push(tag);
        bytes.push(u8::from(ignore_case));
        // One more than the character, so that there is a number for none.
        write_number(bytes, escape.map_or(0, |escape| u64::from(escape) + 1));
    };
    match form {
        Form::LikeText {
            escape,
            ignore_case,
        } => like(form::LIKE_TEXT, *escape, *ignore_case),
        Form::LikeFilter {
            escape,
            ignore_case,
        } => like(form::LIKE_FILTER, *escape, *ignore_case),
        Form::Plain => bytes.push(form::PLAIN),
        Form::Stored { not_null, rules } => {
            bytes.extend_from_slice(&[form::STORED, u8::from(*not_null)]);
            rules.write(bytes);
        }
        Form::ListWithoutNull => bytes.push(form::LIST_WITHOUT_NULL),
        Form::ListWithNull => bytes.push(form::LIST_WITH_NULL),
        Form::Count => bytes.push(form::COUNT),
        Form::CountWith(Addend::Number(number)) => {
            bytes.push(form::COUNT_WITH_NUMBER);
            write_number(bytes, number.unsigned_abs());
        }
        Form::CountWith(Addend::Parameter(other)) => {
            bytes.push(form::COUNT_WITH_PARAMETER);
            write_number(bytes, u64::from(*other));
        }
        Form::RegexText { ignore_case } => {
            bytes.extend_from_slice(&[form::REGEX_TEXT, u8::from(*ignore_case)]);
        }
        Form::RegexFilter { ignore_case } => {
            bytes.extend_from_slice(&[form::REGEX_FILTER, u8::from(*ignore_case)]);
        }
    }
}

pub(crate) fn write_text(bytes: &mut Vec<u8>, text: &str) {
    write_number(bytes, text.len() as u64);
    bytes.extend_from_slice(text.as_bytes());
}

pub(crate) fn write_number(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// The BSON type of a template that depends on no parameter.
fn constant_type(template: &Template) -> Option<u8> {
    match template {
        Template::Value(value) => Some(value_type(value)),
        Template::Document(entries) => entries
            .iter()
            .all(|(_, value)| constant_type(value).is_some())
            .then_some(element_type::DOCUMENT),
        Template::Array(items) => items
            .iter()
            .all(|item| constant_type(item).is_some())
            .then_some(element_type::ARRAY),
        Template::Hole { .. }
        | Template::When { .. }
        | Template::Omit
        | Template::All(_)
        | Template::Any(_)
        | Template::Never => None,
    }
}

fn value_type(value: &Value) -> u8 {
    match value {
        Value::Null => element_type::NULL,
        Value::Boolean(_) => element_type::BOOLEAN,
        Value::Int32(_) => element_type::INT32,
        Value::Int64(_) => element_type::INT64,
        Value::Double(_) => element_type::DOUBLE,
        Value::Decimal128(_) => element_type::DECIMAL128,
        Value::String(_) => element_type::STRING,
        Value::ObjectId(_) => element_type::OBJECT_ID,
        Value::DateTime(_) => element_type::DATE_TIME,
        Value::Binary { .. } => element_type::BINARY,
        Value::Regex { .. } => element_type::REGEX,
    }
}

/// Writes a template that depends on no parameter as BSON writes the value.
fn write_constant(bytes: &mut Vec<u8>, template: &Template) {
    match template {
        Template::Value(value) => write_value(bytes, value),
        Template::Document(entries) => {
            let start = start_document(bytes);
            for (key, value) in entries {
                if let Some(element_type) = constant_type(value) {
                    write_name(bytes, element_type, key);
                    write_constant(bytes, value);
                }
            }
            end_document(bytes, start);
        }
        Template::Array(items) => {
            let start = start_document(bytes);
            for (position, item) in items.iter().enumerate() {
                if let Some(element_type) = constant_type(item) {
                    write_name(bytes, element_type, &position.to_string());
                    write_constant(bytes, item);
                }
            }
            end_document(bytes, start);
        }
        Template::Hole { .. }
        | Template::When { .. }
        | Template::Omit
        | Template::All(_)
        | Template::Any(_)
        | Template::Never => {}
    }
}

fn write_value(bytes: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Null => {}
        Value::Boolean(value) => bytes.push(u8::from(*value)),
        Value::Int32(value) => bytes.extend_from_slice(&value.to_le_bytes()),
        Value::Int64(value) | Value::DateTime(value) => {
            bytes.extend_from_slice(&value.to_le_bytes());
        }
        Value::Double(value) => bytes.extend_from_slice(&value.to_le_bytes()),
        Value::Decimal128(value) => bytes.extend_from_slice(value),
        Value::ObjectId(value) => bytes.extend_from_slice(value),
        Value::String(value) => write_string(bytes, value),
        Value::Binary {
            subtype,
            bytes: value,
        } => {
            bytes.extend_from_slice(&(value.len() as u32).to_le_bytes());
            bytes.push(*subtype);
            bytes.extend_from_slice(value);
        }
        Value::Regex { pattern, options } => write_regex(bytes, pattern, options),
    }
}
