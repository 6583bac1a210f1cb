//! How far the events of a stream have been kept.

use crate::watch::{ClusterTime, ResumeToken};
use mongodb::bson::{Bson, Document, Timestamp};

/// How far the events of a stream have been kept.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Progress {
    /// Where the stream goes on.
    pub(super) token: ResumeToken,
    /// How many events have been kept since the collection was made.
    pub(super) events: u64,
    /// Up to this time every event is there; `None` where the server's tokens do not tell.
    pub(super) complete_to: Option<ClusterTime>,
}

pub(super) const TOKEN: &str = "token";
pub(super) const EVENTS: &str = "events";
pub(super) const COMPLETE_TO: &str = "complete_to";

impl Progress {
    /// Reads what is stored; before the first place there is the lease only, which gives `Some(None)`.
    pub(super) fn read(stored: &Document) -> Option<Option<Self>> {
        match stored.get(TOKEN) {
            Some(_) => Progress::behind(stored).map(Some),
            None => Some(None),
        }
    }

    fn behind(stored: &Document) -> Option<Self> {
        Some(Progress {
            token: ResumeToken::from_bson(stored.get(TOKEN)?)?,
            events: match stored.get(EVENTS) {
                Some(Bson::Int64(events)) => u64::try_from(*events).ok()?,
                Some(Bson::Int32(events)) => u64::try_from(*events).ok()?,
                _ => 0,
            },
            complete_to: match stored.get(COMPLETE_TO) {
                Some(Bson::Timestamp(time)) => Some(ClusterTime::from(*time)),
                _ => None,
            },
        })
    }
}

/// The time before that of an event: others of the same time may follow it.
pub(super) fn before(time: ClusterTime) -> ClusterTime {
    let Timestamp { time, increment } = time.into();
    match increment.checked_sub(1) {
        Some(increment) => ClusterTime::new(time, increment),
        None => ClusterTime::new(time.saturating_sub(1), u32::MAX),
    }
}
