//! The place of a stream that is being handled, and how it fares, as they are saved.

use super::health::Status;
use super::session::{Outcome, Session, store_error};
use crate::watch::{HandlerError, ResumeToken, Saved};
use futures::FutureExt;
use mongodb::bson::DateTime;
use std::time::{Duration, Instant};

/// How often the place is saved while nothing is handled: less often, since saving is a change, too.
const IDLE_SAVE: Duration = Duration::from_secs(10);

impl Session {
    /// Saves the place if there is a new one.
    pub(super) fn save(&mut self) {
        if self.state.saving.is_some() {
            return;
        }
        let is_due = self.state.has_handled
            || self.state.open > 0
            || self.state.saved_at.elapsed() >= IDLE_SAVE
            || self.delivery.statistics.has_errors();
        if !is_due {
            return;
        }
        let place = self
            .state
            .progress
            .place()
            .filter(|place| self.state.saved.as_ref() != Some(*place));
        self.state.saved_at = Instant::now();
        self.state.has_handled = false;
        self.state.saved = place.cloned().or(self.state.saved.take());
        self.state.saving = Some(self.saves(place.cloned(), Status::Active).boxed());
    }

    /// Saves a place, and how the stream fares.
    fn saves(
        &self,
        place: Option<ResumeToken>,
        status: Status,
    ) -> impl Future<Output = Result<Saved, HandlerError>> + Send + 'static {
        let (store, health) = (self.store.clone(), self.health.clone());
        let (delivery, fence) = (self.delivery.clone(), self.fence);
        let behind = Some(self.behind());
        async move {
            let saved = match place {
                Some(place) => store.save(&delivery.stream, &place, fence).await,
                None => Ok(Saved::Yes),
            };
            let mut counts = delivery.statistics.take();
            if let Err(error) = health.write(&mut counts, status, behind).await {
                delivery.statistics.put_back(counts);
                delivery.statistics.error(error.to_string());
            }
            saved
        }
    }

    /// How far behind the stream is: the age of the first event that is not handled or, where all that
    /// were read are, of the last one of these, unless there is no newer one.
    fn behind(&self) -> Duration {
        let waits_since = self.state.progress.waits_since();
        let Some(since) = waits_since.or(self.state.read_up_to) else {
            return Duration::ZERO;
        };
        let behind = DateTime::now().timestamp_millis() - since.timestamp_millis();
        Duration::from_millis(u64::try_from(behind).unwrap_or(0))
    }

    pub(super) fn was_saved(&mut self, saved: Result<Saved, HandlerError>) -> Saved {
        match saved {
            Ok(saved) => saved,
            Err(error) => {
                self.delivery.statistics.error(error.to_string());
                self.state.saved = None;
                self.state.has_handled = true;
                Saved::Yes
            }
        }
    }

    /// Saves the last place, as the last thing that is done.
    pub(super) async fn finish(self, end: Outcome) -> Outcome {
        let status = match &end {
            Outcome::Stopped | Outcome::LeaseLost => Status::Stopped,
            // It goes on with what comes in the place of that.
            Outcome::Invalidated => Status::Active,
            Outcome::Failed(error) => {
                self.delivery.statistics.error(error.to_string());
                Status::Failed
            }
        };
        let place = self.state.progress.place().cloned();
        match (self.saves(place, status).await, end) {
            (Ok(Saved::Superseded), _) => Outcome::LeaseLost,
            (Ok(Saved::Yes), end) | (Err(_), end @ Outcome::Failed(_)) => end,
            (Err(error), _) => Outcome::Failed(store_error(error)),
        }
    }
}
