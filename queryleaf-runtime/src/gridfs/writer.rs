//! Writing the chunks of a file and then its document, so that an interruption leaves nothing behind.
//!
//! Whatever is sent is sent by tasks of their own: a driver's operation that is dropped while the server
//! works on it may be carried out after all, and what is removed then would come back. So an upload that
//! is dropped waits for what is on its way, and removes the chunks after that. The document of the file
//! is stored by a task that cannot be dropped: the file is there completely or not at all.
//!
//! With a write concern of the majority, which is the default, each batch of chunks would wait for the disk.
//! Only the last one does, when all others are stored: what it waits for includes them, unless another server
//! became the primary meanwhile. So the chunks are counted before the file becomes visible, as the majority
//! has them; that also shows whether somebody has taken them for orphans.

use super::source::Buffer;
use super::store::Store;
use crate::error::{Error, FileError, FileReference, Result};
use mongodb::bson::oid::ObjectId;
use mongodb::bson::spec::BinarySubtype;
use mongodb::bson::{RawBinaryRef, RawDocumentBuf, doc};
use mongodb::options::{ReadConcern, ReadPreference, SelectionCriteria, WriteConcern};
use serde::Serialize;
use std::collections::VecDeque;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

type DriverError = mongodb::error::Error;
type DriverResult<T> = mongodb::error::Result<T>;

/// How much is sent at a time, in bytes. Of larger batches, the copies that the driver makes of them take
/// more memory than they gain time.
const BATCH: usize = 1024 * 1024;

/// How many chunks are sent at a time at most, however small.
const MOST_CHUNKS: usize = 10_000;

/// How many batches may be on their way at once.
const IN_FLIGHT: usize = 2;

/// Why a chunk cannot have its number.
const TOO_MANY: &str = "a file has 2147483648 chunks at most; larger chunks are fewer";

/// Writes one file.
#[derive(Debug)]
pub(crate) struct Writer {
    to: Target,
    /// The number of the next chunk.
    next: u64,
    /// The last batch, as long as it is not known whether another one follows.
    last: Option<Buffer>,
    in_flight: VecDeque<JoinHandle<DriverResult<Buffer>>>,
    /// Whether there may be chunks to be removed.
    is_dirty: bool,
    runtime: Handle,
}

/// The file that is written.
#[derive(Debug, Clone)]
struct Target {
    store: Store,
    file_id: ObjectId,
    filename: String,
    chunk_size: usize,
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

impl Writer {
    /// Begins a file; nothing is sent yet.
    pub(crate) fn new(
        store: &Store,
        file_id: ObjectId,
        filename: String,
        chunk_size: u32,
        write_concern: Option<WriteConcern>,
    ) -> Self {
        Writer {
            to: Target {
                store: store.clone(),
                file_id,
                filename,
                chunk_size: chunk_size as usize,
                write_concern,
            },
            next: 0,
            last: None,
            in_flight: VecDeque::new(),
            is_dirty: false,
            runtime: Handle::current(),
        }
    }

    /// An empty buffer for whole chunks. Waits until what it would be needed for can be sent.
    pub(crate) async fn buffer(&mut self, length: Option<u64>) -> Result<Buffer> {
        if self.in_flight.len() >= IN_FLIGHT
            && let Some(mut buffer) = self.wait().await?
        {
            buffer.filled = 0;
            return Ok(buffer);
        }
        let chunk_size = self.to.chunk_size;
        let mut chunks = (BATCH / chunk_size).clamp(1, MOST_CHUNKS);
        if let Some(length) = length.and_then(|length| usize::try_from(length).ok()) {
            // One byte more than is there, to see that it is the end.
            chunks = chunks.min(length / chunk_size + 1);
        }
        Ok(Buffer {
            bytes: vec![0; chunks * chunk_size],
            filled: 0,
        })
    }

    /// Takes the chunks in a buffer, all but the last of the file full, and sends those before them.
    pub(crate) fn send(&mut self, buffer: Buffer) {
        if let Some(buffer) = self.last.replace(buffer) {
            let concern = self.to.concern_of_most();
            self.insert(buffer, concern);
        }
    }

    fn insert(&mut self, buffer: Buffer, concern: Option<WriteConcern>) {
        let first = self.next;
        self.next += buffer.filled.div_ceil(self.to.chunk_size) as u64;
        self.is_dirty = true;
        let to = self.to.clone();
        let inserting = self.runtime.spawn(async move {
            to.insert(first, &buffer, concern.as_ref()).await?;
            Ok(buffer)
        });
        self.in_flight.push_back(inserting);
    }

