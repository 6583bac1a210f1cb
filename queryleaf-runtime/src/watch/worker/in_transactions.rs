//! Events that are handled in transactions, in which the place of their lane is moved as well.

use super::delivery::{Delivery, Ended};
use super::handler::{Failure, HandleInTransaction, Handler};
use super::lanes::Queued;
use super::positions::Moved;
use super::retry::{Tries, server_code};
use crate::transaction::{self, Run, Transaction};
use crate::watch::HandlerError;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// For how long handlers run in one transaction, which is committed then. The server ends one that lasts
/// for longer than a minute, and it keeps from others what it has written.
const LONGEST: Duration = Duration::from_secs(1);

/// For how long it is nothing to tell that others get in the way of a transaction.
const UNTOLD: Duration = Duration::from_secs(1);

/// The code of a transaction that the server has ended.
const NO_SUCH_TRANSACTION: i32 = 251;

/// What became of events in a transaction.
enum InTransaction {
    /// So many of them have been handled, the first ones.
    Handled(usize),
    Superseded,
    Failed(Failure),
    /// Something got in the way.
    Interrupted(Failure),
    Stopped,
}

/// What has been tried with the events that are next.
#[derive(Default)]
struct Trial {
    tries: Tries,
    /// Since when transactions were interrupted.
    since: Option<Instant>,
    /// Why the event is to be put among the dead letters.
    given_up: Option<Arc<Failure>>,
}

impl Delivery {
    /// Handles events in transactions, as many in each as there is time for. Where one fails because of
    /// an event, each has its own; where something gets in the way, fewer of them share one.
    pub(super) async fn in_transactions(
        self: &Arc<Self>,
        lane: usize,
        mut events: Vec<Queued>,
    ) -> Ended {
        let mut together = events.len();
        let mut trial = Trial::default();
        while !events.is_empty() {
            let some: Arc<[Queued]> = events.iter().take(together).cloned().collect();
            let pause = match self.transaction(lane, &some, &mut trial).await {
                InTransaction::Handled(count) => {
                    for queued in events.drain(..count.min(some.len())) {
                        self.tell(queued.number);
                    }
                    trial = Trial::default();
                    continue;
                }
                InTransaction::Superseded => return Ended::Superseded,
                InTransaction::Stopped => return Ended::Done,
                InTransaction::Interrupted(failure) => {
                    together = (some.len() / 2).max(1);
                    self.interrupted(&failure, &mut trial)
                }
                InTransaction::Failed(failure @ Failure::Passing(_)) => {
                    together = (some.len() / 2).max(1);
                    self.statistics.error(failure.error().to_string());
                    trial.tries.may_go_on(&failure, &self.retry);
                    self.retry.pause(trial.tries.failed)
                }
                InTransaction::Failed(_) if some.len() > 1 => {
                    together = 1;
                    trial = Trial::default();
                    continue;
                }
                InTransaction::Failed(failure) => {
                    let may_go_on = trial.tries.may_go_on(&failure, &self.retry);
                    if !may_go_on && trial.given_up.is_none() {
                        trial.given_up = Some(Arc::new(failure));
                        continue;
                    }
                    self.retry.pause(trial.tries.failed)
                }
            };
            if self.pause(pause).await.is_err() {
                return Ended::Done;
            }
        }
        Ended::Done
    }

    /// Counts an interruption, which is no error as long as it is short, and says how long to wait.
    fn interrupted(&self, failure: &Failure, trial: &mut Trial) -> Duration {
        trial.tries.may_go_on(failure, &self.retry);
        let since = *trial.since.get_or_insert_with(Instant::now);
        if since.elapsed() >= UNTOLD {
            self.statistics.error(failure.error().to_string());
        }
        transaction::pause(trial.tries.failed)
    }

