//! The metadata of a file as a column: what drivers leave out where nobody has given any.

use crate::decode::{Decode, Fill, Mismatch};
use crate::raw::RawValue;
use crate::types::{Metadata, Own};
use queryleaf_plan::bson::element_type;
use serde::de::DeserializeOwned;

/// A document without fields.
const EMPTY: [u8; 5] = [5, 0, 0, 0, 0];

#[diagnostic::do_not_recommend]
impl<M: DeserializeOwned> Decode<Metadata<M>> for M {
    fn decode(value: RawValue<'_>) -> Result<Self, Mismatch> {
        let value = match value.is_null() {
            true => RawValue {
                element_type: element_type::DOCUMENT,
                bytes: &EMPTY,
            },
            false => value,
        };
        <M as Decode<Own<M>>>::decode(value)
    }
}

#[diagnostic::do_not_recommend]
impl<M: DeserializeOwned> Fill<Metadata<M>> for M {
    fn fill(value: RawValue<'_>) -> Result<Self, Mismatch> {
        <M as Decode<Metadata<M>>>::decode(value)
    }
}

/// A column that cannot be `NULL` fills an `Option` too.
#[diagnostic::do_not_recommend]
impl<M: DeserializeOwned> Fill<Metadata<M>> for Option<M> {
    fn fill(value: RawValue<'_>) -> Result<Self, Mismatch> {
        <M as Decode<Metadata<M>>>::decode(value).map(Some)
    }
}
