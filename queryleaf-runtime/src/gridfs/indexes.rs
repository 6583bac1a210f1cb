//! The indexes that every bucket needs.

use super::store::Store;
use crate::error::Result;
use futures::TryStreamExt;
use mongodb::bson::{Bson, Document, doc};
use mongodb::options::{IndexOptions, ReadPreference, SelectionCriteria};
use mongodb::{Collection, IndexModel};
use std::sync::atomic::Ordering;

type DriverResult<T> = mongodb::error::Result<T>;

/// Makes the indexes before the first file of a bucket is stored, as the GridFS specification asks;
/// looks for it once.
pub(crate) async fn prepare(store: &Store) -> Result<()> {
    if store.is_prepared().load(Ordering::Relaxed) {
        return Ok(());
    }
    let prepared = try_prepare(store).await;
    prepared.map_err(|error| store.driver_error(error))?;
    store.is_prepared().store(true, Ordering::Relaxed);
    Ok(())
}

async fn try_prepare(store: &Store) -> DriverResult<()> {
    let files = store.files::<Document>(None);
    let primary = SelectionCriteria::ReadPreference(ReadPreference::Primary);
    let first = files
        .find_one(doc! {})
        .projection(doc! { "_id": 1 })
        .selection_criteria(primary);
    if first.await?.is_some() {
        return Ok(());
    }
    let plain = IndexOptions::default();
    create(&files, doc! { "filename": 1, "uploadDate": 1 }, plain).await?;
    // By it an upload finds a file of the same content; one without a hash is not in it.
    let sparse = IndexOptions::builder().sparse(true).build();
    create(&files, doc! { "sha256": 1 }, sparse).await?;
    let chunks = store.chunks::<Document>(None);
    let unique = IndexOptions::builder().unique(true).build();
    create(&chunks, doc! { "files_id": 1, "n": 1 }, unique).await
}

async fn create(
    collection: &Collection<Document>,
    keys: Document,
    options: IndexOptions,
) -> DriverResult<()> {
    if exists(collection, &keys).await? {
        return Ok(());
    }
    let index = IndexModel::builder().keys(keys).options(options);
    collection.create_index(index.build()).await.map(drop)
}

/// Whether there is an index with these keys, whatever its options.
async fn exists(collection: &Collection<Document>, keys: &Document) -> DriverResult<bool> {
    const NAMESPACE_NOT_FOUND: i32 = 26;
    let mut indexes = match collection.list_indexes().await {
        Ok(indexes) => indexes,
        Err(error) => {
            let is_new = matches!(&*error.kind, mongodb::error::ErrorKind::Command(error) if error.code == NAMESPACE_NOT_FOUND);
            return if is_new { Ok(false) } else { Err(error) };
        }
    };
    while let Some(index) = indexes.try_next().await? {
        let is_same = index.keys.len() == keys.len()
            && index
                .keys
                .iter()
                .zip(keys)
                .all(|((name, direction), (key, _))| {
                    // Another driver may have stored the direction as another type of number.
                    name == key
                        && matches!(
                            direction,
                            Bson::Int32(1) | Bson::Int64(1) | Bson::Double(1.0)
                        )
                });
        if is_same {
            return Ok(true);
        }
    }
    Ok(false)
}
