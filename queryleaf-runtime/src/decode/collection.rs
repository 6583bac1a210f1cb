//! Values made of others: `NULL` or a value, arrays, maps.

use super::{Decode, Fill, Mismatch, Origin};
use crate::raw::RawValue;
use crate::types::{Array, Map, NotNull, Nullable};
use queryleaf_plan::bson::{element_type, elements};
use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher;

#[diagnostic::do_not_recommend]
impl<S, T: Decode<S>> Decode<Nullable<S>> for Option<T> {
    #[inline]
    fn decode(value: RawValue<'_>) -> Result<Self, Mismatch> {
        if value.is_null() {
            return Ok(None);
        }
        T::decode(value).map(Some)
    }

    #[inline]
    fn decode_of(value: RawValue<'_>, origin: Origin<'_>) -> Result<Self, Mismatch> {
        if value.is_null() {
            return Ok(None);
        }
        T::decode_of(value, origin).map(Some)
    }
}

#[diagnostic::do_not_recommend]
impl<S, T: Fill<S>> Fill<Nullable<S>> for Option<T> {
    fn fill(value: RawValue<'_>) -> Result<Self, Mismatch> {
        if value.is_null() {
            return Ok(None);
        }
        T::fill(value).map(Some)
    }

    fn fill_of(value: RawValue<'_>, origin: Origin<'_>) -> Result<Self, Mismatch> {
        if value.is_null() {
            return Ok(None);
        }
        T::fill_of(value, origin).map(Some)
    }
}

/// A column that cannot be `NULL` fills an `Option` too.
#[diagnostic::do_not_recommend]
impl<S: NotNull, T: Fill<S>> Fill<S> for Option<T> {
    fn fill(value: RawValue<'_>) -> Result<Self, Mismatch> {
        T::fill(value).map(Some)
    }
}

#[diagnostic::do_not_recommend]
impl<S, T: Decode<S>> Decode<Array<S>> for Vec<T> {
    fn decode(value: RawValue<'_>) -> Result<Self, Mismatch> {
        items(value, T::decode)
    }
}

#[diagnostic::do_not_recommend]
impl<S, T: Fill<S>> Fill<Array<S>> for Vec<T> {
    fn fill(value: RawValue<'_>) -> Result<Self, Mismatch> {
        items(value, T::fill)
    }
}

/// Implements [`Decode`] and [`Fill`] for a map with string keys.
macro_rules! maps {
    ($($map:ident<$key:ty, V $(, $hasher:ident: $bound:path)?>)+) => {$(
        #[diagnostic::do_not_recommend]
        impl<S, V: Decode<S> $(, $hasher: $bound + Default)?> Decode<Map<S>>
            for $map<$key, V $(, $hasher)?>
        {
            fn decode(value: RawValue<'_>) -> Result<Self, Mismatch> {
                let mut map = Self::default();
                entries(value, |key, value| {
                    map.insert(key, V::decode(value)?);
                    Ok(())
                })?;
                Ok(map)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<S, V: Fill<S> $(, $hasher: $bound + Default)?> Fill<Map<S>>
            for $map<$key, V $(, $hasher)?>
        {
            fn fill(value: RawValue<'_>) -> Result<Self, Mismatch> {
                let mut map = Self::default();
                entries(value, |key, value| {
                    map.insert(key, V::fill(value)?);
                    Ok(())
                })?;
                Ok(map)
            }
        }
    )+};
}

maps! {
    HashMap<String, V, H: BuildHasher>
    BTreeMap<String, V>
}

/// The items of an array, each read by `read`.
fn items<T>(
    value: RawValue<'_>,
    read: fn(RawValue<'_>) -> Result<T, Mismatch>,
) -> Result<Vec<T>, Mismatch> {
    if value.element_type != element_type::ARRAY {
        return Err(Mismatch::new("array", value));
    }
    let mut items = Vec::new();
    for element in elements(value.bytes) {
        let element = element.map_err(|_| Mismatch::described("array", "malformed BSON"))?;
        let item =
            read(element.into()).map_err(|mismatch| mismatch.inside(items.len().to_string()))?;
        items.push(item);
    }
    Ok(items)
}

/// Hands the entries of a document to `insert`.
fn entries(
    value: RawValue<'_>,
    mut insert: impl FnMut(String, RawValue<'_>) -> Result<(), Mismatch>,
) -> Result<(), Mismatch> {
    if value.element_type != element_type::DOCUMENT {
        return Err(Mismatch::new("map", value));
    }
    for element in elements(value.bytes) {
        let element = element.map_err(|_| Mismatch::described("map", "malformed BSON"))?;
        let key = String::from_utf8_lossy(element.name).into_owned();
        insert(key, element.into()).map_err(|mismatch| {
            mismatch.inside(String::from_utf8_lossy(element.name).into_owned())
        })?;
    }
    Ok(())
}
