//! What the benches share: processor time and medians.

pub(crate) use nix::sys::resource::UsageWho;

use nix::sys::resource::getrusage;
use nix::sys::time::TimeVal;
use std::time::Duration;

/// The processor time used so far, in user and in system mode: by all threads of this process, or
/// by its children that have ended and by theirs.
pub(crate) fn processor_time(who: UsageWho) -> Duration {
    let usage = getrusage(who).expect("the call has no other arguments that could be wrong");
    duration(usage.user_time()) + duration(usage.system_time())
}

fn duration(time: TimeVal) -> Duration {
    let seconds = Duration::from_secs(time.tv_sec().unsigned_abs());
    seconds + Duration::from_micros(time.tv_usec().unsigned_abs())
}

/// The middle one of some measurements.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => f64::NAN,
        length if length % 2 == 1 => values[middle],
        _ => (values[middle - 1] + values[middle]) / 2.0,
    }
}
