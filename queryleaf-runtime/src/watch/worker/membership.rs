//! One process among those that share a stream: it waits for the lease, and handles the stream while it
//! holds it.

use super::dead_letters::DeadLetters;
use super::delivery::Delivery;
use super::handler::Handler;
use super::health::{self, Health, Status};
use super::positions::Positions;
use super::retry::Retry;
use super::session::{Outcome, Session, State, store_error};
use super::snapshot_rows::SnapshotRows;
use super::statistics::Statistics;
use super::subscription::{Begin, Handled, HistoryLost, Settings};
use super::{Group, Names};
use crate::error::{Error, Result};
use crate::watch::changes::{Changes, may_pass};
use crate::watch::lease::{Held, Lease};
use crate::watch::snapshot::Snapshot;
use crate::watch::source::Source;
use crate::watch::stream::{Seen, seen};
use crate::watch::{ResumeToken, Saved, TokenCollection, TokenStore};
use futures::FutureExt;
use futures::future::{BoxFuture, Shared};
use futures::stream::BoxStream;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, mpsc, watch};

/// How long to wait after a stream has failed for a reason that may pass.
const PAUSE: Duration = Duration::from_secs(1);

/// How many events the server sends at once, where the query does not say so: few enough to be read before
/// they are handled, so that the server looks for the next ones meanwhile.
const BATCH: u32 = 1000;

/// How often is looked whether another process has begun with a stream.
const LOOK: Duration = Duration::from_millis(50);

/// How long to wait after it has failed for another one.
const AGAIN: Retry = Retry {
    attempts: u32::MAX,
    first_pause: Duration::from_secs(1),
    longest_pause: Duration::from_secs(60),
};

/// A process that shares a stream.
pub(super) struct Membership {
    group: Group,
    settings: Settings,
    source: Source,
    handler: Handler,
    store: Arc<dyn TokenStore>,
    lease: Lease,
    statistics: Arc<Statistics>,
    stop: watch::Receiver<bool>,
}

/// A stream that has begun.
struct Begun {
    seen: BoxStream<'static, Result<Seen>>,
    /// Behind this place; `None` before a snapshot.
    place: Option<ResumeToken>,
    snapshot: Option<SnapshotRows>,
}

impl Membership {
    pub(super) fn new(
        group: Group,
        mut handled: Handled,
        stop: watch::Receiver<bool>,
    ) -> Result<Self> {
        let Names { streams, .. } = &group.names;
        let name = &handled.settings.name;
        let store = handled.settings.store.take();
        let store =
            store.unwrap_or_else(|| Arc::new(TokenCollection::new(&group.database, streams)));
        let unread = Err(Error::Internal {
            message: String::new(),
            sql: "",
        });
        let mut source = std::mem::replace(&mut handled.settings.source, unread)?;
        source.default_batch_size(BATCH);
        Ok(Membership {
            lease: Lease::of_worker(&group.database, streams, name, group.lease),
            statistics: Arc::new(Statistics::new(group.log.is_some())),
            source,
            settings: handled.settings,
            handler: handled.handler,
            store,
            group,
            stop,
        })
    }

    /// Shares the stream until it ends or the worker stops. What fails is begun again, since others would
    /// have to: all but what cannot even begin, and a history that is lost, if nothing was chosen for that.
    ///
    /// It tells once the stream has begun, here or elsewhere.
    pub(super) async fn run(mut self, begin: watch::Sender<bool>) -> Result<()> {
        let mut failures = 0;
        loop {
            let begun = Instant::now();
            let Err(error) = self.take_part(&begin).await else {
                return Ok(());
            };
            tracing::error!(
                target: "queryleaf::watch",
                stream = self.settings.name,
                %error,
                "a stream of changes has failed",
            );
            if matches!(error, Error::HistoryLost { .. }) || !*begin.borrow() {
                return Err(error);
            }
            if begun.elapsed() > AGAIN.longest_pause {
                failures = 0;
            }
            failures += 1;
            if self.pause(AGAIN.pause(failures)).await {
                return Ok(());
            }
        }
    }

