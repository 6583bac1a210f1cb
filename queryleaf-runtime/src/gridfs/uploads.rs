//! Carrying out many uploads, and what becomes of them.

use super::file::file_id;
use super::head::{field, whole};
use super::store::Store;
use super::upload::UploadProgress;
use super::uploading::{NewContent, Stored, UploadOptions, Uploading};
use crate::error::{Error, FileError, Result};
use futures::future::BoxFuture;
use futures::stream::{BoxStream, Stream, StreamExt};
use mongodb::bson::RawDocumentBuf;
use mongodb::bson::oid::ObjectId;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Who wants to know how far they are.
pub(crate) type Listener = dyn Fn(UploadsProgress) + Send + Sync;

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
    /// Why nothing comes back of the files, where `RETURNING` failed after all were stored.
    pub returning: Option<Box<Error>>,
}

impl UploadsError {
    /// All files are stored, and what was to come back of them failed.
    pub(crate) fn after(stored: Vec<StoredUpload>, error: Error) -> Self {
        UploadsError {
            stored,
            failed: Vec::new(),
            ended_by: None,
            returning: Some(Box::new(error)),
        }
    }

    pub(crate) fn in_statement(self, sql: &'static str) -> Error {
        Error::File {
            source: Box::new(FileError::Uploads(Box::new(self))),
            sql,
        }
    }
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
    /// How many bytes were read of their sources, also of those that failed; of one that was there already,
    /// its length.
    pub bytes: u64,
}

/// An upload that failed, one of many.
#[derive(Debug)]
#[non_exhaustive]
pub struct FailedUpload {
    /// Its number, counted from 0.
    pub row: u64,
    /// The name that the file was to have; none where that is the `NULL` that it failed for.
    pub filename: Option<String>,
    /// Why.
    pub error: Error,
}

/// The next of many files.
pub(crate) enum NextFile<'s> {
    /// One to upload.
    Content(NewContent<'s>),
    /// One that cannot be, which does not keep back the others.
    Refused {
        /// The name that it was to have.
        filename: Option<String>,
        /// Why.
        error: Error,
    },
}

/// How many files are stored, and where.
pub(crate) struct Uploads {
    /// The bucket.
    pub(crate) store: Store,
    /// How many at the same time.
    pub(crate) concurrent: usize,
    /// How each of them.
    pub(crate) options: UploadOptions,
    /// Who wants to know how far they are.
    pub(crate) listener: Option<Arc<Listener>>,
}

impl Uploads {
    /// Stores the files, and gives their documents in the order in which they were given. No file is taken
    /// after an error among them.
    pub(crate) fn run<'s>(
        self,
        contents: impl Stream<Item = Result<NextFile<'s>>> + Send + 's,
    ) -> BoxFuture<'s, Result<Vec<(StoredUpload, RawDocumentBuf)>>> {
        let Uploads {
            store,
            concurrent,
            mut options,
            listener,
        } = self;
        options.one_by_one = options.deduplicate.then(Arc::default);
        let counter = Counter {
            progress: Mutex::default(),
            listener,
        };
        let shared = Arc::new((store.clone(), options, counter));
        let uploads = contents
            .enumerate()
            .map(move |(row, content)| one(Arc::clone(&shared), row as u64, content))
            .buffer_unordered(concurrent)
            .boxed();
        Box::pin(finish(store, uploads))
    }
}

/// Waits for all of them.
async fn finish(
    store: Store,
    mut uploads: BoxStream<'_, Outcome>,
) -> Result<Vec<(StoredUpload, RawDocumentBuf)>> {
    let (mut stored, mut failed, mut ended_by) = (Vec::new(), Vec::new(), None);
    while let Some(outcome) = uploads.next().await {
        match outcome {
            Ok(upload) => stored.push(upload),
            Err(Failed::Upload(upload)) => failed.push(upload),
            Err(Failed::Reading(error)) => ended_by = Some(error),
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
        returning: None,
    }))))
}

/// What became of one of the files.
type Outcome = Result<(StoredUpload, RawDocumentBuf), Failed>;

