//! Chunks that belong to no file.

use super::store::Store;
use crate::error::Result;
use futures::TryStreamExt;
use mongodb::bson::oid::ObjectId;
use mongodb::bson::spec::BinarySubtype;
use mongodb::bson::{Binary, Bson, DateTime, Document, doc};
use mongodb::options::{ReadConcern, ReadPreference, SelectionCriteria, WriteConcern};
use std::time::Duration;

/// The field of the first chunk that says since when somebody is removing the chunks of its upload.
const CLAIMED: &str = "claimed";

/// Chunks of one upload that belong to no file.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Orphan {
    /// The `_id` that the file was to have: of any type, if another program has stored them.
    pub file_id: Bson,
    /// How many chunks there are.
    pub chunks: u64,
    /// How many bytes of content they have.
    pub bytes: u64,
    /// When the last of them was stored; `None` where its `_id` does not tell.
    pub last_stored: Option<DateTime>,
}

/// How much was removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RemovedOrphans {
    /// How many uploads the chunks were of.
    pub uploads: u64,
    /// How many chunks were removed.
    pub chunks: u64,
}

/// Finds them.
pub(crate) async fn find(store: &Store) -> Result<Vec<Orphan>> {
    let found = try_find(store).await;
    found.map_err(|error| store.driver_error(error))
}

async fn try_find(store: &Store) -> mongodb::error::Result<Vec<Orphan>> {
    let chunks = store.chunks::<Document>(None);
    let pipeline = [
        // With nothing else, it goes from one key of the index to the next.
        doc! { "$group": { "_id": "$files_id" } },
        doc! { "$lookup": {
            "from": store.files_name(),
            "localField": "_id",
            "foreignField": "_id",
            "pipeline": [{ "$project": { "_id": 1 } }],
            "as": "file",
        } },
        doc! { "$match": { "file": [] } },
        doc! { "$lookup": {
            "from": store.chunks_name(),
            "localField": "_id",
            "foreignField": "files_id",
            "pipeline": [{ "$group": {
                "_id": null,
                "chunks": { "$sum": 1 },
                "bytes": { "$sum": { "$convert": {
                    "input": { "$binarySize": "$data" }, "to": "long",
                } } },
                "last": { "$max": "$_id" },
            } }],
            "as": "stored",
        } },
        doc! { "$unwind": "$stored" },
    ];
    let mut found = chunks.aggregate(pipeline).allow_disk_use(true).await?;
    let mut orphans = Vec::new();
    while let Some(mut orphan) = found.try_next().await? {
        let stored = orphan.get_document("stored").cloned().unwrap_or_default();
        orphans.push(Orphan {
            chunks: number(&stored, "chunks"),
            bytes: number(&stored, "bytes"),
            last_stored: stored.get_object_id("last").ok().map(|id| id.timestamp()),
            file_id: orphan.remove("_id").unwrap_or(Bson::Null),
        });
    }
    Ok(orphans)
}

fn number(document: &Document, name: &str) -> u64 {
    match document.get(name) {
        Some(&Bson::Int32(number)) => u64::try_from(number).unwrap_or(0),
        Some(&Bson::Int64(number)) => u64::try_from(number).unwrap_or(0),
        _ => 0,
    }
}

/// Removes those whose last chunk was stored longer ago than this.
pub(crate) async fn remove(store: &Store, older_than: Duration) -> Result<RemovedOrphans> {
    let older_than = i64::try_from(older_than.as_millis()).unwrap_or(i64::MAX);
    let now = DateTime::now().timestamp_millis();
    let before = now.saturating_sub(older_than);
    let mut removed = RemovedOrphans::default();
    for orphan in find(store).await? {
        let is_old = orphan
            .last_stored
            .is_some_and(|stored| stored.timestamp_millis() < before);
        if is_old {
            let chunks = remove_one(store, &orphan.file_id).await;
            let chunks = chunks.map_err(|error| store.driver_error(error))?;
            removed.uploads += u64::from(chunks > 0);
            removed.chunks += chunks;
        }
    }
    Ok(removed)
}

/// Removes the chunks of one upload, unless its file is there by now.
///
/// An upload that was held up may go on in this moment. So its chunks are claimed first, which it notices
/// when it makes its file visible; and the file is looked for once more after that.
async fn remove_one(store: &Store, file_id: &Bson) -> mongodb::error::Result<u64> {
    if has_file(store, file_id).await? {
        return Ok(0);
    }
    let majority = WriteConcern::majority();
    let chunks = store.chunks::<Document>(Some(&majority));
    let first = doc! { "files_id": { "$eq": file_id }, "n": 0 };
    // Where there is no first chunk, one is made, so that the upload cannot store its own any more.
    let empty = Binary {
        subtype: BinarySubtype::Generic,
        bytes: Vec::new(),
    };
    let claim = doc! {
        "$set": { CLAIMED: DateTime::now() },
        "$setOnInsert": { "data": empty },
    };
    let claimed = chunks.update_one(first.clone(), claim).upsert(true).await?;
    let is_new = claimed.upserted_id.is_some();
    if has_file(store, file_id).await? {
        match is_new {
            true => chunks.delete_one(first).await.map(drop)?,
            false => {
                let withdraw = doc! { "$unset": { CLAIMED: "" } };
                chunks.update_one(first, withdraw).await.map(drop)?;
            }
        }
        return Ok(0);
    }
    let deleted = chunks.delete_many(doc! { "files_id": { "$eq": file_id } });
    Ok(deleted.await?.deleted_count - u64::from(is_new))
}

async fn has_file(store: &Store, file_id: &Bson) -> mongodb::error::Result<bool> {
    let files = store.files::<Document>(None);
    let file = files
        .find_one(doc! { "_id": { "$eq": file_id } })
        .projection(doc! { "_id": 1 })
        // Another server may not have heard of the file yet.
        .selection_criteria(SelectionCriteria::ReadPreference(ReadPreference::Primary))
        .read_concern(ReadConcern::local());
    Ok(file.await?.is_some())
}

/// Whether somebody is removing the chunks of a file that has some, or has removed them.
pub(super) async fn is_claimed(store: &Store, file_id: ObjectId) -> mongodb::error::Result<bool> {
    let chunks = store.chunks_at_primary::<Document>();
    let first = chunks
        .find_one(doc! { "files_id": file_id, "n": 0 })
        .projection(doc! { "_id": 0, CLAIMED: 1 });
    Ok(first.await?.is_none_or(|first| first.contains_key(CLAIMED)))
}
