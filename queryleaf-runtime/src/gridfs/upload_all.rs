//! Storing many files.

use super::bucket::Bucket;
use super::file::file_id;
use super::source::Source;
use super::store::Store;
use super::upload::{NewContent, Stored, UploadOptions, metadata, upload};
use crate::error::{Error, FileError, Result};
use futures::future::BoxFuture;
use futures::stream::{BoxStream, Stream, StreamExt};
use mongodb::bson::RawDocumentBuf;
use mongodb::bson::oid::ObjectId;
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
/// [`FileError::Uploads`], which says of each file what became of it.
#[must_use = "nothing is stored until it is awaited"]
pub struct UploadAll<'s, M> {
    store: Store,
    files: BoxStream<'s, NewFile<'s, M>>,
    concurrent: usize,
    options: UploadOptions,
    listener: Option<Box<Listener>>,
}

/// Who wants to know how far they are.
type Listener = dyn Fn(UploadsProgress) + Send + Sync;

/// Some of many uploads failed.
#[derive(Debug)]
#[non_exhaustive]
pub struct UploadsError {
    /// The files that are stored, in the order in which they were given.
    pub stored: Vec<StoredUpload>,
    /// Those that are not, in that order.
    pub failed: Vec<FailedUpload>,
    /// Why no more files were taken, where they could not be read to their end.
    pub ended_by: Option<Box<Error>>,
}

/// An upload that succeeded, one of many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredUpload {
    /// Its number, counted from 0.
    pub row: u64,
    /// The `_id` of the file.
    pub file_id: ObjectId,
    /// Whether the bucket had a file of this content already, which is then this one.
    pub is_duplicate: bool,
}

/// How far many uploads are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct UploadsProgress {
    /// How many files were stored.
    pub stored: u64,
    /// How many were there already.
    pub duplicates: u64,
    /// How many failed.
    pub failed: u64,
}

/// An upload that failed, one of many.
#[derive(Debug)]
#[non_exhaustive]
pub struct FailedUpload {
    /// Its number, counted from 0.
    pub row: u64,
    /// The name that the file was to have.
    pub filename: String,
    /// Why.
    pub error: Error,
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

    /// Calls back each time that a file is stored or has failed.
    pub fn on_progress(
        mut self,
        listener: impl Fn(UploadsProgress) + Send + Sync + 'static,
    ) -> Self {
        self.listener = Some(Box::new(listener));
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
            Ok(NewContent {
                metadata: metadata(&bucket, &file.metadata),
                filename: file.filename,
                content_type: file.content_type,
                source: file.source,
            })
        });
        let uploads = uploads(&store, contents, concurrent, options);
        Box::pin(async move {
            let stored = finish(&store, uploads, listener.as_deref()).await?;
            Ok(stored.into_iter().map(|(upload, _)| upload).collect())
        })
    }
}

/// What became of one of the files.
type Outcome = Result<(u64, Stored), Failed>;

/// Stores many files, some of them at the same time. No file is taken after an error among them.
pub(crate) fn uploads<'s>(
    store: &Store,
    contents: impl Stream<Item = Result<NewContent<'s>>> + Send + 's,
    concurrent: usize,
    mut options: UploadOptions,
) -> BoxStream<'s, Outcome> {
    options.one_by_one = options.deduplicate.then(Arc::default);
    let (store, options) = (store.clone(), Arc::new(options));
    contents
        .enumerate()
        .map(move |(row, content)| one(store.clone(), Arc::clone(&options), row as u64, content))
        .buffer_unordered(concurrent)
        .boxed()
}

/// Waits for all of them, and gives what was stored in the order in which they were given.
pub(crate) async fn finish(
    store: &Store,
    mut uploads: BoxStream<'_, Outcome>,
    listener: Option<&(dyn Fn(UploadsProgress) + Send + Sync)>,
) -> Result<Vec<(StoredUpload, RawDocumentBuf)>> {
    let (mut stored, mut failed) = (Vec::new(), Vec::new());
    let (mut ended_by, mut progress) = (None, UploadsProgress::default());
    while let Some(result) = uploads.next().await {
        match result {
            Ok((row, upload)) => {
                let file_id = file_id(store, upload.document.as_bytes())?;
                let is_duplicate = upload.is_duplicate;
                progress.duplicates += u64::from(is_duplicate);
                progress.stored += u64::from(!is_duplicate);
                let upload_of_row = StoredUpload {
                    row,
                    file_id,
                    is_duplicate,
                };
                stored.push((upload_of_row, upload.document));
            }
            Err(Failed::Upload(upload)) => {
                progress.failed += 1;
                failed.push(upload);
            }
            Err(Failed::Reading(error)) => ended_by = Some(error),
        }
        if let Some(listener) = listener {
            listener(progress);
        }
    }
    stored.sort_by_key(|(upload, _)| upload.row);
    if failed.is_empty() && ended_by.is_none() {
        return Ok(stored);
    }
    failed.sort_by_key(|upload| upload.row);
    Err(store.error(FileError::Uploads(Box::new(UploadsError {
        stored: stored.into_iter().map(|(upload, _)| upload).collect(),
        failed,
        ended_by,
    }))))
}

/// Stores one of them.
fn one<'s>(
    store: Store,
    options: Arc<UploadOptions>,
    row: u64,
    content: Result<NewContent<'s>>,
) -> BoxFuture<'s, Outcome> {
    Box::pin(async move {
        let content = content.map_err(|error| Failed::Reading(Box::new(error)))?;
        let filename = content.filename.clone();
        match upload(&store, content, &options).await {
            Ok(stored) => Ok((row, stored)),
            Err(error) => Err(Failed::Upload(FailedUpload {
                row,
                filename,
                error,
            })),
        }
    })
}

/// Why a file is not stored.
pub(crate) enum Failed {
    /// There is none: the files could not be read to their end.
    Reading(Box<Error>),
    Upload(FailedUpload),
}

impl fmt::Display for UploadsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (stored, failed) = (self.stored.len(), self.failed.len());
        write!(f, "{stored} files are stored and {failed} are not")?;
        if let Some(first) = self.failed.first() {
            write!(f, ", first `{}`: {}", first.filename, first.error)?;
        }
        match &self.ended_by {
            Some(error) => write!(f, "; no more could be read: {error}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for UploadsError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match (self.failed.first(), &self.ended_by) {
            (Some(first), _) => Some(&first.error),
            (None, Some(error)) => Some(&**error),
            (None, None) => None,
        }
    }
}

impl<M> fmt::Debug for UploadAll<'_, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadAll")
            .field("bucket", &self.store.bucket())
            .finish_non_exhaustive()
    }
}
