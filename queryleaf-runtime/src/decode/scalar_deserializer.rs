//! A `serde` deserializer of one text, boolean or plain number.
//!
//! Enums and newtypes of the user's are mostly that, and this reads them without first making a
//! document for the driver's deserializer around them. What it cannot read, that one gets to see,
//! and it has the last word.

use crate::raw::RawValue;
use queryleaf_plan::bson::{element_type, string};
use serde::de::value::Error;
use serde::de::{Deserializer, Error as _, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

/// A value that is a text, a boolean or a plain number.
#[derive(Debug, Clone, Copy)]
pub(super) enum Scalar<'a> {
    Text(&'a str),
    Boolean(bool),
    Int32(i32),
    Int64(i64),
    Double(f64),
}

impl<'a> Scalar<'a> {
    /// The value as such, if it is one.
    pub(super) fn of(value: RawValue<'a>) -> Option<Self> {
        match value.element_type {
            element_type::STRING => string(value.bytes).map(Scalar::Text),
            element_type::BOOLEAN => Some(Scalar::Boolean(value.bytes == [1])),
            element_type::INT32 => value
                .fixed()
                .map(|bytes| Scalar::Int32(i32::from_le_bytes(bytes))),
            element_type::INT64 => value
                .fixed()
                .map(|bytes| Scalar::Int64(i64::from_le_bytes(bytes))),
            element_type::DOUBLE => value
                .fixed()
                .map(|bytes| Scalar::Double(f64::from_le_bytes(bytes))),
            _ => None,
        }
    }
}

impl<'de> Deserializer<'de> for Scalar<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Scalar::Text(text) => visitor.visit_str(text),
            Scalar::Boolean(value) => visitor.visit_bool(value),
            Scalar::Int32(number) => visitor.visit_i32(number),
            Scalar::Int64(number) => visitor.visit_i64(number),
            Scalar::Double(number) => visitor.visit_f64(number),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        // The driver's deserializer has names with a meaning.
        if name.starts_with('$') {
            return Err(Error::custom("a newtype of bson"));
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self {
            Scalar::Text(text) => visitor.visit_enum(text.into_deserializer()),
            Scalar::Boolean(_) | Scalar::Int32(_) | Scalar::Int64(_) | Scalar::Double(_) => {
                Err(Error::custom("no name of a variant"))
            }
        }
    }

    fn is_human_readable(&self) -> bool {
        false
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Status {
        Paid,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Euros(Option<f64>);

    #[test]
    fn reads_enums_and_newtypes() {
        assert_eq!(Status::deserialize(Scalar::Text("paid")), Ok(Status::Paid));
        assert!(Status::deserialize(Scalar::Text("lost")).is_err());
        assert!(Status::deserialize(Scalar::Int32(0)).is_err());
        assert_eq!(Euros::deserialize(Scalar::Int64(3)), Ok(Euros(Some(3.0))));
        assert_eq!(u8::deserialize(Scalar::Int32(255)), Ok(255));
        assert!(u8::deserialize(Scalar::Int32(256)).is_err());
        assert_eq!(bool::deserialize(Scalar::Boolean(true)), Ok(true));
    }
}
