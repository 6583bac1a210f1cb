//! `INSERT .. ON CONFLICT .. RETURNING`, row by row.

use super::Affected;
use super::conflict::{self, write_key};
use super::documents::Documents;
use super::feed::Feed;
use super::insert;
use super::keys::Keys;
use super::program::Target;
use super::report::{Report, Unwritten};
use super::returned::{Rows, evaluate};
use super::returning::{after, refusal, row_error};
use super::run::Run;
use super::statements::{self, Prepared, write, write_inner};
use crate::bridge;
use crate::error::{Cause, RefusedRow, Result};
use crate::raw::RawValue;
use mongodb::bson::{Bson, Document, RawDocumentBuf};
use queryleaf_plan::bson::{element_type, end_document, start_document, write_name, write_string};
use queryleaf_plan::write::NEW;
use std::sync::Arc;

/// Stores or changes one row after the other: only so the server shows what became of each.
pub(super) async fn upsert_returning(
    run: &mut Run<'_>,
    target: &Target,
    rows: Arc<Documents>,
    stages: &[Document],
    keys: &mut Keys,
) -> Result<Rows> {
    keys.check_all(run.plan().sql, target, &rows)?;
    let (Some(key), action) = (match &target.conflict {
        Some(conflict) => (conflict.key.as_deref(), conflict.action.clone()),
        None => (None, None),
    }) else {
        return Err(run.internal("a conflict without a key"));
    };
    let nothing = action.is_none();
    let pipeline = Bson::from(action.unwrap_or_else(conflict::do_nothing));
    let pipeline = Prepared::new(&pipeline).map_err(|reason| run.internal(reason))?;
    let mut documents = Vec::with_capacity(rows.len());
    let mut applied = Affected::NOTHING;
    for index in 0..rows.len() {
        let row = rows.get(index);
        if conflict::has_null(row, key) {
            let mut alone = Documents::default();
            alone.push_row(row);
            let feed = Feed::known(Arc::new(alone));
            applied += insert::insert(run, target, feed, Report::default()).await?;
            documents.extend(bridge::to_document(row).map(Bson::from));
            continue;
        }
        let command = find_and_modify(run, target, key, &pipeline, row)
            .map_err(|reason| run.internal(reason))?;
        let mut attempts = 0;
        let reply = loop {
            attempts += 1;
            let sending = run.database.run_raw_command(command.clone());
            let reply = match run.session.as_deref_mut() {
                Some(session) => sending.session(session).await,
                None => sending.await,
            };
            match reply {
                Ok(reply) => break reply,
                Err(error) => {
                    let refused = refusal(&error, rows.row(index));
                    let raced = |row: &RefusedRow| conflict::is_key(&row.reason, key);
                    if run.session.is_some() || attempts > 10 || !refused.iter().any(raced) {
                        return Err(row_error(run, error, refused));
                    }
                }
            }
        };
        let existed = reply
            .get_document("lastErrorObject")
            .and_then(|object| object.get_bool("updatedExisting"))
            .unwrap_or(false);
        if let Some(message) = statements::not_durable(&reply) {
            let error = Cause::Driver(mongodb::error::Error::custom(message));
            let report = Report::default();
            return Err(report.error(run, Some(error), Unwritten::statement()));
        }
        applied += match (existed, nothing) {
            (false, _) => Affected::inserted(1),
            (true, true) => Affected {
                skipped: Some(1),
                ..Affected::NOTHING
            },
            (true, false) => Affected {
                matched: Some(1),
                ..Affected::UPDATED_UNKNOWN
            },
        };
        if !(nothing && existed) {
            documents.extend(reply.get("value").cloned());
        }
    }
    let mut returned = Rows::new();
    let read = evaluate(run, documents, stages, &mut returned).await;
    after(run, applied, read)?;
    Ok(returned)
}

/// The command that stores or changes one row.
fn find_and_modify(
    run: &Run<'_>,
    target: &Target,
    key: &[String],
    pipeline: &Prepared,
    row: &[u8],
) -> Result<RawDocumentBuf, String> {
    let mut bytes = Vec::with_capacity(2 * row.len() + 500);
    start_document(&mut bytes);
    write_name(&mut bytes, element_type::STRING, "findAndModify");
    write_string(&mut bytes, &target.collection);
    write_inner(&mut bytes, "query", |bytes| write_key(bytes, row, key));
    write(&mut bytes, "update", pipeline.value());
    write_inner(&mut bytes, "let", |bytes| {
        write_inner(bytes, NEW, |bytes| {
            write(
                bytes,
                "$literal",
                RawValue {
                    element_type: element_type::DOCUMENT,
                    bytes: row,
                },
            );
        });
    });
    for option in ["upsert", "new"] {
        write_name(&mut bytes, element_type::BOOLEAN, option);
        bytes.push(1);
    }
    if target.options.bypass_document_validation == Some(true) {
        write_name(
            &mut bytes,
            element_type::BOOLEAN,
            "bypassDocumentValidation",
        );
        bytes.push(1);
    }
    statements::write_concern(&mut bytes, run, &target.options)?;
    end_document(&mut bytes, 0);
    RawDocumentBuf::from_bytes(bytes).map_err(|error| error.to_string())
}
