//! Places of the documents of a snapshot, which have no token.

use crate::bridge;
use crate::watch::ClusterTime;
use crate::watch::event::fnv_1a;
use crate::watch::source::Source;

/// What all of them begin with, so that they are before those of changes.
const BEFORE_CHANGES: &str = "00";

/// Gives the documents of a snapshot places by their numbers: documents of one moment that are read in the
/// order of their keys come in the same order again. A place is a text of
///
/// * the moment,
/// * the query, since another one gives other documents,
/// * the name of the collection, and the number of the document among those of the collection.
#[derive(Debug)]
pub(super) struct SnapshotRows {
    /// The moment and the query.
    snapshot: String,
    collection: String,
    next: u64,
}

impl SnapshotRows {
    pub(super) fn new(source: &Source, time: ClusterTime) -> Self {
        let (seconds, increment) = (time.seconds(), time.increment());
        SnapshotRows {
            snapshot: format!(
                "{BEFORE_CHANGES}{seconds:08x}{increment:08x}{}",
                query(source)
            ),
            collection: String::new(),
            next: 0,
        }
    }

    /// The moment of the snapshot of which documents have been handled last, if it was one of this query.
    pub(super) fn interrupted(source: &Source, places: &[String]) -> Option<ClusterTime> {
        let query = query(source);
        let last = places
            .iter()
            .filter(|place| place.starts_with(BEFORE_CHANGES))
            .max()?;
        let moment = last.strip_prefix(BEFORE_CHANGES)?;
        if !moment.get(16..)?.starts_with(&query) {
            return None;
        }
        let number = |text: &str| u32::from_str_radix(text, 16).ok();
        Some(ClusterTime::new(
            number(moment.get(..8)?)?,
            number(moment.get(8..16)?)?,
        ))
    }

    /// The place behind the next document.
    pub(super) fn next(&mut self, collection: &str) -> String {
        if self.collection != collection {
            collection.clone_into(&mut self.collection);
            self.next = 0;
        }
        self.next += 1;
        // Names in hexadecimal digits have the order of the names, whatever comes behind them.
        let collection: String = collection
            .bytes()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        format!("{}{collection}.{:016x}", self.snapshot, self.next)
    }

    /// Whether a lane that is at this place has passed a document.
    pub(super) fn is_behind(&self, lane: &str, document: &str) -> bool {
        lane.starts_with(&self.snapshot) && document <= lane
    }
}

/// What tells queries apart.
fn query(source: &Source) -> String {
    let stages = source.pipeline().iter();
    let stages: Vec<Vec<u8>> = stages
        .map(|stage| bridge::serialize_document(stage).unwrap_or_default())
        .collect();
    let stages: Vec<&[u8]> = stages.iter().map(Vec::as_slice).collect();
    format!("{:016x}", fnv_1a(&stages))
}
