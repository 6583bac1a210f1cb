//! Which rows of a batch without an answer are stored.

use super::documents::Batch;
use super::run::Run;
use crate::bridge;
use crate::raw::RawValue;
use futures::TryStreamExt;
use mongodb::bson::{Bson, RawDocumentBuf, doc};
use mongodb::options::ReadConcern;
use queryleaf_plan::bson::{Element, FIRST_ELEMENT, element_at};
use std::collections::{HashMap, HashSet};

/// The places of the rows that are stored exactly as they were sent, for good.
///
/// The first command of the session learns how far the server is, and the second waits until the
/// majority of the servers is there as well: a document that only a failing server has is none.
pub(super) async fn stored(
    run: &Run<'_>,
    collection: &str,
    batch: &Batch,
) -> mongodb::error::Result<HashSet<usize>> {
    let places: HashMap<&[u8], usize> = (0..batch.len())
        .map(|place| (id(batch.get(place)).map_or(&[][..], |id| id.value), place))
        .collect();
    let ids: Vec<Bson> = (0..batch.len())
        .filter_map(|place| bridge::to_bson(RawValue::from(id(batch.get(place))?)).ok())
        .collect();
    let mut session = run.database.client().start_session().await?;
    run.database
        .run_command(doc! { "ping": 1 })
        .session(&mut session)
        .await?;
    let mut cursor = run
        .database
        .collection::<RawDocumentBuf>(collection)
        .find(doc! { "_id": { "$in": ids } })
        .read_concern(ReadConcern::majority())
        .session(&mut session)
        .await?;
    let mut found = HashSet::new();
    let mut documents = cursor.stream(&mut session);
    while let Some(document) = documents.try_next().await? {
        let bytes = document.as_bytes();
        let place = id(bytes).and_then(|id| places.get(id.value));
        found.extend(place.filter(|&&place| batch.get(place) == bytes));
    }
    Ok(found)
}

/// The `_id` of a document, which is in front.
pub(super) fn id(document: &[u8]) -> Option<Element<'_>> {
    element_at(document, FIRST_ELEMENT).ok().flatten()
}