/// Why a file is not stored.
enum Failed {
    /// There is none: the files could not be read to their end.
    Reading(Box<Error>),
    Upload(FailedUpload),
}

/// Stores one of them.
fn one<'s>(
    shared: Arc<(Store, UploadOptions, Counter)>,
    row: u64,
    content: Result<NextFile<'s>>,
) -> BoxFuture<'s, Outcome> {
    Box::pin(async move {
        let (store, options, counter) = &*shared;
        let failed = |filename, error| {
            counter.count(|all| all.failed += 1);
            Failed::Upload(FailedUpload {
                row,
                filename,
                error,
            })
        };
        let content = match content.map_err(|error| Failed::Reading(Box::new(error)))? {
            NextFile::Content(content) => content,
            NextFile::Refused { filename, error } => return Err(failed(filename, error)),
        };
        let filename = content.filename.clone();
        let counted = AtomicU64::new(0);
        let listener = |progress: UploadProgress| {
            let before = counted.swap(progress.bytes, Ordering::Relaxed);
            counter.count(|all| all.bytes += progress.bytes - before);
        };
        let uploading = Uploading {
            store,
            options,
            listener: Some(&listener),
        };
        let uploaded = uploading.upload(content).await;
        let uploaded = uploaded.and_then(|stored| {
            let file_id = file_id(store, stored.document.as_bytes())?;
            Ok((file_id, stored))
        });
        let (file_id, stored) = uploaded.map_err(|error| failed(Some(filename), error))?;
        let Stored {
            document,
            is_duplicate,
        } = stored;
        let length = whole(field(document.as_bytes(), "length")).unwrap_or(0);
        counter.count(|all| {
            all.duplicates += u64::from(is_duplicate);
            all.stored += u64::from(!is_duplicate);
            // One that was there already was perhaps not read again.
            all.bytes += length.saturating_sub(counted.load(Ordering::Relaxed));
        });
        let upload = StoredUpload {
            row,
            file_id,
            is_duplicate,
        };
        Ok((upload, document))
    })
}

/// Counts what becomes of the files.
struct Counter {
    progress: Mutex<UploadsProgress>,
    listener: Option<Arc<Listener>>,
}

impl Counter {
    fn count(&self, change: impl FnOnce(&mut UploadsProgress)) {
        let Some(listener) = &self.listener else {
            return;
        };
        let progress = {
            let mut progress = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
            change(&mut progress);
            *progress
        };
        listener(progress);
    }
}

impl fmt::Display for UploadsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (stored, failed) = (self.stored.len(), self.failed.len());
        if let Some(error) = &self.returning {
            match &self.stored[..] {
                [only] => write!(f, "the file is stored, as {}", only.file_id)?,
                _ => write!(f, "all {stored} files are stored")?,
            }
            let error = without_statement(error);
            return write!(f, ", and RETURNING failed after that: {error}");
        }
        write!(f, "{stored} files are stored and {failed} are not")?;
        if let Some(first) = self.failed.first() {
            let error = without_statement(&first.error);
            match &first.filename {
                Some(filename) => write!(f, ", first `{filename}` (row {}): {error}", first.row)?,
                None => write!(f, ", first row {}: {error}", first.row)?,
            }
        }
        match &self.ended_by {
            Some(error) => {
                let error = without_statement(error);
                let tried = stored + failed;
                write!(
                    f,
                    "; those after the first {tried} were not tried, since they could not be read: {error}"
                )
            }
            None => Ok(()),
        }
    }
}

/// What an error says before it names the statement, which the error of all files names once.
fn without_statement(error: &Error) -> String {
    let text = error.to_string();
    let statement = format!(", in `{}`", error.sql());
    match text.strip_suffix(&statement) {
        Some(reason) => reason.to_owned(),
        None => text,
    }
}

impl std::error::Error for UploadsError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match (self.failed.first(), &self.ended_by) {
            (Some(first), _) => Some(&first.error),
            (None, Some(error)) => Some(&**error),
            (None, None) => match &self.returning {
                Some(error) => Some(&**error),
                None => None,
            },
        }
    }
}
