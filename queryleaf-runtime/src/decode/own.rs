//! The user's own types, read as `serde` reads them.

use super::{Decode, Fill, Mismatch};
use crate::raw::RawValue;
use crate::{bridge, types::Own};
use serde::de::DeserializeOwned;

impl<T: DeserializeOwned> Decode<Own<T>> for T {
    fn decode(value: RawValue<'_>) -> Result<Self, Mismatch> {
        bridge::deserialize(value).map_err(|reason| mismatch(value, reason))
    }
}

impl<T: DeserializeOwned> Fill<Own<T>> for T {
    fn fill(value: RawValue<'_>) -> Result<Self, Mismatch> {
        <T as Decode<Own<T>>>::decode(value)
    }
}

/// A column that cannot be `NULL` fills an `Option` too.
impl<T: DeserializeOwned> Fill<Own<T>> for Option<T> {
    fn fill(value: RawValue<'_>) -> Result<Self, Mismatch> {
        <T as Decode<Own<T>>>::decode(value).map(Some)
    }
}

#[cold]
fn mismatch(value: RawValue<'_>, reason: String) -> Mismatch {
    Mismatch::described(
        "a value that fits",
        format!("{} ({reason})", value.type_name()),
    )
}
