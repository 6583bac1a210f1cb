//! Storing many files.

use super::bucket::Bucket;
use super::source::Source;
use super::store::Store;
use super::upload::metadata;
use super::uploading::{NewContent, UploadOptions};
use super::uploads::{Listener, NextFile, StoredUpload, Uploads, UploadsProgress};
use crate::error::Result;
use futures::future::BoxFuture;
use futures::stream::{BoxStream, Stream, StreamExt};
use mongodb::options::WriteConcern;
use std::fmt;
use std::future::IntoFuture;
use std::sync::Arc;

/// How many files are uploaded at the same time, unless told otherwise.
const CONCURRENT: usize = 4;

/// A file that is to be stored, one of many.
#[derive(Debug)]
pub struct NewFile<'s, M> {
    filename: String,
    content_type: Option<String>,
    source: Source<'s>,
    metadata: M,
}

impl<'s, M> NewFile<'s, M> {
    /// A file of this name with this content and these metadata.
    pub fn new(filename: impl Into<String>, source: impl Into<Source<'s>>, metadata: M) -> Self {
        NewFile {
            filename: filename.into(),
            content_type: None,
            source: source.into(),
            metadata,
        }
    }

    /// Its media type, such as `image/png`.
    #[must_use]
    pub fn content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = Some(content_type.into());
        self
    }
}

/// Many files that are stored when this is awaited: what
/// [`Files::upload_all`](super::Files::upload_all) gives.
///
/// A file that fails does not keep the others from being stored: then the result is
/// [`FileError::Uploads`](super::FileError::Uploads), which says of each file what became of it.
///
/// ```no_run
/// use queryleaf::gridfs::{Bucket, NewFile, Source};
/// # async fn run<Report: Bucket>(
/// #     db: &queryleaf::mongodb::Database,
/// #     reports: Vec<(String, Report)>,
/// # ) -> queryleaf::Result<()> {
/// let files = reports.into_iter().map(|(name, report)| {
///     let source = Source::path(format!("reports/{name}"));
///     NewFile::new(name, source, report).content_type("application/pdf")
/// });
/// let stored = Report::files(db)
///     .upload_all(files)
///     .concurrent_uploads(8)
///     .on_progress(|progress| println!("{} bytes", progress.bytes))
///     .await?;
/// println!("{} files", stored.len());
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is stored until it is awaited"]
pub struct UploadAll<'s, M> {
    store: Store,
    files: BoxStream<'s, NewFile<'s, M>>,
    concurrent: usize,
    options: UploadOptions,
    listener: Option<Arc<Listener>>,
}

impl<'s, M: Bucket> UploadAll<'s, M> {
    pub(crate) fn new(store: Store, files: impl Stream<Item = NewFile<'s, M>> + Send + 's) -> Self {
        UploadAll {
            store,
            files: files.boxed(),
            concurrent: CONCURRENT,
            options: UploadOptions::default(),
            listener: None,
        }
    }

    /// How many files are uploaded at the same time: 4 unless told otherwise. Each takes up to 15 MiB of
    /// memory.
    pub fn concurrent_uploads(mut self, files: usize) -> Self {
        self.concurrent = files.max(1);
        self
    }

    /// As [`Upload::chunk_size`](super::Upload::chunk_size).
    pub fn chunk_size(mut self, bytes: u64) -> Self {
        self.options.chunk_size = Some(bytes);
        self
    }

    /// As [`Upload::sha256`](super::Upload::sha256).
    pub fn sha256(mut self) -> Self {
        self.options.hash = true;
        self
    }

    /// As [`Upload::deduplicate`](super::Upload::deduplicate), among the new files too.
    pub fn deduplicate(mut self) -> Self {
        self.options.deduplicate = true;
        self
    }

    /// As [`Upload::write_concern`](super::Upload::write_concern).
    pub fn write_concern(mut self, write_concern: WriteConcern) -> Self {
        self.options.write_concern = Some(write_concern);
        self
    }

    /// Calls back each time that some megabytes were read, and each time that a file is stored or has failed.
    pub fn on_progress(
        mut self,
        listener: impl Fn(UploadsProgress) + Send + Sync + 'static,
    ) -> Self {
        self.listener = Some(Arc::new(listener));
        self
    }
}

impl<'s, M: Bucket> IntoFuture for UploadAll<'s, M> {
    type Output = Result<Vec<StoredUpload>>;
    type IntoFuture = BoxFuture<'s, Result<Vec<StoredUpload>>>;

    fn into_future(self) -> Self::IntoFuture {
        let UploadAll {
            store,
            files,
            concurrent,
            options,
            listener,
        } = self;
        let bucket = store.clone();
        let contents = files.map(move |file| {
            Ok(NextFile::Content(NewContent {
                metadata: metadata(&bucket, &file.metadata),
                filename: file.filename,
                content_type: file.content_type,
                source: file.source,
            }))
        });
        let uploads = Uploads {
            store,
            concurrent,
            options,
            listener,
        };
        Box::pin(async move {
            let stored = uploads.run(contents).await?;
            Ok(stored.into_iter().map(|(upload, _)| upload).collect())
        })
    }
}

impl<M> fmt::Debug for UploadAll<'_, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadAll")
            .field("bucket", &self.store.bucket())
            .finish_non_exhaustive()
    }
}
