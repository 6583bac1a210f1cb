//! Rows that a filter finds: `UPDATE` and `DELETE`.

use super::Affected;
use super::fate::{Fate, fate};
use super::program::{Change, Delete, Update};
use super::report::{Report, Unwritten};
use super::run::Run;
use super::statements::refused;
use crate::bridge;
use crate::error::{Cause, Error, Refusal, RefusedRow, Result};
use mongodb::bson::{Bson, Document};
use mongodb::options::{UpdateModifications, UpdateOptions};

type DriverError = mongodb::error::Error;

impl From<Change> for UpdateModifications {
    fn from(change: Change) -> Self {
        match change {
            Change::Operators(document) => UpdateModifications::Document(document),
            Change::Pipeline(stages) => UpdateModifications::Pipeline(stages),
        }
    }
}

/// Changes all documents that match.
///
/// The driver repeats an update of one document after a network failure, and the server knows it
/// again; nobody can do that for one of many.
pub(crate) async fn update(run: &mut Run<'_>, update: &Update) -> Result<Affected> {
    let collection = update.options.collection(run, &update.collection);
    let mut options = UpdateOptions::default();
    options.array_filters = update.array_filters.clone();
    let sending = if update.one {
        collection.update_one(update.filter.clone(), update.change.clone())
    } else {
        collection.update_many(update.filter.clone(), update.change.clone())
    };
    let sending = sending.with_options(options);
    let answer = match run.session.as_deref_mut() {
        Some(session) => sending.session(session).await,
        None => sending.await,
    };
    match answer {
        Ok(result) => Ok(Affected::updated(
            result.matched_count,
            result.modified_count,
        )),
        Err(error) => Err(failure(run, error, update.one, Affected::UPDATED_UNKNOWN)),
    }
}

/// Deletes all documents that match.
pub(crate) async fn delete(run: &mut Run<'_>, delete: &Delete) -> Result<Affected> {
    let collection = run.database.collection::<Document>(&delete.collection);
    let sending = if delete.one {
        collection.delete_one(delete.filter.clone())
    } else {
        collection.delete_many(delete.filter.clone())
    };
    let answer = match run.session.as_deref_mut() {
        Some(session) => sending.session(session).await,
        None => sending.await,
    };
    match answer {
        Ok(result) => Ok(Affected::deleted(result.deleted_count)),
        Err(error) => Err(failure(run, error, delete.one, Affected::DELETED_UNKNOWN)),
    }
}

/// The error of a command without rows of its own.
///
/// One that fails at some document leaves those before it written, and does not tell how many.
#[cold]
fn failure(run: &Run<'_>, error: DriverError, one: bool, some: Affected) -> Error {
    let reply = error
        .server_response()
        .and_then(|reply| bridge::to_document(reply.as_bytes()).ok())
        .unwrap_or_default();
    let refused: Vec<RefusedRow> = reply
        .get_array("writeErrors")
        .into_iter()
        .flatten()
        .filter_map(Bson::as_document)
        .map(refused)
        .collect();
    let written = if refused.is_empty() {
        reply.contains_key("writeConcernError") || fate(&error) == Fate::Unknown
    } else {
        !one
    };
    if !written {
        return match refused.into_iter().next() {
            None => Error::from_driver(error, run.plan()),
            Some(RefusedRow {
                reason: Refusal::Evaluation { message },
                ..
            }) => Error::Evaluation {
                message,
                sql: run.plan().sql,
                source: Box::new(error),
            },
            Some(row) => {
                let report = Report::refusing(row);
                report.error(run, Some(Cause::Driver(error)), Unwritten::default())
            }
        };
    }
    let report = Report {
        applied: some,
        refused,
        ..Report::default()
    };
    report.error(run, Some(Cause::Driver(error)), Unwritten::statement())
}
