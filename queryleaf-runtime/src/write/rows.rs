//! The user's own structs as rows of an `INSERT`.

use super::documents::{Batch, Documents, Limit};
use crate::bridge;
use crate::schema::Witness;
use futures::stream::{BoxStream, Stream, StreamExt};
use serde::Serialize;
use std::collections::VecDeque;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

/// Values that an `INSERT INTO orders VALUES (:rows)` takes: a `D`, where `D` is the struct of the
/// collection, or a slice, an array, a `Vec` of them, or a stream wrapped in [`rows`].
///
/// They are serialised once, exactly as the driver's `Collection<D>` would store them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be inserted into a table of `{D}`",
    label = "expected a `{D}`, or a slice, a `Vec` or a stream of them",
    note = "`INSERT INTO .. VALUES (:rows)` takes whole rows: the struct with `#[leaf(name = ..)]` \
            of the collection itself; a stream is given as `queryleaf::rows(stream)`"
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

fn encode<'a, D: Serialize + 'a>(rows: impl IntoIterator<Item = &'a D>) -> BoundRows {
    let mut documents = Documents::default();
    for (number, row) in rows.into_iter().enumerate() {
        let pushed = bridge::serialize_document(row).and_then(|bytes| documents.push(&bytes));
        if let Err(reason) = pushed {
            return BoundRows(Kind::Unusable(format!("row {number}: {reason}").into()));
        }
    }
    BoundRows(Kind::Known(Arc::new(documents)))
}

#[diagnostic::do_not_recommend]
impl<D: Serialize> Rows<D> for D {
    fn encode(&self) -> BoundRows {
        encode([self])
    }
}

