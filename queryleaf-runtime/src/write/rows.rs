//! The user's own structs as rows of an `INSERT`.

use super::documents::Documents;
use super::feed::Feed;
use crate::bridge;
use crate::schema::{Defined, Witness};
use futures::stream::{Stream, StreamExt};
use queryleaf_plan::Rules;
use serde::Serialize;
use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// Values that an `INSERT INTO orders VALUES (:rows)` takes: a `D`, where `D` is the struct of the
/// collection, or a slice, an array, a `Vec` of them, or a stream wrapped in [`rows`].
///
/// They are serialised once, exactly as the driver's `Collection<D>` would store them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be inserted into a table of `{D}`",
    label = "expected a `{D}`, or a slice, a `Vec` or a stream of them",
    note = "`INSERT INTO .. VALUES (:rows)` takes whole rows: the struct with `#[leaf(name = ..)]` \
            of the collection itself, which must have `#[derive(Serialize)]`; a stream is given as \
            `queryleaf::rows(stream)`, and a value of one column with the column's name, \
            `INSERT INTO .. (name) VALUES (:value)`"
)]
pub trait Rows<D> {
    /// The rows as they are sent.
    #[doc(hidden)]
    fn encode(&self) -> BoundRows;
}

/// The rows of a statement that has any; made by [`bind_rows`].
#[derive(Debug, Clone)]
pub struct BoundRows(Kind);

#[derive(Clone)]
enum Kind {
    Known(Arc<Documents>),
    /// Taken by whoever runs the statement first.
    Once(Arc<Mutex<Option<Feed>>>),
    Unusable(Arc<str>),
}

/// The rows of a value, for the table of this witness.
pub fn bind_rows<D, V: Rows<D> + ?Sized>(_: Witness<D>, value: &V) -> BoundRows {
    value.encode()
}

impl BoundRows {
    /// Rows that can be sent once.
    pub(crate) fn once(feed: Feed) -> Self {
        BoundRows(Kind::Once(Arc::new(Mutex::new(Some(feed)))))
    }

    /// The rows, for one run of the statement.
    pub(crate) fn feed(&self) -> Result<Feed, String> {
        match &self.0 {
            Kind::Known(documents) => Ok(Feed::known(Arc::clone(documents))),
            Kind::Once(feed) => feed
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take()
                .ok_or_else(|| "the rows were taken by an earlier run of the statement".to_owned()),
            Kind::Unusable(reason) => Err(reason.to_string()),
        }
    }

    /// The rows, where they are known.
    pub(crate) fn known(&self) -> Option<&Documents> {
        match &self.0 {
            Kind::Known(documents) => Some(documents),
            Kind::Once(_) | Kind::Unusable(_) => None,
        }
    }
}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Kind::Known(documents) => write!(f, "{} rows", documents.len()),
            Kind::Once(_) => f.write_str("a stream of rows"),
            Kind::Unusable(reason) => f.write_str(reason),
        }
    }
}

fn encode<'a, D: Serialize + Defined + 'a>(rows: impl IntoIterator<Item = &'a D>) -> BoundRows {
    let mut documents = Documents::default();
    let rules = rules::<D>();
    for (number, row) in rows.into_iter().enumerate() {
        let row = bridge::serialize_document(row);
        let pushed = row.and_then(|bytes| documents.push_row_of(&bytes, &rules));
        if let Err(reason) = pushed {
            return BoundRows(Kind::Unusable(format!("row {number}: {reason}").into()));
        }
    }
    BoundRows(Kind::Known(Arc::new(documents)))
}

/// What the rows of a table are held to.
fn rules<D: Defined>() -> Rules {
    // What the derive wrote can be read; if it could not, the server looks at the rows as well.
    Rules::decode(D::RULES).unwrap_or_default()
}

#[diagnostic::do_not_recommend]
impl<D: Serialize + Defined> Rows<D> for D {
    fn encode(&self) -> BoundRows {
        encode([self])
    }
}

