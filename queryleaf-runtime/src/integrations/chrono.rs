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

use super::calendar::calendar;
use super::serde_as::serde_module;
use crate::types;
use ::chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};

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

calendar! {
    timestamp DateTime<Utc> { milliseconds_of, timestamp_of }
    date NaiveDate { midnight_of, date_of }
}

/// Digits below the millisecond are cut off: BSON has none.
#[diagnostic::do_not_recommend]
impl<Z: TimeZone> Bind<types::Timestamp> for DateTime<Z> {
    fn bind(&self) -> Bound {
        Ok(bind::timestamp(self.timestamp_millis()))
    }
}

fn timestamp_of(milliseconds: i64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis(milliseconds)
}

fn date_of(milliseconds: i64) -> Option<NaiveDate> {
    timestamp_of(milliseconds).map(|timestamp| timestamp.date_naive())
}

fn milliseconds_of(timestamp: DateTime<Utc>) -> Result<i64, BindError> {
    Ok(timestamp.timestamp_millis())
}

fn midnight_of(date: NaiveDate) -> Result<i64, BindError> {
    milliseconds_of(date.and_time(NaiveTime::MIN).and_utc())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{stored_and_back, there_and_back};
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
