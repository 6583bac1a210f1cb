//! Deleting files: their documents first, so that nobody sees a file that is only partly there.

use super::head::not_found;
use super::names::name_not_found;
use super::store::Store;
use crate::error::Result;
use futures::TryStreamExt;
use mongodb::action::Find;
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Bson, Document, doc};
use mongodb::options::{CollectionOptions, ReadConcern, ReadPreference, SelectionCriteria};
use mongodb::{ClientSession, Collection, Database};

/// How many files are deleted by one pair of commands.
const BATCH: i64 = 1000;

/// Deletes a file.
pub(crate) async fn one(
    store: &Store,
    session: Option<&mut ClientSession>,
    file_id: ObjectId,
) -> Result<()> {
    match these(store, session, vec![file_id.into()], &Document::new()).await? {
        0 => Err(not_found(store, file_id)),
        _ => Ok(()),
    }
}

/// Deletes all files of a name.
pub(crate) async fn all_of_name(
    store: &Store,
    session: Option<&mut ClientSession>,
    filename: &str,
) -> Result<u64> {
    match matching(store, session, doc! { "filename": filename }).await? {
        0 => Err(name_not_found(store, filename)),
        deleted => Ok(deleted),
    }
}

/// Deletes the files whose documents pass a filter.
async fn matching(
    store: &Store,
    mut session: Option<&mut ClientSession>,
    filter: Document,
) -> Result<u64> {
    let files = store.files::<Document>(None);
    let mut deleted = 0;
    loop {
        let find = files
            .find(filter.clone())
            .projection(doc! { "_id": 1 })
            .limit(BATCH)
            // Another server may have files that are deleted already.
            .selection_criteria(SelectionCriteria::ReadPreference(ReadPreference::Primary));
        let found = ids(find, session.as_deref_mut()).await;
        let found = found.map_err(|error| store.driver_error(error))?;
        if found.is_empty() {
            return Ok(deleted);
        }
        deleted += these(store, session.as_deref_mut(), found, &filter).await?;
    }
}

/// The `_id`s of the documents that are found.
async fn ids(
    find: Find<'_, Document>,
    session: Option<&mut ClientSession>,
) -> mongodb::error::Result<Vec<Bson>> {
    let found: Vec<Document> = match session {
        Some(session) => {
            let mut found = find.session(&mut *session).await?;
            found.stream(session).try_collect().await?
        }
        None => find.await?.try_collect().await?,
    };
    let ids = found.into_iter().filter_map(|mut file| file.remove("_id"));
    Ok(ids.collect())
}

/// Deletes those of these files whose documents pass a filter, and tells how many there were.
async fn these(
    store: &Store,
    mut session: Option<&mut ClientSession>,
    ids: Vec<Bson>,
    filter: &Document,
) -> Result<u64> {
    let failed = |error| store.driver_error(error);
    let files = store.files::<Document>(None);
    let filter = doc! { "_id": { "$in": ids.clone() }, "$and": [filter.clone()] };
    let deleting = files.delete_many(filter);
    let deleted = match session.as_deref_mut() {
        Some(session) => deleting.session(session).await,
        None => deleting.await,
    };
    let is_over = session.is_some() && deleted.is_err();
    if is_over {
        // The server has ended the transaction, and nothing is deleted.
        return deleted.map(|_| 0).map_err(failed);
    }
    let count = deleted.as_ref().map(|deleted| deleted.deleted_count).ok();
    let gone = match count == Some(ids.len() as u64) {
        true => Ok(ids),
        // After a lost answer as well: what is gone has chunks all the same.
        false => {
            let session = session.as_deref_mut();
            gone(store.database(), store.files_name(), ids, session).await
        }
    };
    let removed = match gone {
        Ok(gone) => remove_chunks(&store.chunks(None), gone, session).await,
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
    let found = self::ids(found, session).await?;
    let asked = ids.len();
    ids.retain(|id| !found.contains(id));
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
