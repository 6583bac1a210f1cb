//! The rows of a running query one by one.

use crate::error::Result;
use crate::query::DecodeRow;
use crate::running::Running;
use futures::stream::{FusedStream, Stream};
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
    rows: Running<'e>,
    decode: DecodeRow<R>,
    done: bool,
}

impl<'e, R> RowStream<'e, R> {
    pub(crate) fn new(rows: Running<'e>, decode: DecodeRow<R>) -> Self {
        RowStream {
            rows,
            decode,
            done: false,
        }
    }
}

impl<R> Stream for RowStream<'_, R> {
    type Item = Result<R>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        Poll::Ready(match ready!(this.rows.poll_row(cx)) {
            Some(Ok(mut row)) => Some((this.decode)(&mut row)),
            Some(Err(error)) => Some(Err(error)),
            None => {
                this.done = true;
                None
            }
        })
    }
}

impl<R> FusedStream for RowStream<'_, R> {
    fn is_terminated(&self) -> bool {
        self.done
    }
}

impl<R> fmt::Debug for RowStream<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RowStream").finish_non_exhaustive()
    }
}
