//! What `RETURNING` makes of documents: the server evaluates its columns.

use super::documents::{Batch, Documents};
use super::run::Run;
use super::stored::id;
use crate::batches::{Batch as Reply, open};
use crate::bridge;
use crate::command::Command;
use crate::error::{Error, Result};
use mongodb::bson::{Bson, Document, doc};
use std::sync::Arc;

/// How many documents are read by their `_id`s at a time.
const MANY: usize = 10_000;

/// What came back, as raw documents.
pub(super) type Rows = Vec<Vec<u8>>;

/// What the stages make of these rows.
pub(super) async fn of_rows(
    run: &mut Run<'_>,
    rows: &Arc<Documents>,
    stages: &[Document],
    wanted: impl Fn(u64) -> bool,
) -> Result<Rows> {
    let limit = super::program::Options::default().limit();
    let (mut returned, mut next) = (Rows::new(), 0);
    while let Some(batch) = Batch::take(rows, next, limit) {
        next = batch.end();
        let documents = (0..batch.len())
            .filter(|&place| wanted(batch.row(place)))
            .map(|place| bridge::to_document(batch.get(place)).map(Bson::from))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|reason| run.internal(reason))?;
        evaluate(run, documents, stages, &mut returned).await?;
    }
    Ok(returned)
}

/// What the stages make of these documents.
pub(super) async fn evaluate(
    run: &mut Run<'_>,
    documents: Vec<Bson>,
    stages: &[Document],
    returned: &mut Rows,
) -> Result<()> {
    if documents.is_empty() {
        return Ok(());
    }
    let mut pipeline = vec![doc! { "$documents": { "$literal": documents } }];
    pipeline.extend_from_slice(stages);
    read(run, Bson::Int32(1), pipeline, returned).await
}

/// Adds the rows of an aggregation.
pub(super) async fn read(
    run: &mut Run<'_>,
    collection: Bson,
    pipeline: Vec<Document>,
    returned: &mut Rows,
) -> Result<()> {
    let plan = run.plan();
    let command = doc! { "aggregate": collection, "pipeline": pipeline };
    let command = Command::from_document(command).map_err(|reason| run.internal(reason))?;
    let cursor = open(command, &run.database, run.session.as_deref_mut()).await;
    let mut cursor = cursor.map_err(|error| Error::from_driver(error, plan))?;
    while let Some(reply) = cursor.next(run.session.as_deref_mut()).await {
        let reply = reply.map_err(|error| Error::from_driver(error, plan))?;
        let malformed = |_| Error::internal("the server's answer is malformed", plan);
        let mut reply = Reply::new(reply).map_err(malformed)?;
        while let Some(row) = reply.next_row() {
            returned.push(row.map_err(malformed)?.to_vec());
        }
    }
    Ok(())
}

/// The `_id`s of the documents that a filter finds.
pub(super) async fn ids(
    run: &mut Run<'_>,
    collection: &str,
    filter: &Document,
) -> Result<Vec<Bson>> {
    let pipeline = vec![
        doc! { "$match": filter.clone() },
        doc! { "$project": { "_id": 1 } },
    ];
    let mut rows = Rows::new();
    read(run, collection.into(), pipeline, &mut rows).await?;
    rows.iter()
        .filter_map(|row| id(row))
        .map(|id| bridge::to_bson(id.into()).map_err(|reason| run.internal(reason)))
        .collect()
}

/// What the stages make of the documents with these `_id`s.
pub(super) async fn by_ids(
    run: &mut Run<'_>,
    collection: &str,
    mut ids: Vec<Bson>,
    stages: &[Document],
    returned: &mut Rows,
) -> Result<()> {
    while !ids.is_empty() {
        let later = ids.split_off(ids.len().min(MANY));
        let mut pipeline = vec![doc! { "$match": { "_id": { "$in": ids } } }];
        pipeline.extend_from_slice(stages);
        read(run, collection.into(), pipeline, returned).await?;
        ids = later;
    }
    Ok(())
}
