//! The changes as typed rows.

use super::changes::{self, Changes, Next};
use super::{ClusterTime, ResumeToken, snapshot};
use crate::Plan;
use crate::error::{Error, Result};
use crate::query::DecodeRow;
use crate::row::RowReader;
use crate::span;
use futures::StreamExt;
use futures::stream::{BoxStream, FusedStream, Stream, unfold};
use mongodb::Database;
use mongodb::bson::RawDocumentBuf;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tracing::Span;

/// The changes that a query asks for, as they happen: the [`Stream`] that
/// [`WatchQuery::watch`](super::WatchQuery::watch) gives.
///
/// It ends when what is watched is dropped or renamed, with the event `invalidate` where the query lets
/// that pass, and [`token`](Watch::token) is then the place behind that; with an error; and not otherwise. The driver goes on behind the last event when the
/// connection fails, and after it this does, for half a minute: no event comes twice, none is left out.
///
/// Nothing is sent before the first event is asked for, or [`open`](Watch::open) is called; without a
/// place to begin at, the stream begins there.
#[must_use = "streams do nothing unless polled"]
pub struct Watch<R> {
    state: State,
    plan: &'static Plan,
    decode: DecodeRow<R>,
    /// Whether the documents that there are come first.
    snapshot_first: bool,
    last: Option<Last>,
    span: Span,
}

enum State {
    /// Nothing has been asked for.
    New(Box<Result<Changes>>),
    Running(BoxStream<'static, Result<Seen>>),
    Done,
}

/// What was given out last, by which the place behind it is known.
enum Last {
    Event(RawDocumentBuf),
    Nothing(ResumeToken),
}

/// What has been seen of the stream.
pub(super) enum Seen {
    Event(RawDocumentBuf),
    /// An event as it is, for which the condition or a column of the query has no value, and the error.
    Failed(RawDocumentBuf, Error),
    /// Nothing up to this place.
    Nothing(ResumeToken),
}

impl<R> Watch<R> {
    pub(super) fn new(
        changes: Result<Changes>,
        plan: &'static Plan,
        decode: DecodeRow<R>,
        database: &Database,
    ) -> Self {
        Watch {
            state: State::New(Box::new(changes)),
            plan,
            decode,
            snapshot_first: false,
            last: None,
            span: span::operation(plan, database, Some("aggregate")),
        }
    }

    pub(super) fn snapshot_first(mut self) -> Self {
        self.snapshot_first = true;
        self
    }

    /// Begins behind this place, the [`token`](Watch::token) of another stream of the same query, in
    /// this process or another. It is to be said before the first event.
    ///
    /// ```no_run
    /// # use queryleaf::watch::{ResumeToken, Watch};
    /// # fn resume<R>(changes: Watch<R>, stored: &str) -> Result<Watch<R>, Box<dyn std::error::Error>> {
    /// let token: ResumeToken = stored.parse()?;
    /// let changes = changes.resume_after(&token);
    /// # Ok(changes)
    /// # }
    /// ```
    pub fn resume_after(self, token: &ResumeToken) -> Self {
        self.with(|changes| {
            // Not behind the place that the declaration of the stream names.
            changes.token = Some(token.clone());
            changes.source.start_after(token)
        })
    }

    /// Begins with the operations of this time. It is to be said before the first event.
    pub fn start_at(self, time: impl Into<ClusterTime>) -> Self {
        self.with(|changes| {
            changes.token = None;
            changes.source.start_at(time.into());
            Ok(())
        })
    }

    /// How many events the server sends at once, at the most. It is to be said before the first event.
    pub fn batch_size(self, events: u32) -> Self {
        self.with(|changes| {
            changes.source.set_batch_size(events);
            Ok(())
        })
    }

    /// How long the server waits for an event before it answers that there is none, and is asked
    /// again; one second unless told otherwise. It is to be said before the first event.
    pub fn max_await_time(self, time: Duration) -> Self {
        self.with(|changes| {
            changes.source.set_max_await_time(time);
            Ok(())
        })
    }

    fn with(mut self, set: impl FnOnce(&mut Changes) -> Result<()>) -> Self {
        if let State::New(changes) = &mut self.state
            && let Ok(opened) = &mut **changes
            && let Err(error) = set(opened)
        {
            **changes = Err(error);
        }
        self
    }

