//! How often a handler that fails is tried again.

use super::handler::Failure;
use crate::Error;
use crate::watch::HandlerError;
use crate::watch::changes::may_pass;
use crate::watch::token_store::failed;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

/// How often, and after which pauses, an event whose handler failed is handled again. The pauses grow
/// from the first to the longest one, each twice as long as the one before and up to half of it shorter,
/// so that many do not try at the same moment.
///
/// An error that says that the server was not reached, or that a transaction was interrupted, does not
/// count: the event is handled again until it can be.
///
/// ```
/// use queryleaf::watch::Retry;
/// use std::time::Duration;
///
/// let patient = Retry { attempts: 20, longest_pause: Duration::from_secs(60), ..Retry::default() };
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// How often an event is handled before it is put among the dead letters, the first time included;
    /// 5 unless told otherwise.
    pub attempts: u32,
    /// The pause before the second attempt; 100 milliseconds unless told otherwise.
    pub first_pause: Duration,
    /// The longest pause; 10 seconds unless told otherwise.
    pub longest_pause: Duration,
}

impl Default for Retry {
    fn default() -> Self {
        Retry {
            attempts: 5,
            first_pause: Duration::from_millis(100),
            longest_pause: Duration::from_secs(10),
        }
    }
}

impl Retry {
    /// The pause after so many failures.
    pub(super) fn pause(&self, failures: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(failures.saturating_sub(1));
        let pause = self
            .first_pause
            .saturating_mul(doubled)
            .min(self.longest_pause);
        let random = RandomState::new().build_hasher().finish() as f64 / u64::MAX as f64;
        pause.mul_f64(1.0 - random / 2.0)
    }
}

/// How often an event was tried to be handled.
#[derive(Default)]
pub(super) struct Tries {
    pub(super) begun: u32,
    /// How many failed, for whatever reason.
    pub(super) failed: u32,
    /// How many failed because of the event.
    counted: u32,
}

impl Tries {
    /// The number of the next attempt.
    pub(super) fn begin(&mut self) -> u32 {
        self.begun = self.begun.saturating_add(1);
        self.begun
    }

    /// Counts a failure, and says whether another attempt is to be made.
    pub(super) fn may_go_on(&mut self, failure: &Failure, retry: &Retry) -> bool {
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

/// Whether an error says nothing of the event: the server was not reached. A handler may have an error
/// of its own around that.
pub(super) fn is_passing(error: &HandlerError) -> bool {
    causes(error).any(|cause| {
        if let Some(error) = cause.downcast_ref::<Error>() {
            return may_pass(error) || matches!(error, Error::CommitUnknown { .. });
        }
        let of_driver = cause.downcast_ref::<mongodb::error::Error>();
        of_driver.is_some_and(|error| may_pass(&failed(error.clone())))
    })
}

/// The code of the server's error, if there is one behind this.
pub(super) fn server_code(error: &HandlerError) -> Option<i32> {
    causes(error).find_map(|cause| match cause.downcast_ref::<Error>() {
        Some(error) => error.server_code(),
        None => {
            let of_driver = cause.downcast_ref::<mongodb::error::Error>()?;
            failed(of_driver.clone()).server_code()
        }
    })
}

/// The error, and those behind it.
fn causes(error: &HandlerError) -> impl Iterator<Item = &(dyn std::error::Error + 'static)> {
    let first: &(dyn std::error::Error + 'static) = &**error;
    std::iter::successors(Some(first), |error| error.source())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_the_longest() {
        let retry = Retry::default();
        for (failures, longest) in [(1, 100), (2, 200), (5, 1600), (9, 10_000), (200, 10_000)] {
            let pause = retry.pause(failures).as_millis();
            assert!(
                (longest / 2..=longest).contains(&pause),
                "{failures}: {pause}"
            );
        }
    }
}
