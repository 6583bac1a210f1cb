//! The `Uuid` of the `uuid` crate.
//!
//! It stands in columns and parameters as it is. In a struct, where serde would store bytes that are not
//! marked as a UUID, the module here says what is stored:
//!
//! ```
//! # use queryleaf_runtime as queryleaf;
//! # use queryleaf::bson::{doc, to_document};
//! # use serde::{Deserialize, Serialize};
//! #[derive(Serialize, Deserialize)]
//! struct Parcel {
//!     #[serde(with = "queryleaf::uuid::as_uuid")]
//!     number: uuid::Uuid,
//! }
//!
//! let parcel = Parcel { number: uuid::Uuid::from_u128(7) };
//! let number = queryleaf::bson::Uuid::from_bytes(7_u128.to_be_bytes());
//! assert_eq!(to_document(&parcel)?, doc! { "number": number });
//! # Ok::<(), queryleaf::bson::ser::Error>(())
//! ```

use super::serde_as::{SerdeAs, serde_module};
use crate::bind::{Bind, BindError, Bound, binary};
use crate::decode::{Decode, Fill, Mismatch, natural, uuid};
use crate::raw::RawValue;
use crate::types;
use ::uuid::Uuid;
use mongodb::bson;

/// Stores a `Uuid` as a `uuid`, BSON binary of subtype 4: `#[serde(with = "queryleaf::uuid::as_uuid")]`.
pub mod as_uuid {
    super::serde_module!(Uuid);
}

#[diagnostic::do_not_recommend]
impl SerdeAs<types::Uuid> for Uuid {
    type Stored = bson::Uuid;

    fn to_stored(&self) -> Result<Self::Stored, BindError> {
        Ok(bson::Uuid::from_bytes(*self.as_bytes()))
    }

    fn from_stored(stored: Self::Stored) -> Result<Self, Mismatch> {
        Ok(Uuid::from_bytes(stored.bytes()))
    }
}

natural! {
    Uuid => Uuid, value {
        uuid(value).map(Uuid::from_bytes)
    }
}

#[diagnostic::do_not_recommend]
impl Bind<types::Uuid> for Uuid {
    fn bind(&self) -> Bound {
        Ok(binary(4, self.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{stored_and_back, there_and_back};
    use super::*;

    #[test]
    fn there_and_back_again() {
        let id = Uuid::from_u128(0x1234_5678_9abc_def0_0fed_cba9_8765_4321);
        assert_eq!(there_and_back::<types::Uuid, _>(&id), id);
        assert_eq!(stored_and_back::<types::Uuid, _>(&id), id);
    }
}
