//! A bucket of a database, whatever its metadata: what all operations work on.

use super::bucket::{Bucket, look};
use super::file::File;
use crate::error::{Error, FileError, FileReference, Result};
use futures::future::BoxFuture;
use mongodb::bson::RawDocumentBuf;
use mongodb::bson::oid::ObjectId;
use mongodb::options::{
    CollectionOptions, ReadConcern, ReadPreference, SelectionCriteria, WriteConcern,
};
use mongodb::{Collection, Database};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// A bucket of a database.
#[derive(Debug, Clone)]
pub struct Store(Arc<Parts>);

/// What looks at a new file of this document.
type Hook = fn(Store, RawDocumentBuf) -> BoxFuture<'static, Result<()>>;

#[derive(Debug)]
struct Parts {
    database: Database,
    bucket: &'static str,
    files: &'static str,
    chunks: &'static str,
    chunk_size: u32,
    content_types: &'static [&'static str],
    write_concern: Option<WriteConcern>,
    read_concern: Option<ReadConcern>,
    sql: &'static str,
    /// What looks at each new file.
    hook: Option<Hook>,
    /// Whether the document of a file can be read as the bucket declares it.
    check: fn(&Store, &[u8]) -> Result<()>,
    /// Whether the indexes were looked for.
    is_prepared: AtomicBool,
}

impl Store {
    /// The bucket that `M` declares, for a statement; `""` where there is none.
    pub fn new<M: Bucket>(database: &Database, sql: &'static str) -> Self {
        Store(Arc::new(Parts {
            database: database.clone(),
            bucket: M::NAME,
            files: M::FILES,
            chunks: M::CHUNKS,
            chunk_size: M::CHUNK_SIZE,
            content_types: M::CONTENT_TYPES,
            write_concern: M::write_concern(),
            read_concern: M::read_concern(),
            sql,
            check: |store, document| File::<M>::read(store, document).map(drop),
            hook: M::on_upload().map(|_| look::<M> as Hook),
            is_prepared: AtomicBool::new(false),
        }))
    }

    pub(crate) fn database(&self) -> &Database {
        &self.0.database
    }

    /// The name of the bucket.
    pub(crate) fn bucket(&self) -> &'static str {
        self.0.bucket
    }

    /// The name of the collection of files.
    pub(crate) fn files_name(&self) -> &'static str {
        self.0.files
    }

    /// The name of the collection of chunks.
    pub(crate) fn chunks_name(&self) -> &'static str {
        self.0.chunks
    }

    pub(crate) fn chunk_size(&self) -> u32 {
        self.0.chunk_size
    }

    pub(crate) fn content_types(&self) -> &'static [&'static str] {
        self.0.content_types
    }

    /// That of the bucket, else that of the database.
    pub(crate) fn write_concern(&self) -> Option<&WriteConcern> {
        let own = self.0.write_concern.as_ref();
        own.or(self.0.database.write_concern())
    }

    /// Checks that the document of a file can be read as the bucket declares it.
    pub(crate) fn check(&self, document: &RawDocumentBuf) -> Result<()> {
        (self.0.check)(self, document.as_bytes())
    }

    /// Has the hook of the bucket look at a file, if there is one.
    pub(crate) async fn look(&self, document: &RawDocumentBuf) -> Result<()> {
        match self.0.hook {
            Some(hook) => hook(self.clone(), document.clone()).await,
            None => Ok(()),
        }
    }

    pub(crate) fn has_hook(&self) -> bool {
        self.0.hook.is_some()
    }

    pub(crate) fn sql(&self) -> &'static str {
        self.0.sql
    }

    pub(crate) fn is_prepared(&self) -> &AtomicBool {
        &self.0.is_prepared
    }

    /// The collection of files.
    pub(crate) fn files<T: Send + Sync>(&self, concern: Option<&WriteConcern>) -> Collection<T> {
        self.collection(self.0.files, concern)
    }

    /// The collection of chunks.
    pub(crate) fn chunks<T: Send + Sync>(&self, concern: Option<&WriteConcern>) -> Collection<T> {
        self.collection(self.0.chunks, concern)
    }

    /// The chunks that the primary has just now, whether other servers have them or not.
    pub(crate) fn chunks_at_primary<T: Send + Sync>(&self) -> Collection<T> {
        let options = CollectionOptions::builder()
            .selection_criteria(SelectionCriteria::ReadPreference(ReadPreference::Primary))
            .read_concern(ReadConcern::local())
            .build();
        let database = &self.0.database;
        database.collection_with_options(self.0.chunks, options)
    }

    fn collection<T: Send + Sync>(
        &self,
        name: &str,
        concern: Option<&WriteConcern>,
    ) -> Collection<T> {
        let write_concern = concern.or(self.0.write_concern.as_ref()).cloned();
        let options = CollectionOptions::builder()
            .write_concern(write_concern)
            .read_concern(self.0.read_concern.clone())
            .build();
        self.0.database.collection_with_options(name, options)
    }

    /// A file, as errors name it.
    pub(crate) fn reference(&self, file_id: ObjectId, filename: Option<String>) -> FileReference {
        FileReference {
            bucket: self.0.bucket,
            file_id,
            filename,
        }
    }

    #[cold]
    pub(crate) fn error(&self, error: FileError) -> Error {
        Error::File {
            source: Box::new(error),
            sql: self.0.sql,
        }
    }

    #[cold]
    pub(crate) fn driver_error(&self, error: mongodb::error::Error) -> Error {
        self.error(FileError::Driver {
            bucket: self.0.bucket,
            source: Box::new(error),
        })
    }
}
