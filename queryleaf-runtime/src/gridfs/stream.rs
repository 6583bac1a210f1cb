//! Reading a file, or a range of it.

use super::byte_range::ByteRange;
use super::chunks::{self, Window};
use super::head::Head;
use super::store::Store;
use super::verification::Verification;
use crate::error::{Error, Result};
use bytes::Bytes;
use futures::future::BoxFuture;
use mongodb::bson::oid::ObjectId;
use std::fmt;
use std::io;
use std::ops::{Range, RangeInclusive};
use std::sync::Arc;
use std::task::{Context, Poll, ready};

/// How much is read at a time where one read follows the other, in bytes.
const WINDOW: u64 = 4 * 1024 * 1024;

/// How many chunks are read at a time at most, however small: the answer of the server has 16 MB.
const MOST_CHUNKS: u64 = 50_000;

/// How many times as much is read each time that one read follows the other.
const GROWTH: u64 = 4;

/// The content of a file, or of a range of it: a [`futures::AsyncRead`] and [`futures::AsyncSeek`].
/// [`into_tokio`](FileStream::into_tokio) makes it one of `tokio`'s, and
/// [`into_stream`](FileStream::into_stream) a stream of its parts.
///
/// Nothing is read before it is asked for, and only the chunks that are needed: where one read follows
/// the other, up to 4 MiB ahead. That is also what it holds in memory, whatever the size of the reads. It
/// may rest for as long as one likes; nothing is kept open on the server.
///
/// Every chunk is checked to be there and to have the size that it should have. Where the file has a
/// SHA-256 and all of its chunks are read in their order, that is verified before the last part is handed
/// out. What is found wrong is an [`io::Error`] that holds an [`Error`]; [`FileStream::error`]
/// finds it.
///
/// ```no_run
/// use futures::{AsyncReadExt, AsyncSeekExt};
/// # use queryleaf::gridfs::Bucket;
/// # async fn run<Report: Bucket>(
/// #     db: &queryleaf::mongodb::Database,
/// #     file_id: queryleaf::bson::oid::ObjectId,
/// # ) -> Result<(), Box<dyn std::error::Error>> {
/// let mut report = Report::files(db).open(file_id).await?;
/// report.seek(std::io::SeekFrom::End(-1024)).await?;
/// let mut trailer = Vec::new();
/// report.read_to_end(&mut trailer).await?;
/// # Ok(())
/// # }
/// ```
pub struct FileStream {
    store: Store,
    file_id: ObjectId,
    head: Option<Arc<Head>>,
    range: ByteRange,
    /// Where it begins and ends in the file, when that is known.
    bounds: Range<u64>,
    /// Where the next read begins, counted from the beginning of the range.
    position: u64,
    /// Chunks that were read.
    window: Option<Window>,
    state: State,
    /// How much was read the last time, in bytes.
    last: u64,
    verification: Verification,
    /// Whether a file without content was found to have no chunk with some.
    is_known_to_be_empty: bool,
}

