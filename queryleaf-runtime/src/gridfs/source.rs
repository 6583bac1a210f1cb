//! What is uploaded: bytes, a file, a reader or a stream.

use bytes::Bytes;
use futures::io::AsyncRead;
use futures::stream::{BoxStream, Stream, StreamExt, TryStreamExt};
use mongodb::bson::Binary;
use std::fmt;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

pub(crate) type SourceError = Box<dyn std::error::Error + Send + Sync>;

/// What is uploaded.
///
/// Bytes and paths are sources by themselves; readers and streams need a word that says which they are:
///
/// ```
/// use queryleaf::gridfs::Source;
///
/// let bytes: Source = b"some bytes".as_slice().into();
/// let file = Source::path("report.pdf");
/// let reader = Source::reader(futures::io::Cursor::new("some text"));
/// let stream = Source::stream(futures::stream::iter([std::io::Result::Ok(vec![1, 2, 3])]));
/// ```
pub struct Source<'s>(Content<'s>);

enum Content<'s> {
    Borrowed(&'s [u8]),
    Owned(Bytes),
    Path(PathBuf),
    Reader(Pin<Box<dyn AsyncRead + Send + 's>>),
    Stream(BoxStream<'s, Result<Bytes, SourceError>>),
}

/// A source that can be read more than once.
pub(crate) enum Repeatable<'s> {
    Borrowed(&'s [u8]),
    Owned(Bytes),
    Path(PathBuf),
}

impl<'s> Source<'s> {
    /// The file at this path. It is opened when the upload begins.
    pub fn path(path: impl Into<PathBuf>) -> Self {
        Source(Content::Path(path.into()))
    }

    /// What a reader of the `futures` crate reads, up to its end.
    pub fn reader(reader: impl AsyncRead + Send + 's) -> Self {
        Source(Content::Reader(Box::pin(reader)))
    }

    /// What a reader of `tokio` reads, up to its end.
    pub fn tokio_reader(reader: impl tokio::io::AsyncRead + Send + 's) -> Self {
        Source(Content::Reader(Box::pin(FromTokio(Box::pin(reader)))))
    }

    /// What the parts of a stream are together. The first error ends the upload, and nothing is stored.
    pub fn stream<B, E>(stream: impl Stream<Item = Result<B, E>> + Send + 's) -> Self
    where
        B: Into<Bytes> + 's,
        E: Into<SourceError> + 's,
    {
        let parts = stream.map_ok(Into::into).map_err(Into::into);
        Source(Content::Stream(parts.boxed()))
    }

    /// The same source, where it can be read more than once.
    pub(crate) fn repeatable(&self) -> Option<Repeatable<'s>> {
        match &self.0 {
            Content::Borrowed(bytes) => Some(Repeatable::Borrowed(bytes)),
            Content::Owned(bytes) => Some(Repeatable::Owned(bytes.clone())),
            Content::Path(path) => Some(Repeatable::Path(path.clone())),
            Content::Reader(_) | Content::Stream(_) => None,
        }
    }

    /// Begins to read it.
    pub(crate) async fn open(self) -> Result<Input<'s>, SourceError> {
        let (reading, length) = match self.0 {
            Content::Borrowed(bytes) => (Reading::Borrowed(bytes), Some(bytes.len() as u64)),
            Content::Owned(bytes) => {
                let length = bytes.len() as u64;
                (Reading::Owned(bytes), Some(length))
            }
            Content::Path(path) => {
                let (file, length) = blocking(move || open(&path)).await?;
                (Reading::File(Some(file)), length)
            }
            Content::Reader(reader) => (Reading::Reader(reader), None),
            Content::Stream(stream) => {
                let rest = Bytes::new();
                (Reading::Stream { stream, rest }, None)
            }
        };
        Ok(Input { reading, length })
    }
}

/// Opens a file, and tells its length if it has one: a pipe has none.
fn open(path: &Path) -> Result<(std::fs::File, Option<u64>), SourceError> {
    let failed = |error: io::Error| format!("{}: {error}", path.display());
    let file = std::fs::File::open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if metadata.is_dir() {
        return Err(format!("{}: it is a directory", path.display()).into());
    }
    Ok((file, metadata.is_file().then_some(metadata.len())))
}

/// Runs what blocks where it may.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, SourceError> + Send + 'static,
) -> Result<T, SourceError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(error.into()),
    }
}

/// A source that is being read.
pub(crate) struct Input<'s> {
    reading: Reading<'s>,
    /// How many bytes it has, where that is known.
    pub(crate) length: Option<u64>,
}

