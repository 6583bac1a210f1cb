//! A change event as bytes, and what every event tells of itself.

use super::{ClusterTime, OperationType, ResumeToken, changes};
use crate::bridge;
use crate::error::Error;
use crate::raw::RawValue;
use mongodb::bson::{Bson, DateTime, Document, RawDocumentBuf};
use queryleaf_plan::bson::{element_type, string};
use std::sync::Arc;

/// A change event as bytes; clones share them.
#[derive(Debug, Clone)]
pub(super) struct Event {
    event: Arc<RawDocumentBuf>,
    /// The collection that is watched, where it is one.
    watched: Option<Arc<str>>,
    /// Why the columns of the query are not there.
    failure: Option<Arc<Error>>,
}

impl Event {
    pub(super) fn new(event: RawDocumentBuf, watched: Option<Arc<str>>) -> Self {
        Event {
            event: Arc::new(event),
            watched,
            failure: None,
        }
    }

    /// An event as it is, for which the condition or a column of the query has no value.
    pub(super) fn failed(event: RawDocumentBuf, watched: Option<Arc<str>>, why: Error) -> Self {
        let failure = Some(Arc::new(why));
        Event {
            failure,
            ..Event::new(event, watched)
        }
    }

    pub(super) fn failure(&self) -> Option<&Arc<Error>> {
        self.failure.as_ref()
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.event.as_bytes()
    }

    fn value(&self, name: &str) -> Option<RawValue<'_>> {
        RawValue::named(self.bytes(), name)
    }

    fn text(&self, name: &str) -> Option<&str> {
        let value = self.value(name)?;
        (value.element_type == element_type::STRING).then(|| string(value.bytes))?
    }

    /// The place behind it.
    pub(super) fn token(&self) -> Option<ResumeToken> {
        changes::id(self.bytes())
    }

    pub(super) fn operation_type(&self) -> Option<OperationType> {
        OperationType::from_name(self.text("operationType")?)
    }

    pub(super) fn cluster_time(&self) -> Option<ClusterTime> {
        let value = self.value("clusterTime")?;
        value.fixed().map(ClusterTime::from_bytes)
    }

    /// When it happened by the clock of the server.
    pub(super) fn happened_at(&self) -> Option<DateTime> {
        let wall_time = self.value("wallTime").filter(|time| !time.is_null());
        match wall_time.and_then(RawValue::fixed) {
            Some(milliseconds) => Some(DateTime::from_millis(i64::from_le_bytes(milliseconds))),
            None => self.cluster_time().map(ClusterTime::to_date_time),
        }
    }

    /// The name of the collection.
    pub(super) fn collection(&self) -> Option<&str> {
        let named = self
            .value("ns")
            .and_then(|namespace| RawValue::named(namespace.bytes, "coll"))
            .filter(|name| name.element_type == element_type::STRING)
            .and_then(|name| string(name.bytes));
        named.or(self.watched.as_deref())
    }

    pub(super) fn document_key(&self) -> Option<Bson> {
        bridge::to_bson(self.value("documentKey")?).ok()
    }

    /// A number that is the same for all events of one document; `None` for an event that is about no
    /// document. The same in every process, and for every query, since places are stored by it.
    pub(super) fn key(&self) -> Option<u64> {
        // The `_id` only: the key of a sharded collection may have more fields in an event than in a
        // snapshot, and not every query shows the name of the collection.
        let id = RawValue::named(self.value("documentKey")?.bytes, "_id")?;
        Some(fnv_1a(&[&[id.element_type], id.bytes]))
    }

    pub(super) fn to_document(&self) -> Option<Document> {
        bridge::to_document(self.bytes()).ok()
    }
}

/// The hash function of Fowler, Noll and Vo, with 64 bits.
pub(super) fn fnv_1a(parts: &[&[u8]]) -> u64 {
    let bytes = parts.iter().copied().flatten();
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
