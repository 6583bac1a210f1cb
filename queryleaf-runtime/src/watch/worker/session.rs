//! One process handles a stream: for as long as it holds the lease, and the stream goes on.

use super::delivery::{Delivery, Ended};
use super::handler::Handler;
use super::health::Health;
use super::lanes::{Lanes, Queued};
use super::positions::LANES;
use super::progress::{Progress, Read};
use super::snapshot_rows::SnapshotRows;
use crate::error::Error;
use crate::watch::event::Event;
use crate::watch::stream::Seen;
use crate::watch::token_store::Fence;
use crate::watch::{HandlerError, ResumeToken, Saved, TokenStore};
use futures::future::{BoxFuture, OptionFuture};
use futures::stream::BoxStream;
use futures::{FutureExt, StreamExt};
use mongodb::bson::DateTime;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, watch};
use tokio::task::{JoinError, JoinSet};
use tokio::time::MissedTickBehavior;

/// How many lanes there are for a handler without a transaction.
const PLAIN_LANES: usize = 256;

/// How many events are read before lanes are started.
const READ_AHEAD: usize = 256;

/// Of how many bytes events are read before they are handled, at the most.
const BYTES_AHEAD: usize = 32 << 20;

/// How many times as many events are read behind one that is not handled, at the most.
const BEHIND_ONE: usize = 16;

/// How the handling of a stream ended.
#[derive(Debug)]
pub(super) enum Outcome {
    /// The worker was told to.
    Stopped,
    /// Another process has taken the stream over, or may have.
    LeaseLost,
    /// What was watched is gone.
    Invalidated,
    Failed(Error),
}

/// The error of a token store.
pub(super) fn store_error(error: HandlerError) -> Error {
    match error.downcast::<Error>() {
        Ok(error) => *error,
        Err(source) => Error::TokenStore { source },
    }
}

/// A stream that is being handled.
pub(super) struct Session {
    pub(super) delivery: Arc<Delivery>,
    pub(super) handled: mpsc::UnboundedReceiver<u64>,
    pub(super) seen: BoxStream<'static, crate::Result<Seen>>,
    /// The collection that is watched, where it is one.
    pub(super) watched: Option<Arc<str>>,
    pub(super) store: Arc<dyn TokenStore>,
    pub(super) health: Health,
    pub(super) fence: Fence,
    pub(super) stop: watch::Receiver<bool>,
    pub(super) save_every: Duration,
    /// How many events are read before they are handled, at the most.
    pub(super) read_ahead: usize,
    /// Up to which place each lane has been handled in transactions.
    pub(super) places: Vec<String>,
    /// Gives the documents of a snapshot their places, if the stream begins with one.
    pub(super) snapshot: Option<SnapshotRows>,
    pub(super) state: State,
}

/// What changes while a stream is handled.
pub(super) struct State {
    pub(super) progress: Progress,
    lanes: Lanes,
    runs: JoinSet<(usize, Ended)>,
    /// How many events were read and are not handled.
    pub(super) open: usize,
    /// An event that must wait for all others, since it is about no single document.
    barrier: Option<Event>,
    /// Whether such an event is being handled.
    is_exclusive: bool,
    is_stopping: bool,
    /// How reading ended, if it has.
    end: Option<Outcome>,
    pub(super) saving: Option<BoxFuture<'static, Result<Saved, HandlerError>>>,
    pub(super) saved: Option<ResumeToken>,
    pub(super) saved_at: Instant,
    /// Whether an event was handled since the place was saved.
    pub(super) has_handled: bool,
    /// When the last event that was read had happened; `None` when there is no newer one.
    pub(super) read_up_to: Option<DateTime>,
}

impl State {
    pub(super) fn new(place: Option<ResumeToken>, handler: &Handler) -> Self {
        let lanes = match handler {
            Handler::Plain(_) => PLAIN_LANES,
            Handler::InTransaction(_) => LANES,
        };
        State {
            saved: place.clone(),
            progress: Progress::new(place),
            lanes: Lanes::new(lanes),
            runs: JoinSet::new(),
            open: 0,
            barrier: None,
            is_exclusive: false,
            is_stopping: false,
            end: None,
            saving: None,
            saved_at: Instant::now(),
            has_handled: false,
            read_up_to: None,
        }
    }
}

