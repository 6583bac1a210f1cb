//! Files that are uploaded, and what comes back of them: `RETURNING`.

use super::affected::Affected;
use super::fetch::one;
use super::upload::{StoreOf, UploadStatement};
use crate::bind::Bound;
use crate::error::Result;
use crate::gridfs::{Source, UploadsProgress};
use crate::query::{DecodeRow, scalar};
use crate::{Fill, Plan, span, types};
use futures::future::BoxFuture;
use mongodb::Database;
use std::fmt;
use std::marker::PhantomData;
use tracing::Instrument;

/// A statement that uploads files and has `RETURNING`: it gives rows of type `R`.
///
/// `S` is the SQL type of their column when they have just one, for
/// [`fetch_scalar`](UploadReturning::fetch_scalar).
#[must_use = "nothing is uploaded until the statement is run, with `fetch_all` for instance"]
pub struct UploadReturning<'s, R, S = types::SeveralColumns> {
    statement: UploadStatement<'s>,
    decode: DecodeRow<R>,
    column: PhantomData<fn() -> S>,
}

/// A statement that is given its bucket and its sources yet.
#[derive(Debug)]
pub struct NewUpload<R, S> {
    plan: &'static Plan,
    parameters: Vec<Bound>,
    decode: DecodeRow<R>,
    column: PhantomData<fn() -> S>,
}

impl<R, S> NewUpload<R, S> {
    /// A statement; the parameters are in the order of their numbers.
    pub fn new(plan: &'static Plan, parameters: Vec<Bound>, decode: DecodeRow<R>) -> Self {
        NewUpload {
            plan,
            parameters,
            decode,
            column: PhantomData,
        }
    }

    /// The statement for this bucket, with what the bytes of its files are read from.
    pub fn into<'s>(
        self,
        store: StoreOf,
        sources: Vec<(u16, Source<'s>)>,
    ) -> UploadReturning<'s, R, S> {
        let statement = UploadStatement::new(self.plan, self.parameters, store);
        UploadReturning {
            statement: statement.with_sources(sources),
            decode: self.decode,
            column: PhantomData,
        }
    }
}

impl<'s, R, S> UploadReturning<'s, R, S> {
    /// Calls a function each time that some megabytes were read, and each time that a file is stored or has
    /// failed.
    pub fn on_progress(self, listener: impl Fn(UploadsProgress) + Send + Sync + 'static) -> Self {
        UploadReturning {
            statement: self.statement.on_progress(listener),
            ..self
        }
    }

    /// Uploads the files, and gives the row of each.
    ///
    /// # Errors
    ///
    /// Those of [`UploadStatement::execute`]. Where an expression of `RETURNING` fails, the files are stored
    /// all the same: [`FileError::Uploads`](crate::gridfs::FileError::Uploads) says which.
    pub fn fetch_all(self, database: &Database) -> BoxFuture<'s, Result<Vec<R>>>
    where
        R: 's,
    {
        let decode = self.decode;
        self.fetch(database, usize::MAX, decode)
    }

    /// Uploads the files, and gives the row of the only one.
    ///
    /// # Errors
    ///
    /// Those of [`UploadStatement::execute`]; [`Error::NoRows`](crate::Error::NoRows) where there is no file, and
    /// [`Error::TooManyRows`](crate::Error::TooManyRows) where there are several: then none is stored, unless they come from a query.
    pub fn fetch_one(self, database: &Database) -> BoxFuture<'s, Result<R>>
    where
        R: 's,
    {
        let decode = self.decode;
        self.only(database, decode)
    }

    /// Uploads the files, and gives the value of the only column of the only one.
    ///
    /// # Errors
    ///
    /// Those of [`fetch_one`](UploadReturning::fetch_one).
    pub fn fetch_scalar<T>(self, database: &Database) -> BoxFuture<'s, Result<T>>
    where
        T: Fill<S> + 's,
        S: types::OneColumn,
    {
        self.only(database, scalar::<S, T>)
    }

    /// Uploads the files, and gives only the counts; see [`UploadStatement::execute`].
    ///
    /// # Errors
    ///
    /// Those of [`UploadStatement::execute`].
    pub fn execute(self, database: &Database) -> BoxFuture<'s, Result<Affected>> {
        self.statement.execute(database)
    }

    fn only<T: 's>(self, database: &Database, decode: DecodeRow<T>) -> BoxFuture<'s, Result<T>> {
        let sql = self.statement.request.plan.sql;
        let rows = self.fetch(database, 1, decode);
        Box::pin(async move { one(rows.await?, sql) })
    }

    fn fetch<T: 's>(
        self,
        database: &Database,
        at_most: usize,
        decode: DecodeRow<T>,
    ) -> BoxFuture<'s, Result<Vec<T>>> {
        let (database, statement) = (database.clone(), self.statement);
        let span = span::operation(statement.request.plan, &database, Some("upload"));
        let run = statement.returning(database, at_most, decode);
        Box::pin(run.instrument(span))
    }
}

/// The SQL only: the values of parameters may be secrets.
impl<R, S> fmt::Debug for UploadReturning<'_, R, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadReturning")
            .field("sql", &self.statement.request.plan.sql)
            .finish_non_exhaustive()
    }
}
