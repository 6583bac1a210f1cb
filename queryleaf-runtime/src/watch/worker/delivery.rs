//! Events on their way to a handler.

use super::dead_letters::DeadLetters;
use super::handler::{Failure, HandleInTransaction, Handler};
use super::lanes::Queued;
use super::positions::{Moved, Positions};
use super::retry::Retry;
use super::statistics::Statistics;
use crate::Transaction;
use crate::watch::HandlerError;
use crate::watch::event::Event;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, SemaphorePermit, mpsc, watch};

/// What it takes to handle the events of a stream.
pub(super) struct Delivery {
    pub(super) stream: String,
    pub(super) handler: Handler,
    pub(super) retry: Retry,
    pub(super) dead_letters: DeadLetters,
    pub(super) statistics: Arc<Statistics>,
    /// For a handler in a transaction.
    pub(super) positions: Positions,
    /// How many events are handled at a time.
    pub(super) permits: Semaphore,
    /// Takes the numbers of events that have been handled.
    pub(super) handled: mpsc::UnboundedSender<u64>,
    /// Whether nothing new is to be begun.
    pub(super) stop: watch::Receiver<bool>,
}

/// How the events of a lane ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// All are handled, or the rest are not begun because the worker stops.
    Done,
    /// Another process has taken the stream over.
    Superseded,
}

/// Why an event is not handled yet, and will not be here.
struct Stopped;

/// What became of events in a transaction.
enum InTransaction {
    Handled,
    Superseded,
    Failed(Failure),
    Stopped,
}

impl Delivery {
    /// Handles events of one lane, one after the other.
    pub(super) async fn run(self: Arc<Self>, lane: usize, events: Vec<Queued>) -> (usize, Ended) {
        let ended = match &self.handler {
            Handler::Plain(_) => self.each(&events).await,
            Handler::InTransaction(_) => self.in_transactions(lane, events.into()).await,
        };
        (lane, ended)
    }

    async fn each(&self, events: &[Queued]) -> Ended {
        for queued in events {
            if self.one(&queued.event).await.is_err() {
                break;
            }
            // Nobody listens any more when the lease is lost.
            let _ = self.handled.send(queued.number);
        }
        Ended::Done
    }

    /// Handles an event, or puts it among the dead letters.
    async fn one(&self, event: &Event) -> Result<(), Stopped> {
        let Handler::Plain(handle) = &self.handler else {
            return Err(Stopped);
        };
        let mut tries = Tries::default();
        loop {
            let permit = self.permit().await?;
            let begun = Instant::now();
            let handled = handle((event.clone(), tries.begin())).await;
            drop(permit);
            let Err(failure) = handled else {
                let took = begun.elapsed();
                self.statistics.handled(&self.stream, event, took);
                return Ok(());
            };
            self.report(event, begun.elapsed(), &failure);
            if !tries.may_go_on(&failure, &self.retry) {
                return self.give_up(event, &failure, tries.begun).await;
            }
            self.pause(self.retry.pause(tries.failed)).await?;
        }
    }

    /// Puts an event among the dead letters, however long it takes.
    async fn give_up(&self, event: &Event, why: &Failure, attempts: u32) -> Result<(), Stopped> {
        let mut failures = 0;
        while let Err(error) = self.dead_letters.store(event, why, attempts).await {
            failures += 1;
            self.statistics.error(error.to_string());
            self.pause(self.retry.pause(failures)).await?;
        }
        self.statistics.dead_letter();
        Ok(())
    }

    /// Handles all in one transaction, and where that fails, each in its own.
    async fn in_transactions(self: &Arc<Self>, lane: usize, events: Arc<[Queued]>) -> Ended {
        let mut tries = Tries::default();
        loop {
            match self.transaction(lane, &events, tries.begin(), None).await {
                InTransaction::Handled => {
                    self.send(&events);
                    return Ended::Done;
                }
                InTransaction::Superseded => return Ended::Superseded,
                InTransaction::Stopped => return Ended::Done,
                InTransaction::Failed(failure @ Failure::Passing(_)) => {
                    self.statistics.error(failure.error().to_string());
                    tries.may_go_on(&failure, &self.retry);
                    if self.pause(self.retry.pause(tries.failed)).await.is_err() {
                        return Ended::Done;
                    }
                }
                InTransaction::Failed(_) => break,
            }
        }
        for event in events.iter() {
            let event = Arc::from([event.clone()]);
            match self.own_transaction(lane, &event).await {
                InTransaction::Handled => self.send(&event),
                InTransaction::Superseded => return Ended::Superseded,
                InTransaction::Stopped | InTransaction::Failed(_) => return Ended::Done,
            }
        }
        Ended::Done
    }

    /// Handles an event in its own transaction, or puts it among the dead letters in one.
    async fn own_transaction(
        self: &Arc<Self>,
        lane: usize,
        event: &Arc<[Queued]>,
    ) -> InTransaction {
        let mut tries = Tries::default();
        let mut given_up = None;
        loop {
            let begun = Instant::now();
            let attempt = tries.begin();
            let failure = match self
                .transaction(lane, event, attempt, given_up.as_ref())
                .await
            {
                InTransaction::Failed(failure) => failure,
                ended => return ended,
            };
            if let Some(queued) = event.first() {
                self.report(&queued.event, begun.elapsed(), &failure);
            }
            if !tries.may_go_on(&failure, &self.retry) && given_up.is_none() {
                given_up = Some(Arc::new(failure));
                continue;
            }
            if self.pause(self.retry.pause(tries.failed)).await.is_err() {
                return InTransaction::Stopped;
            }
        }
    }

