//! `chrono`: `DateTime<Utc>` and `NaiveDate`.

use super::out_of_calendar;
use crate::bind::{Bind, Bound, midnight, timestamp};
use crate::decode::{Decode, Fill, Mismatch, midnight_of, milliseconds, natural};
use crate::raw::RawValue;
use crate::types;
use ::chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};

natural! {
    Timestamp => DateTime<Utc>, value {
        let milliseconds = milliseconds(value)?;
        DateTime::from_timestamp_millis(milliseconds)
            .ok_or_else(|| out_of_calendar("timestamp", milliseconds))
    }

    Date => NaiveDate, value {
        let milliseconds = midnight_of(value)?;
        DateTime::from_timestamp_millis(milliseconds)
            .map(|timestamp| timestamp.date_naive())
            .ok_or_else(|| out_of_calendar("date", milliseconds))
    }
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
    use super::super::there_and_back;
    use super::*;

    #[test]
    fn there_and_back_again() {
        for milliseconds in [0, -1, 1_700_000_000_123] {
            let timestamp = DateTime::from_timestamp_millis(milliseconds).expect("in range");
            assert_eq!(there_and_back::<types::Timestamp, _>(&timestamp), timestamp);
            let date = timestamp.date_naive();
            assert_eq!(there_and_back::<types::Date, _>(&date), date);
        }
    }
}
