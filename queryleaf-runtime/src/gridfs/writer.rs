//! Writing the chunks of a file and then its document, so that an interruption leaves nothing behind.
//!
//! Whatever is sent is sent by tasks of their own: a driver's operation that is dropped while the server
//! works on it may be carried out after all, and what is removed then would come back. So an upload that
//! is dropped waits for what is on its way, and removes the chunks after that. The document of the file
//! is stored by a task that cannot be dropped: the file is there completely or not at all. Once its document is
//! on its way, it is not taken back, since another upload of the same content may rely on it by then.
//!
//! With a write concern of the majority, which is the default, each batch of chunks would wait for the disk.
//! Only the last one does, when all others are stored: what it waits for includes them, unless another server
//! became the primary meanwhile. So the chunks are counted before the file becomes visible, as the majority
//! has them; that also shows whether somebody has taken them for orphans.

use super::source::Buffer;
use super::store::Store;
use super::target::Target;
use crate::error::Result;
use mongodb::bson::RawDocumentBuf;
use mongodb::bson::oid::ObjectId;
use mongodb::options::WriteConcern;
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
            to: Target::new(store, file_id, filename, chunk_size, write_concern),
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
            self.insert(last, self.to.concern().cloned());
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
            return Err(self.to.chunks_removed());
        }
        self.is_dirty = false;
        let (to, has_chunks) = (self.to.clone(), self.next > 0);
        let publishing = self
            .runtime
            .spawn(async move { to.publish(&document, has_chunks).await });
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
            to.clean().await;
        }))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.remove();
    }
}
