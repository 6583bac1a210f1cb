//! Between raw BSON bytes and what the driver's `bson` and `serde` make of them.
//!
//! `mongodb::bson` is bson 2 or, when any crate of the program turns on the driver's feature
//! `bson-3`, bson 3, which renamed some functions; no `cfg` tells which. Where a name differs, a
//! glob import inside a block takes the new name if there is one, since it comes before an item of
//! the same name outside; the item outside is what runs with bson 2.

use crate::raw::RawValue;
use mongodb::bson::{Bson, Deserializer, Document};
use queryleaf_plan::bson::{element_type, elements};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// The name of the only element of a document made to carry one value.
const CARRIER: &str = "v";

#[derive(Serialize, Deserialize)]
struct Carrier<T> {
    v: T,
}

/// A document from its bytes.
pub(crate) fn to_document(bytes: &[u8]) -> Result<Document, String> {
    Document::from_reader(bytes).map_err(|error| plain(&error))
}

/// A value as the driver's own type; a missing one is null.
pub(crate) fn to_bson(value: RawValue<'_>) -> Result<Bson, String> {
    let mut document = to_document(&carry(value))?;
    Ok(document.remove(CARRIER).unwrap_or(Bson::Null))
}

/// A value through `serde`, exactly as the driver's `Collection` would read it; a missing one as
/// null.
pub(crate) fn deserialize<T: DeserializeOwned>(value: RawValue<'_>) -> Result<T, String> {
    if value.element_type == element_type::DOCUMENT {
        return read(value.bytes);
    }
    read::<Carrier<T>>(&carry(value)).map(|carrier| carrier.v)
}

/// A value through `serde`, from a document.
pub(crate) fn from_document<T: DeserializeOwned>(document: Document) -> Result<T, String> {
    T::deserialize(Deserializer::new(document.into())).map_err(|error| plain(&error))
}

/// Where in a value `serde` finds it wrong, and how. `None` when it does not, read this way: the
/// reader that tells the place is another than [`deserialize`] uses, and more lenient in places.
#[cold]
pub(crate) fn locate<T: DeserializeOwned>(
    value: RawValue<'_>,
) -> Option<(serde_path_to_error::Path, String)> {
    let deserializer = Deserializer::new(to_bson(value).ok()?);
    let error = serde_path_to_error::deserialize::<_, T>(deserializer).err()?;
    Some((error.path().clone(), plain(error.inner())))
}

/// The element type and the bytes of a value, exactly as the driver's `Collection` would store it.
pub(crate) fn serialize<T: Serialize>(value: &T) -> Result<(u8, Vec<u8>), String> {
    let document = write(&Carrier { v: value })?;
    match elements(&document).next() {
        Some(Ok(element)) => Ok((element.element_type, element.value.to_vec())),
        Some(Err(_)) | None => Err("a value that has no stored form".to_owned()),
    }
}

/// A whole document, exactly as the driver's `Collection` would store it.
pub(crate) fn serialize_document<T: Serialize>(value: &T) -> Result<Vec<u8>, String> {
    write(value)
}

/// A value as the driver's own type, exactly as its `Collection` would store it.
pub(crate) fn serialize_to_bson<T: Serialize>(value: &T) -> Result<Bson, String> {
    let mut document = to_document(&write(&Carrier { v: value })?)?;
    Ok(document.remove(CARRIER).unwrap_or(Bson::Null))
}

/// What an error says, without the frame that bson 3 puts around it.
#[cold]
fn plain(error: &dyn std::fmt::Display) -> String {
    let text = error.to_string();
    match text.split_once("Message: ") {
        Some((frame, message)) if frame.starts_with("BSON error") => {
            message.strip_suffix('.').unwrap_or(message).to_owned()
        }
        _ => text,
    }
}

/// A document of one element with this value.
fn carry(value: RawValue<'_>) -> Vec<u8> {
    let element_type = match value.element_type {
        element_type::MISSING => element_type::NULL,
        element_type => element_type,
    };
    let length = 4 + 1 + CARRIER.len() + 1 + value.bytes.len() + 1;
    let mut document = Vec::with_capacity(length);
    document.extend_from_slice(&(length as u32).to_le_bytes());
    document.push(element_type);
    document.extend_from_slice(CARRIER.as_bytes());
    document.push(0);
    document.extend_from_slice(value.bytes);
    document.push(0);
    document
}

#[allow(unused_imports)]
fn read<T: DeserializeOwned>(document: &[u8]) -> Result<T, String> {
    use mongodb::bson::*;
    deserialize_from_slice::<T>(document).map_err(|error| plain(&error))
}

#[allow(unused_imports)]
fn write<T: Serialize>(value: &T) -> Result<Vec<u8>, String> {
    use mongodb::bson::*;
    serialize_to_vec(value).map_err(|error| plain(&error))
}

/// For bson 2.
#[allow(dead_code, unused_imports)]
fn deserialize_from_slice<T: DeserializeOwned>(
    document: &[u8],
) -> Result<T, impl std::fmt::Display> {
    use mongodb::bson::*;
    from_slice::<T>(document)
}

/// For bson 2.
#[allow(dead_code, unused_imports)]
fn serialize_to_vec<T: Serialize>(value: &T) -> Result<Vec<u8>, impl std::fmt::Display> {
    use mongodb::bson::*;
    to_vec(value)
}

/// For no version: with bson 3 the function of this name in the block above must still resolve.
#[allow(dead_code)]
fn from_slice<T>(_: &[u8]) -> Result<T, String> {
    Err("neither bson 2 nor bson 3".to_owned())
}

/// For no version, see [`from_slice`].
#[allow(dead_code)]
fn to_vec<T>(_: &T) -> Result<Vec<u8>, String> {
    Err("neither bson 2 nor bson 3".to_owned())
}
