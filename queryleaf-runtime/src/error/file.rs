//! What can go wrong with a file of a bucket.

use super::driver::refusal;
use crate::gridfs::{Revision, UploadsError};
use mongodb::bson::oid::ObjectId;
use std::fmt;

/// What went wrong with a file of a bucket.
///
/// ```
/// use queryleaf::gridfs::FileError;
///
/// fn status(error: &queryleaf::Error) -> u16 {
///     match error.file() {
///         Some(FileError::NotFound { .. } | FileError::NameNotFound { .. }) => 404,
///         Some(FileError::Range { .. }) => 416,
///         _ => 500,
///     }
/// }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum FileError {
    /// No file has this `_id`.
    NotFound {
        /// The bucket.
        bucket: &'static str,
        /// The `_id`.
        file_id: ObjectId,
    },
    /// No file has this name.
    NameNotFound {
        /// The bucket.
        bucket: &'static str,
        /// The name.
        filename: String,
    },
    /// There are files of this name, but not as many.
    RevisionNotFound {
        /// The bucket.
        bucket: &'static str,
        /// The name.
        filename: String,
        /// Which of them was asked for.
        revision: Revision,
    },
    /// The document of the file cannot be used.
    Malformed {
        /// The file.
        file: FileReference,
        /// What is wrong with it.
        reason: String,
    },
    /// A chunk of the file is not there.
    ChunkMissing {
        /// The file.
        file: FileReference,
        /// The number of the chunk, counted from 0.
        chunk: u64,
    },
    /// There is a chunk behind the last one, or two of one number.
    ChunkExtra {
        /// The file.
        file: FileReference,
        /// The number of the chunk, counted from 0.
        chunk: u64,
    },
    /// A chunk is longer or shorter than the length of the file and its chunk size say.
    ChunkSize {
        /// The file.
        file: FileReference,
        /// The number of the chunk, counted from 0.
        chunk: u64,
        /// How many bytes it should have.
        expected: u64,
        /// How many it has.
        found: u64,
    },
    /// The content is not what was uploaded.
    Hash {
        /// The file.
        file: FileReference,
        /// The SHA-256 that is stored with the file, in hexadecimal digits.
        expected: String,
        /// That of the content.
        found: String,
    },
    /// A range of bytes that begins behind the end of the file, or ends before it begins.
    Range {
        /// The file.
        file: FileReference,
        /// The position of the first byte.
        from: i64,
        /// The position of the last byte; up to the end of the file where there is none.
        to: Option<i64>,
        /// The length of the file, where it is known.
        length: Option<u64>,
    },
    /// What was to be uploaded could not be read.
    Source {
        /// The name that the file was to have.
        filename: String,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// What the bucket has looking at new files did not take this one.
    Refused {
        /// The name that the file was to have.
        filename: String,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The bucket does not take files of this kind.
    ContentType {
        /// The bucket.
        bucket: &'static str,
        /// The name that the file was to have.
        filename: String,
        /// Its content type, if it was given one.
        content_type: Option<String>,
        /// What the bucket takes.
        allowed: &'static [&'static str],
    },
    /// A row of a query has a `NULL` in a column that every file of the bucket has.
    Null {
        /// The bucket.
        bucket: &'static str,
        /// The column, as SQL names it.
        column: String,
    },
    /// A row of a query has a `NULL` among the items of a column, which no file of the bucket has there.
    NullItem {
        /// The bucket.
        bucket: &'static str,
        /// The column, as SQL names it.
        column: String,
    },
    /// A row of a query has a value that is out of the limits of a column.
    OutOfLimits {
        /// The bucket.
        bucket: &'static str,
        /// The column, as SQL names it.
        column: String,
        /// What the value is, such as `a text of more than 80 characters`.
        value: String,
    },
    /// What is known of the file beside its content, mostly its metadata, does not fit into a document.
    DocumentTooLarge {
        /// The bucket.
        bucket: &'static str,
        /// The name that the file was to have.
        filename: String,
        /// How many bytes its document would have.
        bytes: u64,
        /// How many a document of MongoDB has at the most.
        limit: u64,
    },
    /// Chunks cannot be of this size.
    ChunkSizeOutOfRange {
        /// In bytes.
        chunk_size: u64,
    },
    /// Chunks were removed while the file was uploaded, by somebody who took the upload for abandoned, or
    /// were lost when another server became the primary. Nothing of it is left.
    ChunksRemoved {
        /// The file.
        file: FileReference,
    },
    /// The upload failed, and whether the file is stored is not known. Its chunks are left where they are, so
    /// that it is complete if it is.
    UploadUnknown {
        /// The file.
        file: FileReference,
        /// Why the upload failed.
        source: Box<mongodb::error::Error>,
    },
    /// Some of many uploads failed.
    Uploads(Box<UploadsError>),
    /// The server's refusal, or a failure on the way to it.
    Driver {
        /// The bucket.
        bucket: &'static str,
        /// What the driver reports.
        source: Box<mongodb::error::Error>,
    },
}

/// A file, as errors name it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileReference {
    /// The bucket.
    pub bucket: &'static str,
    /// Its `_id`.
    pub file_id: ObjectId,
    /// Its name, where that is known.
    pub filename: Option<String>,
}

