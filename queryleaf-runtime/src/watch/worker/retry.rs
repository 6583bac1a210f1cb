//! How often a handler that fails is tried again.

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

/// Whether an error says nothing of the event: the server was not reached.
pub(super) fn is_passing(error: &HandlerError) -> bool {
    if let Some(error) = error.downcast_ref::<crate::Error>() {
        return may_pass(error) || matches!(error, crate::Error::CommitUnknown { .. });
    }
    let of_driver = error.downcast_ref::<mongodb::error::Error>();
    of_driver.is_some_and(|error| may_pass(&failed(error.clone())))
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
