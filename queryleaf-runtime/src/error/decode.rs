//! A stored value that does not fit its column.

use mongodb::bson::Bson;
use std::fmt;

/// A stored value that does not fit the type of its column: where it is, what was expected and what was
/// found.
///
/// ```no_run
/// # use queryleaf::prelude::*;
/// # #[derive(Serialize, Deserialize, Collection)]
/// # #[leaf(name = "books")]
/// # struct Book { title: String, year: i32, price: Option<f64> }
/// # async fn run(db: &queryleaf::mongodb::Database) -> queryleaf::Result<()> {
/// let books = sql!("SELECT title, year FROM books").fetch_all(db).await;
/// if let Err(Error::Decode(misfit)) = &books {
///     println!("`{}` of document {:?} is {}", misfit.path, misfit.id, misfit.found);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct DecodeError {
    /// The collection that the query reads.
    pub collection: String,
    /// The `_id` of the result document, when it has one: that of the stored document, of the first
    /// collection where several are joined. It has none where the query groups, and where an index
    /// holds all that the query reads, so that the document itself is not fetched.
    pub id: Option<Bson>,
    /// The path of the value in the result document: `address.city`, `items.3.sku`.
    pub path: String,
    /// The type that was expected.
    pub expected: String,
    /// What was found instead.
    pub found: String,
    /// The query.
    pub sql: &'static str,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "expected {}, found {} at `{}` of a document",
            self.expected, self.found, self.path
        )?;
        if let Some(id) = &self.id {
            write!(f, " with `_id` {id}")?;
        }
        write!(f, " of `{}`, in `{}`", self.collection, self.sql)
    }
}

impl std::error::Error for DecodeError {}