    /// Waits for the oldest batch that is on its way.
    async fn wait(&mut self) -> Result<Option<Buffer>> {
        let Some(oldest) = self.in_flight.front_mut() else {
            return Ok(None);
        };
        let answer = oldest.await;
        self.in_flight.pop_front();
        match answer.map_err(DriverError::custom) {
            Ok(Ok(buffer)) => Ok(Some(buffer)),
            Ok(Err(error)) | Err(error) => Err(self.to.store.driver_error(error)),
        }
    }

    async fn wait_for_all(&mut self) -> Result<()> {
        while !self.in_flight.is_empty() {
            self.wait().await?;
        }
        Ok(())
    }

    /// Sends the last chunks, and waits until all are stored.
    pub(crate) async fn flush(&mut self) -> Result<()> {
        self.wait_for_all().await?;
        if let Some(last) = self.last.take() {
            self.insert(last, self.to.write_concern.clone());
            self.wait_for_all().await?;
        }
        Ok(())
    }

    /// Waits for all chunks, and makes the file visible.
    pub(crate) async fn publish(&mut self, document: RawDocumentBuf) -> Result<()> {
        let is_small = self.next == 0;
        self.flush().await?;
        // A small file has stored its chunks a moment ago, by one command.
        if !is_small && !self.to.has_chunks(self.next).await? {
            return Err(self.to.store.error(FileError::ChunksRemoved {
                file: self.to.reference(),
            }));
        }
        self.is_dirty = false;
        let to = self.to.clone();
        let publishing = self
            .runtime
            .spawn(async move { to.publish(&document).await });
        match publishing.await {
            Ok(result) => result,
            Err(error) => Err(self.to.unknown(DriverError::custom(error))),
        }
    }

    /// Waits for what is on its way, and removes the chunks.
    pub(crate) async fn abort(&mut self) {
        if let Some(removing) = self.remove() {
            // Fails only when the runtime ends.
            let _ = removing.await;
        }
    }

    /// Removes the chunks as soon as nothing is on its way.
    fn remove(&mut self) -> Option<JoinHandle<()>> {
        if !std::mem::take(&mut self.is_dirty) {
            return None;
        }
        let to = self.to.clone();
        let in_flight = std::mem::take(&mut self.in_flight);
        Some(self.runtime.spawn(async move {
            for sending in in_flight {
                let _ = sending.await;
            }
            if let Err(error) = to.remove_chunks().await {
                tracing::warn!(
                    target: "queryleaf",
                    bucket = to.store.bucket(),
                    file_id = %to.file_id,
                    "chunks of an interrupted upload are left: {error}"
                );
            }
        }))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.remove();
    }
}

impl Target {
    /// The write concern of all batches but the last.
    fn concern_of_most(&self) -> Option<WriteConcern> {
        match self.effective_concern() {
            Some(other) if *other != WriteConcern::majority() => Some(other.clone()),
            None | Some(_) => Some(WriteConcern::nodes(1)),
        }
    }

    async fn insert(
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

    /// Stores the document of the file; where that fails, nothing of the file is left.
    async fn publish(&self, document: &RawDocumentBuf) -> Result<()> {
        let files = self
            .store
            .files::<RawDocumentBuf>(self.write_concern.as_ref());
        let Err(error) = files.insert_one(document).await else {
            return Ok(());
        };
        // The document may be stored although the answer was lost, and a file without chunks must not
        // be seen: it goes first.
        let removed = files.delete_one(doc! { "_id": self.file_id }).await;
        let removed = match removed {
            Ok(_) => self.remove_chunks().await,
            Err(error) => Err(error),
        };
        Err(match removed {
            Ok(()) => self.store.driver_error(error),
            Err(_) => self.unknown(error),
        })
    }

    /// Whether as many servers as have to have the chunks do have them.
    ///
    /// Right after writes that wait for fewer servers, the majority may not have them yet. Where the
    /// concern is the server's own default, which may be either, what its primary has counts then: it is
    /// all that such a write promises, and a primary that has lost chunks in an election counts less.
    async fn has_chunks(&self, count: u64) -> Result<bool> {
        let concern = self.effective_concern();
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

    /// The write concern of the upload, else that of the bucket or the database, if there is one.
    fn effective_concern(&self) -> Option<&WriteConcern> {
        let own = self.write_concern.as_ref();
        own.or_else(|| self.store.write_concern())
    }

    async fn remove_chunks(&self) -> DriverResult<()> {
        let chunks = self
            .store
            .chunks::<RawDocumentBuf>(self.write_concern.as_ref());
        let deleted = chunks.delete_many(doc! { "files_id": self.file_id }).await;
        deleted.map(drop)
    }

    #[cold]
    fn unknown(&self, error: DriverError) -> Error {
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