impl FileError {
    /// The driver's error behind this one.
    pub(crate) fn driver_error(&self) -> Option<&mongodb::error::Error> {
        match self {
            FileError::Driver { source, .. } | FileError::UploadUnknown { source, .. } => {
                Some(source)
            }
            FileError::NotFound { .. }
            | FileError::NameNotFound { .. }
            | FileError::RevisionNotFound { .. }
            | FileError::Malformed { .. }
            | FileError::ChunkMissing { .. }
            | FileError::ChunkExtra { .. }
            | FileError::ChunkSize { .. }
            | FileError::Hash { .. }
            | FileError::Range { .. }
            | FileError::Source { .. }
            | FileError::Refused { .. }
            | FileError::ContentType { .. }
            | FileError::Null { .. }
            | FileError::NullItem { .. }
            | FileError::OutOfLimits { .. }
            | FileError::DocumentTooLarge { .. }
            | FileError::ChunkSizeOutOfRange { .. }
            | FileError::ChunksRemoved { .. }
            | FileError::Uploads(_) => None,
        }
    }

    /// Whether running the operation once more may help.
    pub(crate) fn is_retryable(&self) -> bool {
        match self {
            FileError::ChunksRemoved { .. } => true,
            FileError::Driver { source, .. } => super::is_retryable(source),
            _ => false,
        }
    }
}

impl fmt::Display for FileReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let FileReference {
            bucket,
            file_id,
            filename,
        } = self;
        match filename {
            Some(filename) => write!(f, "`{filename}` ({file_id}) of bucket `{bucket}`"),
            None => write!(f, "file {file_id} of bucket `{bucket}`"),
        }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FileError::NotFound { bucket, file_id } => {
                write!(f, "bucket `{bucket}` has no file {file_id}")
            }
            FileError::NameNotFound { bucket, filename } => {
                write!(f, "bucket `{bucket}` has no file `{filename}`")
            }
            FileError::RevisionNotFound {
                bucket,
                filename,
                revision,
            } => write!(
                f,
                "`{filename}` of bucket `{bucket}` has no revision {revision}"
            ),
            FileError::Malformed { file, reason } => {
                write!(f, "the document of {file} cannot be used: {reason}")
            }
            FileError::ChunkMissing { file, chunk } => {
                write!(f, "chunk {chunk} of {file} is missing")
            }
            FileError::ChunkExtra { file, chunk } => {
                write!(f, "{file} has a chunk {chunk} that is not part of it")
            }
            FileError::ChunkSize {
                file,
                chunk,
                expected,
                found,
            } => write!(
                f,
                "chunk {chunk} of {file} has {found} bytes instead of {expected}"
            ),
            FileError::Hash {
                file,
                expected,
                found,
            } => write!(
                f,
                "the content of {file} is not what was uploaded: its SHA-256 is {found}, not {expected}"
            ),
            FileError::Range {
                file,
                from,
                to,
                length,
            } => {
                write!(f, "bytes {from} to ")?;
                match to {
                    Some(to) => write!(f, "{to}")?,
                    None => f.write_str("the end")?,
                }
                write!(f, " are no range of {file}")?;
                match length {
                    Some(length) => write!(f, ", which has {length}"),
                    None => Ok(()),
                }
            }
            FileError::Source { filename, source } => {
                write!(
                    f,
                    "what was to be stored as `{filename}` cannot be read: {source}"
                )
            }
            FileError::Refused { filename, source } => {
                write!(f, "`{filename}` was not taken: {source}")
            }
            FileError::ContentType {
                bucket,
                filename,
                content_type,
                allowed,
            } => {
                match content_type {
                    Some(content_type) => write!(f, "`{filename}` is of type `{content_type}`")?,
                    None => write!(f, "`{filename}` has no content type")?,
                }
                write!(f, ", and bucket `{bucket}` takes {}", allowed.join(", "))
            }
            FileError::Null { bucket, column } => write!(
                f,
                "a NULL for `{column}`, which every file of bucket `{bucket}` has (leave such rows out with \
                 WHERE, or give them a value with COALESCE)"
            ),
            FileError::NullItem { bucket, column } => write!(
                f,
                "a NULL among the items of `{column}`, which no file of bucket `{bucket}` has (leave such items \
                 out with ARRAY_REMOVE, or such rows with WHERE)"
            ),
            FileError::OutOfLimits {
                bucket,
                column,
                value,
            } => write!(
                f,
                "{value} for `{column}`, which no file of bucket `{bucket}` has (leave such rows out with WHERE)"
            ),
            FileError::DocumentTooLarge {
                bucket,
                filename,
                bytes,
                limit,
            } => write!(
                f,
                "the document of `{filename}` in bucket `{bucket}` would have {bytes} bytes with its metadata, and \
                 the limit of MongoDB is {limit} (what is larger can be the content of a file)"
            ),
            FileError::ChunkSizeOutOfRange { chunk_size } => write!(
                f,
                "chunks of {chunk_size} bytes: they have 1 to {} bytes",
                crate::gridfs::MAX_CHUNK_SIZE
            ),
            FileError::ChunksRemoved { file } => {
                write!(
                    f,
                    "chunks of {file} were removed or lost while it was uploaded"
                )
            }
            FileError::UploadUnknown { file, source } => write!(
                f,
                "whether {file} is stored is not known (if it is, it is complete): {source}"
            ),
            FileError::Uploads(error) => error.fmt(f),
            FileError::Driver { bucket, source } => match refusal(source) {
                Some(refusal) => {
                    let (code, message) = (refusal.code, refusal.message);
                    write!(
                        f,
                        "the server refused an operation on bucket `{bucket}`: {message}"
                    )?;
                    match refusal.name {
                        Some(name) => write!(f, " (code {code}, {name})"),
                        None => write!(f, " (code {code})"),
                    }
                }
                None => write!(f, "the driver failed on bucket `{bucket}`: {source}"),
            },
        }
    }
}

impl std::error::Error for FileError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            FileError::Source { source, .. } | FileError::Refused { source, .. } => Some(&**source),
            FileError::Uploads(error) => error.source(),
            _ => self
                .driver_error()
                .map(|error| error as &(dyn std::error::Error + 'static)),
        }
    }
}
