//! Files by their names, which several revisions share.

use super::head::not_found;
use super::revision::Revision;
use super::store::Store;
use crate::error::{Error, FileError, Result};
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{RawDocumentBuf, doc};

/// The document of a file of this name.
pub(crate) async fn find(
    store: &Store,
    filename: &str,
    revision: Revision,
) -> Result<RawDocumentBuf> {
    let files = store.files::<RawDocumentBuf>(None);
    let (direction, skip) = revision.sort_and_skip();
    let found = files
        .find_one(doc! { "filename": filename })
        // Of two files of one moment, the one of the later `_id` is the newer.
        .sort(doc! { "uploadDate": direction, "_id": direction })
        .skip(skip)
        .await
        .map_err(|error| store.driver_error(error))?;
    if let Some(document) = found {
        return Ok(document);
    }
    let any = files
        .find_one(doc! { "filename": filename })
        .projection(doc! { "_id": 1 })
        .await
        .map_err(|error| store.driver_error(error))?;
    Err(match any {
        Some(_) => store.error(FileError::RevisionNotFound {
            bucket: store.bucket(),
            filename: filename.to_owned(),
            revision,
        }),
        None => name_not_found(store, filename),
    })
}

/// Gives a file another name.
pub(crate) async fn rename(store: &Store, file_id: ObjectId, filename: &str) -> Result<()> {
    let files = store.files::<RawDocumentBuf>(None);
    let update = doc! { "$set": { "filename": filename } };
    let renamed = files.update_one(doc! { "_id": file_id }, update).await;
    match renamed.map_err(|error| store.driver_error(error))? {
        result if result.matched_count == 0 => Err(not_found(store, file_id)),
        _ => Ok(()),
    }
}

/// Gives all files of a name another one.
pub(crate) async fn rename_all(store: &Store, filename: &str, new: &str) -> Result<u64> {
    let files = store.files::<RawDocumentBuf>(None);
    let update = doc! { "$set": { "filename": new } };
    let renamed = files.update_many(doc! { "filename": filename }, update);
    match renamed.await.map_err(|error| store.driver_error(error))? {
        result if result.matched_count == 0 => Err(name_not_found(store, filename)),
        result => Ok(result.matched_count),
    }
}

#[cold]
pub(crate) fn name_not_found(store: &Store, filename: &str) -> Error {
    store.error(FileError::NameNotFound {
        bucket: store.bucket(),
        filename: filename.to_owned(),
    })
}
