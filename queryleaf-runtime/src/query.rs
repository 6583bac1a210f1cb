//! A query with the values of its parameters, ready to run.

use crate::bind::Bound;
use crate::error::Result;
use crate::fetch::{FetchAll, FetchOne, FetchOptional};
use crate::outside::{Outside, why};
use crate::request::Request;
use crate::row::RowReader;
use crate::stream::RowStream;
use crate::tail::Tailed;
use crate::{Executor, Fill, Plan, types};
use futures::future::BoxFuture;
use mongodb::bson::Document;
use std::fmt;
use std::marker::PhantomData;

/// Reads a row.
pub(crate) type DecodeRow<R> = fn(&mut RowReader<'_>) -> Result<R>;

/// A query, checked when the program was compiled, with the values of its parameters: what `sql!`
/// makes of a `SELECT`.
///
/// Nothing is sent before one of the methods is called and its future awaited; a query may be run
/// any number of times. It runs on the program's own [`Database`](mongodb::Database), or in a
/// session of it; see [`Executor`].
///
/// ```no_run
/// # use queryleaf::prelude::*;
/// # #[derive(Serialize, Deserialize, Collection)]
/// # #[leaf(name = "books")]
/// # struct Book { title: String, year: i32, price: Option<f64> }
/// # async fn run(db: &queryleaf::mongodb::Database) -> queryleaf::Result<()> {
/// let since = 1990;
/// let query = sql!("SELECT title, price FROM books WHERE year >= :since ORDER BY year");
/// for book in query.fetch_all(db).await? {
///     println!("{}: {:?}", book.title, book.price);
/// }
/// # Ok(())
/// # }
/// ```
///
/// `R` is the type of its rows: a struct with a field for each column, of the column's type. `S` is
/// the SQL type of its column when it has just one, for [`fetch_scalar`](Query::fetch_scalar).
///
/// # Errors
///
/// Whichever way it is run, these may come:
///
/// * [`Error::Parameter`](crate::Error::Parameter): the value of a parameter is none that the query
///   can take, such as a negative `LIMIT`;
/// * [`Error::Evaluation`](crate::Error::Evaluation): an expression has no value for some row, as
///   with a division by zero;
/// * [`Error::Decode`](crate::Error::Decode): a stored value is not of the type that the struct
///   declares;
/// * [`Error::Driver`](crate::Error::Driver): the server refused the query, or could not be
///   reached.
#[must_use = "a query does nothing until it is run, with `fetch_all` for instance"]
pub struct Query<R, S = types::SeveralColumns> {
    pub(crate) request: Request,
    pub(crate) decode: DecodeRow<R>,
    column: PhantomData<fn() -> S>,
}

impl<R, S> Query<R, S> {
    /// A query; the parameters are in the order of their numbers.
    #[inline(always)]
    pub fn new(plan: &'static Plan, parameters: Vec<Bound>, decode: DecodeRow<R>) -> Self {
        Query {
            request: Request::new(plan, parameters),
            decode,
            column: PhantomData,
        }
    }

    /// The same rows of another plan, whose columns have the same names.
    pub(crate) fn of_plan<T>(self, plan: &'static Plan) -> Query<R, T> {
        Query {
            request: Request::new(plan, Vec::new()),
            decode: self.decode,
            column: PhantomData,
        }
    }

    /// Runs the query and gives every row.
    ///
    /// # Errors
    ///
    /// Those of every [query](Query#errors). The first row that does not fit ends it;
    /// [`stream`](Query::stream) can go on behind one.
    ///
    /// ```no_run
    /// # use queryleaf::prelude::*;
    /// # #[derive(Serialize, Deserialize, Collection)]
    /// # #[leaf(name = "books")]
    /// # struct Book { title: String, year: i32, price: Option<f64> }
    /// # async fn run(db: &queryleaf::mongodb::Database) -> queryleaf::Result<()> {
    /// let books = sql!("SELECT title, year FROM books ORDER BY title").fetch_all(db).await?;
    /// let titles: Vec<&str> = books.iter().map(|book| book.title.as_str()).collect();
    /// # Ok(())
    /// # }
    /// ```
    #[inline(always)]
    pub fn fetch_all<'e>(&self, executor: impl Executor<'e>) -> FetchAll<'e, R> {
        FetchAll::new(self.request.run(executor.target(), None), self.decode)
    }

    /// Runs the query and gives its only row.
    ///
    /// # Errors
    ///
    /// [`Error::NoRows`](crate::Error::NoRows) and
    /// [`Error::TooManyRows`](crate::Error::TooManyRows) when there is not exactly one, besides
    /// those of every [query](Query#errors).
    ///
    /// ```no_run
    /// # use queryleaf::prelude::*;
    /// # #[derive(Serialize, Deserialize, Collection)]
    /// # #[leaf(name = "books")]
    /// # struct Book { title: String, year: i32, price: Option<f64> }
    /// # async fn run(db: &queryleaf::mongodb::Database) -> queryleaf::Result<()> {
    /// let counts = sql!("SELECT COUNT(*) AS all_books, COUNT(price) AS priced FROM books")
    ///     .fetch_one(db)
    ///     .await?;
    /// println!("{} of {} books have a price", counts.priced, counts.all_books);
    /// # Ok(())
    /// # }
    /// ```
    #[inline(always)]
    pub fn fetch_one<'e>(&self, executor: impl Executor<'e>) -> FetchOne<'e, R> {
        FetchOne::new(self.request.run(executor.target(), Some(2)), self.decode)
    }

    /// Runs the query and gives its only row, or `None` when there is none.
    ///
    /// # Errors
    ///
    /// [`Error::TooManyRows`](crate::Error::TooManyRows) when there is more than one, besides those
    /// of every [query](Query#errors).
    ///
    /// ```no_run
    /// # use queryleaf::prelude::*;
    /// # #[derive(Serialize, Deserialize, Collection)]
    /// # #[leaf(name = "books")]
    /// # struct Book { title: String, year: i32, price: Option<f64> }
    /// # async fn run(db: &queryleaf::mongodb::Database) -> queryleaf::Result<()> {
    /// let title = "Hunger";
    /// let book = sql!("SELECT year FROM books WHERE title = :title").fetch_optional(db).await?;
    /// match book {
    ///     Some(book) => println!("{title} is from {}", book.year),
    ///     None => println!("there is no {title}"),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[inline(always)]
    pub fn fetch_optional<'e>(&self, executor: impl Executor<'e>) -> FetchOptional<'e, R> {
        FetchOptional::new(self.request.run(executor.target(), Some(2)), self.decode)
    }

    /// Runs the query and gives the value of the only column of its only row.
    ///
    /// A number may be read as an `i64`, an `f64` or a decimal type; what may be `NULL` is read
    /// into an `Option`. [`Fill`] says what goes into what. A query of several columns has no such
    /// method.
    ///
    /// # Errors
    ///
    /// [`Error::NoRows`](crate::Error::NoRows) and
    /// [`Error::TooManyRows`](crate::Error::TooManyRows) when there is not exactly one row, and
    /// [`Error::Decode`](crate::Error::Decode) when the value does not fit a narrower type, besides
    /// those of every [query](Query#errors).
    ///
    /// ```no_run
    /// # use queryleaf::prelude::*;
    /// # #[derive(Serialize, Deserialize, Collection)]
    /// # #[leaf(name = "books")]
    /// # struct Book { title: String, year: i32, price: Option<f64> }
    /// # async fn run(db: &queryleaf::mongodb::Database) -> queryleaf::Result<()> {
    /// let books: i64 = sql!("SELECT COUNT(*) FROM books").fetch_scalar(db).await?;
    /// let mean: Option<f64> = sql!("SELECT AVG(price) FROM books").fetch_scalar(db).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[inline(always)]
    pub fn fetch_scalar<'e, T: Fill<S>>(&self, executor: impl Executor<'e>) -> FetchOne<'e, T>
    where
        S: types::OneColumn,
    {
        FetchOne::new(self.request.run(executor.target(), Some(2)), scalar::<S, T>)
    }

    /// Runs the query and gives its rows one by one, with one batch of them in memory.
    ///
    /// # Errors
    ///
    /// Each row may be an error in its place. Behind one that does not fit
    /// ([`Error::Decode`](crate::Error::Decode)) the others still come; every other error of a
    /// [query](Query#errors) is the last item.
    ///
    /// ```no_run
    /// # use queryleaf::prelude::*;
    /// # #[derive(Serialize, Deserialize, Collection)]
    /// # #[leaf(name = "books")]
    /// # struct Book { title: String, year: i32, price: Option<f64> }
    /// # async fn run(db: &queryleaf::mongodb::Database) -> queryleaf::Result<()> {
    /// use futures::StreamExt;
    ///
    /// let mut books = sql!("SELECT title, year FROM books").stream(db);
    /// while let Some(book) = books.next().await {
    ///     match book {
    ///         Ok(book) => println!("{}", book.title),
    ///         Err(Error::Decode(misfit)) => println!("left out: {misfit}"),
    ///         Err(error) => return Err(error),
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[inline(always)]
    pub fn stream<'e>(&self, executor: impl Executor<'e>) -> RowStream<'e, R> {
        RowStream::new(self.request.run(executor.target(), None), self.decode)
    }

    /// Says of every other query than a [`TailableQuery`](crate::TailableQuery) that it is none.
    #[doc(hidden)]
    pub fn tail(&self, database: &mongodb::Database) -> RowStream<'static, R>
    where
        Self: Tailed,
    {
        self.stream(database)
    }

    /// Runs the query on the server alone and gives its account of how (`explain` with
    /// `executionStats`).
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`](crate::Error::Parameter) and [`Error::Driver`](crate::Error::Driver).
    ///
    /// ```no_run
    /// # use queryleaf::prelude::*;
    /// # #[derive(Serialize, Deserialize, Collection)]
    /// # #[leaf(name = "books")]
    /// # struct Book { title: String, year: i32, price: Option<f64> }
    /// # async fn run(db: &queryleaf::mongodb::Database) -> queryleaf::Result<()> {
    /// let account = sql!("SELECT title FROM books WHERE year = 1890").explain(db).await?;
    /// println!("{account:#}");
    /// # Ok(())
    /// # }
    /// ```
    pub fn explain<'e>(
        &self,
        executor: impl Outside<'e, why::Explain>,
    ) -> BoxFuture<'e, Result<Document>> {
        self.request.explain(executor.target())
    }

    /// The stages that are sent, those of a `find` written as a pipeline: for a look, and to run
    /// with other tools.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`](crate::Error::Parameter).
    ///
    /// ```no_run
    /// # use queryleaf::prelude::*;
    /// # #[derive(Serialize, Deserialize, Collection)]
    /// # #[leaf(name = "books")]
    /// # struct Book { title: String, year: i32, price: Option<f64> }
    /// # async fn run(db: &queryleaf::mongodb::Database) -> queryleaf::Result<()> {
    /// let pipeline = sql!("SELECT year, COUNT(*) AS books FROM books GROUP BY year").pipeline()?;
    /// println!("{pipeline:?}");
    /// # Ok(())
    /// # }
    /// ```
    pub fn pipeline(&self) -> Result<Vec<Document>> {
        Ok(self.request.query(false)?.into())
    }

    /// The command that [`fetch_all`](Query::fetch_all) sends. The other methods add a limit, and a
    /// session may have another form.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`](crate::Error::Parameter).
    ///
    /// ```no_run
    /// # use queryleaf::prelude::*;
    /// # #[derive(Serialize, Deserialize, Collection)]
    /// # #[leaf(name = "books")]
    /// # struct Book { title: String, year: i32, price: Option<f64> }
    /// # async fn run(db: &queryleaf::mongodb::Database) -> queryleaf::Result<()> {
    /// let year = 1890;
    /// let command = sql!("SELECT title FROM books WHERE year = :year").command()?;
    /// assert!(command.contains_key("find"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn command(&self) -> Result<Document> {
        Ok(self.request.query(false)?.into())
    }

    /// The SQL text, as it stands in the program.
    pub fn sql(&self) -> &'static str {
        self.request.plan.sql
    }

    /// The names of the columns in order, which are also the names of the fields of a row.
    pub fn columns(&self) -> &'static [&'static str] {
        self.request.plan.columns
    }
}

/// Reads the only column.
pub(crate) fn scalar<S, T: Fill<S>>(row: &mut RowReader<'_>) -> Result<T> {
    row.fill::<S, T>(0)
}

/// The SQL only: the values of parameters may be secrets.
impl<R, S> fmt::Debug for Query<R, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Query")
            .field("sql", &self.request.plan.sql)
            .finish_non_exhaustive()
    }
}
