//! Carrying out an upload: the source is read, its chunks are stored, and then its document.

use super::bucket::MAX_CHUNK_SIZE;
use super::new_document::{Fields, MAX_DOCUMENT, document};
use super::source::{Input, Repeatable, Source, SourceError, blocking};
use super::store::Store;
use super::upload::UploadProgress;
use super::writer::Writer;
use super::{hash, indexes};
use crate::error::{Error, FileError, Result};
use futures::lock::Mutex;
use mongodb::bson::RawDocumentBuf;
use mongodb::bson::oid::ObjectId;
use mongodb::options::WriteConcern;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// How files are stored.
#[derive(Debug, Clone, Default)]
pub(crate) struct UploadOptions {
    /// In bytes.
    pub(crate) chunk_size: Option<u64>,
    /// Stores the SHA-256.
    pub(crate) hash: bool,
    /// Stores nothing that is there already.
    pub(crate) deduplicate: bool,
    /// That of the bucket, where it is not given.
    pub(crate) write_concern: Option<WriteConcern>,
    /// Held while a file is looked for and stored, so that two of one statement are not both new.
    pub(crate) one_by_one: Option<Arc<Mutex<()>>>,
}

/// A file that is to be stored.
#[derive(Debug)]
pub(crate) struct NewContent<'s> {
    /// Its name.
    pub(crate) filename: String,
    /// Its media type.
    pub(crate) content_type: Option<String>,
    /// Its content.
    pub(crate) source: Source<'s>,
    /// A BSON document, or why there is none.
    pub(crate) metadata: Result<Vec<u8>>,
}

/// A file that was stored, or was there already.
pub(crate) struct Stored {
    pub(crate) document: RawDocumentBuf,
    /// Whether it was there already, and nothing was stored.
    pub(crate) is_duplicate: bool,
}

impl Stored {
    fn duplicate(document: RawDocumentBuf) -> Self {
        Stored {
            document,
            is_duplicate: true,
        }
    }
}

/// How a file is stored, and where.
#[derive(Clone, Copy)]
pub(super) struct Uploading<'u> {
    pub(super) store: &'u Store,
    pub(super) options: &'u UploadOptions,
    /// Who wants to know how far it is.
    pub(super) listener: Option<&'u (dyn Fn(UploadProgress) + Send + Sync)>,
}

