//! The ways to read a [`FileStream`]: the traits of `futures` and of `tokio`, and its parts one by one.

use super::stream::FileStream;
use crate::error::{Error, FileError, Result};
use bytes::Bytes;
use futures::io::{AsyncRead, AsyncSeek};
use futures::stream::{self, Stream};
use std::fmt;
use std::io::{self, SeekFrom};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

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
            SeekFrom::Current(offset) => this.position().checked_add_signed(offset),
            SeekFrom::End(offset) => {
                let length = ready!(this.poll_length(cx)).map_err(failed)?;
                length.checked_add_signed(offset)
            }
        };
        Poll::Ready(match sought {
            Some(position) => {
                this.go_to(position);
                Ok(position)
            }
            None => Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "a position before the beginning",
            )),
        })
    }
}

impl FileStream {
    /// What is left to be read, part by part: the body of a response over HTTP, for example. Each part is
    /// what is left of a chunk, and after an error there is none.
    ///
    /// ```no_run
    /// use futures::TryStreamExt;
    /// # use queryleaf::gridfs::Bucket;
    /// # async fn run<Report: Bucket>(
    /// #     db: &queryleaf::mongodb::Database,
    /// #     file_id: queryleaf::bson::oid::ObjectId,
    /// # ) -> queryleaf::Result<()> {
    /// let mut parts = Report::files(db).open(file_id).await?.into_stream();
    /// while let Some(part) = parts.try_next().await? {
    ///     println!("{} bytes", part.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn into_stream(self) -> impl Stream<Item = Result<Bytes>> + Send + Unpin + 'static {
        let mut file = Some(self);
        stream::poll_fn(move |cx| {
            let Some(open) = &mut file else {
                return Poll::Ready(None);
            };
            let part = ready!(open.poll_part(cx)).transpose();
            if !matches!(part, Some(Ok(_))) {
                file = None;
            }
            Poll::Ready(part)
        })
    }

    /// The same stream for functions that take `tokio`'s traits.
    ///
    /// ```no_run
    /// # use queryleaf::gridfs::Bucket;
    /// # async fn run<Report: Bucket>(
    /// #     db: &queryleaf::mongodb::Database,
    /// #     file_id: queryleaf::bson::oid::ObjectId,
    /// # ) -> Result<(), Box<dyn std::error::Error>> {
    /// async fn characters(text: impl tokio::io::AsyncRead) -> std::io::Result<usize> {
    ///     // ..
    /// #   drop(text);
    /// #   Ok(0)
    /// }
    ///
    /// let report = Report::files(db).open(file_id).await?;
    /// println!("{}", characters(report.into_tokio()).await?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn into_tokio(self) -> TokioFileStream {
        TokioFileStream {
            file: self,
            sought: None,
        }
    }
}

/// A [`FileStream`] as a [`tokio::io::AsyncRead`] and [`tokio::io::AsyncSeek`]: what
/// [`FileStream::into_tokio`] gives.
///
/// Its errors are those of the [`FileStream`]; [`FileStream::error`] finds what is in them.
pub struct TokioFileStream {
    file: FileStream,
    /// Where it is to go on, once that is known.
    sought: Option<SeekFrom>,
}

impl tokio::io::AsyncRead for TokioFileStream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut tokio::io::ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let file = Pin::new(&mut self.get_mut().file);
        let read = ready!(file.poll_read(cx, buffer.initialize_unfilled()))?;
        buffer.advance(read);
        Poll::Ready(Ok(()))
    }
}

impl tokio::io::AsyncSeek for TokioFileStream {
    fn start_seek(self: Pin<&mut Self>, position: SeekFrom) -> io::Result<()> {
        self.get_mut().sought = Some(position);
        Ok(())
    }

    fn poll_complete(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<u64>> {
        let this = self.get_mut();
        let Some(position) = this.sought else {
            return Poll::Ready(Ok(this.file.position()));
        };
        let sought = ready!(Pin::new(&mut this.file).poll_seek(cx, position));
        this.sought = None;
        Poll::Ready(sought)
    }
}

impl fmt::Debug for TokioFileStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.file.fmt(f)
    }
}
