//! What a bucket is declared to be.

use super::byte_range::ByteRange;
use super::head::Head;
use super::store::Store;
use super::{File, FileError, FileStream, Files, FilesInSession};
use crate::error::Result;
use crate::schema::{Defined, ensured};
use crate::{EnsureAll, Executor};
use futures::future::BoxFuture;
use mongodb::Database;
use mongodb::bson::RawDocumentBuf;
use mongodb::options::{ReadConcern, WriteConcern};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The size of the chunks of a file whose bucket does not declare another one: that of all drivers.
pub(crate) const DEFAULT_CHUNK_SIZE: u32 = 255 * 1024;

/// The largest chunk, in bytes: a document has 16 MiB at most, and a chunk is more than its data.
pub const MAX_CHUNK_SIZE: u32 = 16 * 1024 * 1024 - 256;

/// What looks at each new file before others see it: `#[leaf(on_upload = path::to::function)]`.
///
/// It is called with what the bucket is going to tell of the file, and with its content, when all of that
/// is stored. An error takes the file back. A file that is there already, where uploads are deduplicated, is
/// not looked at again.
///
/// ```
/// use queryleaf::gridfs::{File, FileStream};
/// use queryleaf::prelude::*;
///
/// #[derive(Serialize, Deserialize, Bucket)]
/// #[leaf(name = "avatars", on_upload = is_small)]
/// struct Avatar {
///     user: ObjectId,
/// }
///
/// async fn is_small(file: File<Avatar>, _content: FileStream) -> Result<(), String> {
///     match file.length {
///         ..=1_000_000 => Ok(()),
///         length => Err(format!("{length} bytes are too many")),
///     }
/// }
/// ```
pub type UploadHook<M> =
    fn(File<M>, FileStream) -> BoxFuture<'static, std::result::Result<(), HookError>>;

/// What keeps a file from being stored.
pub type HookError = Box<dyn std::error::Error + Send + Sync>;

/// Has the hook of the bucket look at a file.
pub(crate) fn look<M: Bucket>(
    store: Store,
    document: RawDocumentBuf,
) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let Some(hook) = M::on_upload() else {
            return Ok(());
        };
        let file: File<M> = File::read(&store, document.as_bytes())?;
        let filename = file.filename.clone();
        let head = Head::of_file(&store, &file)?;
        let content = FileStream::of_head(store.clone(), head, ByteRange::ALL)?;
        let looked = hook(file, content).await;
        looked.map_err(|source| store.error(FileError::Refused { filename, source }))
    })
}

/// A struct that declares the metadata of the files of a bucket: what `#[derive(Bucket)]` implements.
///
/// ```no_run
/// use queryleaf::gridfs::{Bucket, Files};
///
/// // What the derive writes for `#[leaf(name = "reports", chunk_size = "512KB")]`.
/// #[derive(serde::Serialize, serde::Deserialize)]
/// struct Report {
///     department: String,
/// }
///
/// impl Bucket for Report {
///     const NAME: &'static str = "reports";
///     const FILES: &'static str = "reports.files";
///     const CHUNKS: &'static str = "reports.chunks";
///     const CHUNK_SIZE: u32 = 512 * 1024;
/// }
///
/// fn reports(db: &queryleaf::mongodb::Database) -> Files<Report> {
///     Report::files(db)
/// }
/// ```
pub trait Bucket: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The name of the bucket.
    const NAME: &'static str;

    /// The collection of its files: its name and `.files`.
    const FILES: &'static str;

    /// The collection of their chunks: its name and `.chunks`.
    const CHUNKS: &'static str;

    /// The size of the chunks of new files, in bytes; 255 KiB where it is not declared.
    const CHUNK_SIZE: u32 = DEFAULT_CHUNK_SIZE;

    /// The content types that it takes, `image/*` for all of a kind; any where none is declared.
    const CONTENT_TYPES: &'static [&'static str] = &[];

    /// How many servers must have what is written; that of the database where it is not declared.
    fn write_concern() -> Option<WriteConcern> {
        None
    }

    /// How many servers must have what is read; that of the database where it is not declared.
    fn read_concern() -> Option<ReadConcern> {
        None
    }

    /// What looks at each new file before others see it; nothing where it is not declared.
    fn on_upload() -> Option<UploadHook<Self>>
    where
        Self: Sized,
    {
        None
    }

    /// Creates the two collections of the bucket as the struct declares it, or compares them with what is
    /// there; see [`Collection::ensure`](crate::Collection::ensure).
    ///
    /// # Errors
    ///
    /// [`Error::Ensure`](crate::Error::Ensure) when the server refuses or cannot be reached.
    ///
    /// ```no_run
    /// # use queryleaf::prelude::*;
    /// # #[derive(Serialize, Deserialize, Bucket)]
    /// # #[leaf(name = "reports")]
    /// # struct Report { department: String }
    /// # async fn run(db: &queryleaf::mongodb::Database) -> queryleaf::Result<()> {
    /// for ensured in Report::ensure(db).await? {
    ///     println!("{ensured}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    fn ensure(database: &Database) -> EnsureAll
    where
        Self: Defined + Sized,
    {
        EnsureAll::new(ensured::<Self>(database))
    }

    /// The files of the bucket in a database.
    fn files(database: &Database) -> Files<Self>
    where
        Self: Sized,
    {
        Files::new(database)
    }

    /// The files of the bucket in a transaction or a session, as far as they may be part of one.
    fn files_in<'e>(executor: impl Executor<'e>) -> FilesInSession<'e, Self>
    where
        Self: Sized,
    {
        FilesInSession::new(executor)
    }
}
