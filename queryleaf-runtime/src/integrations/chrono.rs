//! The types of the `chrono` crate: `DateTime<Utc>` is a `timestamp`, `NaiveDate` a `date`.
//!
//! They stand in columns and parameters as they are. In a struct, where serde would store text, the
//! modules here say what is stored:
//!
//! ```
//! # use queryleaf_runtime as queryleaf;
//! # use queryleaf::bson::{DateTime, doc, to_document};
//! # use serde::{Deserialize, Serialize};
//! #[derive(Serialize, Deserialize)]
//! struct Stay {
//!     #[serde(with = "queryleaf::chrono::as_date")]
//!     first_night: chrono::NaiveDate,
//!     #[serde(with = "queryleaf::chrono::as_timestamp", default)]
//!     left_at: Option<chrono::DateTime<chrono::Utc>>,
//! }
//!
//! let stay = Stay { first_night: chrono::NaiveDate::default(), left_at: None };
//! assert_eq!(
//!     to_document(&stay)?,
//!     doc! { "first_night": DateTime::from_millis(0), "left_at": null },
//! );
//! # Ok::<(), queryleaf::bson::ser::Error>(())
//! ```

use super::out_of_calendar;
use super::serde_as::{SerdeAs, serde_module};
use crate::bind::{Bind, BindError, Bound, midnight, timestamp};
use crate::decode::{Decode, Fill, Mismatch, midnight_in, midnight_of, milliseconds, natural};
use crate::raw::RawValue;
use crate::types;
use ::chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};
use mongodb::bson;

/// Stores a `DateTime<Utc>` as a `timestamp`, a BSON date: `#[serde(with = "queryleaf::chrono::as_timestamp")]`.
///
/// BSON has milliseconds; digits below them are cut off.
pub mod as_timestamp {
    super::serde_module!(Timestamp);
}

/// Stores a `NaiveDate` as a `date`, a BSON date at midnight UTC: `#[serde(with = "queryleaf::chrono::as_date")]`.
pub mod as_date {
    super::serde_module!(Date);
}

#[diagnostic::do_not_recommend]
impl SerdeAs<types::Timestamp> for DateTime<Utc> {
    type Stored = bson::DateTime;

    fn to_stored(&self) -> Result<Self::Stored, BindError> {
        Ok(bson::DateTime::from_millis(self.timestamp_millis()))
    }

    fn from_stored(stored: Self::Stored) -> Result<Self, Mismatch> {
        timestamp_of(stored.timestamp_millis())
    }
}

#[diagnostic::do_not_recommend]
impl SerdeAs<types::Date> for NaiveDate {
    type Stored = bson::DateTime;

    fn to_stored(&self) -> Result<Self::Stored, BindError> {
        let midnight = self.and_time(NaiveTime::MIN).and_utc();
        Ok(bson::DateTime::from_millis(midnight.timestamp_millis()))
    }

    fn from_stored(stored: Self::Stored) -> Result<Self, Mismatch> {
        date_of(midnight_in(stored.timestamp_millis())?)
    }
}

natural! {
    Timestamp => DateTime<Utc>, value {
        timestamp_of(milliseconds(value)?)
    }

    Date => NaiveDate, value {
        date_of(midnight_of(value)?)
    }
}

fn timestamp_of(milliseconds: i64) -> Result<DateTime<Utc>, Mismatch> {
    DateTime::from_timestamp_millis(milliseconds)
        .ok_or_else(|| out_of_calendar("timestamp", milliseconds))
}

fn date_of(milliseconds: i64) -> Result<NaiveDate, Mismatch> {
    DateTime::from_timestamp_millis(milliseconds)
        .map(|timestamp| timestamp.date_naive())
        .ok_or_else(|| out_of_calendar("date", milliseconds))
}

/// Digits below the millisecond are cut off: BSON has none.
#[diagnostic::do_not_recommend]
impl<Z: TimeZone> Bind<types::Timestamp> for DateTime<Z> {
    fn bind(&self) -> Bound {
        Ok(timestamp(self.timestamp_millis()))
    }
}

#[diagnostic::do_not_recommend]
impl Bind<types::Date> for NaiveDate {
    fn bind(&self) -> Bound {
        midnight(self.and_time(NaiveTime::MIN).and_utc().timestamp_millis())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{stored_and_back, there_and_back};
    use super::*;

    #[test]
    fn there_and_back_again() {
        for milliseconds in [0, -1, 1_700_000_000_123] {
            let timestamp = DateTime::from_timestamp_millis(milliseconds).expect("in range");
            assert_eq!(there_and_back::<types::Timestamp, _>(&timestamp), timestamp);
            assert_eq!(
                stored_and_back::<types::Timestamp, _>(&timestamp),
                timestamp
            );
            let date = timestamp.date_naive();
            assert_eq!(there_and_back::<types::Date, _>(&date), date);
            assert_eq!(stored_and_back::<types::Date, _>(&date), date);
        }
    }
}
