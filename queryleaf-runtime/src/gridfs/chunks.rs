//! Reading chunks that stand one behind the other, and checking that they are what they should be.
//!
//! Each window is a `find` of its own that the server answers at once, not a cursor: the driver repeats
//! it after a network failure, nothing is kept on the server while the reader pauses, for however long,
//! and nothing is left there when it stops.

use super::head::{Head, field, whole};
use super::store::Store;
use crate::batches::Batch;
use crate::error::{Error, FileError, Result};
use futures::StreamExt;
use mongodb::Collection;
use mongodb::bson::spec::BinarySubtype;
use mongodb::bson::{Binary, RawDocumentBuf, doc};
use queryleaf_plan::bson::{Malformed, element_type, elements};
use std::ops::{Range, RangeInclusive};

/// Chunks of a file as the server sent them.
pub(crate) struct Window {
    batch: Batch,
    /// The number of the first one.
    first: u64,
    chunk_size: u64,
    /// Where in the reply the data of each chunk is.
    data: Vec<Range<usize>>,
}

impl Window {
    /// Reads these chunks.
    pub(crate) async fn fetch(
        store: &Store,
        head: &Head,
        chunks: RangeInclusive<u64>,
    ) -> Result<Window> {
        let read = Window::read(store, head, chunks.clone(), store.chunks(None)).await;
        match read {
            // A server that does not have them yet may have answered. They are the same everywhere, so the
            // primary is asked for what it has just now.
            Err(error) if matches!(error.file(), Some(FileError::ChunkMissing { .. })) => {
                Window::read(store, head, chunks, store.chunks_at_primary()).await
            }
            read => read,
        }
    }

    async fn read(
        store: &Store,
        head: &Head,
        chunks: RangeInclusive<u64>,
        collection: Collection<RawDocumentBuf>,
    ) -> Result<Window> {
        // One more than there should be, to see whether there is.
        let limit = chunks.end() - chunks.start() + 2;
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        let found = collection
            .find(head.filter(&chunks))
            .sort(doc! { "n": 1 })
            // Negative: all in one answer, which has 101 documents unless told otherwise.
            .limit(-i64::from(limit))
            .batch_size(limit)
            .batch()
            .await;
        let mut cursor = found.map_err(|error| store.driver_error(error))?;
        let reply = match cursor.next().await {
            Some(reply) => reply.map_err(|error| store.driver_error(error))?,
            None => return Err(missing(store, head, *chunks.start())),
        };
        let batch = Batch::new(reply).map_err(|Malformed| malformed(store))?;
        let mut window = Window {
            batch,
            first: *chunks.start(),
            chunk_size: head.chunk_size,
            data: Vec::new(),
        };
        for number in chunks {
            let data = window.next_data(store, head, number)?;
            window.data.push(data);
        }
        window.check_end(store, head)?;
        Ok(window)
    }

    /// Fails where there are more chunks in the answer. Some drivers store an empty one at the end.
    fn check_end(&mut self, store: &Store, head: &Head) -> Result<()> {
        while let Some(range) = self.batch.next_range() {
            let range = range.map_err(|Malformed| malformed(store))?;
            let document = self.batch.bytes().get(range).unwrap_or_default();
            let number = whole(field(document, "n"));
            let is_behind = number.is_some_and(|number| number >= head.chunks());
            if !is_behind || data(document).is_none_or(|data| !data.is_empty()) {
                return Err(extra(store, head, number));
            }
        }
        Ok(())
    }

