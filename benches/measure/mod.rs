//! What the benches share: processor time and medians.

mod median;

pub(crate) use median::median;
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
