//! The ways to move a file that are compared.

use crate::Recording;
use futures::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use queryleaf::bson::Bson;
use queryleaf::gridfs::{Bucket, Source};
use queryleaf::mongodb::Database;
use queryleaf::mongodb::gridfs::GridFsBucket;
use queryleaf::prelude::ObjectId;
use std::error::Error;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A way to move a file.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Way {
    /// Through QueryLeaf, with reads of so many bytes.
    QueryLeaf(usize),
    /// Through the driver's streams, with writes and reads of so many bytes.
    Driver(usize),
}

const KIBIBYTE: usize = 1024;

impl Way {
    /// All that are compared.
    pub(crate) fn all() -> Vec<Way> {
        [
            Way::QueryLeaf(8 * KIBIBYTE),
            Way::QueryLeaf(64 * KIBIBYTE),
            Way::QueryLeaf(1024 * KIBIBYTE),
        ]
        .into_iter()
        .chain([64, 255, 1024, 4096, 16384].map(|size| Way::Driver(size * KIBIBYTE)))
        .collect()
    }

    /// Stores a file of this length.
    pub(crate) async fn upload(
        self,
        database: &Database,
        length: u64,
    ) -> Result<Bson, Box<dyn Error>> {
        let mut source = content(length);
        match self {
            Way::QueryLeaf(_) => {
                let files = Recording::files(database);
                let file = files.upload("a", Source::reader(source), Recording {});
                Ok(file.await?.file_id.into())
            }
            Way::Driver(size) => {
                let mut stream = bucket(database).open_upload_stream("a").await?;
                let mut buffer = vec![0; size];
                loop {
                    let mut filled = 0;
                    while filled < size {
                        match source.read(&mut buffer[filled..]).await? {
                            0 => break,
                            read => filled += read,
                        }
                    }
                    if filled == 0 {
                        break;
                    }
                    stream.write_all(&buffer[..filled]).await?;
                }
                stream.close().await?;
                Ok(stream.id().clone())
            }
        }
    }

    /// Reads all of a file, and tells how many bytes it has.
    pub(crate) async fn download(
        self,
        database: &Database,
        file_id: Bson,
    ) -> Result<u64, Box<dyn Error>> {
        match self {
            Way::QueryLeaf(size) => {
                let file_id: ObjectId = file_id.as_object_id().ok_or("no file")?;
                let stream = Recording::files(database).open(file_id).await?;
                Ok(drain(stream, size).await?)
            }
            Way::Driver(size) => {
                let stream = bucket(database).open_download_stream(file_id).await?;
                Ok(drain(stream, size).await?)
            }
        }
    }
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Way::QueryLeaf(size) => write!(f, "QueryLeaf, {} KiB", size / KIBIBYTE),
            Way::Driver(size) => write!(f, "the driver, {} KiB", size / KIBIBYTE),
        }
    }
}

fn bucket(database: &Database) -> GridFsBucket {
    database.gridfs_bucket(None)
}

/// Reads all that there is.
async fn drain(mut stream: impl AsyncRead + Unpin, size: usize) -> io::Result<u64> {
    let mut buffer = vec![0; size];
    let mut length = 0;
    loop {
        match stream.read(&mut buffer).await? {
            0 => return Ok(length),
            read => length += read as u64,
        }
    }
}

/// So many bytes, made as they are read: nothing of what is measured.
pub(crate) fn content(length: u64) -> Content {
    let mut state = 1_u64;
    let pattern = std::iter::repeat_with(|| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 56) as u8
    });
    Content {
        // It repeats, so that the server, which compresses what it writes, fills no disk.
        pattern: pattern.take(4 * KIBIBYTE).collect::<Vec<_>>().repeat(16),
        left: length,
    }
}

/// Bytes that are made as they are read.
pub(crate) struct Content {
    pattern: Vec<u8>,
    left: u64,
}

impl AsyncRead for Content {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let left = usize::try_from(self.left).unwrap_or(usize::MAX);
        let read = buffer.len().min(self.pattern.len()).min(left);
        buffer[..read].copy_from_slice(&self.pattern[..read]);
        self.left -= read as u64;
        Poll::Ready(Ok(read))
    }
}
