//! What a bucket tells of a file.

use super::bucket::Bucket;
use super::head::field;
use super::store::Store;
use crate::bridge;
use crate::decode::{Decode, Mismatch};
use crate::error::{DecodeError, Error, Result};
use crate::raw::RawValue;
use crate::schema::{Collection, Column, Defined};
use crate::types::{self, Metadata};
use mongodb::bson::DateTime;
use mongodb::bson::oid::ObjectId;
use serde::de::DeserializeOwned;

/// What a bucket tells of a file: a document of its collection of files.
///
/// The fields are named as the columns of `GRIDFS_FILES('..')`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct File<M> {
    /// Its `_id`.
    pub file_id: ObjectId,
    /// Its name; other files may have the same one.
    pub filename: String,
    /// How many bytes it has.
    pub length: i64,
    /// How many bytes each of its chunks has, the last one apart.
    pub chunk_size: i32,
    /// When it was uploaded.
    pub upload_date: DateTime,
    /// The MD5 of its content in hexadecimal digits, which old drivers stored. It is never verified.
    pub md5: Option<String>,
    /// Its media type, such as `image/png`: the field `contentType`.
    pub content_type: Option<String>,
    /// The SHA-256 of its content in hexadecimal digits, where the upload was asked for it.
    pub sha256: Option<String>,
    /// What the bucket declares.
    pub metadata: M,
}

impl<M: DeserializeOwned> File<M> {
    /// Reads a document of the collection of files.
    pub(crate) fn read(store: &Store, document: &[u8]) -> Result<File<M>> {
        let reader = Reader { store, document };
        Ok(File {
            file_id: reader.field::<types::ObjectId, _>("_id")?,
            filename: reader.field::<types::Text, _>("filename")?,
            length: reader.field::<types::Bigint, _>("length")?,
            chunk_size: reader.field::<types::Integer, _>("chunkSize")?,
            upload_date: reader.field::<types::Timestamp, _>("uploadDate")?,
            md5: reader.field::<types::Nullable<types::Text>, _>("md5")?,
            content_type: reader.field::<types::Nullable<types::Text>, _>("contentType")?,
            sha256: reader.field::<types::Nullable<types::Text>, _>("sha256")?,
            metadata: reader.field::<Metadata<M>, _>("metadata")?,
        })
    }
}

/// The `_id` of a document of the collection of files.
pub(crate) fn file_id(store: &Store, document: &[u8]) -> Result<ObjectId> {
    Reader { store, document }.field::<types::ObjectId, _>("_id")
}

/// Reads the fields of a document of the collection of files.
struct Reader<'d> {
    store: &'d Store,
    document: &'d [u8],
}

impl Reader<'_> {
    fn field<S, T: Decode<S>>(&self, name: &str) -> Result<T> {
        self.value(name, field(self.document, name))
    }

    fn value<S, T: Decode<S>>(&self, name: &str, value: RawValue<'_>) -> Result<T> {
        T::decode(value).map_err(|mismatch| self.error(name, mismatch))
    }

    #[cold]
    fn error(&self, name: &str, mismatch: Mismatch) -> Error {
        let mismatch = mismatch.into_parts();
        let mut path = vec![name.to_owned()];
        path.extend(mismatch.inside.into_iter().rev());
        Error::Decode(Box::new(DecodeError {
            collection: self.store.files_name().to_owned(),
            id: bridge::to_bson(field(self.document, "_id")).ok(),
            path: path.join("."),
            expected: mismatch.expected,
            found: mismatch.found,
            sql: self.store.sql(),
        }))
    }
}

impl<M: Bucket> Collection for File<M> {
    const NAME: &'static str = M::FILES;
}

#[diagnostic::do_not_recommend]
impl<M: Bucket + Defined> Defined for File<M> {
    const DEFINITION: &'static [u8] = M::DEFINITION;
    const CHUNKS: Option<&'static [u8]> = <M as Defined>::CHUNKS;
}

/// The columns, in the order in which `SELECT *` has them.
macro_rules! columns {
    ($($number:literal: $rust:ty, $sql:ty;)+) => {$(
        impl<M: DeserializeOwned> Column<$number> for File<M> {
            type Rust = $rust;
            type Sql = $sql;
        }
    )+};
}

columns! {
    0: ObjectId, types::ObjectId;
    1: String, types::Text;
    2: i64, types::Bigint;
    3: i32, types::Integer;
    4: DateTime, types::Timestamp;
    5: String, types::Text;
    6: String, types::Text;
    7: String, types::Text;
    8: M, Metadata<M>;
}
