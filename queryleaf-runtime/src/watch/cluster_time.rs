//! When the cluster carried out an operation.

use crate::bind::{Bind, Bound};
use crate::schema::Declared;
use crate::types;
use mongodb::bson::{DateTime, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt;

/// When an operation took place by the clock of the cluster: whole seconds, and which of the operations
/// of that second it was. The type of the column `cluster_time`.
///
/// The operations of a replica set have times that grow from one to the next, those of one transaction
/// the same. In SQL it is compared, and computed with, as the timestamp of its seconds.
///
/// ```
/// use queryleaf::watch::ClusterTime;
///
/// let first = ClusterTime::new(1_700_000_000, 1);
/// assert!(first < ClusterTime::new(1_700_000_000, 2));
/// assert_eq!(first.to_date_time().timestamp_millis(), 1_700_000_000_000);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClusterTime(Timestamp);

impl ClusterTime {
    /// The operation of this number, counted from 1, in a second since 1970.
    pub const fn new(seconds: u32, increment: u32) -> Self {
        ClusterTime(Timestamp {
            time: seconds,
            increment,
        })
    }

    /// The time as BSON stores it: the increment before the seconds, in little-endian order.
    pub(crate) fn from_bytes(bytes: [u8; 8]) -> Self {
        let bits = u64::from_le_bytes(bytes);
        ClusterTime::new((bits >> 32) as u32, bits as u32)
    }

    /// The seconds since 1970.
    pub const fn seconds(self) -> u32 {
        self.0.time
    }

    /// Which of the operations of its second it was.
    pub const fn increment(self) -> u32 {
        self.0.increment
    }

    /// Its second, as the column is compared and computed with in SQL.
    pub fn to_date_time(self) -> DateTime {
        DateTime::from_millis(i64::from(self.0.time) * 1000)
    }
}

impl From<Timestamp> for ClusterTime {
    fn from(timestamp: Timestamp) -> Self {
        ClusterTime(timestamp)
    }
}

impl From<ClusterTime> for Timestamp {
    fn from(time: ClusterTime) -> Self {
        time.0
    }
}

/// The seconds and the increment.
impl fmt::Display for ClusterTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0.time, self.0.increment)
    }
}

#[diagnostic::do_not_recommend]
impl Declared for ClusterTime {}

/// Its second, as SQL takes it.
#[diagnostic::do_not_recommend]
impl Bind<types::Timestamp> for ClusterTime {
    fn bind(&self) -> Bound {
        Bind::<types::Timestamp>::bind(&self.to_date_time())
    }
}