enum Reading<'s> {
    Borrowed(&'s [u8]),
    Owned(Bytes),
    File(Option<std::fs::File>),
    Reader(Pin<Box<dyn AsyncRead + Send + 's>>),
    Stream {
        stream: BoxStream<'s, Result<Bytes, SourceError>>,
        /// What is left of its last part.
        rest: Bytes,
    },
}

/// A part of a source: the first `filled` bytes.
#[derive(Debug, Default)]
pub(crate) struct Buffer {
    pub(crate) bytes: Vec<u8>,
    pub(crate) filled: usize,
}

impl Buffer {
    pub(crate) fn filled(&self) -> &[u8] {
        self.bytes.get(..self.filled).unwrap_or_default()
    }

    fn free(&mut self) -> &mut [u8] {
        self.bytes.get_mut(self.filled..).unwrap_or_default()
    }

    pub(crate) fn is_full(&self) -> bool {
        self.filled >= self.bytes.len()
    }

    /// Takes as much from the front of `bytes` as fits in, and says how much.
    fn take(&mut self, bytes: &[u8]) -> usize {
        let free = self.free();
        let taken = free.len().min(bytes.len());
        free[..taken].copy_from_slice(&bytes[..taken]);
        self.filled += taken;
        taken
    }
}

impl Input<'_> {
    /// Reads until the buffer is full or the source is at its end.
    pub(crate) async fn fill(&mut self, buffer: &mut Buffer) -> Result<(), SourceError> {
        while !buffer.is_full() {
            match &mut self.reading {
                Reading::Borrowed(bytes) => {
                    let taken = buffer.take(bytes);
                    *bytes = &bytes[taken..];
                    return Ok(());
                }
                Reading::Owned(bytes) => {
                    let taken = buffer.take(bytes);
                    let _ = bytes.split_to(taken);
                    return Ok(());
                }
                Reading::File(file) => {
                    let Some(opened) = file.take() else {
                        return Err("the file was closed".into());
                    };
                    let moved = std::mem::take(buffer);
                    let read = move || read(opened, moved).map_err(SourceError::from);
                    let (opened, moved) = blocking(read).await?;
                    *file = Some(opened);
                    *buffer = moved;
                    return Ok(());
                }
                Reading::Reader(reader) => {
                    let read = futures::AsyncReadExt::read(reader, buffer.free()).await?;
                    if read == 0 {
                        return Ok(());
                    }
                    buffer.filled += read.min(buffer.bytes.len() - buffer.filled);
                }
                Reading::Stream { stream, rest } => {
                    if rest.is_empty() {
                        match stream.next().await {
                            Some(part) => *rest = part?,
                            None => return Ok(()),
                        }
                    }
                    let taken = buffer.take(rest);
                    let _ = rest.split_to(taken);
                }
            }
        }
        Ok(())
    }
}

/// Reads until the buffer is full or the file is at its end.
fn read(mut file: std::fs::File, mut buffer: Buffer) -> io::Result<(std::fs::File, Buffer)> {
    while !buffer.is_full() {
        match file.read(buffer.free()) {
            Ok(0) => break,
            Ok(read) => buffer.filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok((file, buffer))
}

/// A reader of `tokio` as one of `futures`.
struct FromTokio<R>(Pin<Box<R>>);

impl<R: tokio::io::AsyncRead> AsyncRead for FromTokio<R> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let mut read = tokio::io::ReadBuf::new(buffer);
        ready!(self.get_mut().0.as_mut().poll_read(cx, &mut read))?;
        Poll::Ready(Ok(read.filled().len()))
    }
}

impl fmt::Debug for Source<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Content::Borrowed(bytes) => write!(f, "Source({} bytes)", bytes.len()),
            Content::Owned(bytes) => write!(f, "Source({} bytes)", bytes.len()),
            Content::Path(path) => write!(f, "Source({path:?})"),
            Content::Reader(_) => f.write_str("Source(reader)"),
            Content::Stream(_) => f.write_str("Source(stream)"),
        }
    }
}

impl<'s> From<&'s [u8]> for Source<'s> {
    fn from(bytes: &'s [u8]) -> Self {
        Source(Content::Borrowed(bytes))
    }
}

impl<'s, const N: usize> From<&'s [u8; N]> for Source<'s> {
    fn from(bytes: &'s [u8; N]) -> Self {
        Source(Content::Borrowed(bytes))
    }
}

impl<'s> From<&'s Vec<u8>> for Source<'s> {
    fn from(bytes: &'s Vec<u8>) -> Self {
        Source(Content::Borrowed(bytes))
    }
}

impl From<Vec<u8>> for Source<'_> {
    fn from(bytes: Vec<u8>) -> Self {
        Source(Content::Owned(bytes.into()))
    }
}

/// The bytes of a column of type `bytea`, whatever their subtype.
impl From<Binary> for Source<'_> {
    fn from(binary: Binary) -> Self {
        Source::from(binary.bytes)
    }
}

impl<'s> From<&'s Binary> for Source<'s> {
    fn from(binary: &'s Binary) -> Self {
        Source::from(&binary.bytes)
    }
}

impl From<Bytes> for Source<'_> {
    fn from(bytes: Bytes) -> Self {
        Source(Content::Owned(bytes))
    }
}

impl From<PathBuf> for Source<'_> {
    fn from(path: PathBuf) -> Self {
        Source::path(path)
    }
}

impl From<&Path> for Source<'_> {
    fn from(path: &Path) -> Self {
        Source::path(path)
    }
}
