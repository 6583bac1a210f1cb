//! Types of which the user says how `serde` stores them: `#[leaf(as = "text")]`.
//!
//! Nothing at compile time can prove such a claim, so each value that is read is held against it:
//! an `IpAddr`, which `serde` stores as a document, is an error where text was promised, instead of
//! a column that no comparison with a text ever finds.

use super::{Decode, Fill, Mismatch};
use crate::raw::RawValue;
use crate::types::{self, Array, Own};
use queryleaf_plan::bson::element_type;
use serde::de::DeserializeOwned;
use std::marker::PhantomData;

/// A value of the Rust type `T` that `serde` stores as the SQL type `S`.
#[derive(Debug)]
pub struct StoredAs<S, T>(PhantomData<(S, T)>);

#[diagnostic::do_not_recommend]
impl<S, T> types::OneColumn for StoredAs<S, T> {}

/// A SQL type and how it is stored.
pub trait Stored {
    /// The name of the type.
    const NAME: &'static str;

    /// Whether a stored value of this BSON type is one.
    fn is_stored(element_type: u8) -> bool;
}

macro_rules! stored {
    ($($marker:ident $name:literal: $($element_type:ident)|+;)+) => {$(
        impl Stored for types::$marker {
            const NAME: &'static str = $name;

            fn is_stored(element_type: u8) -> bool {
                matches!(element_type, $(element_type::$element_type)|+)
            }
        }
    )+};
}

stored! {
    Boolean "boolean": BOOLEAN;
    Integer "integer": INT32 | INT64;
    Bigint "bigint": INT32 | INT64;
    Double "double precision": DOUBLE;
    Numeric "numeric": DECIMAL128;
    Text "text": STRING;
    Timestamp "timestamp": DATE_TIME;
    Date "date": DATE_TIME;
    Interval "interval": DOCUMENT;
    Uuid "uuid": BINARY;
    ObjectId "objectid": OBJECT_ID;
    Bytea "bytea": BINARY;
    Document "document": DOCUMENT;
    Geometry "geometry": DOCUMENT;
    Point "point": DOCUMENT;
    LineString "linestring": DOCUMENT;
    Polygon "polygon": DOCUMENT;
    MultiPoint "multipoint": DOCUMENT;
    MultiLineString "multilinestring": DOCUMENT;
    MultiPolygon "multipolygon": DOCUMENT;
}

impl Stored for types::Json {
    const NAME: &'static str = "jsonb";

    fn is_stored(_: u8) -> bool {
        true
    }
}

impl<S> Stored for Array<S> {
    const NAME: &'static str = "array";

    fn is_stored(element_type: u8) -> bool {
        element_type == element_type::ARRAY
    }
}

#[diagnostic::do_not_recommend]
impl<S: Stored, T: DeserializeOwned> Decode<StoredAs<S, T>> for T {
    fn decode(value: RawValue<'_>) -> Result<Self, Mismatch> {
        if S::is_stored(value.element_type) {
            <T as Decode<Own<T>>>::decode(value)
        } else {
            Err(Mismatch::new(S::NAME, value))
        }
    }
}

#[diagnostic::do_not_recommend]
impl<S: Stored, T: DeserializeOwned> Fill<StoredAs<S, T>> for T {
    fn fill(value: RawValue<'_>) -> Result<Self, Mismatch> {
        <T as Decode<StoredAs<S, T>>>::decode(value)
    }
}

/// A column that cannot be `NULL` fills an `Option` too.
#[diagnostic::do_not_recommend]
impl<S: Stored, T: DeserializeOwned> Fill<StoredAs<S, T>> for Option<T> {
    fn fill(value: RawValue<'_>) -> Result<Self, Mismatch> {
        <T as Decode<StoredAs<S, T>>>::decode(value).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_promised_is_read() {
        let text = RawValue {
            element_type: element_type::STRING,
            bytes: b"\x02\0\0\0a\0",
        };
        let number = RawValue {
            element_type: element_type::INT32,
            bytes: &[5, 0, 0, 0],
        };
        type Promised = StoredAs<types::Text, String>;
        let read = <String as Decode<Promised>>::decode(text);
        assert_eq!(read.ok().as_deref(), Some("a"));
        assert!(<String as Decode<Promised>>::decode(number).is_err());
        let read = <u16 as Decode<StoredAs<types::Integer, u16>>>::decode(number);
        assert_eq!(read.ok(), Some(5));
    }
}
