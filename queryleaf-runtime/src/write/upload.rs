//! `INSERT INTO GRIDFS('..')`: files that are uploaded.

use super::affected::Affected;
use super::returned::{Rows, evaluate};
use super::run::Run;
use crate::batches::{Batch, Cursor, open};
use crate::bind::Bound;
use crate::bridge;
use crate::command::Command;
use crate::error::{Error, Result};
use crate::gridfs::private::Store;
use crate::gridfs::{
    FileError, NewContent, NextFile, Source, StoredUpload, UploadOptions, Uploads, UploadsError,
    UploadsProgress,
};
use crate::query::DecodeRow;
use crate::request::Request;
use crate::row::RowReader;
use crate::{Executor, Plan, span};
use futures::future::BoxFuture;
use futures::stream::{self, BoxStream, StreamExt};
use mongodb::Database;
use mongodb::bson::{Bson, Document, RawDocumentBuf};
use mongodb::options::WriteConcern;
use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use tracing::Instrument;

/// How many files are uploaded at the same time, unless told otherwise.
const CONCURRENT: usize = 4;

/// A statement that uploads files: `INSERT INTO GRIDFS('photos') (..) ..`.
///
/// Nothing is read or sent before [`execute`](UploadStatement::execute) is called and its future awaited.
/// Each file becomes visible when all of it is stored. It is never part of a transaction, which could not
/// hold the chunks of a large file.
///
/// ```no_run
/// # use queryleaf::prelude::*;
/// # #[derive(Serialize, Deserialize, Bucket)]
/// # #[leaf(name = "photos")]
/// # struct Photo { album: String }
/// # async fn run(db: &queryleaf::mongodb::Database) -> queryleaf::Result<()> {
/// let (path, album) = ("fjord.jpg", "Norway");
/// let uploaded = sql!(
///     "INSERT INTO GRIDFS('photos') (filename, content_type, file_data, metadata.album)
///      VALUES ('fjord.jpg', 'image/jpeg', FILE_STREAM(:path), :album)"
/// )
/// .execute(db)
/// .await?;
/// assert_eq!(uploaded.inserted, Some(1));
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is uploaded until the statement is run with `execute`"]
pub struct UploadStatement<'s> {
    pub(super) request: Request,
    store: StoreOf,
    /// The sources of files with the numbers of their parameters.
    sources: Vec<(u16, Source<'s>)>,
    listener: Option<Arc<Listener>>,
}

/// Opens the bucket of a statement in a database.
pub type StoreOf = fn(&Database, &'static str) -> Store;

/// Who wants to know how far the files are.
type Listener = dyn Fn(UploadsProgress) + Send + Sync;

impl UploadStatement<'static> {
    /// A statement; the parameters are in the order of their numbers.
    pub fn new(plan: &'static Plan, parameters: Vec<Bound>, store: StoreOf) -> Self {
        UploadStatement {
            request: Request::new(plan, parameters),
            store,
            sources: Vec::new(),
            listener: None,
        }
    }

    /// The statement with what the bytes of its files are read from.
    pub fn with_sources<'s>(self, sources: Vec<(u16, Source<'s>)>) -> UploadStatement<'s> {
        UploadStatement {
            request: self.request,
            store: self.store,
            sources,
            listener: self.listener,
        }
    }
}

impl<'s> UploadStatement<'s> {
    /// Calls a function each time that some megabytes were read, and each time that a file is stored or has
    /// failed.
    pub fn on_progress(self, listener: impl Fn(UploadsProgress) + Send + Sync + 'static) -> Self {
        UploadStatement {
            listener: Some(Arc::new(listener)),
            ..self
        }
    }

