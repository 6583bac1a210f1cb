//! Rows whose values are known, sent in batches.

use super::documents::{Batch, Limit};
use super::program::{Insert, Options};
use super::rows::{Feed, Next};
use super::run::{Report, Run, Stop};
use super::stored::stored;
use super::{Affected, duplicates};
use crate::error::{RefusedRow, Result};
use mongodb::bson::RawDocument;
use mongodb::error::{ErrorKind, InsertManyError};
use mongodb::options::InsertManyOptions;

type DriverError = mongodb::error::Error;

impl Options {
    /// How much is sent at a time: enough for the way to the server to be a small part of the time,
    /// and little enough for a few batches to be little memory. The server would take 100,000
    /// documents and 48 MB.
    pub(crate) fn limit(&self) -> Limit {
        Limit {
            documents: self.batch_size.unwrap_or(10_000).clamp(1, 100_000),
            bytes: 8 * 1024 * 1024,
        }
    }
}

/// Stores rows; `report` is about those of earlier runs.
pub(crate) async fn insert(
    run: &mut Run<'_>,
    insert: &Insert,
    mut feed: Feed,
    mut report: Report,
) -> Result<Affected> {
    let limit = insert.options.limit();
    let stop = loop {
        let (batch, rows) = match feed.next(limit).await {
            Next::End => break Stop::END,
            Next::Failed(error) => break Stop::rows(error),
            Next::Batch(batch) => {
                let rows = (0..batch.len()).collect();
                (batch, rows)
            }
            Next::Uncertain(batch) => match stored(run, &insert.collection, &batch).await {
                Ok(found) => {
                    report
                        .refused
                        .retain(|row| !batch.rows().contains(&row.row));
                    report.applied += Affected::inserted(found.len() as u64);
                    let rows = (0..batch.len())
                        .filter(|row| !found.contains(row))
                        .collect();
                    (batch, rows)
                }
                Err(error) => break Stop::uncertain(error, batch),
            },
        };
        if let Some(stop) = batch_of(run, insert, batch, rows, &mut report).await {
            break stop;
        }
    };
    report.end(run, stop, feed)
}

/// Stores these rows of a batch; the reason why the next batch must not be sent, if there is one.
async fn batch_of(
    run: &mut Run<'_>,
    insert: &Insert,
    batch: Batch,
    rows: Vec<usize>,
    report: &mut Report,
) -> Option<Stop> {
    if rows.is_empty() {
        return None;
    }
    let error = match send(run, insert, &batch, &rows).await {
        Ok(()) => {
            report.applied += Affected::inserted(rows.len() as u64);
            return None;
        }
        Err(error) => error,
    };
    let ErrorKind::InsertMany(InsertManyError {
        write_errors,
        write_concern_error,
        ..
    }) = &*error.kind
    else {
        return Some(Stop::driver(error, batch));
    };
    let mut refused = Vec::new();
    for error in write_errors.iter().flatten() {
        let Some(&place) = rows.get(error.index) else {
            continue;
        };
        let details = error.details.as_ref();
        let mut row = RefusedRow::new(batch.row(place), error.code, &error.message, details);
        duplicates::describe(run, &insert.collection, &mut row, batch.get(place)).await;
        refused.push((place, row));
    }
    let ordered = insert.options.ordered == Some(true);
    let first = refused.first().map(|(place, _)| *place).filter(|_| ordered);
    let attempted = match first {
        Some(first) => rows.partition_point(|&place| place <= first),
        None => rows.len(),
    };
    let written = (attempted - refused.len()) as u64;
    report
        .refused
        .extend(refused.into_iter().map(|(_, row)| row));
    if write_concern_error.is_some() {
        return Some(Stop::uncertain(error, batch));
    }
    report.applied += Affected::inserted(written);
    first.map(|first| Stop::refused(batch.after(first)))
}

/// Sends these rows of a batch as one command.
async fn send(
    run: &mut Run<'_>,
    insert: &Insert,
    batch: &Batch,
    rows: &[usize],
) -> Result<(), DriverError> {
    let mut options = InsertManyOptions::default();
    options.ordered = Some(insert.options.ordered.unwrap_or(false));
    options.write_concern = insert.options.write_concern.clone();
    options.bypass_document_validation = insert.options.bypass_document_validation;
    let documents: Vec<&RawDocument> = rows
        .iter()
        .map(|&place| RawDocument::from_bytes(batch.get(place)))
        .collect::<Result<_, _>>()
        .map_err(DriverError::custom)?;
    let collection = run.database.collection::<&RawDocument>(&insert.collection);
    let sending = collection.insert_many(documents).with_options(options);
    match run.session.as_deref_mut() {
        Some(session) => sending.session(session).await,
        None => sending.await,
    }
    .map(drop)
}