    /// Waits for the lease, and handles the stream, until that fails or the worker stops.
    async fn take_part(&mut self, begun: &watch::Sender<bool>) -> Result<()> {
        if let Some(keep) = self.group.log {
            health::ensure_log(&self.group.database, &self.group.names.log, keep).await?;
        }
        loop {
            let held = match self.lease.acquire().await {
                Ok(held) => held,
                Err(error) if may_pass(&error) => None,
                Err(error) => return Err(error),
            };
            let Some(held) = held else {
                let mut pause = self.lease.interval();
                if !*begun.borrow() {
                    begun.send_replace(self.has_begun().await);
                    pause = pause.min(LOOK);
                }
                if self.pause(pause).await {
                    return Ok(());
                }
                continue;
            };
            let ended = self.own(held, begun).await;
            match ended {
                Outcome::LeaseLost | Outcome::Invalidated => continue,
                Outcome::Stopped => return self.lease.release(held.fence).await,
                Outcome::Failed(error) => {
                    // It expires anyway. Another process may have more luck.
                    let _ = self.lease.release(held.fence).await;
                    return Err(error);
                }
            }
        }
    }

    /// Handles the stream while this process holds the lease.
    async fn own(&mut self, held: Held, begun: &watch::Sender<bool>) -> Outcome {
        let lost = self.lease.clone().keep(held).boxed().shared();
        let mut begin = None;
        loop {
            let mut stop = self.stop.clone();
            let session = tokio::select! {
                session = self.session(held, begin.take()) => session,
                () = lost.clone() => return Outcome::LeaseLost,
                _ = stop.wait_for(|stop| *stop) => return Outcome::Stopped,
            };
            let ended = match session {
                Ok(Some(session)) => {
                    begun.send_replace(true);
                    session.run(lost.clone().boxed()).await
                }
                Ok(None) => return Outcome::LeaseLost,
                Err(error) => {
                    self.tell_failure(held, &error).await;
                    Outcome::Failed(error)
                }
            };
            let error = match ended {
                // It may be made again, and is watched behind its end.
                Outcome::Invalidated => match self.rest(&lost).await {
                    Some(ended) => return ended,
                    None => continue,
                },
                Outcome::Failed(error) => error,
                Outcome::Stopped | Outcome::LeaseLost => return ended,
            };
            tracing::warn!(
                target: "queryleaf::watch",
                stream = self.settings.name,
                %error,
                "a stream of changes broke off",
            );
            match (&error, self.settings.history_lost) {
                (Error::HistoryLost { .. }, HistoryLost::RestartNow) => begin = Some(Begin::Now),
                (Error::HistoryLost { .. }, HistoryLost::Resnapshot) => {
                    begin = Some(Begin::Snapshot);
                }
                (error, _) if may_pass(error) => {
                    if let Some(ended) = self.rest(&lost).await {
                        return ended;
                    }
                }
                (_, _) => return Outcome::Failed(error),
            }
        }
    }

    /// Whether the stream has a place, though it is another process that handles it, or will have one
    /// before everything that happens from now on.
    async fn has_begun(&self) -> bool {
        match self.settings.begin {
            Begin::Snapshot | Begin::At(_) => true,
            // Where the store does not answer, it is asked again.
            Begin::Now => matches!(self.store.load(&self.settings.name).await, Ok(Some(_))),
        }
    }

    /// Waits before the stream is opened again, and says whether that is not to be.
    async fn rest(&mut self, lost: &Shared<BoxFuture<'_, ()>>) -> Option<Outcome> {
        tokio::select! {
            stopped = self.pause(PAUSE) => stopped.then_some(Outcome::Stopped),
            () = lost.clone() => Some(Outcome::LeaseLost),
        }
    }

    /// Writes down that the stream could not be begun.
    async fn tell_failure(&self, held: Held, error: &Error) {
        self.statistics.error(error.to_string());
        let mut counts = self.statistics.take();
        let health = self.health(held);
        if health
            .write(&mut counts, Status::Failed, None)
            .await
            .is_err()
        {
            self.statistics.put_back(counts);
        }
    }

