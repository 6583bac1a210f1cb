//! Storing one file.

use super::bucket::{Bucket, MAX_CHUNK_SIZE};
use super::file::File;
use super::source::{Input, Repeatable, Source, SourceError, blocking};
use super::store::Store;
use super::writer::Writer;
use super::{hash, indexes};
use crate::bridge;
use crate::error::{Error, FileError, Result};
use futures::future::BoxFuture;
use futures::lock::Mutex;
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{DateTime, RawDocumentBuf};
use mongodb::options::WriteConcern;
use queryleaf_plan::bson::{element_type, end_document, start_document, write_name, write_string};
use sha2::{Digest, Sha256};
use std::fmt;
use std::future::IntoFuture;
use std::sync::Arc;

/// A file that is stored when this is awaited: what [`Files::upload`](super::Files::upload) gives.
///
/// The chunks are stored while the source is read, and the file becomes visible when all of them are
/// stored. When the source fails, or the future is dropped before it is done, the file does not become
/// visible and its chunks are removed: by the time the error is returned, or soon after the drop. Only the
/// very last command, which makes the file visible, is not called back: if it is on its way when the
/// future is dropped, the file is stored completely. What a process that was ended leaves behind,
/// [`remove_orphans`](super::Files::remove_orphans) finds.
///
/// ```no_run
/// # use queryleaf::gridfs::{Bucket, Source};
/// # async fn run<Report: Bucket>(db: &queryleaf::mongodb::Database, report: Report) -> queryleaf::Result<()> {
/// let file = Report::files(db)
///     .upload("2025/annual.pdf", Source::path("annual.pdf"), report)
///     .content_type("application/pdf")
///     .sha256()
///     .await?;
/// println!("{} has {} bytes", file.file_id, file.length);
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is stored until it is awaited"]
pub struct Upload<'s, M> {
    store: Store,
    filename: String,
    content_type: Option<String>,
    source: Source<'s>,
    metadata: M,
    options: UploadOptions,
}

/// How files are stored.
#[derive(Clone, Default)]
pub struct UploadOptions {
    /// In bytes.
    pub chunk_size: Option<u64>,
    /// Stores the SHA-256.
    pub hash: bool,
    /// Stores nothing that is there already.
    pub deduplicate: bool,
    /// That of the bucket, where it is not given.
    pub write_concern: Option<WriteConcern>,
    pub(crate) listener: Option<Listener>,
    /// Held while a file is looked for and stored, so that two of one statement are not both new.
    pub(crate) one_by_one: Option<Arc<Mutex<()>>>,
}

/// Who wants to know how far an upload is.
type Listener = Arc<dyn Fn(UploadProgress) + Send + Sync>;

/// How far an upload is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct UploadProgress {
    /// How many bytes were read from the source, all but the last few megabytes of them stored.
    pub bytes: u64,
    /// How many there are, where that is known: of bytes and of files.
    pub length: Option<u64>,
}

/// A file that is to be stored.
#[derive(Debug)]
pub struct NewContent<'s> {
    /// Its name.
    pub filename: String,
    /// Its media type.
    pub content_type: Option<String>,
    /// Its content.
    pub source: Source<'s>,
    /// A BSON document, or why there is none.
    pub metadata: Result<Vec<u8>>,
}

/// A file that was stored, or was there already.
pub(crate) struct Stored {
    pub(crate) document: RawDocumentBuf,
    /// Whether it was there already, and nothing was stored.
    pub(crate) is_duplicate: bool,
}

impl<'s, M: Bucket> Upload<'s, M> {
    pub(crate) fn new(store: Store, filename: String, source: Source<'s>, metadata: M) -> Self {
        Upload {
            store,
            filename,
            content_type: None,
            source,
            metadata,
            options: UploadOptions::default(),
        }
    }

    /// Its media type, such as `image/png`.
    pub fn content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = Some(content_type.into());
        self
    }

    /// How many bytes each of its chunks has; that of the bucket unless told otherwise.
    pub fn chunk_size(mut self, bytes: u64) -> Self {
        self.options.chunk_size = Some(bytes);
        self
    }

    /// Stores the SHA-256 of its content with it. Whoever reads all of the file then verifies it.
    pub fn sha256(mut self) -> Self {
        self.options.hash = true;
        self
    }

    /// Stores nothing where the bucket has a file with the same content already: that file is the
    /// result, with its own name and metadata.
    ///
    /// Two files never share their chunks, so that each can be deleted by itself. A file counts as the
    /// same when its length and its SHA-256 are, so it must have been uploaded with this or with
    /// [`sha256`](Upload::sha256); and only when the majority of the servers has it with all of its chunks,
    /// so that no failure of a server takes it back. Of two uploads at the same moment both may be stored,
    /// unless the bucket has a unique index on `sha256`.
    pub fn deduplicate(mut self) -> Self {
        self.options.deduplicate = true;
        self
    }

    /// How many servers must have the file; what the bucket declares unless told otherwise.
    pub fn write_concern(mut self, write_concern: WriteConcern) -> Self {
        self.options.write_concern = Some(write_concern);
        self
    }

    /// Calls back while the file is uploaded, each time that some megabytes were read.
    pub fn on_progress(
        mut self,
        listener: impl Fn(UploadProgress) + Send + Sync + 'static,
    ) -> Self {
        self.options.listener = Some(Arc::new(listener));
        self
    }
}

impl<'s, M: Bucket> IntoFuture for Upload<'s, M> {
    type Output = Result<File<M>>;
    type IntoFuture = BoxFuture<'s, Result<File<M>>>;

