//! Files by their names, which several revisions share.

use super::head::not_found;
use super::revision::Revision;
use super::store::Store;
use crate::error::{Error, FileError, Result};
use mongodb::ClientSession;
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Document, RawDocumentBuf, doc};

/// The document of a file of this name.
pub(crate) async fn find(
    store: &Store,
    mut session: Option<&mut ClientSession>,
    filename: &str,
    revision: Revision,
) -> Result<RawDocumentBuf> {
    let files = store.files::<RawDocumentBuf>(None);
    let (direction, skip) = revision.sort_and_skip();
    let find = files
        .find_one(doc! { "filename": filename })
        // Of two files of one moment, the one of the later `_id` is the newer.
        .sort(doc! { "uploadDate": direction, "_id": direction })
        .skip(skip);
    let found = match session.as_deref_mut() {
        Some(session) => find.session(session).await,
        None => find.await,
    };
    let found = found.map_err(|error| store.driver_error(error))?;
    if let Some(document) = found {
        return Ok(document);
    }
    let find = files
        .find_one(doc! { "filename": filename })
        .projection(doc! { "_id": 1 });
    let any = match session {
        Some(session) => find.session(session).await,
        None => find.await,
    };
    Err(match any.map_err(|error| store.driver_error(error))? {
        Some(_) => store.error(FileError::RevisionNotFound {
            bucket: store.bucket(),
            filename: filename.to_owned(),
            revision,
        }),
        None => name_not_found(store, filename),
    })
}

/// Gives a file another name.
pub(crate) async fn rename(
    store: &Store,
    session: Option<&mut ClientSession>,
    file_id: ObjectId,
    filename: &str,
) -> Result<()> {
    match set_name(store, session, doc! { "_id": file_id }, filename).await? {
        0 => Err(not_found(store, file_id)),
        _ => Ok(()),
    }
}

/// Gives all files of a name another one.
pub(crate) async fn rename_all(
    store: &Store,
    session: Option<&mut ClientSession>,
    filename: &str,
    new: &str,
) -> Result<u64> {
    match set_name(store, session, doc! { "filename": filename }, new).await? {
        0 => Err(name_not_found(store, filename)),
        renamed => Ok(renamed),
    }
}

async fn set_name(
    store: &Store,
    session: Option<&mut ClientSession>,
    files: Document,
    filename: &str,
) -> Result<u64> {
    let collection = store.files::<RawDocumentBuf>(None);
    let update = doc! { "$set": { "filename": filename } };
    let renaming = collection.update_many(files, update);
    let renamed = match session {
        Some(session) => renaming.session(session).await,
        None => renaming.await,
    };
    let renamed = renamed.map_err(|error| store.driver_error(error))?;
    Ok(renamed.matched_count)
}

#[cold]
pub(crate) fn name_not_found(store: &Store, filename: &str) -> Error {
    store.error(FileError::NameNotFound {
        bucket: store.bucket(),
        filename: filename.to_owned(),
    })
}
