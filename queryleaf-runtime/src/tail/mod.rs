//! Rows of a capped collection as they come.

mod cursor;
mod query;

pub use query::TailableQuery;
pub(crate) use query::Tailed;

use crate::Plan;
use crate::error::Result;
use crate::query::DecodeRow;
use crate::row::RowReader;
use cursor::Follow;
use futures::StreamExt;
use futures::stream::{BoxStream, FusedStream, Stream};
use mongodb::bson::Bson;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// The rows of a capped collection, those that are stored and then those that come: the [`Stream`]
/// that [`TailableQuery::tail`] gives. It ends with an error only.
///
/// When the cursor dies, because the server was restarted or the collection was empty, another one
/// goes on behind the row that was seen last, which is found by its `_id`: no row comes twice, and
/// none is left out. Where that row has been overwritten by newer ones meanwhile, others may have been,
/// too: then [`Error::RowsMissed`](crate::Error::RowsMissed) takes their place, and the rows that are
/// stored follow.
#[must_use = "streams do nothing unless polled"]
pub struct Tail<R> {
    state: State,
    plan: &'static Plan,
    decode: DecodeRow<R>,
    /// The bytes of the row that was given out last.
    last: Option<Vec<u8>>,
}

enum State {
    /// Nothing has been asked for.
    New(Box<Follow>),
    Running(BoxStream<'static, Result<Vec<u8>>>),
    Done,
}

impl<R> Tail<R> {
    fn new(plan: &'static Plan, follow: Follow, decode: DecodeRow<R>) -> Self {
        Tail {
            state: State::New(Box::new(follow)),
            plan,
            decode,
            last: None,
        }
    }

    /// How long the server waits for a new row before it answers that there is none, and is asked
    /// again; one second unless told otherwise. It is to be said before the first row.
    pub fn max_await_time(mut self, time: Duration) -> Self {
        if let State::New(follow) = &mut self.state {
            follow.max_await_time = Some(time);
        }
        self
    }

    /// Begins behind the row with this `_id`, the last one that another [`Tail`] has seen. It is to be
    /// said before the first row.
    ///
    /// ```no_run
    /// # use queryleaf::prelude::*;
    /// # #[derive(Serialize, Deserialize, Collection)]
    /// # #[leaf(name = "events", capped(size = "1MB"))]
    /// # struct Event { kind: String }
    /// # async fn run(db: &queryleaf::mongodb::Database, last: Bson) -> queryleaf::Result<()> {
    /// let events = sql!("SELECT kind FROM events").tail(db).after(last);
    /// # Ok(())
    /// # }
    /// ```
    pub fn after(mut self, id: impl Into<Bson>) -> Self {
        if let State::New(follow) = &mut self.state {
            follow.after = Some(id.into());
        }
        self
    }

    /// The `_id` of the row that was given out last, to be stored and handed to
    /// [`after`](Tail::after).
    pub fn last_seen(&self) -> Option<Bson> {
        cursor::id(self.last.as_deref()?)
    }
}

impl<R> Stream for Tail<R> {
    type Item = Result<R>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            let next = match &mut this.state {
                State::Running(rows) => ready!(rows.poll_next_unpin(cx)),
                State::Done => return Poll::Ready(None),
                State::New(_) => {
                    if let State::New(follow) = std::mem::replace(&mut this.state, State::Done) {
                        this.state = State::Running(follow.rows());
                    }
                    continue;
                }
            };
            return Poll::Ready(match next {
                Some(Ok(row)) => {
                    let row = this.last.insert(row);
                    Some((this.decode)(&mut RowReader::new(this.plan, row)))
                }
                Some(Err(error)) => Some(Err(error)),
                None => {
                    this.state = State::Done;
                    None
                }
            });
        }
    }
}

impl<R> FusedStream for Tail<R> {
    fn is_terminated(&self) -> bool {
        matches!(self.state, State::Done)
    }
}

impl<R> fmt::Debug for Tail<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tail")
            .field("last_seen", &self.last_seen())
            .finish_non_exhaustive()
    }
}
