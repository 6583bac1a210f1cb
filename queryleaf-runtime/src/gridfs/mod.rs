//! Files in GridFS buckets: upload, download, revisions, and what interrupted uploads left behind.
//!
//! A bucket is a struct with `#[derive(Bucket)]` that declares the metadata of its files.
//! [`Bucket::files`] is the way to its files beside SQL; `GRIDFS('..')` and `GRIDFS_STREAM(..)` in SQL
//! use the same.
//!
//! * [`Files`] has the operations, [`FilesInSession`] those of a transaction; [`File`] is what a bucket tells of
//!   a file.
//! * [`Upload`] stores a file from a [`Source`]; [`UploadAll`] stores many.
//! * [`FileStream`] reads one: all of it, or a range of bytes.
//! * [`RangeResponse`] answers requests for parts of files over HTTP.
//! * [`Revision`] says which of the files of one name is meant.
//! * [`FileError`] is what can go wrong.
//!
//! # Why not the driver's own streams
//!
//! What is stored is what the GridFS specification asks for, and what the driver's `GridFsBucket` reads
//! and writes as well. Chunks are read and written here because the driver's streams
//!
//! * can neither seek nor read a range, and store neither a content type nor a hash;
//! * copy what is left of a batch of up to 16 MB at each read, so that the speed of a download hangs on
//!   the size of the reads, and hold several batches at a time;
//! * are slower: of 256 MiB, uploads here took 0.8 of the time of the driver's with its best buffer and
//!   downloads 0.6, in 25 and 19 MiB of memory instead of 35 and 58 (`cargo bench --bench files`);
//! * remove the chunks of an upload that was dropped while the last insert may still be on its way, and
//!   those of a file whose document may be stored after all.

pub(crate) mod private;

mod bucket;
mod byte_range;
mod chunks;
mod column;
mod file;
mod files;
mod files_in_session;
mod hash;
mod head;
mod http;
mod indexes;
mod metadata;
mod names;
mod new_document;
mod orphans;
mod remove;
mod revision;
mod source;
mod store;
mod stream;
mod stream_traits;
mod target;
mod upload;
mod upload_all;
mod uploading;
mod uploads;
mod verification;
mod writer;

pub use crate::error::{FileError, FileReference};
pub use crate::write::{UploadReturning, UploadStatement};
pub use bucket::{Bucket, HookError, MAX_CHUNK_SIZE, UploadHook};
pub use file::File;
pub use files::Files;
pub use files_in_session::FilesInSession;
pub use http::RangeResponse;
pub use orphans::{Orphan, RemovedOrphans};
pub(crate) use remove::{gone, remove_chunks};
pub use revision::Revision;
pub use source::Source;
pub use stream::FileStream;
pub use stream_traits::TokioFileStream;
pub use upload::{Upload, UploadProgress};
pub use upload_all::{NewFile, UploadAll};
pub(crate) use uploading::{NewContent, UploadOptions};
pub use uploads::{FailedUpload, StoredUpload, UploadsError, UploadsProgress};
pub(crate) use uploads::{NextFile, Uploads};
