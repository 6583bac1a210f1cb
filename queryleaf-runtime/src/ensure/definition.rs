//! What a collection is declared to be, as the derive wrote it down.

use crate::bridge;
use mongodb::bson::{Bson, Document};

/// What a collection is created with, in the words of `create` and `createIndexes`.
#[derive(Debug, Clone)]
pub(super) struct Definition {
    pub(super) name: String,
    pub(super) options: Document,
    pub(super) indexes: Vec<Document>,
}

impl Definition {
    /// Reads what `queryleaf_plan::encode` wrote.
    pub(super) fn read(encoded: &[u8]) -> Result<Self, String> {
        let bytes = queryleaf_plan::fill(encoded, &[]).map_err(|error| format!("{error:?}"))?;
        let mut document = bridge::to_document(&bytes)?;
        let mut take = |key: &str| document.remove(key);
        match (take("name"), take("options"), take("indexes")) {
            (
                Some(Bson::String(name)),
                Some(Bson::Document(options)),
                Some(Bson::Array(indexes)),
            ) => Ok(Definition {
                name,
                options,
                indexes: indexes.into_iter().filter_map(into_document).collect(),
            }),
            _ => Err("a collection without a definition".to_owned()),
        }
    }
}

fn into_document(value: Bson) -> Option<Document> {
    match value {
        Bson::Document(document) => Some(document),
        _ => None,
    }
}
