//! Rows that a query computes: `INSERT .. SELECT`, updates and deletes with joins, `MERGE`.

use super::Affected;
use super::computed::{Rows, with_generated};
use super::documents::{Batch, Documents};
use super::duplicates::find;
use super::fate::{Fate, fate};
use super::files;
use super::insert;
use super::keys::Keys;
use super::program::{Action, Assignments, GeneratedFields, MergeAction, Options, Staged, Target};
use super::report::{Report, Stop, Unwritten};
use super::run::Run;
use super::statements::{Kind, Prepared, Statements, write, write_equal, write_inner};
use crate::batches::open;
use crate::command::Command;
use crate::error::{Cause, Error, RefusedRow, Result};
use crate::raw::RawValue;
use mongodb::bson::{Bson, Document, doc};
use queryleaf_plan::bson::element_type;
use queryleaf_plan::write::NEW;
use std::sync::Arc;

/// Where the stage before `$merge` puts the row, beside the `_id` of the document it is about.
const ROW: &str = "row";

/// Carries out a staged statement.
pub(crate) async fn staged(run: &mut Run<'_>, mut staged: Staged) -> Result<Affected> {
    insert::check(run, &staged.target)?;
    if run.session.is_none()
        && let Some(stages) = on_server(&staged)
    {
        if let Ok(pipeline) = staged.command.get_array_mut("pipeline") {
            pipeline.extend(stages.into_iter().map(Bson::from));
        }
        return merge(run, staged).await;
    }
    let mut report = Report::default();
    let mut rows = Rows::open(run, &staged).await?;
    let mut keys = Keys::default();
    let stop = loop {
        let batch = match rows.next(run).await {
            Ok(Some(batch)) => batch,
            Ok(None) => break None,
            Err(error) => break Some(Stop::reading(error)),
        };
        let sent = batch.rows().end;
        if let Some(stop) = send(run, &staged, batch, &mut report, &mut keys).await? {
            break Some(stop);
        }
        run.progress(sent, &report);
    };
    match stop {
        None => report.end_reading(run, Stop::END, None),
        Some(stop) => report.end_reading(run, stop, Some(rows.next_row())),
    }
}

/// The stages that let the server do it alone, where it can.
pub(super) fn on_server(staged: &Staged) -> Option<Vec<Document>> {
    if staged.by_client || staged.returning.is_some() || staged.target.conflict.is_some() {
        return None;
    }
    let into = &staged.target.collection;
    match &staged.action {
        Action::Insert { generated } if generated.is_empty() => Some(vec![doc! { "$merge": {
            "into": into,
            "on": "_id",
            "whenMatched": "fail",
            "whenNotMatched": "insert",
        } }]),
        Action::Update { id, set } => Some(vec![
            doc! { "$replaceWith": { "_id": format!("${id}"), ROW: "$$ROOT" } },
            doc! { "$merge": {
                "into": into,
                "on": "_id",
                "whenMatched": [assign(set, &format!("{NEW}.{ROW}"))],
                "whenNotMatched": "discard",
            } },
        ]),
        Action::Insert { .. }
        | Action::Delete { .. }
        | Action::DeleteFiles(_)
        | Action::Merge { .. } => None,
    }
}

/// The stage that gives a document the values that the row has; what the row lacks is removed.
fn assign(set: &Assignments, row: &str) -> Document {
    let fields: Document = set
        .iter()
        .map(|(target, source)| (target.clone(), Bson::from(format!("$${row}.{source}"))))
        .collect();
    doc! { "$set": fields }
}

/// Runs a pipeline that ends in `$merge`.
async fn merge(run: &mut Run<'_>, staged: Staged) -> Result<Affected> {
    let is_update = matches!(staged.action, Action::Update { .. });
    let command = read(run, &staged)?;
    let error = match open(command, &run.database, None).await {
        Ok(_) => {
            return Ok(if is_update {
                Affected::UPDATED_UNKNOWN
            } else {
                Affected::INSERTED_UNKNOWN
            });
        }
        Err(error) => error,
    };
    // An update reads all its rows before it writes the first: no expression fails later.
    let clean = Error::from_driver(error.clone(), run.plan());
    if is_update && matches!(clean, Error::Evaluation { .. }) {
        return Err(clean);
    }
    let refused = error
        .server_response()
        .and_then(|reply| crate::bridge::to_document(reply.as_bytes()).ok())
        .and_then(|reply| {
            let code = reply.get_i32("code").ok()?;
            let message = reply.get_str("errmsg").unwrap_or_default();
            let details = reply.get_document("errInfo").ok();
            Some(RefusedRow::new(0, code, message, details).with_key(&reply))
        })
        .filter(RefusedRow::is_about_a_document);
    if refused.is_none()
        && fate(&error) == Fate::NotWritten
        && !matches!(clean, Error::Evaluation { .. })
    {
        return Err(clean);
    }
    let report = Report {
        applied: if is_update {
            Affected::UPDATED_UNKNOWN
        } else {
            Affected::INSERTED_UNKNOWN
        },
        refused: refused.into_iter().collect(),
        ..Report::default()
    };
    Err(report.error(run, Some(Cause::Driver(error)), Unwritten::statement()))
}

