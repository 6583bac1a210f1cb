//! The rows of a running query one by one.

use crate::batches::{Batch, Batches};
use crate::error::Result;
use crate::query::DecodeRow;
use crate::row::RowReader;
use futures::stream::{FusedStream, Stream};
use queryleaf_plan::bson::Malformed;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// The rows of a running query one by one: the [`Stream`] that [`Query::stream`](crate::Query::stream)
/// gives, with the adapters of the `futures` crate.
///
/// ```no_run
/// # use queryleaf::prelude::*;
/// # #[derive(Serialize, Deserialize, Collection)]
/// # #[leaf(name = "books")]
/// # struct Book { title: String, year: i32, price: Option<f64> }
/// # async fn run(db: &queryleaf::mongodb::Database) -> queryleaf::Result<()> {
/// use futures::TryStreamExt;
///
/// let books = sql!("SELECT title, year FROM books").stream(db);
/// let old: Vec<String> = books
///     .try_filter_map(async |book| Ok((book.year < 1900).then_some(book.title)))
///     .try_collect()
///     .await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "streams do nothing unless polled"]
pub struct RowStream<'e, R> {
    rows: RawRows<'e>,
    decode: DecodeRow<R>,
}

/// Raw rows, one batch of them in memory.
struct RawRows<'e> {
    batches: Batches<'e>,
    batch: Option<Batch>,
    done: bool,
}

impl<'e, R> RowStream<'e, R> {
    pub(crate) fn new(batches: Batches<'e>, decode: DecodeRow<R>) -> Self {
        RowStream {
            rows: RawRows {
                batches,
                batch: None,
                done: false,
            },
            decode,
        }
    }
}

impl RawRows<'_> {
    fn poll_row(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<RowReader<'_>>>> {
        loop {
            let more = match &mut self.batch {
                Some(batch) => batch.has_more(),
                None => false,
            };
            if more {
                break;
            }
            self.batch = match ready!(self.batches.poll_batch(cx)) {
                Some(Ok(batch)) => Some(batch),
                Some(Err(error)) => {
                    self.done = true;
                    return Poll::Ready(Some(Err(error)));
                }
                None => {
                    self.done = true;
                    return Poll::Ready(None);
                }
            };
        }
        let plan = self.batches.plan();
        Poll::Ready(match self.batch.as_mut().and_then(Batch::next_row) {
            Some(Ok(row)) => Some(Ok(RowReader::new(plan, row).of(self.batches.database()))),
            Some(Err(Malformed)) => Some(Err(self.batches.malformed())),
            None => None,
        })
    }
}

impl<R> Stream for RowStream<'_, R> {
    type Item = Result<R>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        Poll::Ready(match ready!(this.rows.poll_row(cx)) {
            Some(Ok(mut row)) => Some((this.decode)(&mut row)),
            Some(Err(error)) => Some(Err(error)),
            None => None,
        })
    }
}

impl<R> FusedStream for RowStream<'_, R> {
    fn is_terminated(&self) -> bool {
        self.rows.done
    }
}

impl<R> fmt::Debug for RowStream<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RowStream").finish_non_exhaustive()
    }
}
