//! The types of the `time` crate: `OffsetDateTime` is a `timestamp`, `Date` a `date`.
//!
//! They stand in columns and parameters as they are. In a struct, where serde would store arrays of
//! numbers, the modules here say what is stored:
//!
//! ```
//! # use queryleaf_runtime as queryleaf;
//! # use queryleaf::bson::{DateTime, doc, to_document};
//! # use serde::{Deserialize, Serialize};
//! #[derive(Serialize, Deserialize)]
//! struct Race {
//!     #[serde(with = "queryleaf::time::as_date")]
//!     day: time::Date,
//!     #[serde(with = "queryleaf::time::as_timestamp")]
//!     laps: Vec<time::OffsetDateTime>,
//! }
//!
//! let epoch = time::OffsetDateTime::UNIX_EPOCH;
//! let race = Race { day: epoch.date(), laps: vec![epoch] };
//! let stored = DateTime::from_millis(0);
//! assert_eq!(to_document(&race)?, doc! { "day": stored, "laps": [stored] });
//! # Ok::<(), queryleaf::bson::ser::Error>(())
//! ```

use super::calendar::calendar;
use super::serde_as::serde_module;
use crate::types;
use ::time::{Date, OffsetDateTime};

/// Stores an `OffsetDateTime` as a `timestamp`, a BSON date: `#[serde(with = "queryleaf::time::as_timestamp")]`.
///
/// BSON has milliseconds and UTC; digits below the one are cut off, and another offset is forgotten.
pub mod as_timestamp {
    super::serde_module!(Timestamp);
}

/// Stores a `Date` as a `date`, a BSON date at midnight UTC: `#[serde(with = "queryleaf::time::as_date")]`.
pub mod as_date {
    super::serde_module!(Date);
}

calendar! {
    timestamp OffsetDateTime { milliseconds_of, timestamp_of }
    date Date { midnight_of, date_of }
}

/// Digits below the millisecond are cut off: BSON has none.
#[diagnostic::do_not_recommend]
impl Bind<types::Timestamp> for OffsetDateTime {
    fn bind(&self) -> Bound {
        milliseconds_of(*self).map(bind::timestamp)
    }
}

/// Nanoseconds of a millisecond.
const NANOSECONDS: i128 = 1_000_000;

fn timestamp_of(milliseconds: i64) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(milliseconds) * NANOSECONDS).ok()
}

fn date_of(milliseconds: i64) -> Option<Date> {
    timestamp_of(milliseconds).map(OffsetDateTime::date)
}

fn milliseconds_of(timestamp: OffsetDateTime) -> Result<i64, BindError> {
    // Towards the past, also before 1970.
    let milliseconds = timestamp.unix_timestamp_nanos().div_euclid(NANOSECONDS);
    i64::try_from(milliseconds).map_err(|_| BindError::new("out of range for a timestamp"))
}

fn midnight_of(date: Date) -> Result<i64, BindError> {
    milliseconds_of(date.midnight().assume_utc())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{stored_and_back, there_and_back};
    use super::*;

    #[test]
    fn there_and_back_again() {
        for milliseconds in [0, -1, 1_700_000_000_123] {
            let timestamp = timestamp_of(milliseconds).expect("in range");
            assert_eq!(there_and_back::<types::Timestamp, _>(&timestamp), timestamp);
            assert_eq!(
                stored_and_back::<types::Timestamp, _>(&timestamp),
                timestamp
            );
            let date = timestamp.date();
            assert_eq!(there_and_back::<types::Date, _>(&date), date);
            assert_eq!(stored_and_back::<types::Date, _>(&date), date);
        }
    }
}