    /// Handles events in one transaction, or writes down that one is given up, and why.
    async fn transaction(
        self: &Arc<Self>,
        lane: usize,
        events: &Arc<[Queued]>,
        trial: &mut Trial,
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
            attempt: match trial.given_up {
                None => trial.tries.begin(),
                Some(_) => trial.tries.begun,
            },
            given_up: trial.given_up.clone(),
        };
        let mut session = match self.positions.session().await {
            Ok(session) => session,
            Err(error) => return InTransaction::Failed(error.into()),
        };
        let run = session
            .once(async move |transaction| body.clone().run(transaction).await)
            .await;
        self.positions.give_back(session);
        let ended = ended(run, events, |place| self.positions.moved(lane, place));
        match &ended {
            InTransaction::Handled(count) => {
                let took = begun.elapsed() / u32::try_from(*count).unwrap_or(1).max(1);
                for queued in events.iter().take(*count) {
                    match trial.given_up {
                        None => self.statistics.handled(&self.stream, &queued.event, took),
                        Some(_) => self.statistics.dead_letter(),
                    }
                }
            }
            InTransaction::Failed(failure @ (Failure::Failed(_) | Failure::Hopeless(_))) => {
                if let [queued] = &**events {
                    self.report(&queued.event, begun.elapsed(), failure);
                }
            }
            InTransaction::Failed(Failure::Passing(_))
            | InTransaction::Interrupted(_)
            | InTransaction::Superseded
            | InTransaction::Stopped => {}
        }
        ended
    }
}

/// What the end of a transaction means for its events; tells the place at which the lane is now.
fn ended(run: Run<usize, Refused>, events: &[Queued], moved: impl FnOnce(&str)) -> InTransaction {
    let failure = match run.result {
        Ok(count) => {
            if let Some(last) = count.checked_sub(1).and_then(|last| events.get(last)) {
                moved(&last.place);
            }
            return InTransaction::Handled(count);
        }
        Err(Refused::NotMoved(Moved::Superseded)) => return InTransaction::Superseded,
        // An earlier transaction was committed after all, though that was not known.
        Err(Refused::NotMoved(Moved::Elsewhere(place))) => {
            moved(&place);
            let handled = events.iter().take_while(|queued| *queued.place <= *place);
            return InTransaction::Handled(handled.count());
        }
        Err(Refused::NotMoved(Moved::Yes)) => return InTransaction::Handled(0),
        Err(Refused::Failed(failure)) => failure,
    };
    let is_passing = run.is_interrupted || matches!(failure, Failure::Passing(_));
    match run.refusal {
        Some(refusal) if is_passing => {
            let reason =
                format!("the transaction was ended by the refusal of a statement: {refusal}");
            return InTransaction::Failed(Failure::Failed(reason.into()));
        }
        Some(_) | None => {}
    }
    let is_gone = server_code(failure.error()) == Some(NO_SUCH_TRANSACTION);
    match failure {
        // It took longer than the server lets transactions be, or a statement of the driver was refused.
        Failure::Passing(error) if is_gone && events.len() == 1 => {
            InTransaction::Failed(Failure::Failed(error))
        }
        failure if run.is_interrupted => InTransaction::Interrupted(failure),
        failure => InTransaction::Failed(failure),
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
    /// Handles as many events as there is time for; how many.
    async fn run(self, transaction: &mut Transaction) -> Result<usize, Refused> {
        let begun = Instant::now();
        let mut count = 0;
        let mut place = None;
        for queued in self.events.iter() {
            match &self.given_up {
                None => {
                    let attempt = self.delivery.attempt(&queued.event, self.attempt);
                    (self.handle)(attempt, transaction).await?;
                }
                Some(why) => {
                    let letters = &self.delivery.dead_letters;
                    letters
                        .store_in(transaction, &queued.event, why, self.attempt)
                        .await?;
                }
            }
            count += 1;
            place = Some(&queued.place);
            if begun.elapsed() >= LONGEST || self.delivery.is_stopping() {
                break;
            }
        }
        // Last of all: a transaction that a process leaves behind when it ends keeps others from what it
        // has written, for up to a minute.
        if let Some(place) = place {
            let positions = &self.delivery.positions;
            let moved = positions.advance(transaction, self.lane, place).await;
            match moved.map_err(Failure::of)? {
                Moved::Yes => {}
                moved @ (Moved::Elsewhere(_) | Moved::Superseded) => {
                    return Err(Refused::NotMoved(moved));
                }
            }
        }
        Ok(count)
    }
}

/// Why a transaction is not committed.
#[derive(Debug)]
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
