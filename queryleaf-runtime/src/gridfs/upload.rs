//! Storing one file.

use super::bucket::Bucket;
use super::file::File;
use super::source::Source;
use super::store::Store;
use super::uploading::{NewContent, UploadOptions, Uploading};
use crate::bridge;
use crate::error::{Error, Result};
use futures::future::BoxFuture;
use mongodb::options::WriteConcern;
use std::fmt;
use std::future::IntoFuture;

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
    listener: Option<Box<Listener>>,
}

/// Who wants to know how far an upload is.
type Listener = dyn Fn(UploadProgress) + Send + Sync;

/// How far an upload is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct UploadProgress {
    /// How many bytes were read from the source, all but the last few megabytes of them stored.
    pub bytes: u64,
    /// How many there are, where that is known: of bytes and of files.
    pub length: Option<u64>,
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
            listener: None,
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

    /// How many servers must have the file; what the bucket declares unless told otherwise. One has to
    /// acknowledge it at least, whatever is said.
    pub fn write_concern(mut self, write_concern: WriteConcern) -> Self {
        self.options.write_concern = Some(write_concern);
        self
    }

    /// Calls back while the file is uploaded, each time that some megabytes were read.
    pub fn on_progress(
        mut self,
        listener: impl Fn(UploadProgress) + Send + Sync + 'static,
    ) -> Self {
        self.listener = Some(Box::new(listener));
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
            listener,
        } = self;
        Box::pin(async move {
            let content = NewContent {
                filename,
                content_type,
                source,
                metadata,
            };
            let uploading = Uploading {
                store: &store,
                options: &options,
                listener: listener.as_deref(),
            };
            let stored = uploading.upload(content).await?;
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

impl<M> fmt::Debug for Upload<'_, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload")
            .field("bucket", &self.store.bucket())
            .field("filename", &self.filename)
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}