    /// Uploads the files, and tells how many: those that were there already, where the statement asks
    /// for that, are `skipped`.
    ///
    /// # Errors
    ///
    /// [`FileError::Uploads`](crate::gridfs::FileError::Uploads) where some files are not stored; it says
    /// which, and which are.
    pub fn execute(self, database: &Database) -> BoxFuture<'s, Result<Affected>> {
        let database = database.clone();
        let span = span::operation(self.request.plan, &database, Some("upload"));
        let run = async move {
            let (stored, _) = self.run(&database, usize::MAX).await?;
            let skipped = stored.iter().filter(|(file, _)| file.is_duplicate).count() as u64;
            Ok(Affected {
                skipped: Some(skipped),
                ..Affected::inserted(stored.len() as u64 - skipped)
            })
        };
        Box::pin(run.instrument(span))
    }

    /// Uploads the files, and gives what `RETURNING` makes of their documents: at most so many rows.
    pub(super) async fn returning<T>(
        self,
        database: Database,
        at_most: usize,
        decode: DecodeRow<T>,
    ) -> Result<Vec<T>> {
        let request = self.request.clone();
        let plan = request.plan;
        let (stored, program) = self.run(&database, at_most).await?;
        let stages = program.returning.unwrap_or_default();
        let documents = stored.iter().map(|(_, document)| document);
        let returned = async {
            let documents = documents
                .map(|document| bridge::to_document(document.as_bytes()).map(Bson::from))
                .collect::<Result<_, _>>()
                .map_err(|reason| Error::internal(reason, plan))?;
            let mut run = Run::new(request, Executor::target(&database), None).await;
            let mut rows = Rows::new();
            evaluate(&mut run, documents, &stages, &mut rows).await?;
            if rows.len() > at_most {
                return Err(Error::TooManyRows { sql: plan.sql });
            }
            let rows = rows.iter();
            rows.map(|row| decode(&mut RowReader::new(plan, row)))
                .collect()
        };
        returned.await.map_err(|error| {
            let stored = stored.iter().map(|(file, _)| *file).collect();
            UploadsError::after(stored, error).in_statement(plan.sql)
        })
    }

    async fn run(
        self,
        database: &Database,
        at_most: usize,
    ) -> Result<(Vec<(StoredUpload, RawDocumentBuf)>, Program)> {
        let plan = self.request.plan;
        let store = (self.store)(database, plan.sql);
        let internal = |reason| Error::internal(reason, plan);
        let bytes = self.request.fill(false)?;
        let document = bridge::to_document(&bytes).map_err(internal)?;
        let mut program = Program::read(document).map_err(internal)?;
        let contents = match program.files.take() {
            Some(files) if files.len() > at_most => {
                return Err(Error::TooManyRows { sql: plan.sql });
            }
            Some(files) => known(files, self.sources, plan)?,
            None => {
                let command = Command::from_document(program.query.clone()).map_err(internal)?;
                let cursor = open(command, database, None).await;
                let cursor = cursor.map_err(|error| Error::from_driver(error, plan))?;
                computed(cursor, store.bucket(), plan)
            }
        };
        let options = UploadOptions {
            chunk_size: program.chunk_size,
            deduplicate: program.deduplicate,
            write_concern: program.write_concern.clone(),
            ..UploadOptions::default()
        };
        let uploads = Uploads {
            store,
            concurrent: program.concurrent,
            options,
            listener: self.listener,
        };
        let stored = uploads.run(contents).await?;
        Ok((stored, program))
    }
}

/// What the template filled to; [`queryleaf_plan::write`] says what the forms mean.
struct Program {
    /// The files, where the client has their bytes.
    files: Option<Vec<Bson>>,
    /// The query that gives them, where it has not.
    query: Document,
    returning: Option<Vec<Document>>,
    concurrent: usize,
    chunk_size: Option<u64>,
    deduplicate: bool,
    write_concern: Option<WriteConcern>,
}

impl Program {
    fn read(mut document: Document) -> Result<Self, String> {
        let files = match document.remove("files") {
            Some(Bson::Array(files)) => Some(files),
            _ => None,
        };
        let returning = match document.remove("returning") {
            Some(Bson::Array(stages)) => Some(stages.into_iter().filter_map(stage).collect()),
            _ => None,
        };
        let options = match document.remove("options") {
            Some(Bson::Document(options)) => options,
            _ => Document::new(),
        };
        for word in ["upload", "into", "as"] {
            document.remove(word);
        }
        if files.is_none() && !document.contains_key("pipeline") {
            return Err("an upload without files".to_owned());
        }
        let number = |name| options.get_i32(name).ok();
        Ok(Program {
            files,
            query: document,
            returning,
            concurrent: number("concurrent")
                .and_then(|files| usize::try_from(files).ok())
                .unwrap_or(CONCURRENT),
            chunk_size: number("chunkSize").and_then(|bytes| u64::try_from(bytes).ok()),
            deduplicate: options.get_bool("deduplicate").unwrap_or(false),
            write_concern: match options.get_document("writeConcern") {
                Ok(concern) => Some(bridge::from_document(concern.clone())?),
                Err(_) => None,
            },
        })
    }
}

fn stage(value: Bson) -> Option<Document> {
    match value {
        Bson::Document(stage) => Some(stage),
        _ => None,
    }
}

