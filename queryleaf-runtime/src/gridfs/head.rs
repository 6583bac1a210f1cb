//! What reading a file needs to know of its document.

use super::file::{File, file_id};
use super::store::Store;
use crate::error::{Error, FileError, FileReference, Result};
use crate::raw::RawValue;
use mongodb::ClientSession;
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Document, RawDocumentBuf, doc};
use queryleaf_plan::bson::{element_type, elements, string};
use std::ops::RangeInclusive;

/// What reading a file needs to know of its document.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    pub(crate) file: FileReference,
    pub(crate) length: u64,
    pub(crate) chunk_size: u64,
    pub(crate) sha256: Option<String>,
}

impl Head {
    /// Finds a file by its `_id`.
    pub(crate) async fn find(store: &Store, file_id: ObjectId) -> Result<Head> {
        let found = store
            .files::<RawDocumentBuf>(None)
            .find_one(doc! { "_id": file_id })
            .projection(doc! { "filename": 1, "length": 1, "chunkSize": 1, "sha256": 1 })
            .await
            .map_err(|error| store.driver_error(error))?;
        match found {
            Some(document) => Head::read(store, file_id, document.as_bytes()),
            None => Err(not_found(store, file_id)),
        }
    }

    /// Reads the document of a file.
    pub(crate) fn of_document(store: &Store, document: &[u8]) -> Result<Head> {
        let file_id = file_id(store, document)?;
        Head::read(store, file_id, document)
    }

    /// What is known of a file.
    pub(crate) fn of_file<M>(store: &Store, file: &File<M>) -> Result<Head> {
        let reference = store.reference(file.file_id, Some(file.filename.clone()));
        let length = u64::try_from(file.length).ok();
        let chunk_size = u64::try_from(file.chunk_size).ok();
        Head::new(store, reference, length, chunk_size, file.sha256.clone())
    }

    fn read(store: &Store, file_id: ObjectId, document: &[u8]) -> Result<Head> {
        let text = |name| {
            let value = field(document, name);
            (value.element_type == element_type::STRING)
                .then(|| string(value.bytes).map(str::to_owned))
                .flatten()
        };
        let file = store.reference(file_id, text("filename"));
        let length = whole(field(document, "length"));
        let chunk_size = whole(field(document, "chunkSize"));
        Head::new(store, file, length, chunk_size, text("sha256"))
    }

    fn new(
        store: &Store,
        file: FileReference,
        length: Option<u64>,
        chunk_size: Option<u64>,
        sha256: Option<String>,
    ) -> Result<Head> {
        let chunk_size = chunk_size.filter(|&size| size > 0);
        let (Some(length), Some(chunk_size)) = (length, chunk_size) else {
            let reason = match length {
                Some(_) => "`chunkSize` is no positive number",
                None => "`length` is no whole number of bytes",
            };
            return Err(store.error(FileError::Malformed {
                file,
                reason: reason.to_owned(),
            }));
        };
        Ok(Head {
            file,
            length,
            chunk_size,
            sha256,
        })
    }

    /// How many chunks it has.
    pub(crate) fn chunks(&self) -> u64 {
        self.length.div_ceil(self.chunk_size)
    }

    /// How many bytes a chunk has.
    pub(crate) fn size_of(&self, chunk: u64) -> u64 {
        let start = chunk.saturating_mul(self.chunk_size);
        self.length.saturating_sub(start).min(self.chunk_size)
    }

    /// The filter of the chunks of these numbers. Where the last one is among them, those behind it are
    /// too, which should not be there.
    pub(crate) fn filter(&self, chunks: &RangeInclusive<u64>) -> Document {
        let first = *chunks.start() as i64;
        let last = *chunks.end() as i64;
        let numbers = match chunks.end() + 1 == self.chunks() {
            true => doc! { "$gte": first },
            false => doc! { "$gte": first, "$lte": last },
        };
        doc! { "files_id": self.file.file_id, "n": numbers }
    }
}

/// The document of a file.
pub(crate) async fn find(
    store: &Store,
    session: Option<&mut ClientSession>,
    file_id: ObjectId,
) -> Result<RawDocumentBuf> {
    let files = store.files::<RawDocumentBuf>(None);
    let find = files.find_one(doc! { "_id": file_id });
    let found = match session {
        Some(session) => find.session(session).await,
        None => find.await,
    };
    let found = found.map_err(|error| store.driver_error(error))?;
    found.ok_or_else(|| not_found(store, file_id))
}

/// The error of a file that is not there.
#[cold]
pub(crate) fn not_found(store: &Store, file_id: ObjectId) -> Error {
    store.error(FileError::NotFound {
        bucket: store.bucket(),
        file_id,
    })
}

/// The field of a document, or the lack of it.
pub(crate) fn field<'d>(document: &'d [u8], name: &str) -> RawValue<'d> {
    elements(document)
        .map_while(std::result::Result::ok)
        .find(|element| element.name == name.as_bytes())
        .map_or(RawValue::MISSING, RawValue::from)
}

/// A number that is not negative, in whatever type another driver has stored it.
pub(crate) fn whole(value: RawValue<'_>) -> Option<u64> {
    match value.element_type {
        element_type::INT32 => u64::try_from(i32::from_le_bytes(value.fixed()?)).ok(),
        element_type::INT64 => u64::try_from(i64::from_le_bytes(value.fixed()?)).ok(),
        element_type::DOUBLE => {
            let number = f64::from_le_bytes(value.fixed()?);
            let is_whole =
                number >= 0.0 && number.fract() == 0.0 && number < 9_007_199_254_740_992.0;
            is_whole.then_some(number as u64)
        }
        _ => None,
    }
}
