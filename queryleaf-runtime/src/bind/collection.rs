//! Lists, arrays and maps.

use super::{Bind, BindError, Bound, value};
use crate::types::{Array, List, Map};
use queryleaf_plan::ParameterValue;
use queryleaf_plan::bson::element_type;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Implements [`Bind`] for what holds items of one type, as a list and as an array.
macro_rules! items {
    ($($rust:ty;)+) => {$(
        #[diagnostic::do_not_recommend]
        impl<S, T: Bind<S>> Bind<List<S>> for $rust {
            fn bind(&self) -> Bound {
                list(self.iter().map(T::bind))
            }
        }

        #[diagnostic::do_not_recommend]
        impl<S, T: Bind<S>> Bind<Array<S>> for $rust {
            fn bind(&self) -> Bound {
                list(self.iter().map(T::bind))
            }
        }
    )+};
}

items! {
    [T];
    Vec<T>;
    Box<[T]>;
    BTreeSet<T>;
}

#[diagnostic::do_not_recommend]
impl<S, T: Bind<S>, const N: usize> Bind<List<S>> for [T; N] {
    fn bind(&self) -> Bound {
        list(self.iter().map(T::bind))
    }
}

#[diagnostic::do_not_recommend]
impl<S, T: Bind<S>, const N: usize> Bind<Array<S>> for [T; N] {
    fn bind(&self) -> Bound {
        list(self.iter().map(T::bind))
    }
}

#[diagnostic::do_not_recommend]
impl<S, T: Bind<S>, H> Bind<List<S>> for HashSet<T, H> {
    fn bind(&self) -> Bound {
        list(self.iter().map(T::bind))
    }
}

#[diagnostic::do_not_recommend]
impl<S, V: Bind<S>, H> Bind<Map<S>> for HashMap<String, V, H> {
    fn bind(&self) -> Bound {
        map(self.iter().map(|(key, value)| (key, value.bind())))
    }
}

#[diagnostic::do_not_recommend]
impl<S, V: Bind<S>> Bind<Map<S>> for BTreeMap<String, V> {
    fn bind(&self) -> Bound {
        map(self.iter().map(|(key, value)| (key, value.bind())))
    }
}

fn list(items: impl Iterator<Item = Bound>) -> Bound {
    let mut bytes = vec![0; 4];
    for (position, item) in items.enumerate() {
        let item = item
            .map_err(|error| BindError::new(format!("item {}: {}", position + 1, error.reason)))?;
        element(&mut bytes, position.to_string().as_bytes(), &item);
    }
    finish(element_type::ARRAY, bytes)
}

fn map<'a>(entries: impl Iterator<Item = (&'a String, Bound)>) -> Bound {
    let mut bytes = vec![0; 4];
    for (key, item) in entries {
        if key.contains('\0') {
            return Err(BindError::new("a key with a zero character"));
        }
        element(&mut bytes, key.as_bytes(), &item?);
    }
    finish(element_type::DOCUMENT, bytes)
}

fn element(bytes: &mut Vec<u8>, name: &[u8], item: &ParameterValue) {
    bytes.push(item.element_type);
    bytes.extend_from_slice(name);
    bytes.push(0);
    bytes.extend_from_slice(&item.bytes);
}

/// Closes a document and writes its length in front.
fn finish(element_type: u8, mut bytes: Vec<u8>) -> Bound {
    bytes.push(0);
    let length = i32::try_from(bytes.len()).map_err(|_| BindError::new("more than 2 GB"))?;
    if let Some(front) = bytes.first_chunk_mut() {
        *front = length.to_le_bytes();
    }
    Ok(value(element_type, bytes))
}
