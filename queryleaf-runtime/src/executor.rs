//! Where a query runs: a database, with or without a session.

use crate::transaction::Interrupted;
use mongodb::{ClientSession, Database};
pub(crate) use sealed::Sealed;

/// What a query can run on: `&mongodb::Database`, or a database and a session made one by
/// [`with_session`].
///
/// A function of one's own takes it to run its queries either way:
///
/// ```no_run
/// # use queryleaf::prelude::*;
/// # #[derive(Serialize, Deserialize, Collection)]
/// # #[leaf(name = "books")]
/// # struct Book { title: String, year: i32, price: Option<f64> }
/// # async fn run(db: &queryleaf::mongodb::Database) -> queryleaf::Result<()> {
/// async fn books_of<'e>(year: i32, db: impl queryleaf::Executor<'e>) -> queryleaf::Result<i64> {
///     sql!("SELECT COUNT(*) FROM books WHERE year = :year").fetch_scalar(db).await
/// }
///
/// let books = books_of(1890, db).await?;
/// # Ok(())
/// # }
/// ```
///
/// `'e` is how long the running query borrows from it: a session for as long as the query runs, a
/// database not at all.
#[diagnostic::on_unimplemented(
    message = "a query cannot run on `{Self}`",
    label = "expected `&mongodb::Database` or what `queryleaf::with_session` makes",
    note = "queries take the user's own `&mongodb::Database`: `client.database(\"shop\")`"
)]
pub trait Executor<'e>: Sealed {
    /// The database and the session.
    #[doc(hidden)]
    fn target(self) -> Target<'e>;
}

/// A database and perhaps a session.
#[derive(Debug)]
pub struct Target<'e> {
    pub(crate) database: Database,
    pub(crate) session: Option<&'e mut ClientSession>,
    /// Where the session is known to be in a transaction.
    pub(crate) transaction: Option<Interrupted>,
}

/// A database whose queries run in a session; see [`with_session`].
#[derive(Debug)]
pub struct InSession<'s> {
    database: Database,
    session: &'s mut ClientSession,
    transaction: Option<Interrupted>,
}

impl<'s> InSession<'s> {
    pub(crate) fn in_transaction(
        database: Database,
        session: &'s mut ClientSession,
        interrupted: &Interrupted,
    ) -> Self {
        InSession {
            database,
            session,
            transaction: Some(interrupted.clone()),
        }
    }
}

/// Makes queries run in a session of the driver, and so in its transaction once one is started.
///
/// ```no_run
/// # use queryleaf::prelude::*;
/// # #[derive(Serialize, Deserialize, Collection)]
/// # #[leaf(name = "books")]
/// # struct Book { title: String, year: i32, price: Option<f64> }
/// # async fn run(client: queryleaf::mongodb::Client) -> Result<(), Box<dyn std::error::Error>> {
/// let library = client.database("library");
/// let mut session = client.start_session().await?;
/// session.start_transaction().await?;
/// let mut in_session = queryleaf::with_session(&library, &mut session);
/// let books = sql!("SELECT title FROM books").fetch_all(&mut in_session).await?;
/// let count: i64 = sql!("SELECT COUNT(*) FROM books").fetch_scalar(&mut in_session).await?;
/// session.commit_transaction().await?;
/// assert_eq!(i64::try_from(books.len())?, count);
/// # Ok(())
/// # }
/// ```
pub fn with_session<'s>(database: &Database, session: &'s mut ClientSession) -> InSession<'s> {
    InSession {
        database: database.clone(),
        session,
        transaction: None,
    }
}

impl Executor<'static> for &Database {
    fn target(self) -> Target<'static> {
        Target {
            database: self.clone(),
            session: None,
            transaction: None,
        }
    }
}

impl<'s> Executor<'s> for InSession<'s> {
    fn target(self) -> Target<'s> {
        Target {
            database: self.database,
            session: Some(self.session),
            transaction: self.transaction,
        }
    }
}

impl<'e> Executor<'e> for &'e mut InSession<'_> {
    fn target(self) -> Target<'e> {
        Target {
            database: self.database.clone(),
            session: Some(self.session),
            transaction: self.transaction.clone(),
        }
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for &mongodb::Database {}
    impl Sealed for super::InSession<'_> {}
    impl Sealed for &mut super::InSession<'_> {}
}
