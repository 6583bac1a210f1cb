//! What follows a stream and keeps its events.

use super::progress::{Progress, before};
use super::store::Store;
use crate::error::{Error, Result};
use crate::request::Request;
use crate::watch::changes::{Changes, id, may_pass};
use crate::watch::snapshot::followed;
use crate::watch::source::Source;
use crate::watch::stream::{Seen, seen};
use crate::watch::{HistoryLost, ResumeToken};
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use futures::{FutureExt, StreamExt};
use mongodb::bson::RawDocumentBuf;
use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// How many events are kept at once, at the most.
const AT_ONCE: usize = 1000;

/// Of how many bytes events are kept at once.
const BYTES_AT_ONCE: usize = 16 << 20;

/// How long to wait behind the end of what was watched.
const PAUSE: Duration = Duration::from_millis(100);

/// How long the server waits for an event before it says up to where there is none.
const MAX_AWAIT_TIME: Duration = Duration::from_millis(500);

/// How often is looked how far another process is.
const LOOK: Duration = Duration::from_millis(100);

/// How long a failure of the connection may last while nothing is kept.
const PATIENCE: Duration = Duration::from_secs(30);

/// Follows the stream part of a [`LiveQuery`](super::LiveQuery) and keeps its events, without end: a
/// future that is ready with an error only.
///
/// It goes on where the last one, in this process or another, has stopped. Each event is kept under its
/// own name, so that none is there twice, and the place up to which they are kept is stored behind them,
/// so that none is left out. Of several collectors of one query, one at a time follows the stream, by a
/// lease; when it ends or is killed, another one goes on.
///
/// # Errors
///
/// [`Error::HistoryLost`](crate::Error::HistoryLost) where no collector has run for longer than the server
/// remembers, unless [told otherwise](Collector::on_history_lost), and those of every
/// [query](crate::Query#errors). An event for which the server cannot compute a condition of the query is
/// one of them: without it, the results would be wrong. The connection may be lost for half a minute.
#[must_use = "futures do nothing unless awaited"]
pub struct Collector(State);

enum State {
    New(Box<Store>),
    Running(BoxFuture<'static, Result<Infallible>>),
}

impl Collector {
    pub(super) fn new(store: Store) -> Self {
        Collector(State::New(Box::new(store)))
    }

    /// What is done where the server has forgotten the history; [`HistoryLost::Fail`] unless told
    /// otherwise. With [`HistoryLost::RestartNow`] the events in between are missing, and with
    /// [`HistoryLost::Resnapshot`] what was kept is forgotten, and the documents that there are take its
    /// place, as inserts of this moment. It is to be said before the future is polled.
    pub fn on_history_lost(mut self, then: HistoryLost) -> Self {
        if let State::New(store) = &mut self.0 {
            store.history_lost = then;
        }
        self
    }
}

impl Future for Collector {
    type Output = Result<Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            match &mut self.0 {
                State::Running(collecting) => return collecting.as_mut().poll(cx),
                State::New(store) => {
                    let store = store.clone();
                    let (told, _) = watch::channel(None);
                    self.0 = State::Running(Box::pin(async move { collect(&store, &told).await }));
                }
            }
        }
    }
}

impl fmt::Debug for Collector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Collector").finish_non_exhaustive()
    }
}

/// Who is told how far the events are.
pub(super) type Told = watch::Sender<Option<Progress>>;

/// Keeps the events of a stream, or waits while another process does, and tells how far they are.
pub(super) async fn collect(store: &Store, told: &Told) -> Result<Infallible> {
    store.prepare().await?;
    let lease = store.lease();
    let mut answered = Instant::now();
    loop {
        let held = match lease.acquire().await {
            Ok(held) => held,
            Err(error) if may_pass(&error) && answered.elapsed() < PATIENCE => {
                tokio::time::sleep(PAUSE).await;
                continue;
            }
            Err(error) => return Err(error),
        };
        match held {
            Some(held) => {
                let _holding = lease.release_on_drop(held);
                tokio::select! {
                    ended = keep(store, told) => match ended? {},
                    () = lease.clone().keep(held) => {}
                }
            }
            None => stand_by(store, told, lease.interval()).await?,
        }
        answered = Instant::now();
    }
}

