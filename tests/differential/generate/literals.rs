//! Random constants, as literals and as parameters.

use super::{Generator, Kind};
use crate::calendar::{date_text, timestamp_text};
use crate::data;
use crate::related;
use crate::sql_text::quoted;
use crate::value::Value;

/// The type as a cast names it.
pub fn type_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Boolean => "boolean",
        Kind::Integer => "integer",
        Kind::Bigint => "bigint",
        Kind::Numeric => "numeric",
        Kind::Double => "double precision",
        Kind::Text => "text",
        Kind::Timestamp => "timestamptz",
        Kind::Date => "date",
        Kind::Integers => "integer[]",
        Kind::Texts => "text[]",
        Kind::ObjectId => "objectid",
    }
}

impl Generator {
    /// A constant: a literal, `NULL` now and then, or a parameter.
    pub(super) fn constant(&mut self, kind: Kind) -> String {
        let name = type_name(kind);
        if self.random.percent(5) {
            return format!("NULL::{name}");
        }
        let value = self.value(kind);
        if self.random.percent(15) {
            let parameter = format!("p{}", self.parameters.len());
            let value = if self.random.percent(15) {
                Value::Null
            } else {
                value
            };
            self.parameters.push((parameter.clone(), value));
            return format!(":{parameter}::{name}");
        }
        self.literal(&value, kind)
    }

    pub(super) fn value(&mut self, kind: Kind) -> Value {
        let random = &mut self.random;
        match kind {
            Kind::Boolean => data::boolean(random, 0),
            Kind::Integer => data::small(random, 0),
            Kind::Bigint if random.percent(40) => Value::Integer(random.between(1000, 1030)),
            Kind::Bigint => data::large(random, 0),
            Kind::Numeric => data::price(random, 0),
            Kind::Double => data::weight(random, 0),
            Kind::Text if random.percent(30) => data::kind(random, 0),
            Kind::Text if random.percent(40) => related::city(random, 0),
            Kind::Text => data::awkward_text(random, 0),
            Kind::Timestamp if random.percent(50) => related::moment(random, 0),
            Kind::Timestamp => data::timestamp(random, 0),
            Kind::Date if random.percent(50) => related::day(random, 0),
            Kind::Date => data::date(random, 0),
            Kind::Integers => data::scores(random, 0),
            Kind::Texts => data::tags(random, 0),
            Kind::ObjectId => data::few_object_ids(random, 0),
        }
    }

    pub(super) fn literal(&mut self, value: &Value, kind: Kind) -> String {
        match value {
            Value::Boolean(value) => value.to_string().to_uppercase(),
            Value::Integer(number) if kind == Kind::Bigint => format!("({number})::bigint"),
            Value::Integer(number) if *number < 0 => format!("({number})"),
            Value::Integer(number) => number.to_string(),
            Value::Double(number) => format!("({number:?})::double precision"),
            Value::Numeric(number) => format!("({})::numeric", number.as_written()),
            Value::Text(text) => format!("{}::text", quoted(text)),
            Value::Timestamp(milliseconds) => {
                format!("TIMESTAMPTZ '{}'", timestamp_text(*milliseconds))
            }
            Value::Date(milliseconds) => format!("DATE '{}'", date_text(*milliseconds)),
            Value::Array(items) => {
                let item = match kind {
                    Kind::Integers => Kind::Integer,
                    _ => Kind::Text,
                };
                let items: Vec<String> = items
                    .iter()
                    .map(|value| self.literal(value, item))
                    .collect();
                format!("ARRAY[{}]::{}", items.join(", "), type_name(kind))
            }
            Value::ObjectId(bytes) => {
                let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                format!("'{digits}'::objectid")
            }
            other => panic!("{other:?} is no {kind:?}"),
        }
    }
}
