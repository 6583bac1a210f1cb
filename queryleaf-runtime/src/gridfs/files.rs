//! The files of a bucket: the operations beside SQL.

use super::bucket::Bucket;
use super::byte_range::ByteRange;
use super::file::File;
use super::head::{self, Head};
use super::orphans::{self, Orphan, RemovedOrphans};
use super::revision::Revision;
use super::source::Source;
use super::store::Store;
use super::stream::FileStream;
use super::upload::Upload;
use super::upload_all::{NewFile, UploadAll};
use super::{names, remove};
use crate::error::Result;
use mongodb::Database;
use mongodb::bson::oid::ObjectId;
use std::fmt;
use std::marker::PhantomData;
use std::ops::RangeBounds;
use std::time::Duration;

/// The files of a bucket in a database: what [`Bucket::files`] gives. In a transaction,
/// [`Bucket::files_in`] does.
///
/// ```no_run
/// # use queryleaf::gridfs::{Bucket, Revision, Source};
/// # async fn run<Report: Bucket>(db: &queryleaf::mongodb::Database, report: Report) -> queryleaf::Result<()> {
/// let reports = Report::files(db);
/// let file = reports.upload("annual.pdf", Source::path("annual.pdf"), report).await?;
/// let stream = reports.open_by_name("annual.pdf", Revision::NEWEST).await?;
/// reports.rename(file.file_id, "2025.pdf").await?;
/// reports.delete(file.file_id).await?;
/// # Ok(())
/// # }
/// ```
pub struct Files<M> {
    store: Store,
    metadata: PhantomData<fn() -> M>,
}

impl<M: Bucket> Files<M> {
    /// The files of the bucket that `M` declares.
    pub fn new(database: &Database) -> Self {
        Files {
            store: Store::new::<M>(database, ""),
            metadata: PhantomData,
        }
    }