/// Implements [`Rows`] for what holds rows.
macro_rules! rows {
    ($([$($generics:tt)*] $rust:ty;)+) => {$(
        #[diagnostic::do_not_recommend]
        impl<D: Serialize + Defined, $($generics)*> Rows<D> for $rust {
            fn encode(&self) -> BoundRows {
                encode::<D>(self.iter())
            }
        }
    )+};
}

rows! {
    [] [D];
    [] &[D];
    [] Vec<D>;
    [] &Vec<D>;
    [] Box<[D]>;
    [] VecDeque<D>;
    [const N: usize] [D; N];
    [const N: usize] &[D; N];
}

#[diagnostic::do_not_recommend]
impl<D: Serialize + Defined> Rows<D> for &D {
    fn encode(&self) -> BoundRows {
        encode([*self])
    }
}

/// A stream of rows for an `INSERT INTO orders VALUES (:rows)`; see [`rows`].
pub struct RowsOf<S>(Mutex<Option<S>>);

/// Makes a stream the rows of an `INSERT INTO orders VALUES (:rows)`.
///
/// Its items are the structs of the collection, or `Result`s of them; an `Err` ends the statement
/// with a [`WriteError`](crate::WriteError) that says what was stored before. The stream is read
/// while the statement runs, batch by batch, so that one of millions of rows needs little memory. It
/// can be given to one statement, and that can be run once.
///
/// ```no_run
/// # use queryleaf::prelude::*;
/// # #[derive(Serialize, Deserialize, Collection)]
/// # #[leaf(name = "books")]
/// # struct Book { title: String, year: i32, price: Option<f64> }
/// # async fn run(db: &queryleaf::mongodb::Database) -> queryleaf::Result<()> {
/// let volumes = (1..1_000_000).map(|n| Book { title: format!("Volume {n}"), year: n, price: None });
/// let volumes = queryleaf::rows(futures::stream::iter(volumes));
/// sql!("INSERT INTO books VALUES (:volumes)").execute(db).await?;
/// # Ok(())
/// # }
/// ```
pub fn rows<S: Stream + Send + 'static>(stream: S) -> RowsOf<S> {
    RowsOf(Mutex::new(Some(stream)))
}

impl<S> fmt::Debug for RowsOf<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RowsOf").finish_non_exhaustive()
    }
}

/// An item of a stream of rows.
#[diagnostic::on_unimplemented(
    message = "a stream of `{Self}` cannot be inserted into a table of `{D}`",
    label = "expected a stream of `{D}` or of `Result<{D}, _>`"
)]
pub trait StreamedRow<D> {
    /// The row as it is sent.
    #[doc(hidden)]
    fn encode(self) -> Result<Vec<u8>, RowFailure>;
}

/// Why a stream gave no row.
pub(crate) type RowFailure = Box<dyn std::error::Error + Send + Sync>;

#[diagnostic::do_not_recommend]
impl<D: Serialize> StreamedRow<D> for D {
    fn encode(self) -> Result<Vec<u8>, RowFailure> {
        Ok(bridge::serialize_document(&self)?)
    }
}

#[diagnostic::do_not_recommend]
impl<D: Serialize, E: Into<RowFailure>> StreamedRow<D> for Result<D, E> {
    fn encode(self) -> Result<Vec<u8>, RowFailure> {
        Ok(bridge::serialize_document(&self.map_err(Into::into)?)?)
    }
}

#[diagnostic::do_not_recommend]
impl<D: Defined + 'static, S> Rows<D> for RowsOf<S>
where
    S: Stream<Item: StreamedRow<D>> + Send + 'static,
{
    fn encode(&self) -> BoundRows {
        let stream = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        match stream {
            Some(stream) => {
                let rows = stream.map(StreamedRow::encode).boxed();
                BoundRows::once(Feed::stream(rows, rules::<D>()))
            }
            None => BoundRows(Kind::Unusable(
                "the stream of rows was given to another statement".into(),
            )),
        }
    }
}
