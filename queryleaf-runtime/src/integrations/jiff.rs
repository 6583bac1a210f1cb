//! `jiff`: `Timestamp` and `civil::Date`.

use super::{DAY, out_of_calendar};
use crate::bind::{Bind, BindError, Bound, midnight, timestamp};
use crate::decode::{Decode, Fill, Mismatch, midnight_of, milliseconds, natural};
use crate::raw::RawValue;
use crate::types;
use ::jiff::civil::Date;
use ::jiff::tz::TimeZone;
use ::jiff::{Timestamp, Zoned};

natural! {
    Timestamp => Timestamp, value {
        let milliseconds = milliseconds(value)?;
        Timestamp::from_millisecond(milliseconds)
            .map_err(|_| out_of_calendar("timestamp", milliseconds))
    }

    Date => Date, value {
        let milliseconds = midnight_of(value)?;
        Timestamp::from_millisecond(milliseconds)
            .map(|timestamp| timestamp.to_zoned(TimeZone::UTC).date())
            .map_err(|_| out_of_calendar("date", milliseconds))
    }
}

/// Digits below the millisecond are cut off: BSON has none.
#[diagnostic::do_not_recommend]
impl Bind<types::Timestamp> for Timestamp {
    fn bind(&self) -> Bound {
        // Towards the past, also before 1970.
        let nanoseconds = self.as_nanosecond();
        let milliseconds = i64::try_from(nanoseconds.div_euclid(1_000_000))
            .map_err(|_| BindError::new("out of range for a timestamp"))?;
        Ok(timestamp(milliseconds))
    }
}

#[diagnostic::do_not_recommend]
impl Bind<types::Timestamp> for Zoned {
    fn bind(&self) -> Bound {
        <Timestamp as Bind<types::Timestamp>>::bind(&self.timestamp())
    }
}

#[diagnostic::do_not_recommend]
impl Bind<types::Date> for Date {
    fn bind(&self) -> Bound {
        let epoch = Date::constant(1970, 1, 1);
        let days = self.duration_since(epoch).as_hours() / 24;
        midnight(days * DAY)
    }
}

#[cfg(test)]
mod tests {
    use super::super::there_and_back;
    use super::*;

    #[test]
    fn there_and_back_again() {
        for milliseconds in [0, -1, 1_700_000_000_123] {
            let timestamp = Timestamp::from_millisecond(milliseconds).expect("in range");
            assert_eq!(there_and_back::<types::Timestamp, _>(&timestamp), timestamp);
            let date = timestamp.to_zoned(TimeZone::UTC).date();
            assert_eq!(there_and_back::<types::Date, _>(&date), date);
        }
    }
}
