//! Deleting files: their documents first, so that nobody sees a file that is only partly there.

use super::head::not_found;
use super::names::name_not_found;
use super::store::Store;
use crate::error::Result;
use futures::TryStreamExt;
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Bson, Document, doc};
use mongodb::options::{CollectionOptions, ReadConcern, ReadPreference, SelectionCriteria};
use mongodb::{ClientSession, Collection, Database};

/// How many files are deleted by one pair of commands.
const BATCH: usize = 1000;

/// Deletes a file.
pub(crate) async fn one(store: &Store, file_id: ObjectId) -> Result<()> {
    match these(store, vec![file_id.into()], &Document::new()).await? {
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
    let found = files
        .find(filter.clone())
        .projection(doc! { "_id": 1 })
        .await;
    let mut found = found.map_err(|error| store.driver_error(error))?;
    let (mut ids, mut deleted) = (Vec::new(), 0);
    loop {
        let next = found.try_next().await;
        let next = next.map_err(|error| store.driver_error(error))?;
        let is_end = next.is_none();
        ids.extend(next.and_then(|mut document| document.remove("_id")));
        if ids.len() >= BATCH || (is_end && !ids.is_empty()) {
            deleted += these(store, std::mem::take(&mut ids), &filter).await?;
        }
        if is_end {
            return Ok(deleted);
        }
    }
}

/// Deletes those of these files whose documents pass a filter, and tells how many there were.
async fn these(store: &Store, ids: Vec<Bson>, filter: &Document) -> Result<u64> {
    let failed = |error| store.driver_error(error);
    let files = store.files::<Document>(None);
    let filter = doc! { "_id": { "$in": ids.clone() }, "$and": [filter.clone()] };
    let deleted = files.delete_many(filter).await;
    let count = deleted.as_ref().map(|deleted| deleted.deleted_count).ok();
    let gone = match count == Some(ids.len() as u64) {
        true => Ok(ids),
        // After a lost answer as well: what is gone has chunks all the same.
        false => gone(store.database(), store.files_name(), ids, None).await,
    };
    let removed = match gone {
        Ok(gone) => remove_chunks(&store.chunks(None), gone, None).await,
        Err(error) => Err(error),
    };
    let deleted = deleted.map_err(failed)?;
    removed.map_err(failed)?;
    Ok(deleted.deleted_count)
}

/// Those of these files that are not there: what somebody else has deleted is among them, and its chunks
/// are nobody's just as well.
pub(crate) async fn gone(
    database: &Database,
    files: &str,
    mut ids: Vec<Bson>,
    session: Option<&mut ClientSession>,
) -> mongodb::error::Result<Vec<Bson>> {
    // Another server may know less, and so may the majority: a file that is there would lose its chunks.
    let options = CollectionOptions::builder()
        .selection_criteria(SelectionCriteria::ReadPreference(ReadPreference::Primary))
        .read_concern(ReadConcern::local())
        .build();
    let files = database.collection_with_options::<Document>(files, options);
    let found = files
        .find(doc! { "_id": { "$in": ids.clone() } })
        .projection(doc! { "_id": 1 });
    let found: Vec<Document> = match session {
        Some(session) => {
            let mut found = found.session(&mut *session).await?;
            found.stream(session).try_collect().await?
        }
        None => found.await?.try_collect().await?,
    };
    let asked = ids.len();
    let is_there = |id: &Bson| found.iter().any(|document| document.get("_id") == Some(id));
    ids.retain(|id| !is_there(id));
    match ids.len() + found.len() == asked {
        true => Ok(ids),
        // Equal to the server and not here, as numbers that are none: better an orphan than a hole.
        false => Ok(Vec::new()),
    }
}

/// Deletes the chunks of files that are gone.
pub(crate) async fn remove_chunks(
    chunks: &Collection<Document>,
    gone: Vec<Bson>,
    session: Option<&mut ClientSession>,
) -> mongodb::error::Result<()> {
    if gone.is_empty() {
        return Ok(());
    }
    let removing = chunks.delete_many(doc! { "files_id": { "$in": gone } });
    match session {
        Some(session) => removing.session(session).await?,
        None => removing.await?,
    };
    Ok(())
}