/// Implements [`Rows`] for what holds rows.
macro_rules! rows {
    ($([$($generics:tt)*] $rust:ty;)+) => {$(
        #[diagnostic::do_not_recommend]
        impl<D: Serialize, $($generics)*> Rows<D> for $rust {
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
impl<D: Serialize> Rows<D> for &D {
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
impl<D: 'static, S> Rows<D> for RowsOf<S>
where
    S: Stream<Item: StreamedRow<D>> + Send + 'static,
{
    fn encode(&self) -> BoundRows {
        let stream = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        match stream {
            Some(stream) => BoundRows::once(Feed::stream(stream.map(StreamedRow::encode).boxed())),
            None => BoundRows(Kind::Unusable(
                "the stream of rows was given to another statement".into(),
            )),
        }
    }
}

/// The rows of one run of a statement, batch by batch.
pub(crate) struct Feed {
    /// What an earlier run left, to be sent first.
    left: VecDeque<Left>,
    rest: Rest,
}

/// A batch that an earlier run left.
#[derive(Debug, Clone)]
pub(crate) enum Left {
    /// It was sent, but its outcome is not known.
    Uncertain(Batch),
    Unsent(Batch),
}

enum Rest {
    Known {
        documents: Arc<Documents>,
        next: usize,
    },
    Stream {
        stream: BoxStream<'static, Result<Vec<u8>, RowFailure>>,
        /// How many rows were read from it.
        read: u64,
        /// Read but not yet sent: what an error left behind.
        left: Option<(Arc<Documents>, usize)>,
        /// What it gave instead of a row, to be reported after the rows before it.
        failure: Option<RowFailure>,
        ended: bool,
    },
}

/// What is sent next.
pub(crate) enum Next {
    Batch(Batch),
    /// An earlier run sent it already and does not know what became of it.
    Uncertain(Batch),
    /// The stream failed.
    Failed(RowFailure),
    End,
}

impl Feed {
    pub(crate) fn known(documents: Arc<Documents>) -> Self {
        Feed {
            left: VecDeque::new(),
            rest: Rest::Known { documents, next: 0 },
        }
    }

    fn stream(stream: BoxStream<'static, Result<Vec<u8>, RowFailure>>) -> Self {
        Feed {
            left: VecDeque::new(),
            rest: Rest::Stream {
                stream,
                read: 0,
                left: None,
                failure: None,
                ended: false,
            },
        }
    }

    /// The same rows, after those that a run left.
    pub(crate) fn after(mut self, left: Vec<Left>) -> Self {
        for batch in left.into_iter().rev() {
            self.left.push_front(batch);
        }
        self
    }

    /// All rows, where they are known and nothing was sent yet.
    pub(crate) fn all_known(&self) -> Option<&Documents> {
        match &self.rest {
            Rest::Known { documents, next: 0 } if self.left.is_empty() => Some(documents),
            Rest::Known { .. } | Rest::Stream { .. } => None,
        }
    }

    /// The rows whose outcome is not known.
    pub(crate) fn uncertain(&self) -> Vec<Range<u64>> {
        joined(self.left.iter().filter_map(|left| match left {
            Left::Uncertain(batch) => Some(batch.rows()),
            Left::Unsent(_) => None,
        }))
    }

    /// The rows that were not sent. Of a stream that has not ended, nobody knows how many they are.
    pub(crate) fn unsent(&self) -> Vec<Range<u64>> {
        let left = self.left.iter().filter_map(|left| match left {
            Left::Unsent(batch) => Some(batch.rows()),
            Left::Uncertain(_) => None,
        });
        let rest = match &self.rest {
            Rest::Known { documents, next } => [
                Some(documents.row(*next)..documents.row(documents.len())),
                None,
            ],
            Rest::Stream {
                left, read, ended, ..
            } => {
                let left = left
                    .as_ref()
                    .map(|(documents, next)| documents.row(*next)..documents.row(documents.len()));
                [left, (!ended).then_some(*read..u64::MAX)]
            }
        };
        joined(left.chain(rest.into_iter().flatten()))
    }

    /// The next batch within this limit.
    pub(crate) async fn next(&mut self, limit: Limit) -> Next {
        match self.left.pop_front() {
            Some(Left::Uncertain(batch)) => return Next::Uncertain(batch),
            Some(Left::Unsent(batch)) => return Next::Batch(batch),
            None => {}
        }
        match &mut self.rest {
            Rest::Known { documents, next } => match Batch::take(documents, *next, limit) {
                Some(batch) => {
                    *next = batch.end();
                    Next::Batch(batch)
                }
                None => Next::End,
            },
            Rest::Stream {
                stream,
                read,
                left,
                failure,
                ended,
            } => {
                if let Some((documents, next)) = left {
                    if let Some(batch) = Batch::take(documents, *next, limit) {
                        *next = batch.end();
                        return Next::Batch(batch);
                    }
                    *left = None;
                }
                if let Some(failure) = failure.take() {
                    return Next::Failed(failure);
                }
                let mut documents = Documents::starting_at(*read);
                while !*ended && documents.len() < limit.documents && documents.size() < limit.bytes
                {
                    let Some(row) = stream.next().await else {
                        *ended = true;
                        break;
                    };
                    match row.and_then(|bytes| Ok(documents.push(&bytes)?)) {
                        Ok(()) => *read += 1,
                        Err(error) if documents.len() == 0 => return Next::Failed(error),
                        Err(error) => {
                            *failure = Some(error);
                            break;
                        }
                    }
                }
                let documents = Arc::new(documents);
                match Batch::take(&documents, 0, limit) {
                    Some(batch) => {
                        *left = Some((documents, batch.end()));
                        Next::Batch(batch)
                    }
                    None => Next::End,
                }
            }
        }
    }
}

/// Ranges in order without empty ones, and with those together that follow each other.
pub(super) fn joined(ranges: impl Iterator<Item = Range<u64>>) -> Vec<Range<u64>> {
    let mut ranges: Vec<_> = ranges.filter(|range| !range.is_empty()).collect();
    ranges.sort_by_key(|range| range.start);
    let mut all: Vec<Range<u64>> = Vec::new();
    for range in ranges {
        match all.last_mut() {
            Some(last) if last.end == range.start => last.end = range.end,
            Some(_) | None => all.push(range),
        }
    }
    all
}
