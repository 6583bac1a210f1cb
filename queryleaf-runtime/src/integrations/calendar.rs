//! What crates with a calendar have in common here: a point in time is stored as its milliseconds since
//! 1970 in UTC, a date as those of its midnight.

use crate::decode::Mismatch;

/// Milliseconds of a day.
#[cfg(feature = "jiff")]
pub(super) const DAY: i64 = 24 * 60 * 60 * 1000;

/// A timestamp that another crate's type cannot hold.
#[cold]
pub(super) fn out_of_calendar(what: &str, milliseconds: i64) -> Mismatch {
    Mismatch::described(
        what,
        format!("{milliseconds} ms since 1970, which is beyond the calendar of the Rust type"),
    )
}

/// Makes a type a `timestamp` and another a `date`, of columns and of serde modules; and the latter one of
/// parameters. The functions are about milliseconds since 1970: to them with a `BindError` for what is too
/// far, and from them with `None`.
macro_rules! calendar {
    (
        timestamp $timestamp:ty { $milliseconds_of:ident, $timestamp_of:ident }
        date $date:ty { $midnight_of:ident, $date_of:ident }
    ) => {
        use $crate::bind::{self, Bind, BindError, Bound};
        use $crate::decode::{self, Decode, Fill, Mismatch};
        use $crate::integrations::calendar::out_of_calendar;
        use $crate::integrations::serde_as::SerdeAs;
        use $crate::raw::RawValue;

        decode::natural! {
            Timestamp => $timestamp, value {
                let milliseconds = decode::milliseconds(value)?;
                $timestamp_of(milliseconds).ok_or_else(|| out_of_calendar("timestamp", milliseconds))
            }

            Date => $date, value {
                let milliseconds = decode::midnight_of(value)?;
                $date_of(milliseconds).ok_or_else(|| out_of_calendar("date", milliseconds))
            }
        }

        #[diagnostic::do_not_recommend]
        impl Bind<types::Date> for $date {
            fn bind(&self) -> Bound {
                bind::midnight($midnight_of(*self)?)
            }
        }

        #[diagnostic::do_not_recommend]
        impl SerdeAs<types::Timestamp> for $timestamp {
            type Stored = mongodb::bson::DateTime;

            fn to_stored(&self) -> Result<Self::Stored, BindError> {
                $milliseconds_of(*self).map(Self::Stored::from_millis)
            }

            fn from_stored(stored: Self::Stored) -> Result<Self, Mismatch> {
                let milliseconds = stored.timestamp_millis();
                $timestamp_of(milliseconds).ok_or_else(|| out_of_calendar("timestamp", milliseconds))
            }
        }

        #[diagnostic::do_not_recommend]
        impl SerdeAs<types::Date> for $date {
            type Stored = mongodb::bson::DateTime;

            fn to_stored(&self) -> Result<Self::Stored, BindError> {
                $midnight_of(*self).map(Self::Stored::from_millis)
            }

            fn from_stored(stored: Self::Stored) -> Result<Self, Mismatch> {
                let milliseconds = decode::midnight_in(stored.timestamp_millis())?;
                $date_of(milliseconds).ok_or_else(|| out_of_calendar("date", milliseconds))
            }
        }
    };
}
pub(super) use calendar;
