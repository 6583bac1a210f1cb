//! The events of a stream as a collection, for the passes that know collections only.

use super::Stream;
use crate::schema::{Collection, Storage};
use crate::types::{Field, Limits, Type};
use std::sync::Arc;

/// What is stored in an event, at the top.
pub(crate) const FIELDS: [&str; 15] = [
    "_id",
    "operationType",
    "clusterTime",
    "wallTime",
    "ns",
    "to",
    "documentKey",
    "fullDocument",
    "fullDocumentBeforeChange",
    "updateDescription",
    "txnNumber",
    "lsid",
    "collectionUUID",
    "operationDescription",
    "stateBeforeChange",
];

/// The tables of a query, and behind them the events.
pub(crate) fn with_events(tables: &[Arc<Collection>], stream: &Stream) -> Vec<Arc<Collection>> {
    let mut all = tables.to_vec();
    all.truncate(stream.table);
    all.push(Arc::new(Collection {
        name: "events".to_owned(),
        rust_name: "Event".to_owned(),
        fields: FIELDS.map(field).into(),
        storage: Storage::Plain,
        ..Collection::default()
    }));
    all
}

/// A field that may hold anything.
pub(crate) fn field(name: &str) -> Field {
    Field {
        name: name.to_owned(),
        alias: None,
        rust_name: name.to_owned(),
        hidden: false,
        ty: Type::Json,
        nullable: true,
        absent: false,
        own: false,
        limits: Limits::default(),
        default: None,
    }
}
