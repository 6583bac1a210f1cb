//! `GRIDFS_STREAM(..)`: the bytes of a file as a column of a row.

use super::byte_range::ByteRange;
use super::head::field;
use super::store::Store;
use super::stream::FileStream;
use super::{Bucket, File};
use crate::decode::{Decode, Fill, Mismatch, Origin};
use crate::raw::RawValue;
use crate::schema::{Reached, Witness, reached};
use crate::types::{self, Nullable};
use queryleaf_plan::bson::element_type;
use std::marker::PhantomData;

/// The type of a column that is the bytes of files of the bucket that `M` declares.
#[derive(Debug)]
pub struct FileContent<M>(PhantomData<fn() -> M>);

#[diagnostic::do_not_recommend]
impl<M> types::OneColumn for FileContent<M> {}

/// The type of a column of the bytes of a bucket's files.
pub fn stream_column<M: Bucket>(_: Witness<File<M>>) -> Reached<FileContent<M>, FileStream> {
    reached()
}

#[diagnostic::do_not_recommend]
impl<M: Bucket> Decode<FileContent<M>> for FileStream {
    fn decode(value: RawValue<'_>) -> Result<Self, Mismatch> {
        Err(Mismatch::new("a file of a database", value))
    }

    fn decode_of(value: RawValue<'_>, origin: Origin<'_>) -> Result<Self, Mismatch> {
        let Some(database) = origin.database else {
            return Err(Mismatch::new("a file of a database", value));
        };
        if value.element_type != element_type::DOCUMENT {
            return Err(Mismatch::new("a file", value));
        }
        let part = |name| field(value.bytes, name);
        let file_id = Decode::<types::ObjectId>::decode(part("file_id"))?;
        let from: Option<i64> = Decode::<Nullable<types::Bigint>>::decode(part("from"))?;
        let to: Option<i64> = Decode::<Nullable<types::Bigint>>::decode(part("to"))?;
        let store = Store::new::<M>(database.database(), origin.sql);
        let range = ByteRange {
            from: from.unwrap_or(0),
            to,
        };
        Ok(FileStream::new(store, file_id, range))
    }
}

#[diagnostic::do_not_recommend]
impl<M: Bucket> Fill<FileContent<M>> for FileStream {
    fn fill(value: RawValue<'_>) -> Result<Self, Mismatch> {
        <Self as Decode<FileContent<M>>>::decode(value)
    }

    fn fill_of(value: RawValue<'_>, origin: Origin<'_>) -> Result<Self, Mismatch> {
        <Self as Decode<FileContent<M>>>::decode_of(value, origin)
    }
}
