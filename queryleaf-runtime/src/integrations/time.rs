//! `time`: `OffsetDateTime` and `Date`.

use super::out_of_calendar;
use crate::bind::{Bind, BindError, Bound, midnight, timestamp};
use crate::decode::{Decode, Fill, Mismatch, midnight_of, milliseconds, natural};
use crate::raw::RawValue;
use crate::types;
use ::time::{Date, OffsetDateTime};

natural! {
    Timestamp => OffsetDateTime, value {
        let milliseconds = milliseconds(value)?;
        read(milliseconds).ok_or_else(|| out_of_calendar("timestamp", milliseconds))
    }

    Date => Date, value {
        let milliseconds = midnight_of(value)?;
        read(milliseconds)
            .map(OffsetDateTime::date)
            .ok_or_else(|| out_of_calendar("date", milliseconds))
    }
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
    use super::super::there_and_back;
    use super::*;

    #[test]
    fn there_and_back_again() {
        for milliseconds in [0, -1, 1_700_000_000_123] {
            let timestamp = read(milliseconds).expect("in range");
            assert_eq!(there_and_back::<types::Timestamp, _>(&timestamp), timestamp);
            let date = timestamp.date();
            assert_eq!(there_and_back::<types::Date, _>(&date), date);
        }
    }
}
