//! Deleting files: their documents first, so that nobody sees a file that is only partly there.

use super::head::not_found;
use super::names::name_not_found;
use super::store::Store;
use crate::error::Result;
use futures::TryStreamExt;
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Bson, Document, RawDocumentBuf, doc};

/// How many files are deleted by one pair of commands.
const BATCH: usize = 1000;

/// Deletes a file.
pub(crate) async fn one(store: &Store, file_id: ObjectId) -> Result<()> {
    match these(store, vec![file_id.into()]).await? {
        0 => Err(not_found(store, file_id)),
        _ => Ok(()),
    }
}

/// Deletes all files of a name.
pub(crate) async fn all_of_name(store: &Store, filename: &str) -> Result<u64> {
    match matching(store, doc! { "filename": filename }).await? {
        0 => Err(name_not_found(store, filename)),
        deleted => Ok(deleted),
    }
}

/// Deletes the files whose documents pass a filter.
pub(crate) async fn matching(store: &Store, filter: Document) -> Result<u64> {
    let files = store.files::<Document>(None);
    let found = files.find(filter).projection(doc! { "_id": 1 }).await;
    let mut found = found.map_err(|error| store.driver_error(error))?;
    let (mut ids, mut deleted) = (Vec::new(), 0);
    loop {
        let next = found.try_next().await;
        let next = next.map_err(|error| store.driver_error(error))?;
        let is_end = next.is_none();
        ids.extend(next.and_then(|mut document| document.remove("_id")));
        if ids.len() >= BATCH || (is_end && !ids.is_empty()) {
            deleted += these(store, std::mem::take(&mut ids)).await?;
        }
        if is_end {
            return Ok(deleted);
        }
    }
}

/// Deletes files, and tells how many there were.
async fn these(store: &Store, ids: Vec<Bson>) -> Result<u64> {
    let files = store.files::<RawDocumentBuf>(None);
    let deleted = files.delete_many(doc! { "_id": { "$in": ids.clone() } });
    let deleted = deleted.await.map_err(|error| store.driver_error(error))?;
    let chunks = store.chunks::<RawDocumentBuf>(None);
    let removed = chunks.delete_many(doc! { "files_id": { "$in": ids } });
    removed.await.map_err(|error| store.driver_error(error))?;
    Ok(deleted.deleted_count)
}
