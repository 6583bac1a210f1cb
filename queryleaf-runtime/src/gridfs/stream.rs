//! Reading a file, or a range of it.

use super::chunks::Window;
use super::hash::hexadecimal;
use super::head::Head;
use super::source::blocking;
use super::store::Store;
use crate::error::{Error, FileError, Result};
use futures::future::BoxFuture;
use futures::io::{AsyncRead, AsyncSeek};
use mongodb::bson::oid::ObjectId;
use sha2::{Digest, Sha256};
use std::fmt;
use std::io::{self, SeekFrom};
use std::ops::{Bound, RangeBounds, RangeInclusive};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

/// How much is read at a time where one read follows the other, in bytes.
const WINDOW: u64 = 4 * 1024 * 1024;

/// How many chunks are read at a time at most, however small: the answer of the server has 16 MB.
const MOST_CHUNKS: u64 = 50_000;

/// How many times as much is read each time that one read follows the other.
const GROWTH: u64 = 4;

/// The content of a file, or of a range of it: a [`futures::AsyncRead`] and [`futures::AsyncSeek`].
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
    /// Where the next read begins, counted from the beginning of the range.
    position: u64,
    /// Chunks that were read.
    window: Option<Window>,
    state: State,
    /// How much was read the last time, in bytes.
    last: u64,
    verification: Verification,
}

/// What it waits for.
enum State {
    Nothing,
    Head(BoxFuture<'static, Result<Head>>),
    Window(BoxFuture<'static, Result<(Window, Verification)>>),
}

/// A range of bytes: the positions of the first and of the last.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ByteRange {
    pub(crate) from: i64,
    /// The end of the file, where there is none.
    pub(crate) to: Option<i64>,
}

impl ByteRange {
    pub(crate) const ALL: ByteRange = ByteRange { from: 0, to: None };