/// The query as the driver takes it.
pub(super) fn read(run: &Run<'_>, staged: &Staged) -> Result<Command> {
    let mut command =
        Command::from_document(staged.command.clone()).map_err(|reason| run.internal(reason))?;
    if let Command::Aggregate { options, .. } = &mut command {
        let Options {
            batch_size: _,
            ordered: _,
            write_concern,
            declared: _,
            bypass_document_validation,
        } = &staged.target.options;
        if on_server(staged).is_some() && run.session.is_none() {
            options.write_concern = write_concern.clone();
            options.bypass_document_validation = *bypass_document_validation;
        }
    }
    Ok(command)
}

/// Writes what a batch of rows says.
pub(super) async fn send(
    run: &mut Run<'_>,
    staged: &Staged,
    batch: Batch,
    report: &mut Report,
    keys: &mut Keys,
) -> Result<Option<Stop>> {
    let target = &staged.target;
    let all = (0..batch.len()).collect::<Vec<_>>();
    Ok(match &staged.action {
        Action::Insert { .. } => insert::send(run, target, batch, all, report, Some(keys)).await?,
        Action::Update { id, set } => update(run, target, &batch, all, (id, set), report).await,
        Action::Delete { id } => {
            delete(run, target, &batch, all, Deleted { id, and: None }, report).await
        }
        Action::DeleteFiles(files) => files::delete(run, target, &batch, files, report).await,
        Action::Merge {
            id,
            action,
            actions,
        } => {
            let mut by_action = vec![Vec::new(); actions.len()];
            for place in all {
                let number = find(batch.get(place), action).and_then(whole);
                match number.and_then(|number| by_action.get_mut(number)) {
                    Some(rows) => rows.push(place),
                    None => return Err(run.internal("a row without an action")),
                }
            }
            let mut parts: Vec<_> = actions.iter().zip(by_action).collect();
            // What is deleted makes room for what is inserted.
            parts.sort_by_key(|(action, _)| !matches!(action, MergeAction::Delete));
            let mut parts = parts.into_iter();
            while let Some((action, rows)) = parts.next() {
                let stop = match action {
                    MergeAction::Delete => {
                        let deleted = Deleted { id, and: None };
                        delete(run, target, &batch, rows, deleted, report).await
                    }
                    MergeAction::Update(set) => {
                        update(run, target, &batch, rows, (id, set), report).await
                    }
                    MergeAction::Insert {
                        document,
                        generated,
                    } => {
                        let inner = (document.as_str(), generated);
                        insert_inner(run, target, &batch, rows, inner, report).await?
                    }
                };
                if let Some(stop) = stop {
                    let later: Vec<usize> = parts.flat_map(|(_, rows)| rows).collect();
                    return Ok(Some(stop.with_unsent(&batch, &later)));
                }
            }
            None
        }
    })
}

fn whole(value: RawValue<'_>) -> Option<usize> {
    match value.element_type {
        element_type::INT32 => usize::try_from(i32::from_le_bytes(value.fixed()?)).ok(),
        element_type::INT64 => usize::try_from(i64::from_le_bytes(value.fixed()?)).ok(),
        element_type::DOUBLE => Some(f64::from_le_bytes(value.fixed()?) as usize),
        _ => None,
    }
}

/// Changes the documents that the rows are about.
async fn update(
    run: &mut Run<'_>,
    target: &Target,
    batch: &Batch,
    rows: Vec<usize>,
    (id, set): (&str, &Assignments),
    report: &mut Report,
) -> Option<Stop> {
    let pipeline = match Prepared::new(&Bson::Array(vec![assign(set, NEW).into()])) {
        Ok(pipeline) => pipeline,
        Err(reason) => return Some(Stop::malformed(reason, batch, &rows)),
    };
    let add = |bytes: &mut Vec<u8>, row: &[u8]| {
        write_inner(bytes, "q", |bytes| write_id(bytes, row, id));
        write(bytes, "u", pipeline.value());
        write_inner(bytes, "c", |bytes| {
            write(
                bytes,
                NEW,
                RawValue {
                    element_type: element_type::DOCUMENT,
                    bytes: row,
                },
            );
        });
    };
    let size = pipeline.value().bytes.len();
    statements(run, Kind::Update, target, batch, rows, (&add, size), report).await
}

/// Which documents go.
#[derive(Clone, Copy)]
pub(super) struct Deleted<'a> {
    /// Where the row has the `_id`.
    pub(super) id: &'a str,
    /// What the document must be besides.
    pub(super) and: Option<&'a Document>,
}

