//! Values in the one form in which the answers of both servers are compared.

use crate::calendar::{date_text, timestamp_text};
use crate::json::Json;
use crate::number::Number;
use queryleaf::Interval;
use std::cmp::Ordering;
use std::fmt;

/// A SQL value.
#[derive(Clone, PartialEq)]
pub enum Value {
    Null,
    Boolean(bool),
    /// `integer` and `bigint`.
    Integer(i64),
    Double(f64),
    Numeric(Number),
    /// Also a variant of an enum, by its name.
    Text(String),
    /// Milliseconds since 1970.
    Timestamp(i64),
    /// The milliseconds of its midnight.
    Date(i64),
    Interval(Interval),
    Uuid([u8; 16]),
    ObjectId([u8; 12]),
    Bytea(Vec<u8>),
    Json(Json),
    Array(Vec<Value>),
    /// The fields of a struct in the order of their declaration.
    Struct(Vec<Value>),
}

/// How much two answers may differ.
#[derive(Clone, Copy)]
pub struct Tolerance {
    /// How much doubles may differ relative to their size.
    pub doubles: f64,
    /// Whether a `numeric` may be more exact than PostgreSQL's.
    pub inexact: bool,
}

impl Value {
    pub fn text(text: impl Into<String>) -> Value {
        Value::Text(text.into())
    }

    /// A `numeric`, as SQL writes it.
    pub fn numeric(text: &str) -> Value {
        Value::Numeric(Number::parse(text).expect("a number"))
    }

    /// A `date`, as `2024-02-29`.
    pub fn date(text: &str) -> Value {
        Value::Date(crate::calendar::read(text).expect("a date"))
    }

    /// A `timestamp`, as `2024-02-29 12:30:00.5`.
    pub fn timestamp(text: &str) -> Value {
        Value::Timestamp(crate::calendar::read(text).expect("a timestamp"))
    }

    /// Whether this is what PostgreSQL computed, as far as it must be the same.
    pub fn agrees_with(&self, postgres: &Value, tolerance: Tolerance) -> bool {
        match (self, postgres) {
            (Value::Double(here), Value::Double(there)) => {
                here == there
                    || here.is_nan() && there.is_nan()
                    || (here - there).abs()
                        <= tolerance.doubles * here.abs().max(there.abs()).max(1e-3)
            }
            (Value::Numeric(here), Value::Numeric(there)) => {
                here.agrees_with(there, tolerance.inexact)
            }
            (Value::Json(here), Value::Json(there)) => here.agrees_with(there, tolerance.inexact),
            (Value::Array(here), Value::Array(there))
            | (Value::Struct(here), Value::Struct(there)) => {
                here.len() == there.len()
                    && here
                        .iter()
                        .zip(there)
                        .all(|(one, other)| one.agrees_with(other, tolerance))
            }
            (here, there) => here == there,
        }
    }

    /// Some order of all values, the same for equal ones, to bring rows without an order side by
    /// side.
    pub fn arrange(&self, other: &Value) -> Ordering {
        match (self, other) {
            (Value::Double(one), Value::Double(other)) => one.total_cmp(other),
            (Value::Numeric(one), Value::Numeric(other)) => {
                one.partial_cmp(other).unwrap_or(Ordering::Equal)
            }
            (Value::Integer(one), Value::Integer(other))
            | (Value::Timestamp(one), Value::Timestamp(other))
            | (Value::Date(one), Value::Date(other)) => one.cmp(other),
            (Value::Text(one), Value::Text(other)) => one.cmp(other),
            (Value::Array(one), Value::Array(other))
            | (Value::Struct(one), Value::Struct(other)) => arrange_rows(one, other),
            (one, other) => format!("{one:?}").cmp(&format!("{other:?}")),
        }
    }
}

/// [`Value::arrange`] for whole rows.
pub fn arrange_rows(one: &[Value], other: &[Value]) -> Ordering {
    one.iter()
        .zip(other)
        .map(|(one, other)| one.arrange(other))
        .find(|order| order.is_ne())
        .unwrap_or(one.len().cmp(&other.len()))
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hexadecimal =
            |bytes: &[u8]| -> String { bytes.iter().map(|byte| format!("{byte:02x}")).collect() };
        match self {
            Value::Null => f.write_str("NULL"),
            Value::Boolean(value) => write!(f, "{value}"),
            Value::Integer(number) => write!(f, "{number}"),
            Value::Double(number) => write!(f, "{number:?}f"),
            Value::Numeric(number) => write!(f, "{number}n"),
            Value::Text(text) => write!(f, "{text:?}"),
            Value::Timestamp(milliseconds) => f.write_str(&timestamp_text(*milliseconds)),
            Value::Date(milliseconds) => f.write_str(&date_text(*milliseconds)),
            Value::Interval(interval) => write!(f, "<{interval}>"),
            Value::Uuid(bytes) => f.write_str(&hexadecimal(bytes)),
            Value::ObjectId(bytes) => f.write_str(&hexadecimal(bytes)),
            Value::Bytea(bytes) => write!(f, "\\x{}", hexadecimal(bytes)),
            Value::Json(json) => write!(f, "json {json:?}"),
            Value::Array(items) => f.debug_list().entries(items).finish(),
            Value::Struct(fields) => {
                f.write_str("row")?;
                f.debug_list().entries(fields).finish()
            }
        }
    }
}