impl Uploading<'_> {
    /// Stores a file.
    pub(super) async fn upload(self, content: NewContent<'_>) -> Result<Stored> {
        let Uploading { store, options, .. } = self;
        check_content_type(store, &content)?;
        let chunk_size = chunk_size(store, options)?;
        if options.deduplicate
            && let Some(source) = content.source.repeatable()
            && let Some(document) = find_same(store, &content.filename, source).await?
        {
            return Ok(Stored::duplicate(document));
        }
        indexes::prepare(store).await?;
        let file_id = ObjectId::new();
        let concern = options.write_concern.clone();
        let filename = content.filename.clone();
        let mut writer = Writer::new(store, file_id, filename, chunk_size, concern);
        let result = self
            .write(&mut writer, (file_id, chunk_size), content)
            .await;
        if !matches!(&result, Ok(stored) if !stored.is_duplicate) {
            writer.abort().await;
        }
        result
    }

    async fn write(
        self,
        writer: &mut Writer,
        (file_id, chunk_size): (ObjectId, u32),
        content: NewContent<'_>,
    ) -> Result<Stored> {
        let Uploading { store, options, .. } = self;
        let NewContent {
            filename,
            content_type,
            source,
            metadata,
        } = content;
        let metadata = metadata?;
        // The document is of this size whatever the content is, which is not read in vain.
        let any_hash = self.wants_hash().then(|| hash::hexadecimal(Sha256::new()));
        let unread = document(&Fields {
            file_id,
            length: 0,
            chunk_size,
            filename: &filename,
            content_type: content_type.as_deref(),
            sha256: any_hash.as_deref(),
            metadata: &metadata,
        });
        check_size(store, &filename, &unread)?;
        let unreadable = |source| unreadable(store, &filename, source);
        let mut input = source.open().await.map_err(unreadable)?;
        let (length, sha256) = self.copy(writer, &mut input, &unreadable).await?;
        let _one_by_one = match &options.one_by_one {
            Some(mutex) => Some(mutex.lock().await),
            None => None,
        };
        if options.deduplicate
            && let Some(sha256) = &sha256
            && let Some(document) = hash::find(store, length, sha256).await?
        {
            return Ok(Stored::duplicate(document));
        }
        let document = document(&Fields {
            file_id,
            length,
            chunk_size,
            filename: &filename,
            content_type: content_type.as_deref(),
            sha256: sha256.as_deref(),
            metadata: &metadata,
        });
        let document = RawDocumentBuf::from_bytes(document).map_err(|error| Error::Internal {
            message: error.to_string(),
            sql: store.sql(),
        })?;
        // What cannot be read again must not become visible.
        store.check(&document)?;
        if store.has_hook() {
            writer.flush().await?;
            store.look(&document).await?;
        }
        let published = writer.publish(document.clone()).await;
        if let Err(error) = published {
            // A unique index on the hash: another upload of the same content was quicker.
            if options.deduplicate
                && let Some(sha256) = &sha256
                && hash::is_duplicate(&error)
                && let Some(document) = hash::find(store, length, sha256).await?
            {
                return Ok(Stored::duplicate(document));
            }
            return Err(error);
        }
        Ok(Stored {
            document,
            is_duplicate: false,
        })
    }

    fn wants_hash(self) -> bool {
        self.options.hash || self.options.deduplicate
    }

    /// Sends all of a source, and tells its length and its hash.
    async fn copy(
        self,
        writer: &mut Writer,
        input: &mut Input<'_>,
        unreadable: &(dyn Fn(SourceError) -> Error + Sync),
    ) -> Result<(u64, Option<String>)> {
        let mut hash = self.wants_hash().then(Sha256::new);
        let mut bytes = 0;
        loop {
            let mut buffer = writer.buffer(input.length).await?;
            input.fill(&mut buffer).await.map_err(unreadable)?;
            if buffer.filled == 0 {
                break;
            }
            bytes += buffer.filled as u64;
            let is_last = !buffer.is_full();
            if let Some(mut running) = hash.take() {
                let hashing = blocking(move || {
                    running.update(buffer.filled());
                    Ok((running, buffer))
                });
                let (running, hashed) = hashing.await.map_err(unreadable)?;
                hash = Some(running);
                buffer = hashed;
            }
            writer.send(buffer);
            if let Some(listener) = self.listener {
                let length = input.length;
                listener(UploadProgress { bytes, length });
            }
            if is_last {
                break;
            }
        }
        Ok((bytes, hash.map(hash::hexadecimal)))
    }
}

/// The document of a file with the content of a source.
async fn find_same(
    store: &Store,
    filename: &str,
    source: Repeatable<'_>,
) -> Result<Option<RawDocumentBuf>> {
    let hashed = hash::of(source).await;
    match hashed.map_err(|error| unreadable(store, filename, error))? {
        Some((length, sha256)) => hash::find(store, length, &sha256).await,
        None => Ok(None),
    }
}

fn chunk_size(store: &Store, options: &UploadOptions) -> Result<u32> {
    let chunk_size = options.chunk_size.unwrap_or(store.chunk_size().into());
    match u32::try_from(chunk_size) {
        Ok(size @ 1..=MAX_CHUNK_SIZE) => Ok(size),
        _ => Err(store.error(FileError::ChunkSizeOutOfRange { chunk_size })),
    }
}

/// Refuses a file whose document the server does not store.
fn check_size(store: &Store, filename: &str, document: &[u8]) -> Result<()> {
    let bytes = document.len() as u64;
    if bytes <= MAX_DOCUMENT {
        return Ok(());
    }
    Err(store.error(FileError::DocumentTooLarge {
        bucket: store.bucket(),
        filename: filename.to_owned(),
        bytes,
        limit: MAX_DOCUMENT,
    }))
}

/// Refuses a file that is not of a kind that the bucket declares.
fn check_content_type(store: &Store, content: &NewContent<'_>) -> Result<()> {
    let allowed = store.content_types();
    let is_allowed = |content_type: &str| {
        allowed
            .iter()
            .any(|allowed| match allowed.strip_suffix('*') {
                Some(kind) => content_type.starts_with(kind),
                None => content_type == *allowed,
            })
    };
    if allowed.is_empty() || content.content_type.as_deref().is_some_and(is_allowed) {
        return Ok(());
    }
    Err(store.error(FileError::ContentType {
        bucket: store.bucket(),
        filename: content.filename.clone(),
        content_type: content.content_type.clone(),
        allowed,
    }))
}

#[cold]
fn unreadable(store: &Store, filename: &str, source: SourceError) -> Error {
    store.error(FileError::Source {
        filename: filename.to_owned(),
        source,
    })
}
