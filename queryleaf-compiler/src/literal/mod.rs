//! Constants of the types that SQL writes as quoted text: timestamps, dates and intervals.
//!
//! What PostgreSQL reads in some other way is refused rather than read differently, and so is what
//! the server cannot store: digits below the millisecond, years before 1 or after 9999. The reason
//! of a refusal completes the sentence "`2024-02-30` is no date: ..".

pub(crate) mod calendar;

mod interval;
mod scan;
mod timestamp;
mod unit;

pub(crate) use interval::interval;
pub(crate) use timestamp::{date, has_offset, timestamp};
pub(crate) use unit::Unit;
