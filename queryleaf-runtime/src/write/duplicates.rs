//! What a duplicate key is: of a row that is inserted, the server names only the index.

use super::run::Run;
use crate::bridge;
use crate::error::{Refusal, RefusedRow};
use crate::raw::RawValue;
use futures::TryStreamExt;
use mongodb::bson::{Bson, Document};
use queryleaf_plan::bson::{element_type, elements};
use std::collections::HashMap;

/// The keys of the indexes of a collection, by the names of the indexes.
pub(crate) type IndexKeys = HashMap<String, Document>;

/// Puts the key of the refused document into its error, if a duplicate key is what it is.
pub(super) async fn describe(
    run: &mut Run<'_>,
    collection: &str,
    row: &mut RefusedRow,
    document: &[u8],
) {
    let Refusal::DuplicateKey { index, key } = &mut row.reason else {
        return;
    };
    if index == "_id_" {
        key.insert("_id", value_at(document, "_id"));
        return;
    }
    if let Some(fields) = index_keys(run, collection).await.get(index.as_str()) {
        *key = fields
            .keys()
            .map(|path| (path.clone(), value_at(document, path)))
            .collect();
    }
}

/// The keys of the indexes; none where the server does not let them be seen.
pub(super) async fn index_keys<'r>(run: &'r mut Run<'_>, collection: &str) -> &'r IndexKeys {
    if run.index_keys.is_none() {
        let collection = run.database.collection::<Document>(collection);
        let indexes = match collection.list_indexes().await {
            Ok(indexes) => indexes.try_collect::<Vec<_>>().await.unwrap_or_default(),
            Err(_) => Vec::new(),
        };
        let keys = indexes.into_iter().filter_map(|index| {
            let name = index.options.and_then(|options| options.name)?;
            Some((name, index.keys))
        });
        run.index_keys = Some(keys.collect());
    }
    run.index_keys.get_or_insert_default()
}

/// The value at a path of a document, null where there is none.
fn value_at(document: &[u8], path: &str) -> Bson {
    find(document, path)
        .and_then(|value| bridge::to_bson(value).ok())
        .unwrap_or(Bson::Null)
}

/// The value at a path that leads into embedded documents only.
pub(super) fn find<'a>(document: &'a [u8], path: &str) -> Option<RawValue<'a>> {
    let (name, rest) = match path.split_once('.') {
        Some((name, rest)) => (name, Some(rest)),
        None => (path, None),
    };
    let value = elements(document)
        .map_while(Result::ok)
        .find(|element| element.name == name.as_bytes())?;
    match rest {
        None => Some(value.into()),
        Some(rest) if value.element_type == element_type::DOCUMENT => find(value.value, rest),
        Some(_) => None,
    }
}
