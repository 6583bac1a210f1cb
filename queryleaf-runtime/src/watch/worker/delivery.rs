//! Events on their way to a handler.

use super::dead_letters::DeadLetters;
use super::handler::{Attempt, Failure, Handler};
use super::lanes::Queued;
use super::positions::Positions;
use super::retry::{Retry, Tries};
use super::statistics::Statistics;
use crate::watch::event::Event;
use crate::watch::token_store::Fence;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, SemaphorePermit, mpsc, watch};

/// What it takes to handle the events of a stream.
pub(super) struct Delivery {
    pub(super) stream: String,
    pub(super) fence: Fence,
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
pub(super) struct Stopped;

impl Delivery {
    /// Handles events of one lane, one after the other.
    pub(super) async fn run(self: Arc<Self>, lane: usize, events: Vec<Queued>) -> (usize, Ended) {
        let ended = match &self.handler {
            Handler::Plain(_) => self.each(events).await,
            Handler::InTransaction(_) => self.in_transactions(lane, events).await,
        };
        (lane, ended)
    }

    async fn each(&self, events: Vec<Queued>) -> Ended {
        for queued in events {
            if self.one(&queued.event).await.is_err() {
                break;
            }
            self.tell(queued.number);
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
            let attempt = self.attempt(event, tries.begin());
            let handled = handle(attempt).await;
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

    pub(super) fn attempt(&self, event: &Event, number: u32) -> Attempt {
        Attempt {
            event: event.clone(),
            number,
            fence: self.fence,
        }
    }

    /// Tells that an event has been handled.
    pub(super) fn tell(&self, number: u64) {
        // Nobody listens any more when the lease is lost.
        let _ = self.handled.send(number);
    }

    pub(super) fn report(&self, event: &Event, took: Duration, failure: &Failure) {
        self.statistics.failed(&self.stream, event, took, failure);
        tracing::warn!(
            target: "queryleaf::watch",
            stream = self.stream,
            error = %failure.error(),
            "an event was not handled",
        );
    }

    /// Waits until another event may be handled.
    pub(super) async fn permit(&self) -> Result<SemaphorePermit<'_>, Stopped> {
        match self.permits.acquire().await {
            Ok(permit) if !self.is_stopping() => Ok(permit),
            Ok(_) | Err(_) => Err(Stopped),
        }
    }

    /// Whether nothing new is to be begun.
    pub(super) fn is_stopping(&self) -> bool {
        *self.stop.borrow()
    }

    pub(super) async fn pause(&self, time: Duration) -> Result<(), Stopped> {
        let mut stop = self.stop.clone();
        tokio::select! {
            () = tokio::time::sleep(time) => Ok(()),
            _ = stop.wait_for(|stop| *stop) => Err(Stopped),
        }
    }
}
