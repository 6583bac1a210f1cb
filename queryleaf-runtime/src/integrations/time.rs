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

use super::out_of_calendar;
use super::serde_as::{SerdeAs, serde_module};
use crate::bind::{Bind, BindError, Bound, midnight, timestamp};
use crate::decode::{Decode, Fill, Mismatch, midnight_in, midnight_of, milliseconds, natural};
use crate::raw::RawValue;
use crate::types;
use ::time::{Date, OffsetDateTime};
use mongodb::bson;

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

#[diagnostic::do_not_recommend]
impl SerdeAs<types::Timestamp> for OffsetDateTime {
    type Stored = bson::DateTime;

    fn to_stored(&self) -> Result<Self::Stored, BindError> {
        write(*self).map(bson::DateTime::from_millis)
    }

    fn from_stored(stored: Self::Stored) -> Result<Self, Mismatch> {
        timestamp_of(stored.timestamp_millis())
    }
}

#[diagnostic::do_not_recommend]
impl SerdeAs<types::Date> for Date {
    type Stored = bson::DateTime;

    fn to_stored(&self) -> Result<Self::Stored, BindError> {
        write(self.midnight().assume_utc()).map(bson::DateTime::from_millis)
    }

    fn from_stored(stored: Self::Stored) -> Result<Self, Mismatch> {
        date_of(midnight_in(stored.timestamp_millis())?)
    }
}

natural! {
    Timestamp => OffsetDateTime, value {
        timestamp_of(milliseconds(value)?)
    }

    Date => Date, value {
        date_of(midnight_of(value)?)
    }
}

fn timestamp_of(milliseconds: i64) -> Result<OffsetDateTime, Mismatch> {
    read(milliseconds).ok_or_else(|| out_of_calendar("timestamp", milliseconds))
}

fn date_of(milliseconds: i64) -> Result<Date, Mismatch> {
    read(milliseconds)
        .map(OffsetDateTime::date)
        .ok_or_else(|| out_of_calendar("date", milliseconds))
}

/// Digits below the millisecond are cut off: BSON has none.
#[diagnostic::do_not_recommend]
impl Bind<types::Timestamp> for OffsetDateTime {
    fn bind(&self) -> Bound {
        write(*self).map(timestamp)
    }
}

#[diagnostic::do_not_recommend]
impl Bind<types::Date> for Date {
    fn bind(&self) -> Bound {
        write(self.midnight().assume_utc()).and_then(midnight)
    }
}

const NANOSECONDS: i128 = 1_000_000;

fn read(milliseconds: i64) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(milliseconds) * NANOSECONDS).ok()
}

fn write(timestamp: OffsetDateTime) -> Result<i64, BindError> {
    let milliseconds = timestamp.unix_timestamp_nanos().div_euclid(NANOSECONDS);
    i64::try_from(milliseconds).map_err(|_| BindError::new("out of range for a timestamp"))
}

#[cfg(test)]
mod tests {
    use super::super::{stored_and_back, there_and_back};
    use super::*;

    #[test]
    fn there_and_back_again() {
        for milliseconds in [0, -1, 1_700_000_000_123] {
            let timestamp = read(milliseconds).expect("in range");
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