    fn health(&self, held: Held) -> Health {
        let (database, names) = (&self.group.database, &self.group.names);
        let log = self.group.log.map(|_| names.log.as_str());
        Health::new(
            database,
            &names.streams,
            log,
            &self.settings.name,
            held.fence,
        )
    }

    /// Begins to handle the stream where it was left, or there; `None` if another process has it.
    async fn session(&self, held: Held, begin: Option<Begin>) -> Result<Option<Session>> {
        let (database, names) = (&self.group.database, &self.group.names);
        let name = &self.settings.name;
        let health = self.health(held);
        let query = self.source.plan().sql;
        health.begin(self.source.collection(), query).await?;
        let positions = Positions::new(
            database,
            (&names.streams, &names.positions),
            name,
            held.fence,
        );
        let places = match &self.handler {
            Handler::Plain(_) => Vec::new(),
            Handler::InTransaction(_) => positions.take_over(self.settings.concurrency).await?,
        };
        let place = match begin {
            None => self.store.load(name).await.map_err(store_error)?,
            Some(_) => None,
        };
        let Some(begun) = self.begin(held, place, begin, &places).await? else {
            return Ok(None);
        };
        let (handled, numbers) = mpsc::unbounded_channel();
        let delivery = Delivery {
            stream: name.clone(),
            fence: held.fence,
            handler: self.handler.clone(),
            retry: self.settings.retry,
            dead_letters: DeadLetters::new(database, &names.dead_letters, name),
            statistics: self.statistics.clone(),
            positions,
            permits: Semaphore::new(self.settings.concurrency),
            handled,
            stop: self.stop.clone(),
        };
        Ok(Some(Session {
            delivery: Arc::new(delivery),
            handled: numbers,
            seen: begun.seen,
            watched: self.source.collection().map(Arc::from),
            store: self.store.clone(),
            health,
            fence: held.fence,
            stop: self.stop.clone(),
            save_every: self.group.save_every,
            read_ahead: self.group.read_ahead,
            places,
            snapshot: begun.snapshot,
            state: State::new(begun.place, &self.handler),
        }))
    }

    /// The stream from where it begins; `None` if another process has it.
    async fn begin(
        &self,
        held: Held,
        place: Option<ResumeToken>,
        begin: Option<Begin>,
        places: &[String],
    ) -> Result<Option<Begun>> {
        let mut source = self.source.clone();
        let database = &self.group.database;
        if let Some(place) = place {
            source.start_after(&place)?;
            let mut changes = Changes::new(source, database.clone());
            changes.open().await?;
            return Ok(Some(Begun {
                seen: seen(changes),
                place: Some(place),
                snapshot: None,
            }));
        }
        match begin.unwrap_or(self.settings.begin) {
            Begin::Snapshot => {
                let moment = SnapshotRows::interrupted(&source, places);
                let snapshot = Snapshot::begin(source.clone(), database, moment).await?;
                return Ok(Some(Begun {
                    snapshot: Some(SnapshotRows::new(&source, snapshot.time())),
                    seen: snapshot.followed(),
                    place: None,
                }));
            }
            Begin::At(time) => source.start_at(time),
            // History was lost: where the query says to begin is no longer to be had.
            Begin::Now if begin.is_some() => source.start_now(),
            Begin::Now => {}
        }
        let mut changes = Changes::new(source, database.clone());
        changes.open().await?;
        let place = changes.token.clone();
        // From here on no event is passed over, whatever happens to this process.
        if let Some(place) = &place {
            let saved = self.store.save(&self.settings.name, place, held.fence);
            if saved.await.map_err(store_error)? == Saved::Superseded {
                return Ok(None);
            }
        }
        Ok(Some(Begun {
            seen: seen(changes),
            place,
            snapshot: None,
        }))
    }

    /// Waits, and says whether the worker is to stop.
    async fn pause(&mut self, time: Duration) -> bool {
        tokio::time::timeout(time, self.stop.wait_for(|stop| *stop))
            .await
            .is_ok()
    }
}