/// What it waits for.
enum State {
    Nothing,
    Head(BoxFuture<'static, Result<Head>>),
    Window(BoxFuture<'static, Result<(Window, Verification)>>),
    NoChunks(BoxFuture<'static, Result<()>>),
}

impl FileStream {
    /// The content of a file, of which nothing is known yet.
    pub(crate) fn new(store: Store, file_id: ObjectId, range: ByteRange) -> Self {
        FileStream {
            store,
            file_id,
            head: None,
            range,
            bounds: 0..0,
            position: 0,
            window: None,
            state: State::Nothing,
            last: 0,
            verification: Verification::new(),
            is_known_to_be_empty: false,
        }
    }

    /// The content of a file that was found.
    pub(crate) fn of_head(store: Store, head: Head, range: ByteRange) -> Result<Self> {
        let mut stream = FileStream::new(store, head.file.file_id, range);
        stream.accept(head)?;
        Ok(stream)
    }

    /// Finds the file, so that it is known to be there, and its length.
    pub(crate) async fn find(mut self) -> Result<Self> {
        let head = Head::find(&self.store, self.file_id).await?;
        self.accept(head)?;
        Ok(self)
    }

    /// The `_id` of the file.
    pub fn file_id(&self) -> ObjectId {
        self.file_id
    }

    /// How many bytes it gives: those of the file, or of the range.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::error::FileError::NotFound) where there is no such file,
    /// [`Range`](crate::error::FileError::Range) where it has no such range: both are found out only now by
    /// a stream that a query gave.
    pub async fn length(&mut self) -> Result<u64> {
        std::future::poll_fn(|cx| self.poll_length(cx)).await
    }

    /// Does not verify the SHA-256 of the file.
    #[must_use]
    pub fn without_verification(mut self) -> Self {
        self.verification = Verification::Off;
        self
    }

    /// What went wrong, if it was a read or a seek of a [`FileStream`] that gave this error.
    pub fn error(error: &io::Error) -> Option<&Error> {
        error.get_ref()?.downcast_ref()
    }

    /// Takes what is known of the file.
    fn accept(&mut self, head: Head) -> Result<()> {
        self.bounds = self.range.within(&self.store, &head)?;
        self.head = Some(Arc::new(head));
        Ok(())
    }

    /// Where the next read begins, counted from the beginning of the range.
    pub(super) fn position(&self) -> u64 {
        self.position
    }

    pub(super) fn go_to(&mut self, position: u64) {
        self.position = position;
    }

    fn poll_head(&mut self, cx: &mut Context<'_>) -> Poll<Result<Arc<Head>>> {
        loop {
            if let Some(head) = &self.head {
                return Poll::Ready(Ok(Arc::clone(head)));
            }
            if let State::Head(finding) = &mut self.state {
                let found = ready!(finding.as_mut().poll(cx));
                self.state = State::Nothing;
                self.accept(found?)?;
            } else {
                let (store, file_id) = (self.store.clone(), self.file_id);
                let find = async move { Head::find(&store, file_id).await };
                self.state = State::Head(Box::pin(find));
            }
        }
    }

    pub(super) fn poll_length(&mut self, cx: &mut Context<'_>) -> Poll<Result<u64>> {
        ready!(self.poll_head(cx))?;
        Poll::Ready(Ok(self.bounds.end - self.bounds.start))
    }

    pub(super) fn poll_read_some(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<Result<usize>> {
        if buffer.is_empty() {
            return Poll::Ready(Ok(0));
        }
        let data = ready!(self.poll_data(cx, buffer.len()))?;
        let read = data.len().min(buffer.len());
        buffer[..read].copy_from_slice(&data[..read]);
        self.position += read as u64;
        Poll::Ready(Ok(read))
    }

    /// What is left of a chunk; none at the end.
    pub(super) fn poll_part(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>>> {
        let part = Bytes::copy_from_slice(ready!(self.poll_data(cx, 1))?);
        self.position += part.len() as u64;
        Poll::Ready(Ok((!part.is_empty()).then_some(part)))
    }

    /// The bytes from the position on, as far as they are read already, and at least one of them if it is
    /// not the end.
    fn poll_data(&mut self, cx: &mut Context<'_>, wanted: usize) -> Poll<Result<&[u8]>> {
        let head = ready!(self.poll_head(cx))?;
        let end = self.bounds.end;
        let position = self.bounds.start.saturating_add(self.position);
        if position >= end {
            if head.length == 0 {
                ready!(self.poll_empty(cx, &head))?;
            }
            return Poll::Ready(Ok(&[]));
        }
        while !self.has(position) {
            if let State::Window(reading) = &mut self.state {
                let read = ready!(reading.as_mut().poll(cx));
                self.state = State::Nothing;
                let (window, verification) = read?;
                self.window = Some(window);
                self.verification = verification;
            } else {
                let chunks = self.next_chunks(&head, position, end, wanted);
                self.window = None;
                self.state = State::Window(self.read(&head, chunks));
            }
        }
        let data = self.window.as_ref().and_then(|window| window.at(position));
        let data = data.unwrap_or_default();
        let left = usize::try_from(end - position).unwrap_or(usize::MAX);
        Poll::Ready(Ok(data.get(..left).unwrap_or(data)))
    }

    fn has(&self, position: u64) -> bool {
        let window = self.window.as_ref();
        window.is_some_and(|window| window.at(position).is_some())
    }

    /// Checks that a file without content has no chunk with some.
    fn poll_empty(&mut self, cx: &mut Context<'_>, head: &Arc<Head>) -> Poll<Result<()>> {
        while !self.is_known_to_be_empty {
            if let State::NoChunks(looking) = &mut self.state {
                let looked = ready!(looking.as_mut().poll(cx));
                self.state = State::Nothing;
                looked?;
                self.is_known_to_be_empty = true;
            } else {
                let (store, head) = (self.store.clone(), Arc::clone(head));
                let look = async move { chunks::check_none(&store, &head).await };
                self.state = State::NoChunks(Box::pin(look));
            }
        }
        Poll::Ready(self.verification.check_empty(&self.store, head))
    }

    /// The chunks to be read now: those that the buffer takes, more where one read follows the other,
    /// none behind the range.
    fn next_chunks(
        &mut self,
        head: &Head,
        position: u64,
        end: u64,
        wanted: usize,
    ) -> RangeInclusive<u64> {
        let first = position / head.chunk_size;
        let follows = self
            .window
            .as_ref()
            .is_some_and(|window| window.chunks().end == first);
        let ahead = match follows {
            true => self.last.saturating_mul(GROWTH),
            false => 0,
        };
        let size = ahead.max(wanted as u64).min(WINDOW);
        let last = position.saturating_add(size).min(end).max(1) - 1;
        // Whole windows, where it is many chunks.
        let most = (WINDOW / head.chunk_size).clamp(1, MOST_CHUNKS);
        let last = (last / head.chunk_size).clamp(first, first + most - 1);
        self.last = (last - first + 1) * head.chunk_size;
        first..=last
    }

    fn read(
        &mut self,
        head: &Arc<Head>,
        chunks: RangeInclusive<u64>,
    ) -> BoxFuture<'static, Result<(Window, Verification)>> {
        let (store, head) = (self.store.clone(), Arc::clone(head));
        // Kept, so that a read that fails can be repeated.
        let verification = self.verification.clone();
        Box::pin(async move {
            let window = Window::fetch(&store, &head, chunks).await?;
            verification.go_on(&store, &head, window).await
        })
    }
}

impl fmt::Debug for FileStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileStream")
            .field("bucket", &self.store.bucket())
            .field("file_id", &self.file_id)
            .field("range", &self.range)
            .field("position", &self.position)
            .finish_non_exhaustive()
    }
}
