//! What the serde modules of QueryLeaf have in common: `#[serde(with = "queryleaf::chrono::as_timestamp")]`.

use super::stored_by::IsStoredBy;
use crate::bind::BindError;
use crate::decode::Mismatch;
use serde::de::{DeserializeOwned, Error as _};
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::{BTreeMap, HashMap};
use std::marker::PhantomData;

/// A Rust type that a serde module of QueryLeaf stores as the SQL type `S`, or an `Option`, a `Vec` or a
/// map of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be stored as `{S}` by this module",
    label = "no serde module of QueryLeaf stores this type as `{S}`",
    note = "docs/schemas.md lists the types that each module is for"
)]
pub trait SerdeAs<S>: Sized {
    /// What is stored.
    #[doc(hidden)]
    type Stored: Serialize + DeserializeOwned;
    #[doc(hidden)]
    fn to_stored(&self) -> Result<Self::Stored, BindError>;
    #[doc(hidden)]
    fn from_stored(stored: Self::Stored) -> Result<Self, Mismatch>;
}

#[diagnostic::do_not_recommend]
impl<S, T: SerdeAs<S>> SerdeAs<S> for Option<T> {
    type Stored = Option<T::Stored>;

    fn to_stored(&self) -> Result<Self::Stored, BindError> {
        self.as_ref().map(T::to_stored).transpose()
    }

    fn from_stored(stored: Self::Stored) -> Result<Self, Mismatch> {
        stored.map(T::from_stored).transpose()
    }
}

#[diagnostic::do_not_recommend]
impl<S, T: SerdeAs<S>> SerdeAs<S> for Vec<T> {
    type Stored = Vec<T::Stored>;

    fn to_stored(&self) -> Result<Self::Stored, BindError> {
        self.iter().map(T::to_stored).collect()
    }

    fn from_stored(stored: Self::Stored) -> Result<Self, Mismatch> {
        stored.into_iter().map(T::from_stored).collect()
    }
}

/// Implements [`SerdeAs`] for a map with string keys.
macro_rules! maps {
    ($($map:ident)+) => {$(
        #[diagnostic::do_not_recommend]
        impl<S, T: SerdeAs<S>> SerdeAs<S> for $map<String, T> {
            type Stored = $map<String, T::Stored>;

            fn to_stored(&self) -> Result<Self::Stored, BindError> {
                self.iter()
                    .map(|(key, value)| Ok((key.clone(), value.to_stored()?)))
                    .collect()
            }

            fn from_stored(stored: Self::Stored) -> Result<Self, Mismatch> {
                stored
                    .into_iter()
                    .map(|(key, value)| Ok((key, T::from_stored(value)?)))
                    .collect()
            }
        }
    )+};
}

maps! { BTreeMap HashMap }

pub(crate) fn serialize<S, T: SerdeAs<S>, Z: Serializer>(
    value: &T,
    serializer: Z,
) -> Result<Z::Ok, Z::Error> {
    value
        .to_stored()
        .map_err(|error| Z::Error::custom(error.reason))?
        .serialize(serializer)
}

pub(crate) fn deserialize<'de, S, T: SerdeAs<S>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    let stored = T::Stored::deserialize(deserializer)?;
    T::from_stored(stored).map_err(|mismatch| {
        let parts = mismatch.into_parts();
        D::Error::custom(format!(
            "expected {}, found {}",
            parts.expected, parts.found
        ))
    })
}

/// The functions that serde calls, in a module that stores values as a SQL type.
macro_rules! serde_module {
    ($marker:ident) => {
        use $crate::integrations::serde_as::{self, SerdeAs, StoredBy};
        use $crate::types;

        /// By this the derives know the module under any path.
        #[doc(hidden)]
        pub const STORED_BY: StoredBy<types::$marker> = StoredBy::NEW;

        /// Writes a value.
        ///
        /// # Errors
        ///
        /// Those of the serializer, and a value that the stored type cannot hold.
        pub fn serialize<T: SerdeAs<types::$marker>, S: serde::Serializer>(
            value: &T,
            serializer: S,
        ) -> Result<S::Ok, S::Error> {
            serde_as::serialize(value, serializer)
        }

        /// Reads a value.
        ///
        /// # Errors
        ///
        /// Those of the deserializer, and a stored value that the Rust type cannot hold.
        pub fn deserialize<'de, T: SerdeAs<types::$marker>, D: serde::Deserializer<'de>>(
            deserializer: D,
        ) -> Result<T, D::Error> {
            serde_as::deserialize(deserializer)
        }
    };
}
pub(crate) use serde_module;

/// The mark of a module that stores values as the SQL type `S`.
#[derive(Debug)]
pub struct StoredBy<S>(PhantomData<S>);

impl<S> StoredBy<S> {
    /// The only value.
    pub(crate) const NEW: Self = StoredBy(PhantomData);
}

#[diagnostic::do_not_recommend]
impl<S> IsStoredBy<S> for StoredBy<S> {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types;

    #[derive(Debug, PartialEq)]
    struct Even(i64);

    impl SerdeAs<types::Bigint> for Even {
        type Stored = i64;

        fn to_stored(&self) -> Result<i64, BindError> {
            if self.0 % 2 == 0 {
                Ok(self.0 / 2)
            } else {
                Err(BindError::new(format!("{} is odd", self.0)))
            }
        }

        fn from_stored(stored: i64) -> Result<Self, Mismatch> {
            let too_large = || Mismatch::described("a small number", "a large one");
            stored.checked_mul(2).map(Even).ok_or_else(too_large)
        }
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Numbers {
        #[serde(serialize_with = "write", deserialize_with = "read")]
        numbers: BTreeMap<String, Vec<Option<Even>>>,
    }

    fn write<Z: Serializer>(
        value: &BTreeMap<String, Vec<Option<Even>>>,
        serializer: Z,
    ) -> Result<Z::Ok, Z::Error> {
        serialize::<types::Bigint, _, _>(value, serializer)
    }

    fn read<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<String, Vec<Option<Even>>>, D::Error> {
        deserialize::<types::Bigint, _, _>(deserializer)
    }

    fn numbers(numbers: Vec<Option<Even>>) -> Numbers {
        Numbers {
            numbers: BTreeMap::from([("a".to_owned(), numbers)]),
        }
    }

    #[test]
    fn values_inside_others_are_stored_and_read() {
        use mongodb::bson::{doc, from_document, to_document};
        let value = numbers(vec![Some(Even(4)), None, Some(Even(-2))]);
        let stored = to_document(&value).expect("can be stored");
        assert_eq!(stored, doc! { "numbers": { "a": [2_i64, null, -1_i64] } });
        assert_eq!(
            from_document::<Numbers>(stored).expect("can be read"),
            value
        );
    }

    #[test]
    fn a_value_that_does_not_fit_is_an_error() {
        use mongodb::bson::{doc, from_document, to_document};
        let error = to_document(&numbers(vec![Some(Even(3))])).expect_err("odd");
        assert!(error.to_string().contains("3 is odd"), "{error}");
        let stored = doc! { "numbers": { "a": [i64::MAX] } };
        let error = from_document::<Numbers>(stored).expect_err("too large");
        assert!(
            error.to_string().contains("expected a small number"),
            "{error}"
        );
    }
}
