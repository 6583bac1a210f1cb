//! The files of a bucket in a session: the operations that may be part of a transaction.

use super::bucket::Bucket;
use super::file::File;
use super::revision::Revision;
use super::store::Store;
use super::{head, names, remove};
use crate::Executor;
use crate::error::Result;
use crate::executor::Target;
use crate::transaction::Interrupted;
use mongodb::ClientSession;
use mongodb::bson::oid::ObjectId;
use std::fmt;
use std::marker::PhantomData;

/// The files of a bucket in a session, and so in its transaction once one is started: what
/// [`Bucket::files_in`] gives.
///
/// Files are found, renamed and deleted in a transaction. They are neither uploaded nor read in it, since the
/// server ends a transaction after a minute, and keeps all that it writes in memory: an upload becomes visible
/// all at once without one, and [`Files::open_file`](super::Files::open_file) reads a file that was found here.
///
/// ```no_run
/// use queryleaf::gridfs::Bucket;
/// use queryleaf::prelude::*;
///
/// # #[derive(Serialize, Deserialize, Bucket)]
/// # #[leaf(name = "reports")]
/// # struct Report { department: String }
/// # #[derive(Serialize, Deserialize, Collection)]
/// # #[leaf(name = "approvals")]
/// # struct Approval { report: ObjectId }
/// # async fn run(db: &queryleaf::mongodb::Database, draft: ObjectId) -> Result<(), Error> {
/// // The draft has its name when its approval is stored, and not before.
/// db.transaction(async |tx| {
///     Report::files_in(&mut *tx).rename(draft, "annual.pdf").await?;
///     sql!("INSERT INTO approvals (report) VALUES (:draft)").execute(&mut *tx).await?;
///     Ok::<_, Error>(())
/// })
/// .await
/// # }
/// ```
pub struct FilesInSession<'e, M> {
    store: Store,
    session: Option<&'e mut ClientSession>,
    transaction: Option<Interrupted>,
    metadata: PhantomData<fn() -> M>,
}

impl<'e, M: Bucket> FilesInSession<'e, M> {
    pub(crate) fn new(executor: impl Executor<'e>) -> Self {
        let Target {
            database,
            session,
            transaction,
        } = executor.target();
        FilesInSession {
            store: Store::new::<M>(&database, ""),
            session,
            transaction,
            metadata: PhantomData,
        }
    }

    /// As [`Files::get`](super::Files::get).
    ///
    /// # Errors
    ///
    /// [`FileError::NotFound`](super::FileError::NotFound) where there is none.
    pub async fn get(&mut self, file_id: ObjectId) -> Result<File<M>> {
        let found = head::find(&self.store, self.session.as_deref_mut(), file_id).await;
        File::read(&self.store, self.noted(found)?.as_bytes())
    }

    /// As [`Files::get_by_name`](super::Files::get_by_name).
    ///
    /// # Errors
    ///
    /// [`FileError::NameNotFound`](super::FileError::NameNotFound) where there is none,
    /// [`FileError::RevisionNotFound`](super::FileError::RevisionNotFound) where there are fewer.
    pub async fn get_by_name(
        &mut self,
        filename: &str,
        revision: impl Into<Revision>,
    ) -> Result<File<M>> {
        let (session, revision) = (self.session.as_deref_mut(), revision.into());
        let found = names::find(&self.store, session, filename, revision).await;
        File::read(&self.store, self.noted(found)?.as_bytes())
    }

    /// As [`Files::rename`](super::Files::rename).
    ///
    /// # Errors
    ///
    /// [`FileError::NotFound`](super::FileError::NotFound) where there is none.
    pub async fn rename(&mut self, file_id: ObjectId, filename: &str) -> Result<()> {
        let session = self.session.as_deref_mut();
        let renamed = names::rename(&self.store, session, file_id, filename).await;
        self.noted(renamed)
    }

    /// As [`Files::rename_all`](super::Files::rename_all).
    ///
    /// # Errors
    ///
    /// [`FileError::NameNotFound`](super::FileError::NameNotFound) where there is none.
    pub async fn rename_all(&mut self, filename: &str, new: &str) -> Result<u64> {
        let session = self.session.as_deref_mut();
        let renamed = names::rename_all(&self.store, session, filename, new).await;
        self.noted(renamed)
    }

    /// As [`Files::delete`](super::Files::delete); in a transaction, nobody sees anything of it before all of
    /// it is done. The chunks of a very large file may take longer to delete than a transaction may.
    ///
    /// # Errors
    ///
    /// [`FileError::NotFound`](super::FileError::NotFound) where there is none.
    pub async fn delete(&mut self, file_id: ObjectId) -> Result<()> {
        let session = self.session.as_deref_mut();
        let deleted = remove::one(&self.store, session, file_id).await;
        self.noted(deleted)
    }

    /// As [`Files::delete_all`](super::Files::delete_all).
    ///
    /// # Errors
    ///
    /// [`FileError::NameNotFound`](super::FileError::NameNotFound) where there is none.
    pub async fn delete_all(&mut self, filename: &str) -> Result<u64> {
        let session = self.session.as_deref_mut();
        let deleted = remove::all_of_name(&self.store, session, filename).await;
        self.noted(deleted)
    }

    /// Remembers what an error means for the transaction.
    fn noted<T>(&self, result: Result<T>) -> Result<T> {
        if let (Err(error), Some(transaction)) = (&result, &self.transaction)
            && let Some(error) = error.driver_error()
        {
            transaction.note(error);
        }
        result
    }
}

impl<M> fmt::Debug for FilesInSession<'_, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FilesInSession")
            .field("bucket", &self.store.bucket())
            .finish_non_exhaustive()
    }
}
