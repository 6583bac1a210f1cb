//! The file that an upload writes: its chunks and, when all of them are stored, its document.
//!
//! The answer to the command that stores the document may be lost. Then it is sent again until it is known
//! what became of it: the first one may still be carried out later, and a file that has a document must not
//! lack its chunks. So they are removed only when the document is known to have been refused.

use super::orphans;
use super::source::Buffer;
use super::store::Store;
use crate::error::{Error, FileError, FileReference, Result};
use crate::write::{Fate, fate};
use mongodb::bson::oid::ObjectId;
use mongodb::bson::spec::BinarySubtype;
use mongodb::bson::{RawBinaryRef, RawDocumentBuf, doc};
use mongodb::error::{ErrorKind, WriteFailure};
use mongodb::options::{
    Acknowledgment, ReadConcern, ReadPreference, SelectionCriteria, WriteConcern,
};
use serde::Serialize;
use std::time::Duration;

type DriverError = mongodb::error::Error;
type DriverResult<T> = mongodb::error::Result<T>;

/// Why a chunk cannot have its number.
const TOO_MANY: &str = "a file has 2147483648 chunks at most; larger chunks are fewer";

/// How often the document is sent, where it is not known what became of it; the driver sends each twice.
const ATTEMPTS: u32 = 5;

/// How long to wait before it is sent again; twice as long each time.
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// The code of a duplicate key.
const DUPLICATE_KEY: i32 = 11000;

/// The file that is written.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub(super) store: Store,
    pub(super) file_id: ObjectId,
    filename: String,
    pub(super) chunk_size: usize,
    write_concern: Option<WriteConcern>,
}

/// A chunk as it is stored.
#[derive(Serialize)]
struct Chunk<'d> {
    _id: ObjectId,
    files_id: ObjectId,
    n: i32,
    data: RawBinaryRef<'d>,
}

/// What became of a file's document.
enum Published {
    Stored,
    Refused(DriverError),
    Unknown(DriverError),
}

impl Target {
    pub(super) fn new(
        store: &Store,
        file_id: ObjectId,
        filename: String,
        chunk_size: u32,
        write_concern: Option<WriteConcern>,
    ) -> Self {
        let own = write_concern.or_else(|| store.write_concern().cloned());
        Target {
            store: store.clone(),
            file_id,
            filename,
            chunk_size: chunk_size as usize,
            write_concern: own.map(acknowledged),
        }
    }

    /// The write concern, where it is not the server's own.
    pub(super) fn concern(&self) -> Option<&WriteConcern> {
        self.write_concern.as_ref()
    }

    /// The write concern of all batches but the last.
    pub(super) fn concern_of_most(&self) -> Option<WriteConcern> {
        match self.concern() {
            Some(other) if *other != WriteConcern::majority() => Some(other.clone()),
            None | Some(_) => Some(WriteConcern::nodes(1)),
        }
    }

    pub(super) async fn insert(
        &self,
        first: u64,
        buffer: &Buffer,
        concern: Option<&WriteConcern>,
    ) -> DriverResult<()> {
        let collection = self.store.chunks::<Chunk<'_>>(concern);
        let chunks = buffer.filled().chunks(self.chunk_size);
        let chunks = chunks.zip(first..).map(|(bytes, number)| {
            Ok(Chunk {
                _id: ObjectId::new(),
                files_id: self.file_id,
                n: i32::try_from(number).map_err(|_| TOO_MANY)?,
                data: RawBinaryRef {
                    subtype: BinarySubtype::Generic,
                    bytes,
                },
            })
        });
        let chunks = chunks.collect::<Result<Vec<_>, &str>>();
        let chunks = chunks.map_err(DriverError::custom)?;
        collection.insert_many(chunks).await.map(drop)
    }

    /// Whether as many servers as have to have the chunks do have them.
    ///
    /// Right after writes that wait for fewer servers, the majority may not have them yet. Where the
    /// concern is the server's own default, which may be either, what its primary has counts then: it is
    /// all that such a write promises, and a primary that has lost chunks in an election counts less.
    pub(super) async fn has_chunks(&self, count: u64) -> Result<bool> {
        let concern = self.concern();
        let is_majority = concern.is_none_or(|concern| *concern == WriteConcern::majority());
        if is_majority && self.counted(ReadConcern::majority()).await? == count {
            return Ok(true);
        }
        let needs_majority = is_majority && concern.is_some();
        Ok(!needs_majority && self.counted(ReadConcern::local()).await? == count)
    }

    async fn counted(&self, concern: ReadConcern) -> Result<u64> {
        let chunks = self.store.chunks::<RawDocumentBuf>(None);
        let counted = chunks
            .count_documents(doc! { "files_id": self.file_id })
            .selection_criteria(SelectionCriteria::ReadPreference(ReadPreference::Primary))
            .read_concern(concern);
        counted
            .await
            .map_err(|error| self.store.driver_error(error))
    }