    /// Where the data of the next chunk in the answer is, which should be the one of this number.
    fn next_data(&mut self, store: &Store, head: &Head, number: u64) -> Result<Range<usize>> {
        let range = match self.batch.next_range() {
            Some(range) => range.map_err(|Malformed| malformed(store))?,
            None => return Err(missing(store, head, number)),
        };
        let start = range.start;
        let document = self.batch.bytes().get(range).unwrap_or_default();
        match whole(field(document, "n")) {
            Some(found) if found == number => {}
            Some(found) if found > number => return Err(missing(store, head, number)),
            found => return Err(extra(store, head, found)),
        }
        let Some(data) = data(document) else {
            return Err(store.error(FileError::Malformed {
                file: head.file.clone(),
                reason: format!("`data` of chunk {number} is no bytes"),
            }));
        };
        let (expected, found) = (head.size_of(number), data.len() as u64);
        if expected != found {
            return Err(store.error(FileError::ChunkSize {
                file: head.file.clone(),
                chunk: number,
                expected,
                found,
            }));
        }
        Ok(start + data.start..start + data.end)
    }

    /// The numbers of its chunks.
    pub(crate) fn chunks(&self) -> Range<u64> {
        self.first..self.first + self.data.len() as u64
    }

    /// What it has from this position of the file on, up to the end of the chunk.
    pub(crate) fn at(&self, position: u64) -> Option<&[u8]> {
        let chunk = (position / self.chunk_size).checked_sub(self.first)?;
        let data = self.chunk(usize::try_from(chunk).ok()?)?;
        data.get(usize::try_from(position % self.chunk_size).ok()?..)
    }

    /// The data of all its chunks.
    pub(crate) fn parts(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.data.len()).filter_map(|index| self.chunk(index))
    }

    fn chunk(&self, index: usize) -> Option<&[u8]> {
        self.batch.bytes().get(self.data.get(index)?.clone())
    }
}

/// Fails where a file without content has a chunk with some. Some drivers store an empty one.
pub(crate) async fn check_none(store: &Store, head: &Head) -> Result<()> {
    let empty = Binary {
        subtype: BinarySubtype::Generic,
        bytes: Vec::new(),
    };
    let found = store
        .chunks::<RawDocumentBuf>(None)
        .find(doc! { "files_id": head.file.file_id, "data": { "$ne": empty } })
        .sort(doc! { "n": 1 })
        .await;
    let mut found = found.map_err(|error| store.driver_error(error))?;
    while let Some(chunk) = found.next().await {
        let chunk = chunk.map_err(|error| store.driver_error(error))?;
        // An empty one of the old kind of bytes is not equal to one of the new kind.
        if data(chunk.as_bytes()).is_none_or(|data| !data.is_empty()) {
            return Err(extra(store, head, whole(field(chunk.as_bytes(), "n"))));
        }
    }
    Ok(())
}

/// Where in a chunk's document its data are.
fn data(document: &[u8]) -> Option<Range<usize>> {
    const LENGTH: usize = 4;
    const OLD_BINARY: u8 = 2;
    let element = elements(document)
        .map_while(std::result::Result::ok)
        .find(|element| element.name == b"data" && element.element_type == element_type::BINARY)?;
    // The length, the subtype, and once more the length where it is the old one.
    let header = match element.value.get(LENGTH)? {
        &OLD_BINARY => LENGTH + 1 + LENGTH,
        _ => LENGTH + 1,
    };
    let end = element.next;
    let start = end - element.value.len() + header;
    (start <= end).then_some(start..end)
}

#[cold]
fn missing(store: &Store, head: &Head, chunk: u64) -> Error {
    store.error(FileError::ChunkMissing {
        file: head.file.clone(),
        chunk,
    })
}

#[cold]
fn extra(store: &Store, head: &Head, chunk: Option<u64>) -> Error {
    store.error(match chunk {
        Some(chunk) => FileError::ChunkExtra {
            file: head.file.clone(),
            chunk,
        },
        None => FileError::Malformed {
            file: head.file.clone(),
            reason: "a chunk without a number".to_owned(),
        },
    })
}

#[cold]
fn malformed(store: &Store) -> Error {
    Error::Internal {
        message: "the server's answer is malformed".to_owned(),
        sql: store.sql(),
    }
}
