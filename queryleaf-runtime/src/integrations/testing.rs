//! Values on their way to the server and back.

use super::serde_as::SerdeAs;
use crate::raw::RawValue;
use crate::{Bind, Decode};

/// What a value is as a parameter, it is as a column.
pub(super) fn there_and_back<S, T: Bind<S> + Decode<S>>(value: &T) -> T {
    let bound = value.bind().expect("can be bound");
    let raw = RawValue {
        element_type: bound.element_type,
        bytes: &bound.bytes,
    };
    T::decode(raw).expect("can be decoded")
}

/// What a value is stored as by a serde module, it is read from.
pub(super) fn stored_and_back<S, T: SerdeAs<S>>(value: &T) -> T {
    let stored = value.to_stored().expect("can be stored");
    T::from_stored(stored).expect("can be read")
}
