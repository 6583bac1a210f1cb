//! What follows a stream and keeps its events.

use super::progress::{Progress, before};
use super::store::Store;
use crate::error::Result;
use crate::request::Request;
use crate::watch::ResumeToken;
use crate::watch::changes::{Changes, id};
use crate::watch::source::Source;
use crate::watch::stream::{Seen, seen};
use futures::StreamExt;
use futures::future::BoxFuture;
use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::watch;

/// How many events are kept at once, at the most.
const AT_ONCE: usize = 1000;

/// How long the server waits for an event before it says up to where there is none.
const MAX_AWAIT_TIME: Duration = Duration::from_millis(500);

/// Follows the stream part of a [`LiveQuery`](super::LiveQuery) and keeps its events, without end: a
/// future that is ready with an error only.
///
/// It goes on where the last one, in this process or another, has stopped. Each event is kept under its
/// own name, so that none is there twice, and the place up to which they are kept is stored behind them,
/// so that none is left out; several collectors of one query do no harm.
///
/// # Errors
///
/// [`Error::HistoryLost`](crate::Error::HistoryLost) where no collector has run for longer than the server remembers, and those of
/// every [query](crate::Query#errors). An event for which the server cannot compute a condition of the query
/// is one of them: without it, the results would be wrong. The connection may be lost for half a minute.
#[must_use = "futures do nothing unless awaited"]
pub struct Collector(BoxFuture<'static, Result<Infallible>>);

impl Collector {
    pub(super) fn new(store: Store) -> Self {
        let (told, _) = watch::channel(None);
        Collector(Box::pin(async move { collect(&store, &told).await }))
    }
}

impl Future for Collector {
    type Output = Result<Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(cx)
    }
}

impl fmt::Debug for Collector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Collector").finish_non_exhaustive()
    }
}

/// Who is told how far the events are.
pub(super) type Told = watch::Sender<Option<Progress>>;

/// Keeps the events of a stream, and tells after each step how far they are.
pub(super) async fn collect(store: &Store, told: &Told) -> Result<Infallible> {
    store.prepare().await?;
    loop {
        follow(store, told).await?;
    }
}

/// Keeps the events until what is watched is gone; it may come again.
async fn follow(store: &Store, told: &Told) -> Result<()> {
    let plan = &store.plan.stream;
    let mut source = Source::read(&Request::new(plan, Vec::new()))?;
    source.set_max_await_time(MAX_AWAIT_TIME);
    let mut changes = Changes::new(source, store.database.clone());
    changes.token = store.progress().await?.map(|progress| progress.token);
    changes.open().await?;
    // What happens from here on is seen, also by whoever goes on after a crash.
    if let Some(token) = &changes.token {
        advance(store, told, token, false, 0).await?;
    }
    let mut batches = seen(changes).ready_chunks(AT_ONCE);
    while let Some(batch) = batches.next().await {
        let mut events = Vec::with_capacity(batch.len());
        let (mut last, mut failure) = (None, None);
        for seen in batch {
            match seen {
                Ok(Seen::Event(event)) => {
                    last = id(event.as_bytes()).map(|token| (token, true));
                    events.push(event);
                }
                Ok(Seen::Nothing(token)) => last = Some((token, false)),
                // What is behind it is not kept before it is.
                Ok(Seen::Failed(_, error)) | Err(error) => {
                    failure = Some(error);
                    break;
                }
            }
        }
        let kept = store.keep(&events).await?;
        if let Some((token, is_event)) = last {
            advance(store, told, &token, is_event, kept).await?;
        }
        if let Some(error) = failure {
            return Err(error);
        }
    }
    Ok(())
}

async fn advance(
    store: &Store,
    told: &Told,
    token: &ResumeToken,
    is_event: bool,
    kept: u64,
) -> Result<()> {
    let time = token.cluster_time();
    let complete_to = if is_event { time.map(before) } else { time };
    let progress = store.advance(token, complete_to, kept).await?;
    told.send_replace(Some(progress));
    Ok(())
}