impl Session {
    /// Handles the stream until it ends.
    pub(super) async fn run(mut self, mut lost: BoxFuture<'_, ()>) -> Outcome {
        let mut ticks = tokio::time::interval(self.save_every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut stop = self.stop.clone();
        loop {
            self.start_lanes();
            if self.state.open == 0 && self.state.runs.is_empty() && self.state.saving.is_none() {
                if let Some(barrier) = self.state.barrier.take() {
                    self.enqueue(barrier);
                    continue;
                }
                if let Some(end) = self.state.end.take() {
                    return self.finish(end).await;
                }
            }
            let reads = self.reads();
            let saving: OptionFuture<_> = self.state.saving.as_mut().into();
            tokio::select! {
                () = &mut lost => return Outcome::LeaseLost,
                _ = stop.wait_for(|stop| *stop), if !self.state.is_stopping => self.stop(),
                Some(run) = self.state.runs.join_next(), if !self.state.runs.is_empty() => {
                    if self.run_ended(run) == Ended::Superseded {
                        return Outcome::LeaseLost;
                    }
                }
                Some(number) = self.handled.recv() => self.event_handled(number),
                Some(saved) = saving => {
                    self.state.saving = None;
                    if self.was_saved(saved) == Saved::Superseded {
                        return Outcome::LeaseLost;
                    }
                }
                seen = self.seen.next(), if reads => {
                    self.saw(seen);
                    self.read_what_is_there();
                }
                _ = ticks.tick() => self.save(),
            }
        }
    }

    fn reads(&self) -> bool {
        let progress = &self.state.progress;
        self.state.end.is_none()
            && self.state.barrier.is_none()
            && !self.state.is_exclusive
            && self.state.open < self.read_ahead
            && progress.len() < self.read_ahead.saturating_mul(BEHIND_ONE)
            && progress.bytes() < BYTES_AHEAD
    }

    fn read_what_is_there(&mut self) {
        for _ in 0..READ_AHEAD {
            if !self.reads() {
                return;
            }
            match self.seen.next().now_or_never() {
                Some(seen) => self.saw(seen),
                None => return,
            }
        }
    }

    fn saw(&mut self, seen: Option<crate::Result<Seen>>) {
        match seen {
            Some(Ok(Seen::Event(event))) => self.read(Event::new(event, self.watched.clone())),
            Some(Ok(Seen::Failed(event, why))) => {
                self.read(Event::failed(event, self.watched.clone(), why));
            }
            Some(Ok(Seen::Nothing(place))) => {
                self.state.read_up_to = None;
                self.state.progress.nothing_up_to(place);
            }
            Some(Err(error)) => self.state.end = Some(Outcome::Failed(error)),
            None => self.state.end = Some(Outcome::Invalidated),
        }
    }

    fn read(&mut self, event: Event) {
        self.state.read_up_to = event.happened_at();
        match event.key() {
            Some(_) => self.enqueue(event),
            None if self.state.open == 0 => self.enqueue(event),
            None => self.state.barrier = Some(event),
        }
    }

    fn enqueue(&mut self, event: Event) {
        let token = event.token();
        let lane = event.key().map_or(0, |key| self.state.lanes.of(key));
        let known = self.places.get(lane);
        let (place, was_handled) = match (&token, &mut self.snapshot) {
            (Some(token), _) => {
                let place = token.order().to_owned();
                let was_handled = known.is_some_and(|known| place <= *known);
                (place, was_handled)
            }
            (None, Some(snapshot)) => {
                let place = snapshot.next(event.collection().unwrap_or_default());
                let was_handled = known.is_some_and(|known| snapshot.is_behind(known, &place));
                (place, was_handled)
            }
            (None, None) => (String::new(), false),
        };
        let number = self.state.progress.read(Read {
            place: token,
            happened_at: event.happened_at(),
            bytes: event.bytes().len(),
        });
        if was_handled {
            self.state.progress.handled(number);
            self.state.has_handled = true;
        } else {
            self.state.open += 1;
            self.state.is_exclusive = event.key().is_none();
            let queued = Queued {
                number,
                event,
                place: place.into(),
            };
            self.state.lanes.push(lane, queued);
        }
    }

    fn start_lanes(&mut self) {
        while let Some((lane, events)) = self.state.lanes.start() {
            let run = self.delivery.clone().run(lane, events);
            self.state.runs.spawn(run);
        }
    }

    /// Begins nothing new.
    fn stop(&mut self) {
        self.state.is_stopping = true;
        if !matches!(self.state.end, Some(Outcome::Failed(_))) {
            self.state.end = Some(Outcome::Stopped);
        }
        self.state.lanes.clear();
        self.state.barrier = None;
        self.state.open = 0;
    }

    fn run_ended(&mut self, run: Result<(usize, Ended), JoinError>) -> Ended {
        match run {
            Ok((lane, ended)) => {
                // What was reported last is behind what was reported before.
                while let Ok(number) = self.handled.try_recv() {
                    self.event_handled(number);
                }
                self.state.lanes.finished(lane);
                ended
            }
            // The lane stays as it is, and the place with it: another session begins there.
            Err(error) => {
                let reason = format!("the handling of a stream broke off: {error}");
                let error = Error::Internal {
                    message: reason,
                    sql: "CHANGE_STREAM",
                };
                self.state.end = Some(Outcome::Failed(error));
                self.state.lanes.clear();
                self.state.open = 0;
                Ended::Done
            }
        }
    }

    fn event_handled(&mut self, number: u64) {
        self.state.progress.handled(number);
        self.state.open = self.state.open.saturating_sub(1);
        self.state.is_exclusive &= self.state.open > 0;
        self.state.has_handled = true;
    }
}