    pub(crate) fn of(range: &impl RangeBounds<u64>) -> Self {
        let position = |position: u64| i64::try_from(position).unwrap_or(i64::MAX);
        ByteRange {
            from: match range.start_bound() {
                Bound::Included(&first) => position(first),
                Bound::Excluded(&before) => position(before.saturating_add(1)),
                Bound::Unbounded => 0,
            },
            to: match range.end_bound() {
                Bound::Included(&last) => Some(position(last)),
                Bound::Excluded(&end) => Some(position(end) - 1),
                Bound::Unbounded => None,
            },
        }
    }
}

/// The hash of what was read so far.
#[derive(Clone)]
enum Verification {
    /// It is not verified, or not any more.
    Off,
    /// Of all chunks before this one.
    Before(u64, Box<Sha256>),
}

impl FileStream {
    /// The content of a file, of which nothing is known yet.
    pub(crate) fn new(store: Store, file_id: ObjectId, range: ByteRange) -> Self {
        FileStream {
            store,
            file_id,
            head: None,
            range,
            position: 0,
            window: None,
            state: State::Nothing,
            last: 0,
            verification: Verification::Before(0, Box::default()),
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
    /// [`FileError::NotFound`] where there is no such file, [`FileError::Range`] where it has no such
    /// range: both are found out only now by a stream that a query gave.
    pub async fn length(&mut self) -> Result<u64> {
        let (start, end) = std::future::poll_fn(|cx| self.poll_bounds(cx)).await?;
        Ok(end - start)
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
        let is_range = match self.range {
            ByteRange { from, to: None } => (0..=head.length as i64).contains(&from),
            ByteRange { from, to: Some(to) } => {
                (0..=head.length as i64).contains(&from) && to >= from - 1
            }
        };
        if !is_range {
            return Err(self.store.error(FileError::Range {
                file: head.file,
                from: self.range.from,
                to: self.range.to,
                length: Some(head.length),
            }));
        }
        self.head = Some(Arc::new(head));
        Ok(())
    }

    /// Where the range begins and ends in the file: before this position.
    fn bounds(&self, head: &Head) -> (u64, u64) {
        let start = self.range.from.max(0) as u64;
        let end = match self.range.to {
            Some(to) => head.length.min(to.saturating_add(1).max(0) as u64),
            None => head.length,
        };
        (start, end.max(start))
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

    fn poll_bounds(&mut self, cx: &mut Context<'_>) -> Poll<Result<(u64, u64)>> {
        let head = ready!(self.poll_head(cx))?;
        Poll::Ready(Ok(self.bounds(&head)))
    }

    fn poll_read_some(&mut self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<Result<usize>> {
        let head = ready!(self.poll_head(cx))?;
        let (start, end) = self.bounds(&head);
        let position = start.saturating_add(self.position);
        if buffer.is_empty() {
            return Poll::Ready(Ok(0));
        }
        if position >= end {
            self.verification.check_empty(&self.store, &head)?;
            return Poll::Ready(Ok(0));
        }
        loop {
            if let Some(data) = self.window.as_ref().and_then(|window| window.at(position)) {
                let left = usize::try_from(end - position).unwrap_or(usize::MAX);
                let read = data.len().min(buffer.len()).min(left);
                buffer[..read].copy_from_slice(&data[..read]);
                self.position += read as u64;
                return Poll::Ready(Ok(read));
            }
            if let State::Window(reading) = &mut self.state {
                let read = ready!(reading.as_mut().poll(cx));
                self.state = State::Nothing;
                let (window, verification) = read?;
                self.window = Some(window);
                self.verification = verification;
            } else {
                let chunks = self.next_chunks(&head, position, end, buffer.len());
                self.window = None;
                self.state = State::Window(self.read(&head, chunks));
            }
        }
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

impl Verification {
    /// Takes more chunks into the hash, if they are the next ones.
    async fn go_on(
        self,
        store: &Store,
        head: &Head,
        window: Window,
    ) -> Result<(Window, Verification)> {
        let chunks = window.chunks();
        let (mut hash, expected) = match (self, &head.sha256) {
            (Verification::Before(next, hash), Some(expected)) if next == chunks.start => {
                (hash, expected)
            }
            _ => return Ok((window, Verification::Off)),
        };
        let hashing = blocking(move || {
            for part in window.parts() {
                hash.update(part);
            }
            Ok((window, hash))
        });
        let (window, hash) = hashing.await.map_err(|error| Error::Internal {
            message: error.to_string(),
            sql: store.sql(),
        })?;
        if chunks.end < head.chunks() {
            return Ok((window, Verification::Before(chunks.end, hash)));
        }
        verify(store, head, *hash, expected)?;
        Ok((window, Verification::Off))
    }

    /// Verifies the hash of a file without chunks.
    fn check_empty(&self, store: &Store, head: &Head) -> Result<()> {
        match (self, &head.sha256) {
            (Verification::Before(0, hash), Some(expected)) if head.length == 0 => {
                verify(store, head, (**hash).clone(), expected)
            }
            _ => Ok(()),
        }
    }
}

fn verify(store: &Store, head: &Head, hash: Sha256, expected: &str) -> Result<()> {
    let found = hexadecimal(hash);
    if found.eq_ignore_ascii_case(expected) {
        return Ok(());
    }
    Err(store.error(FileError::Hash {
        file: head.file.clone(),
        expected: expected.to_owned(),
        found,
    }))
}

/// The error of a read or a seek.
#[cold]
fn failed(error: Error) -> io::Error {
    let kind = match error.file() {
        Some(FileError::NotFound { .. }) => io::ErrorKind::NotFound,
        Some(FileError::Range { .. }) => io::ErrorKind::InvalidInput,
        Some(FileError::Driver { .. }) | None => io::ErrorKind::Other,
        Some(_) => io::ErrorKind::InvalidData,
    };
    io::Error::new(kind, error)
}

impl AsyncRead for FileStream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().poll_read_some(cx, buffer).map_err(failed)
    }
}

/// Positions are counted from the beginning of the range. One behind its end may be sought, and gives
/// nothing to read.
impl AsyncSeek for FileStream {
    fn poll_seek(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        position: SeekFrom,
    ) -> Poll<io::Result<u64>> {
        let this = self.get_mut();
        let sought = match position {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::Current(offset) => this.position.checked_add_signed(offset),
            SeekFrom::End(offset) => {
                let (start, end) = ready!(this.poll_bounds(cx)).map_err(failed)?;
                (end - start).checked_add_signed(offset)
            }
        };
        Poll::Ready(match sought {
            Some(position) => {
                this.position = position;
                Ok(position)
            }
            None => Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "a position before the beginning",
            )),
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