    /// Stores a file; see [`Upload`].
    pub fn upload<'s>(
        &self,
        filename: impl Into<String>,
        source: impl Into<Source<'s>>,
        metadata: M,
    ) -> Upload<'s, M> {
        Upload::new(self.store.clone(), filename.into(), source.into(), metadata)
    }

    /// Stores many files, some of them at the same time; see [`UploadAll`].
    pub fn upload_all<'s, I>(&self, files: I) -> UploadAll<'s, M>
    where
        I: IntoIterator<Item = NewFile<'s, M>>,
        I::IntoIter: Send + 's,
    {
        UploadAll::new(self.store.clone(), futures::stream::iter(files))
    }

    /// What the bucket tells of a file.
    ///
    /// # Errors
    ///
    /// [`FileError::NotFound`](super::FileError::NotFound) where there is none.
    pub async fn get(&self, file_id: ObjectId) -> Result<File<M>> {
        let document = head::find(&self.store, None, file_id).await?;
        File::read(&self.store, document.as_bytes())
    }

    /// What the bucket tells of a file of this name.
    ///
    /// # Errors
    ///
    /// [`FileError::NameNotFound`](super::FileError::NameNotFound) where there is none,
    /// [`FileError::RevisionNotFound`](super::FileError::RevisionNotFound) where there are fewer.
    pub async fn get_by_name(
        &self,
        filename: &str,
        revision: impl Into<Revision>,
    ) -> Result<File<M>> {
        let document = names::find(&self.store, None, filename, revision.into()).await?;
        File::read(&self.store, document.as_bytes())
    }

    /// The content of a file.
    ///
    /// # Errors
    ///
    /// [`FileError::NotFound`](super::FileError::NotFound) where there is none.
    pub async fn open(&self, file_id: ObjectId) -> Result<FileStream> {
        self.open_bytes(file_id, ByteRange::ALL).await
    }

    /// Some bytes of a file: those at these positions, counted from 0. What lies behind the end of the
    /// file is left out.
    ///
    /// ```no_run
    /// # use queryleaf::gridfs::Bucket;
    /// # async fn run<Report: Bucket>(
    /// #     db: &queryleaf::mongodb::Database,
    /// #     file_id: queryleaf::bson::oid::ObjectId,
    /// # ) -> queryleaf::Result<()> {
    /// let reports = Report::files(db);
    /// let first_kibibyte = reports.open_range(file_id, 0..=1023).await?;
    /// let rest = reports.open_range(file_id, 1024..).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`FileError::NotFound`](super::FileError::NotFound) where there is no such file,
    /// [`FileError::Range`](super::FileError::Range) where the range begins behind its end.
    pub async fn open_range(
        &self,
        file_id: ObjectId,
        range: impl RangeBounds<u64>,
    ) -> Result<FileStream> {
        self.open_bytes(file_id, ByteRange::of(&range)).await
    }

    /// The content of a file that was found already, or some bytes of it: without another question to
    /// the server.
    ///
    /// # Errors
    ///
    /// [`FileError::Range`](super::FileError::Range) where the range begins behind its end.
    pub fn open_file(&self, file: &File<M>, range: impl RangeBounds<u64>) -> Result<FileStream> {
        let head = Head::of_file(&self.store, file)?;
        FileStream::of_head(self.store.clone(), head, ByteRange::of(&range))
    }

    /// The content of a file of this name.
    ///
    /// # Errors
    ///
    /// As [`get_by_name`](Files::get_by_name).
    pub async fn open_by_name(
        &self,
        filename: &str,
        revision: impl Into<Revision>,
    ) -> Result<FileStream> {
        let document = names::find(&self.store, None, filename, revision.into()).await?;
        let head = Head::of_document(&self.store, document.as_bytes())?;
        FileStream::of_head(self.store.clone(), head, ByteRange::ALL)
    }

    async fn open_bytes(&self, file_id: ObjectId, range: ByteRange) -> Result<FileStream> {
        FileStream::new(self.store.clone(), file_id, range)
            .find()
            .await
    }

    /// Gives a file another name.
    ///
    /// # Errors
    ///
    /// [`FileError::NotFound`](super::FileError::NotFound) where there is none.
    pub async fn rename(&self, file_id: ObjectId, filename: &str) -> Result<()> {
        names::rename(&self.store, None, file_id, filename).await
    }

    /// Gives all files of a name another one, and tells how many they were.
    ///
    /// # Errors
    ///
    /// [`FileError::NameNotFound`](super::FileError::NameNotFound) where there is none.
    pub async fn rename_all(&self, filename: &str, new: &str) -> Result<u64> {
        names::rename_all(&self.store, None, filename, new).await
    }

    /// Deletes a file: first its document, so that nobody sees it any more, then its chunks. Who reads it
    /// at the same time may get an error.
    ///
    /// # Errors
    ///
    /// [`FileError::NotFound`](super::FileError::NotFound) where there is none; chunks of that `_id` are
    /// removed all the same.
    pub async fn delete(&self, file_id: ObjectId) -> Result<()> {
        remove::one(&self.store, None, file_id).await
    }

    /// Deletes all files of a name, and tells how many they were. One that gets another name meanwhile stays.
    ///
    /// # Errors
    ///
    /// [`FileError::NameNotFound`](super::FileError::NameNotFound) where there is none.
    pub async fn delete_all(&self, filename: &str) -> Result<u64> {
        remove::all_of_name(&self.store, None, filename).await
    }

    /// The chunks that belong to no file: what interrupted uploads have left, and uploads that are under
    /// way.
    ///
    /// It reads the index of the chunks, and the chunks of orphans only.
    ///
    /// # Errors
    ///
    /// The driver's.
    pub async fn orphans(&self) -> Result<Vec<Orphan>> {
        orphans::find(&self.store).await
    }

    /// Removes chunks that belong to no file, where the last of them was stored longer ago than this.
    ///
    /// An upload under way has stored a chunk a moment ago, unless its source is slower than that: choose
    /// an age that no source and no hook pauses for, such as a day. An upload of QueryLeaf whose chunks are
    /// removed all the same fails with [`FileError::ChunksRemoved`](super::FileError::ChunksRemoved), and no
    /// file that is stored loses any. Other drivers do not look: a file that one of them stores at that very
    /// moment may. It is not for a bucket that is being restored from a backup, which may bring chunks before
    /// their files.
    ///
    /// # Errors
    ///
    /// The driver's.
    pub async fn remove_orphans(&self, older_than: Duration) -> Result<RemovedOrphans> {
        orphans::remove(&self.store, older_than).await
    }
}

impl<M> Clone for Files<M> {
    fn clone(&self) -> Self {
        Files {
            store: self.store.clone(),
            metadata: PhantomData,
        }
    }
}

impl<M> fmt::Debug for Files<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Files")
            .field("bucket", &self.store.bucket())
            .finish_non_exhaustive()
    }
}
