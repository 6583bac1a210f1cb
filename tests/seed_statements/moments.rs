//! Moments around now, away from where a statement draws its lines.

use crate::random::Random;
use queryleaf::prelude::DateTime;

pub const HOUR: i64 = 60;
pub const DAY: i64 = 24 * HOUR;

/// The seed of all data.
pub const SEED: u64 = 20_240_229;

/// A moment between so many minutes ago; a negative number is in the future.
///
/// The statements compare ages with whole minutes, and the clock goes on while they run: no moment
/// is within half a minute of a line.
pub fn ago(random: &mut Random, now: DateTime, minutes: std::ops::Range<i64>) -> DateTime {
    let minute = random.between(minutes.start, minutes.end - 1);
    let millisecond = random.pick(&[0, 0, 125, 250, 500]);
    DateTime::from_millis(now.timestamp_millis() - minute * 60_000 - 30_000 - millisecond)
}
