//! The types of the `jiff` crate: `Timestamp` is a `timestamp`, `civil::Date` a `date`. A `Zoned` can be
//! given to a parameter.
//!
//! They stand in columns and parameters as they are. In a struct, where serde would store text, the
//! modules here say what is stored:
//!
//! ```
//! # use queryleaf_runtime as queryleaf;
//! # use queryleaf::bson::{DateTime, doc, to_document};
//! # use serde::{Deserialize, Serialize};
//! #[derive(Serialize, Deserialize)]
//! struct Tide {
//!     #[serde(with = "queryleaf::jiff::as_date")]
//!     day: jiff::civil::Date,
//!     #[serde(with = "queryleaf::jiff::as_timestamp")]
//!     highest: jiff::Timestamp,
//! }
//!
//! let tide = Tide {
//!     day: jiff::civil::date(1970, 1, 2),
//!     highest: jiff::Timestamp::UNIX_EPOCH,
//! };
//! assert_eq!(
//!     to_document(&tide)?,
//!     doc! { "day": DateTime::from_millis(86_400_000), "highest": DateTime::from_millis(0) },
//! );
//! # Ok::<(), queryleaf::bson::ser::Error>(())
//! ```

use super::calendar::{DAY, calendar};
use super::serde_as::serde_module;
use crate::types;
use ::jiff::civil::Date;
use ::jiff::tz::TimeZone;
use ::jiff::{Timestamp, Zoned};

/// Stores a `Timestamp` as a `timestamp`, a BSON date: `#[serde(with = "queryleaf::jiff::as_timestamp")]`.
///
/// BSON has milliseconds; digits below them are cut off.
pub mod as_timestamp {
    super::serde_module!(Timestamp);
}

/// Stores a `civil::Date` as a `date`, a BSON date at midnight UTC: `#[serde(with = "queryleaf::jiff::as_date")]`.
pub mod as_date {
    super::serde_module!(Date);
}

calendar! {
    timestamp Timestamp { milliseconds_of, timestamp_of }
    date Date { midnight_of, date_of }
}

/// Digits below the millisecond are cut off: BSON has none.
#[diagnostic::do_not_recommend]
impl Bind<types::Timestamp> for Timestamp {
    fn bind(&self) -> Bound {
        milliseconds_of(*self).map(bind::timestamp)
    }
}

#[diagnostic::do_not_recommend]
impl Bind<types::Timestamp> for Zoned {
    fn bind(&self) -> Bound {
        <Timestamp as Bind<types::Timestamp>>::bind(&self.timestamp())
    }
}

fn timestamp_of(milliseconds: i64) -> Option<Timestamp> {
    Timestamp::from_millisecond(milliseconds).ok()
}

fn date_of(milliseconds: i64) -> Option<Date> {
    timestamp_of(milliseconds).map(|timestamp| timestamp.to_zoned(TimeZone::UTC).date())
}

fn milliseconds_of(timestamp: Timestamp) -> Result<i64, BindError> {
    // Towards the past, also before 1970.
    let nanoseconds = timestamp.as_nanosecond();
    i64::try_from(nanoseconds.div_euclid(1_000_000))
        .map_err(|_| BindError::new("out of range for a timestamp"))
}

fn midnight_of(date: Date) -> Result<i64, BindError> {
    let epoch = Date::constant(1970, 1, 1);
    Ok(date.duration_since(epoch).as_hours() / 24 * DAY)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{stored_and_back, there_and_back};
    use super::*;

    #[test]
    fn there_and_back_again() {
        for milliseconds in [0, -1, 1_700_000_000_123] {
            let timestamp = Timestamp::from_millisecond(milliseconds).expect("in range");
            assert_eq!(there_and_back::<types::Timestamp, _>(&timestamp), timestamp);
            assert_eq!(
                stored_and_back::<types::Timestamp, _>(&timestamp),
                timestamp
            );
            let date = timestamp.to_zoned(TimeZone::UTC).date();
            assert_eq!(there_and_back::<types::Date, _>(&date), date);
            assert_eq!(stored_and_back::<types::Date, _>(&date), date);
        }
    }
}