    /// Handles events in one transaction, which also moves the place of their lane; or writes down that
    /// they are given up, and why.
    async fn transaction(
        self: &Arc<Self>,
        lane: usize,
        events: &Arc<[Queued]>,
        attempt: u32,
        given_up: Option<&Arc<Failure>>,
    ) -> InTransaction {
        let Ok(_permit) = self.permit().await else {
            return InTransaction::Stopped;
        };
        let begun = Instant::now();
        let Handler::InTransaction(handle) = &self.handler else {
            return InTransaction::Stopped;
        };
        let body = Body {
            delivery: self.clone(),
            handle: handle.clone(),
            lane,
            events: events.clone(),
            attempt,
            given_up: given_up.cloned(),
        };
        let mut session = match self.positions.session().await {
            Ok(session) => session,
            Err(error) => return InTransaction::Failed(error.into()),
        };
        let ended = session
            .run(async move |transaction| body.clone().run(transaction).await)
            .await;
        self.positions.give_back(session);
        match ended {
            Ok(()) => {
                let took = begun.elapsed() / u32::try_from(events.len()).unwrap_or(1).max(1);
                for queued in events.iter() {
                    match given_up {
                        None => self.statistics.handled(&self.stream, &queued.event, took),
                        Some(_) => self.statistics.dead_letter(),
                    }
                }
                InTransaction::Handled
            }
            Err(Refused::NotMoved(Moved::Superseded)) => InTransaction::Superseded,
            // An earlier transaction was committed after all, though that was not known.
            Err(Refused::NotMoved(Moved::Before | Moved::Yes)) => InTransaction::Handled,
            Err(Refused::Failed(failure)) => InTransaction::Failed(failure),
        }
    }

    fn send(&self, events: &[Queued]) {
        for queued in events {
            // Nobody listens any more when the lease is lost.
            let _ = self.handled.send(queued.number);
        }
    }

    fn report(&self, event: &Event, took: Duration, failure: &Failure) {
        self.statistics.failed(&self.stream, event, took, failure);
        tracing::warn!(
            target: "queryleaf::watch",
            stream = self.stream,
            error = %failure.error(),
            "an event was not handled",
        );
    }

    /// Waits until another event may be handled.
    async fn permit(&self) -> Result<SemaphorePermit<'_>, Stopped> {
        match self.permits.acquire().await {
            Ok(permit) if !*self.stop.borrow() => Ok(permit),
            Ok(_) | Err(_) => Err(Stopped),
        }
    }

    async fn pause(&self, time: Duration) -> Result<(), Stopped> {
        let mut stop = self.stop.clone();
        tokio::select! {
            () = tokio::time::sleep(time) => Ok(()),
            _ = stop.wait_for(|stop| *stop) => Err(Stopped),
        }
    }
}

/// What is done in a transaction. It borrows nothing: rustc could not see that it is `Send`.
#[derive(Clone)]
struct Body {
    delivery: Arc<Delivery>,
    handle: Arc<HandleInTransaction>,
    lane: usize,
    events: Arc<[Queued]>,
    attempt: u32,
    given_up: Option<Arc<Failure>>,
}

impl Body {
    async fn run(self, transaction: &mut Transaction) -> Result<(), Refused> {
        for queued in self.events.iter() {
            let event = &queued.event;
            match &self.given_up {
                None => (self.handle)((event.clone(), self.attempt), transaction).await?,
                Some(why) => {
                    let letters = &self.delivery.dead_letters;
                    letters
                        .store_in(transaction, event, why, self.attempt)
                        .await?;
                }
            }
        }
        // Last of all: a transaction that a process leaves behind when it ends keeps others from what it
        // has written, for up to a minute. Of the events the last one that has a place: documents of a
        // snapshot have none.
        let mut latest_first = self.events.iter().rev();
        if let Some(place) = latest_first.find_map(|queued| queued.event.token()) {
            let positions = &self.delivery.positions;
            let moved = positions.advance(transaction, self.lane, &place).await;
            let moved = moved.map_err(Failure::of)?;
            match moved {
                Moved::Yes => {}
                Moved::Before | Moved::Superseded => return Err(Refused::NotMoved(moved)),
            }
        }
        Ok(())
    }
}

/// How often an event was tried to be handled.
#[derive(Default)]
struct Tries {
    begun: u32,
    /// How many failed, for whatever reason.
    failed: u32,
    /// How many failed because of the event.
    counted: u32,
}

impl Tries {
    /// The number of the next attempt.
    fn begin(&mut self) -> u32 {
        self.begun = self.begun.saturating_add(1);
        self.begun
    }

    /// Counts a failure, and says whether another attempt is to be made.
    fn may_go_on(&mut self, failure: &Failure, retry: &Retry) -> bool {
        self.failed = self.failed.saturating_add(1);
        match failure {
            Failure::Passing(_) => true,
            Failure::Failed(_) => {
                self.counted = self.counted.saturating_add(1);
                self.counted < retry.attempts
            }
            Failure::Hopeless(_) => false,
        }
    }
}

/// Why a transaction is not committed.
enum Refused {
    NotMoved(Moved),
    Failed(Failure),
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        Refused::Failed(failure)
    }
}

impl From<crate::Error> for Refused {
    fn from(error: crate::Error) -> Self {
        Refused::Failed(Failure::of(HandlerError::from(error)))
    }
}