    /// Opens the stream now: what happens from here on is seen, though it is asked for later. A stream
    /// that begins with a snapshot is not opened before its first row is asked for.
    ///
    /// # Errors
    ///
    /// Those of the first event.
    pub async fn open(&mut self) -> Result<()> {
        let State::New(changes) = &mut self.state else {
            return Ok(());
        };
        if self.snapshot_first {
            return Ok(());
        }
        let opened = match &mut **changes {
            Ok(changes) => changes.open().await,
            Err(_) => Ok(()),
        };
        match (std::mem::replace(&mut self.state, State::Done), opened) {
            (State::New(changes), Ok(())) => {
                let changes = (*changes)?;
                self.state = State::New(Box::new(Ok(changes)));
                Ok(())
            }
            (_, opened) => opened,
        }
    }

    /// The place behind the event that was given out last, or a later one up to which there is no
    /// other event; to be stored and handed to [`resume_after`](Watch::resume_after).
    pub fn token(&self) -> Option<ResumeToken> {
        match &self.last {
            Some(Last::Event(event)) => changes::id(event.as_bytes()),
            Some(Last::Nothing(token)) => Some(token.clone()),
            None => match &self.state {
                State::New(changes) => match &**changes {
                    Ok(changes) => changes.token.clone(),
                    Err(_) => None,
                },
                State::Running(_) | State::Done => None,
            },
        }
    }

    /// What is seen next, undecoded.
    pub(super) fn poll_seen(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Seen>>> {
        let _entered = self.span.enter();
        loop {
            match &mut self.state {
                State::Running(seen) => {
                    let seen = ready!(seen.poll_next_unpin(cx));
                    if !matches!(seen, Some(Ok(_))) {
                        self.state = State::Done;
                    }
                    return Poll::Ready(seen);
                }
                State::Done => return Poll::Ready(None),
                State::New(_) => {
                    if let State::New(changes) = std::mem::replace(&mut self.state, State::Done) {
                        match *changes {
                            Ok(changes) if self.snapshot_first => {
                                let followed = snapshot::followed(changes.source, changes.database);
                                self.state = State::Running(followed);
                            }
                            Ok(changes) => self.state = State::Running(seen(changes)),
                            Err(error) => return Poll::Ready(Some(Err(error))),
                        }
                    }
                }
            }
        }
    }

    /// Reads the row of an event.
    pub(super) fn decode(&self, event: &RawDocumentBuf) -> Result<R> {
        (self.decode)(&mut RowReader::new(self.plan, event.as_bytes()))
    }
}

/// What is seen, without end unless what is watched has one.
pub(super) fn seen(changes: Changes) -> BoxStream<'static, Result<Seen>> {
    let seen = unfold(Some(changes), |changes| async {
        let mut changes = changes?;
        loop {
            return match changes.next().await {
                Ok(Next::Event(event)) => Some((Ok(Seen::Event(event)), Some(changes))),
                Ok(Next::Failed(event, why)) => Some((Ok(Seen::Failed(event, why)), Some(changes))),
                Ok(Next::Nothing(Some(token))) => Some((Ok(Seen::Nothing(token)), Some(changes))),
                Ok(Next::Nothing(None)) => continue,
                Ok(Next::End) => None,
                Err(error) => Some((Err(error), None)),
            };
        }
    });
    seen.boxed()
}

impl<R> Stream for Watch<R> {
    type Item = Result<R>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            match ready!(this.poll_seen(cx)) {
                Some(Ok(Seen::Event(event))) => {
                    let row = this.decode(&event);
                    this.last = Some(Last::Event(event));
                    return Poll::Ready(Some(row));
                }
                Some(Ok(Seen::Failed(event, error))) => {
                    this.last = Some(Last::Event(event));
                    return Poll::Ready(Some(Err(error)));
                }
                Some(Ok(Seen::Nothing(place))) => this.last = Some(Last::Nothing(place)),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl<R> FusedStream for Watch<R> {
    fn is_terminated(&self) -> bool {
        matches!(self.state, State::Done)
    }
}

impl<R> fmt::Debug for Watch<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch")
            .field("token", &self.token())
            .finish_non_exhaustive()
    }
}