/// Tells how far another process is, until the lease may be free.
async fn stand_by(store: &Store, told: &Told, time: Duration) -> Result<()> {
    let begun = Instant::now();
    while begun.elapsed() < time {
        let (progress, is_kept) = store.kept_by_others().await?;
        told.send_if_modified(|known| {
            let is_new = progress.is_some() && *known != progress;
            if is_new {
                *known = progress;
            }
            is_new
        });
        if !is_kept {
            break;
        }
        tokio::time::sleep(LOOK).await;
    }
    Ok(())
}

/// Where events are kept from.
#[derive(Clone, Copy)]
enum Begin {
    /// Where they are kept up to, or now.
    Place,
    Now,
    Snapshot,
}

/// Keeps the events. What is watched may be dropped, and come again.
async fn keep(store: &Store, told: &Told) -> Result<Infallible> {
    let mut begin = Begin::Place;
    loop {
        match (follow(store, told, begin).await, store.history_lost) {
            (Ok(()), _) => {
                begin = Begin::Place;
                tokio::time::sleep(PAUSE).await;
            }
            (Err(Error::HistoryLost { .. }), HistoryLost::RestartNow) => begin = Begin::Now,
            (Err(Error::HistoryLost { .. }), HistoryLost::Resnapshot) => begin = Begin::Snapshot,
            (Err(error), _) => return Err(error),
        }
    }
}

/// Keeps the events until what is watched is gone.
async fn follow(store: &Store, told: &Told, begin: Begin) -> Result<()> {
    let plan = &store.plan.stream;
    let mut source = Source::read(&Request::new(plan, Vec::new()))?;
    source.set_max_await_time(MAX_AWAIT_TIME);
    if matches!(begin, Begin::Snapshot) {
        store.forget().await?;
        return keep_all(followed(source, store.database.clone()), store, told).await;
    }
    let mut changes = Changes::new(source, store.database.clone());
    if matches!(begin, Begin::Place) {
        changes.token = store.progress().await?.map(|progress| progress.token);
    }
    changes.open().await?;
    // What happens from here on is seen, also by whoever goes on after a crash.
    if let Some(token) = &changes.token {
        advance(store, told, token, true, 0).await?;
    }
    keep_all(seen(changes), store, told).await
}

async fn keep_all(
    events: BoxStream<'static, Result<Seen>>,
    store: &Store,
    told: &Told,
) -> Result<()> {
    let mut events = events.fuse();
    while let Some(first) = events.next().await {
        let mut batch = Batch::default();
        batch.add(first);
        while batch.has_room() {
            match events.next().now_or_never() {
                Some(Some(next)) => batch.add(next),
                // At the end there is one more.
                Some(None) | None => break,
            }
        }
        let kept = store.keep(&batch.events).await?;
        if let Some((token, is_event)) = batch.last {
            advance(store, told, &token, is_event, kept).await?;
        }
        if let Some(error) = batch.failure {
            return Err(error);
        }
    }
    Ok(())
}

/// Events that are kept at once.
#[derive(Default)]
struct Batch {
    events: Vec<RawDocumentBuf>,
    bytes: usize,
    /// The place behind them, and whether an event is there.
    last: Option<(ResumeToken, bool)>,
    failure: Option<Error>,
}

impl Batch {
    fn has_room(&self) -> bool {
        self.failure.is_none() && self.events.len() < AT_ONCE && self.bytes < BYTES_AT_ONCE
    }

    fn add(&mut self, seen: Result<Seen>) {
        match seen {
            Ok(Seen::Event(event)) => {
                self.last = id(event.as_bytes()).map(|token| (token, true));
                self.bytes += event.as_bytes().len();
                self.events.push(event);
            }
            Ok(Seen::Nothing(token)) => self.last = Some((token, false)),
            // What is behind it is not kept before it is.
            Ok(Seen::Failed(_, error)) | Err(error) => self.failure = Some(error),
        }
    }
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