    fn into_future(self) -> Self::IntoFuture {
        let metadata = metadata(&self.store, &self.metadata);
        let Upload {
            store,
            filename,
            content_type,
            source,
            metadata: _,
            options,
        } = self;
        Box::pin(async move {
            let content = NewContent {
                filename,
                content_type,
                source,
                metadata,
            };
            let stored = upload(&store, content, &options).await?;
            File::read(&store, stored.document.as_bytes())
        })
    }
}

/// The metadata as they are stored.
pub(crate) fn metadata<M: Bucket>(store: &Store, metadata: &M) -> Result<Vec<u8>> {
    bridge::serialize_document(metadata).map_err(|reason| Error::Parameter {
        name: "metadata".to_owned(),
        reason,
        sql: store.sql(),
    })
}

/// Stores a file.
pub(crate) async fn upload(
    store: &Store,
    content: NewContent<'_>,
    options: &UploadOptions,
) -> Result<Stored> {
    check_content_type(store, &content)?;
    let chunk_size = chunk_size(store, options)?;
    if options.deduplicate
        && let Some(source) = content.source.repeatable()
        && let Some(document) = find_same(store, &content.filename, source).await?
    {
        return Ok(Stored {
            document,
            is_duplicate: true,
        });
    }
    indexes::prepare(store).await?;
    let file_id = ObjectId::new();
    let concern = options.write_concern.clone();
    let filename = content.filename.clone();
    let mut writer = Writer::new(store, file_id, filename, chunk_size, concern);
    let result = write(store, &mut writer, (file_id, chunk_size), content, options).await;
    if !matches!(&result, Ok(stored) if !stored.is_duplicate) {
        writer.abort().await;
    }
    result
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

async fn write(
    store: &Store,
    writer: &mut Writer,
    (file_id, chunk_size): (ObjectId, u32),
    content: NewContent<'_>,
    options: &UploadOptions,
) -> Result<Stored> {
    let NewContent {
        filename,
        content_type,
        source,
        metadata,
    } = content;
    let metadata = metadata?;
    let unreadable = |source| unreadable(store, &filename, source);
    let mut input = source.open().await.map_err(unreadable)?;
    let wants_hash = options.hash || options.deduplicate;
    let (length, sha256) = copy(writer, &mut input, wants_hash, options, &unreadable).await?;
    let _one_by_one = match &options.one_by_one {
        Some(mutex) => Some(mutex.lock().await),
        None => None,
    };
    if options.deduplicate
        && let Some(sha256) = &sha256
        && let Some(document) = hash::find(store, length, sha256).await?
    {
        return Ok(Stored {
            document,
            is_duplicate: true,
        });
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
            return Ok(Stored {
                document,
                is_duplicate: true,
            });
        }
        return Err(error);
    }
    Ok(Stored {
        document,
        is_duplicate: false,
    })
}

/// Sends all of a source, and tells its length and its hash.
async fn copy(
    writer: &mut Writer,
    input: &mut Input<'_>,
    wants_hash: bool,
    options: &UploadOptions,
    unreadable: &(dyn Fn(SourceError) -> Error + Sync),
) -> Result<(u64, Option<String>)> {
    let mut hash = wants_hash.then(Sha256::new);
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
        if let Some(listener) = &options.listener {
            let length = input.length;
            listener(UploadProgress { bytes, length });
        }
        if is_last {
            break;
        }
    }
    Ok((bytes, hash.map(hash::hexadecimal)))
}

/// What the document of a file has.
struct Fields<'f> {
    file_id: ObjectId,
    length: u64,
    chunk_size: u32,
    filename: &'f str,
    content_type: Option<&'f str>,
    sha256: Option<&'f str>,
    metadata: &'f [u8],
}

/// The document of a file, uploaded now.
fn document(fields: &Fields<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let start = start_document(&mut bytes);
    write_name(&mut bytes, element_type::OBJECT_ID, "_id");
    bytes.extend_from_slice(&fields.file_id.bytes());
    write_name(&mut bytes, element_type::INT64, "length");
    bytes.extend_from_slice(&fields.length.to_le_bytes());
    write_name(&mut bytes, element_type::INT32, "chunkSize");
    bytes.extend_from_slice(&fields.chunk_size.to_le_bytes());
    write_name(&mut bytes, element_type::DATE_TIME, "uploadDate");
    bytes.extend_from_slice(&DateTime::now().timestamp_millis().to_le_bytes());
    let mut text = |name, text: Option<&str>| {
        if let Some(text) = text {
            write_name(&mut bytes, element_type::STRING, name);
            write_string(&mut bytes, text);
        }
    };
    text("filename", Some(fields.filename));
    text("contentType", fields.content_type);
    text("sha256", fields.sha256);
    write_name(&mut bytes, element_type::DOCUMENT, "metadata");
    bytes.extend_from_slice(fields.metadata);
    end_document(&mut bytes, start);
    bytes
}

fn chunk_size(store: &Store, options: &UploadOptions) -> Result<u32> {
    let chunk_size = options.chunk_size.unwrap_or(store.chunk_size().into());
    match u32::try_from(chunk_size) {
        Ok(size @ 1..=MAX_CHUNK_SIZE) => Ok(size),
        _ => Err(store.error(FileError::ChunkSizeOutOfRange { chunk_size })),
    }
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
pub(crate) fn unreadable(store: &Store, filename: &str, source: SourceError) -> Error {
    store.error(FileError::Source {
        filename: filename.to_owned(),
        source,
    })
}

impl fmt::Debug for UploadOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadOptions")
            .field("chunk_size", &self.chunk_size)
            .field("hash", &self.hash)
            .field("deduplicate", &self.deduplicate)
            .field("write_concern", &self.write_concern)
            .finish_non_exhaustive()
    }
}

impl<M> fmt::Debug for Upload<'_, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload")
            .field("bucket", &self.store.bucket())
            .field("filename", &self.filename)
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}