/// Files whose bytes the client has.
fn known<'s>(
    files: Vec<Bson>,
    mut sources: Vec<(u16, Source<'s>)>,
    plan: &'static Plan,
) -> Result<BoxStream<'s, Result<NextFile<'s>>>> {
    let malformed = || Error::internal("a malformed file", plan);
    let mut contents = VecDeque::with_capacity(files.len());
    for file in files {
        let mut file = stage(file).ok_or_else(malformed)?;
        let document = file.remove("file").and_then(stage).ok_or_else(malformed)?;
        let source = match (file.remove("path"), file.remove("source")) {
            (Some(Bson::String(path)), _) => Source::path(path),
            (_, Some(Bson::Int32(number))) => {
                let is_it = |(known, _): &(u16, Source<'s>)| i32::from(*known) == number;
                let place = sources.iter().position(is_it).ok_or_else(malformed)?;
                sources.swap_remove(place).1
            }
            _ => return Err(malformed()),
        };
        contents.push_back(Ok(NextFile::Content(content(document, source, plan)?)));
    }
    Ok(stream::iter(contents).boxed())
}

/// Files whose bytes a query gives.
fn computed<'s>(
    cursor: Cursor,
    bucket: &'static str,
    plan: &'static Plan,
) -> BoxStream<'s, Result<NextFile<'s>>> {
    let malformed = move |_| Error::internal("the server's answer is malformed", plan);
    let next = move |(mut cursor, mut batch): (Cursor, Option<Batch>)| async move {
        loop {
            if let Some(row) = batch.as_mut().and_then(Batch::next_row) {
                let row = row.map_err(malformed)?;
                let file = of_row(row, bucket, plan)?;
                return Ok(Some((file, (cursor, batch))));
            }
            batch = match cursor.next(None).await {
                Some(Ok(reply)) => Some(Batch::new(reply).map_err(malformed)?),
                Some(Err(error)) => return Err(Error::from_driver(error, plan)),
                None => return Ok(None),
            };
        }
    };
    stream::try_unfold((cursor, None), next).boxed()
}

/// A file of a row of a query, which has its bytes or the path of a file with them.
fn of_row<'s>(row: &[u8], bucket: &'static str, plan: &'static Plan) -> Result<NextFile<'s>> {
    let internal = |reason| Error::internal(reason, plan);
    let mut document = bridge::to_document(row).map_err(internal)?;
    if let Some(Bson::Document(refusal)) = document.remove("refused") {
        let source = refused(refusal, bucket)
            .ok_or_else(|| internal("a refusal without a column".to_owned()))?;
        return Ok(NextFile::Refused {
            filename: match document.remove("filename") {
                Some(Bson::String(filename)) => Some(filename),
                _ => None,
            },
            error: Error::File {
                source: Box::new(source),
                sql: plan.sql,
            },
        });
    }
    let content = match (document.remove("file_data"), document.remove("path")) {
        (Some(Bson::Binary(data)), _) => content(document, data.bytes.into(), plan),
        (_, Some(Bson::String(path))) => content(document, Source::path(path), plan),
        _ => Err(Error::internal("a file without bytes", plan)),
    };
    content.map(NextFile::Content)
}

/// What is wrong with a row.
fn refused(mut refusal: Document, bucket: &'static str) -> Option<FileError> {
    let Some(Bson::String(column)) = refusal.remove("column") else {
        return None;
    };
    let is_item = refusal.contains_key("item");
    Some(match refusal.remove("value") {
        Some(Bson::String(value)) => FileError::OutOfLimits {
            bucket,
            column,
            value,
        },
        _ if is_item => FileError::NullItem { bucket, column },
        _ => FileError::Null { bucket, column },
    })
}

/// A file of the document that it is to have.
fn content<'s>(
    mut document: Document,
    source: Source<'s>,
    plan: &'static Plan,
) -> Result<NewContent<'s>> {
    let Some(Bson::String(filename)) = document.remove("filename") else {
        return Err(Error::internal("a file without a name", plan));
    };
    let content_type = match document.remove("contentType") {
        Some(Bson::String(content_type)) => Some(content_type),
        _ => None,
    };
    let metadata = document.remove("metadata").and_then(stage);
    let metadata = bridge::serialize_document(&metadata.unwrap_or_default());
    Ok(NewContent {
        filename,
        content_type,
        source,
        metadata: metadata.map_err(|reason| Error::internal(reason, plan)),
    })
}

/// The SQL only: the values of parameters may be secrets.
impl fmt::Debug for UploadStatement<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadStatement")
            .field("sql", &self.request.plan.sql)
            .finish_non_exhaustive()
    }
}