    /// Stores the document of the file. Where it is refused, nothing of the file is left.
    pub(super) async fn publish(&self, document: &RawDocumentBuf, has_chunks: bool) -> Result<()> {
        match self.store_document(document).await {
            Published::Stored => {}
            Published::Refused(error) => {
                self.clean().await;
                return Err(self.store.driver_error(error));
            }
            Published::Unknown(error) => return Err(self.unknown(error)),
        }
        if !has_chunks {
            return Ok(());
        }
        // Whoever removes orphans claims them and then looks for the file; here it is the other way round.
        // So at least one of both sees the other, however long either was held up in between.
        match orphans::is_claimed(&self.store, self.file_id).await {
            Ok(false) => Ok(()),
            Ok(true) => match self.remove_document().await {
                Ok(()) => {
                    self.clean().await;
                    Err(self.chunks_removed())
                }
                Err(error) => Err(self.unknown(error)),
            },
            Err(error) => Err(self.unknown(error)),
        }
    }

    async fn store_document(&self, document: &RawDocumentBuf) -> Published {
        let files = self.store.files::<RawDocumentBuf>(self.concern());
        let (mut lost, mut pause) = (None, FIRST_PAUSE);
        for attempt in 0..ATTEMPTS {
            if attempt > 0 {
                tokio::time::sleep(pause).await;
                pause *= 2;
            }
            let Err(error) = files.insert_one(document).await else {
                return Published::Stored;
            };
            let is_refused = match is_duplicate_key(&error) {
                // It may be this document that was stored before, or another one with the same hash.
                true => match self.is_stored().await {
                    Ok(Some(true)) => return Published::Stored,
                    Ok(None) => true,
                    Ok(Some(false)) | Err(_) => false,
                },
                false => is_refused(&error),
            };
            match (is_refused, lost) {
                (true, None) => return Published::Refused(error),
                // Of an earlier one it is still not known.
                (true, Some(lost)) => return Published::Unknown(lost),
                (false, earlier) => lost = Some(earlier.unwrap_or(error)),
            }
        }
        match lost {
            Some(error) => Published::Unknown(error),
            None => Published::Unknown(DriverError::custom("it was not sent")),
        }
    }

    /// Whether the document is stored where the write concern asks for it, if it is stored at all.
    async fn is_stored(&self) -> DriverResult<Option<bool>> {
        if !self.is_found(ReadConcern::local()).await? {
            return Ok(None);
        }
        match self.concern().and_then(|concern| concern.w.as_ref()) {
            None | Some(Acknowledgment::Majority) => {
                Ok(Some(self.is_found(ReadConcern::majority()).await?))
            }
            Some(Acknowledgment::Nodes(1)) => Ok(Some(true)),
            // Nobody tells which servers have a document.
            Some(_) => Ok(Some(false)),
        }
    }

    async fn is_found(&self, concern: ReadConcern) -> DriverResult<bool> {
        let files = self.store.files::<RawDocumentBuf>(None);
        let found = files
            .find_one(doc! { "_id": self.file_id })
            .projection(doc! { "_id": 1 })
            .selection_criteria(SelectionCriteria::ReadPreference(ReadPreference::Primary))
            .read_concern(concern);
        Ok(found.await?.is_some())
    }

    async fn remove_document(&self) -> DriverResult<()> {
        let files = self.store.files::<RawDocumentBuf>(self.concern());
        let deleted = files.delete_one(doc! { "_id": self.file_id }).await;
        deleted.map(drop)
    }

    /// Removes the chunks. Those that cannot be removed are orphans.
    pub(super) async fn clean(&self) {
        let chunks = self.store.chunks::<RawDocumentBuf>(self.concern());
        let deleted = chunks.delete_many(doc! { "files_id": self.file_id }).await;
        if let Err(error) = deleted {
            tracing::warn!(
                target: "queryleaf",
                bucket = self.store.bucket(),
                file_id = %self.file_id,
                "chunks of an interrupted upload are left: {error}"
            );
        }
    }

    #[cold]
    pub(super) fn chunks_removed(&self) -> Error {
        self.store.error(FileError::ChunksRemoved {
            file: self.reference(),
        })
    }

    #[cold]
    pub(super) fn unknown(&self, error: DriverError) -> Error {
        self.store.error(FileError::UploadUnknown {
            file: self.reference(),
            source: Box::new(error),
        })
    }

    fn reference(&self) -> FileReference {
        let filename = Some(self.filename.clone());
        self.store.reference(self.file_id, filename)
    }
}

/// What was stored is read again, so that one server has to acknowledge it at least.
fn acknowledged(concern: WriteConcern) -> WriteConcern {
    match concern.w {
        Some(Acknowledgment::Nodes(0)) => WriteConcern::nodes(1),
        _ => concern,
    }
}

/// Whether the server has a document with the same key.
pub(super) fn is_duplicate_key(error: &DriverError) -> bool {
    matches!(&*error.kind, ErrorKind::Write(WriteFailure::WriteError(error)) if error.code == DUPLICATE_KEY)
}

/// Whether it is certain that a document was not stored.
fn is_refused(error: &DriverError) -> bool {
    match &*error.kind {
        ErrorKind::Write(WriteFailure::WriteError(_)) => true,
        _ => fate(error) == Fate::NotWritten,
    }
}