/// Deletes the documents that the rows are about.
pub(super) async fn delete(
    run: &mut Run<'_>,
    target: &Target,
    batch: &Batch,
    rows: Vec<usize>,
    deleted: Deleted<'_>,
    report: &mut Report,
) -> Option<Stop> {
    let conditions: Vec<Bson> = deleted.and.cloned().map(Bson::from).into_iter().collect();
    let conditions = match Prepared::new(&Bson::Array(conditions)) {
        Ok(conditions) => conditions,
        Err(reason) => return Some(Stop::malformed(reason, batch, &rows)),
    };
    let add = |bytes: &mut Vec<u8>, row: &[u8]| {
        write_inner(bytes, "q", |bytes| {
            write_id(bytes, row, deleted.id);
            if deleted.and.is_some() {
                write(bytes, "$and", conditions.value());
            }
        });
        write(
            bytes,
            "limit",
            RawValue {
                element_type: element_type::INT32,
                bytes: &[1, 0, 0, 0],
            },
        );
    };
    let size = conditions.value().bytes.len();
    statements(run, Kind::Delete, target, batch, rows, (&add, size), report).await
}

/// Writes the condition that the `_id` is what the row has there.
fn write_id(bytes: &mut Vec<u8>, row: &[u8], id: &str) {
    let value = find(row, id).unwrap_or(RawValue {
        element_type: element_type::NULL,
        bytes: &[],
    });
    write_equal(bytes, "_id", value);
}

/// What writes the statement of a row, and how many bytes it adds to the row.
type Add<'a> = (&'a (dyn Fn(&mut Vec<u8>, &[u8]) + Sync), usize);

/// Sends one statement for each row.
async fn statements(
    run: &mut Run<'_>,
    kind: Kind,
    target: &Target,
    batch: &Batch,
    mut rows: Vec<usize>,
    (add, size): Add<'_>,
    report: &mut Report,
) -> Option<Stop> {
    while !rows.is_empty() {
        let mut statements = match Statements::new(run, kind, target) {
            Ok(statements) => statements,
            Err(reason) => return Some(Stop::malformed(reason, batch, &rows)),
        };
        for &place in &rows {
            let row = batch.get(place);
            if !statements.has_room(row.len() + size + 200) {
                break;
            }
            statements.push(|bytes| add(bytes, row));
        }
        let later = rows.split_off(statements.len());
        let reply = match statements.send(run).await {
            Ok(reply) => reply,
            Err(error) => return Some(Stop::driver(error, batch, &rows, &later)),
        };
        if reply.not_durable.is_none() {
            report.applied += match kind {
                Kind::Update => Affected::updated(reply.matched, reply.modified),
                Kind::Delete => Affected::deleted(reply.matched),
            };
        }
        let is_ordered = target.options.ordered == Some(true);
        let is_over = is_ordered && !reply.refused.is_empty();
        let (written, mut unsent) = reply.sorted(&rows, is_ordered);
        unsent.extend(later);
        for (index, mut refused) in reply.refused {
            if let Some(&place) = rows.get(index) {
                refused.row = batch.row(place);
                report.refused.push(refused);
            }
        }
        if let Some(message) = reply.not_durable {
            return Some(Stop::not_durable(message, batch, &written, &unsent));
        }
        if is_over {
            return Some(Stop::refused(batch, &unsent));
        }
        rows = unsent;
    }
    None
}

/// Inserts the documents inside the rows.
async fn insert_inner(
    run: &mut Run<'_>,
    target: &Target,
    batch: &Batch,
    rows: Vec<usize>,
    (path, generated): (&str, &GeneratedFields),
    report: &mut Report,
) -> Result<Option<Stop>> {
    let mut documents = Documents::default();
    for &place in &rows {
        let document = find(batch.get(place), path)
            .filter(|value| value.element_type == element_type::DOCUMENT)
            .ok_or_else(|| run.internal("a row without its document"))?;
        documents
            .push(&with_generated(document.bytes, generated))
            .map_err(|reason| run.rows_error(reason))?;
    }
    let limit = target.options.limit();
    let documents = Arc::new(documents);
    let mut next = 0;
    while let Some(inner) = Batch::take(&documents, next, limit) {
        next = inner.end();
        let all = (0..inner.len()).collect();
        let first = report.refused.len();
        let stop = insert::send(run, target, inner, all, report, None).await?;
        for refused in report.refused.iter_mut().skip(first) {
            if let Some(&place) = rows.get(refused.row as usize) {
                refused.row = batch.row(place);
            }
        }
        if let Some(stop) = stop {
            let stop = stop.of_rows(batch, &rows);
            return Ok(Some(stop.with_unsent(batch, &rows[next..])));
        }
    }
    Ok(None)
}
