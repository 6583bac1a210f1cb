//! `RETURNING`: the rows that a statement wrote.
//!
//! A statement that takes several commands for it runs in a transaction of its own, so that the rows
//! that come back are the ones that were written and an error leaves nothing behind.

use super::computed;
use super::documents::Documents;
use super::duplicates::find;
use super::fate::{Fate, fate};
use super::feed::{Feed, Next};
use super::keys::Keys;
use super::program::{Action, Delete, DeleteFiles, Insert, Program, Staged, Update};
use super::report::{Report, Stop, Unwritten};
use super::returned::{Rows, by_ids, evaluate, ids, of_rows, read};
use super::run::Run;
use super::upserted::upsert_returning;
use super::{Affected, change, insert, staged};
use crate::bridge;
use crate::error::{Cause, Error, RefusedRow, Result};
use crate::executor;
use crate::request::Request;
use crate::transaction;
use mongodb::bson::{Bson, Document, doc};
use mongodb::options::ReturnDocument;
use std::sync::Arc;

/// Runs a statement with `RETURNING`; more rows than `at_most` are an error, and then nothing is
/// written.
pub(super) async fn run(
    request: Request,
    mut program: Program,
    feed: Option<Feed>,
    target: executor::Target<'_>,
    at_most: usize,
) -> Result<Rows> {
    let in_session = target.session.is_some();
    let database = target.database.clone();
    let mut outer = Run::new(request.clone(), target, None).await;
    let rows = match &mut program {
        Program::Insert(program) => Some(known(&outer, program, feed).await?),
        Program::Update(_) | Program::Delete(_) | Program::Staged(_) | Program::Define(_) => None,
    };
    if let Some(rows) = &rows
        && rows.len() > at_most
    {
        return Err(Error::TooManyRows {
            sql: request.plan.sql,
        });
    }
    if is_one_command(&program, rows.as_deref()) {
        return once(&mut outer, &program, rows.as_ref(), at_most).await;
    }
    if in_session {
        return in_transaction(&mut outer, &program, rows.as_ref(), at_most).await;
    }
    // The transaction has it instead.
    let write_concern = match &mut program {
        Program::Insert(Insert { target, .. }) | Program::Staged(Staged { target, .. }) => {
            target.options.write_concern.take()
        }
        Program::Update(Update { options, .. }) => options.write_concern.take(),
        Program::Delete(_) | Program::Define(_) => None,
    };
    let program = Arc::new(program);
    transaction::own(&database, write_concern, |session| {
        let (program, rows) = (Arc::clone(&program), rows.clone());
        let mut run = Run {
            request: request.clone(),
            database: database.clone(),
            session: Some(session),
            in_transaction: true,
            progress: None,
            index_keys: None,
        };
        Box::pin(async move { once(&mut run, &program, rows.as_ref(), at_most).await })
    })
    .await
}

/// Runs in the session's transaction, or in one of its own where none has been started.
async fn in_transaction(
    run: &mut Run<'_>,
    program: &Program,
    rows: Option<&Arc<Documents>>,
    at_most: usize,
) -> Result<Rows> {
    if run.in_transaction {
        return once(run, program, rows, at_most).await;
    }
    if let Some(session) = &mut run.session
        && let Err(error) = session.start_transaction().await
    {
        return Err(Error::from_driver(error, run.plan()));
    }
    run.in_transaction = true;
    let result = once(run, program, rows, at_most).await;
    let Some(session) = &mut run.session else {
        return result;
    };
    match result {
        Ok(rows) => match session.commit_transaction().await {
            Ok(()) => Ok(rows),
            Err(error) => Err(Error::from_driver(error, run.plan())),
        },
        Err(error) => {
            // What could not be aborted, the server ends by itself.
            let _ = session.abort_transaction().await;
            Err(error)
        }
    }
}

/// All rows of an insert: they come back, so that there is no use in sending them as they come.
async fn known(run: &Run<'_>, program: &mut Insert, feed: Option<Feed>) -> Result<Arc<Documents>> {
    let Some(mut feed) = feed else {
        let documents = program.documents.take();
        return match documents {
            Some(documents) => Ok(Arc::new(documents)),
            None => Err(run.internal("an insert without rows")),
        };
    };
    let mut documents = Documents::default();
    loop {
        let batch = match feed.next(program.target.options.limit()).await {
            Next::Batch(batch) | Next::Uncertain(batch) => batch,
            Next::End => return Ok(Arc::new(documents)),
            Next::Failed(error) => return Err(run.rows_error(error.to_string())),
        };
        let misfit = (0..batch.len()).find_map(|place| Some((place, batch.misfit(place)?)));
        if let Some((place, misfit)) = misfit
            && insert::looks_at_rows(&program.target)
        {
            return Err(Error::invalid_row(batch.row(place), misfit, run.plan()));
        }
        for index in 0..batch.len() {
            documents.push_row(batch.get(index));
        }
    }
}

/// Whether a failure leaves nothing that `execute` would not leave.
fn is_one_command(program: &Program, rows: Option<&Documents>) -> bool {
    let returning = match program {
        Program::Insert(program) => {
            let updates = |conflict: &super::program::Conflict| conflict.action.is_some();
            if !program.target.conflict.as_ref().is_some_and(updates) {
                return true;
            }
            if rows.is_some_and(|rows| rows.len() > 1) {
                return false;
            }
            &program.returning
        }
        Program::Update(Update {
            one: true,
            returning,
            ..
        })
        | Program::Delete(Delete {
            one: true,
            returning,
            ..
        }) => returning,
        Program::Update(_) | Program::Delete(_) | Program::Staged(_) | Program::Define(_) => {
            return false;
        }
    };
    returning.as_deref().is_some_and(never_fails)
}

/// Whether stages only pick fields.
fn never_fails(stages: &[Document]) -> bool {
    fn picks(value: &Bson) -> bool {
        match value {
            Bson::String(path) => path.starts_with('$') && !path.starts_with("$$"),
            Bson::Int32(_) | Bson::Int64(_) | Bson::Boolean(_) => true,
            Bson::Document(fields) => fields
                .iter()
                .all(|(name, value)| !name.starts_with('$') && picks(value)),
            _ => false,
        }
    }
    stages.iter().all(|stage| {
        stage
            .get_document("$project")
            .is_ok_and(|fields| stage.len() == 1 && fields.values().all(picks))
    })
}

async fn once(
    run: &mut Run<'_>,
    program: &Program,
    rows: Option<&Arc<Documents>>,
    at_most: usize,
) -> Result<Rows> {
    let rows = match program {
        Program::Insert(program) => {
            let rows = rows.map(Arc::clone).unwrap_or_default();
            insert_returning(run, program, rows).await?
        }
        Program::Update(program) => update_returning(run, program).await?,
        Program::Delete(program) => delete_returning(run, program).await?,
        Program::Staged(program) => staged_returning(run, program).await?,
        Program::Define(_) => return Err(run.internal("a definition with rows")),
    };
    if rows.len() > at_most {
        return Err(Error::TooManyRows {
            sql: run.plan().sql,
        });
    }
    Ok(rows)
}

/// The stages; there are some where a statement is fetched from.
fn stages<'p>(run: &Run<'_>, returning: &'p Option<Vec<Document>>) -> Result<&'p [Document]> {
    returning
        .as_deref()
        .ok_or_else(|| run.internal("a statement without RETURNING"))
}

async fn insert_returning(
    run: &mut Run<'_>,
    program: &Insert,
    rows: Arc<Documents>,
) -> Result<Rows> {
    let target = &program.target;
    let stages = stages(run, &program.returning)?;
    insert::check(run, target)?;
    match &target.conflict {
        None => {
            // An expression that fails does so before anything is stored.
            let returned = of_rows(run, &rows, stages, |_| true).await?;
            insert::insert(run, target, Feed::known(rows), Report::default()).await?;
            Ok(returned)
        }
        Some(conflict) if conflict.action.is_none() && run.session.is_none() => {
            let report = Report {
                skipped: Some(Vec::new()),
                ..Report::default()
            };
            let feed = Feed::known(Arc::clone(&rows));
            let report = insert::report(run, target, feed, report).await?;
            let skipped = report.skipped.unwrap_or_default();
            let returned = of_rows(run, &rows, stages, |row| !skipped.contains(&row)).await;
            after(run, report.applied, returned)
        }
        Some(_) => upsert_returning(run, target, rows, stages, &mut Keys::default()).await,
    }
}

/// The row that a command about one document refuses.
pub(super) fn refusal(error: &mongodb::error::Error, row: u64) -> Option<RefusedRow> {
    let reply = bridge::to_document(error.server_response()?.as_bytes()).ok()?;
    let code = reply.get_i32("code").ok()?;
    let message = reply.get_str("errmsg").unwrap_or_default();
    let details = reply.get_document("errInfo").ok();
    let refused = RefusedRow::new(row, code, message, details).with_key(&reply);
    refused.is_about_a_document().then_some(refused)
}

#[cold]
pub(super) fn row_error(
    run: &Run<'_>,
    error: mongodb::error::Error,
    refused: Option<RefusedRow>,
) -> Error {
    match refused {
        Some(row) => {
            let report = Report::refusing(row);
            report.error(run, Some(Cause::Driver(error)), Unwritten::default())
        }
        None if fate(&error) == Fate::Unknown => {
            let report = Report::default();
            report.error(run, Some(Cause::Driver(error)), Unwritten::statement())
        }
        None => Error::from_driver(error, run.plan()),
    }
}

/// An error after something was written: outside of a transaction that stays.
pub(super) fn after<T>(run: &Run<'_>, applied: Affected, result: Result<T>) -> Result<T> {
    match result {
        Err(error) if !run.in_transaction => {
            let report = Report {
                applied,
                ..Report::default()
            };
            Err(report.error(run, Some(Cause::Statement(error)), Unwritten::default()))
        }
        result => result,
    }
}

async fn update_returning(run: &mut Run<'_>, program: &Update) -> Result<Rows> {
    let stages = stages(run, &program.returning)?;
    let mut returned = Rows::new();
    if program.one {
        let collection = program.options.collection(run, &program.collection);
        let sending = collection
            .find_one_and_update(program.filter.clone(), program.change.clone())
            .return_document(ReturnDocument::After);
        let sending = match &program.array_filters {
            Some(filters) => sending.array_filters(filters.clone()),
            None => sending,
        };
        let found = match run.session.as_deref_mut() {
            Some(session) => sending.session(session).await,
            None => sending.await,
        };
        let found = found.map_err(|error| {
            let refused = refusal(&error, 0);
            row_error(run, error, refused)
        })?;
        let documents: Vec<Bson> = found.into_iter().map(Bson::from).collect();
        let applied = Affected {
            matched: Some(documents.len() as u64),
            ..Affected::UPDATED_UNKNOWN
        };
        let read = evaluate(run, documents, stages, &mut returned).await;
        after(run, applied, read)?;
        return Ok(returned);
    }
    let ids = ids(run, &program.collection, &program.filter).await?;
    change::update(run, program).await?;
    by_ids(run, &program.collection, ids, stages, &mut returned).await?;
    Ok(returned)
}

async fn delete_returning(run: &mut Run<'_>, program: &Delete) -> Result<Rows> {
    let stages = stages(run, &program.returning)?;
    let mut returned = Rows::new();
    if program.one {
        let collection = run.database.collection::<Document>(&program.collection);
        let sending = collection.find_one_and_delete(program.filter.clone());
        let found = match run.session.as_deref_mut() {
            Some(session) => sending.session(session).await,
            None => sending.await,
        };
        let found = found.map_err(|error| row_error(run, error, None))?;
        let documents: Vec<Bson> = found.into_iter().map(Bson::from).collect();
        let applied = Affected::deleted(documents.len() as u64);
        let read = evaluate(run, documents, stages, &mut returned).await;
        after(run, applied, read)?;
        return Ok(returned);
    }
    let mut pipeline = vec![doc! { "$match": program.filter.clone() }];
    pipeline.extend_from_slice(stages);
    read(run, (&*program.collection).into(), pipeline, &mut returned).await?;
    change::delete(run, program).await?;
    Ok(returned)
}

async fn staged_returning(run: &mut Run<'_>, program: &Staged) -> Result<Rows> {
    let stages = stages(run, &program.returning)?;
    let collection = &program.target.collection;
    insert::check(run, &program.target)?;
    let mut returned = Rows::new();
    let mut report = Report::default();
    let mut rows = computed::Rows::open(run, program).await?;
    let mut keys = Keys::default();
    let stop = loop {
        let batch = match rows.next(run).await {
            Ok(Some(batch)) => batch,
            Ok(None) => break Stop::END,
            Err(error) => break Stop::reading(error),
        };
        let id_path = match &program.action {
            Action::Insert { .. } => {
                let mut documents = Documents::default();
                for place in 0..batch.len() {
                    documents.push_row(batch.get(place));
                }
                let documents = Arc::new(documents);
                let inserted =
                    insert_returning_rows(run, program, documents, stages, &mut keys).await?;
                returned.extend(inserted);
                continue;
            }
            Action::Update { id, .. }
            | Action::Delete { id }
            | Action::DeleteFiles(DeleteFiles { id, .. }) => id,
            Action::Merge { .. } => return Err(run.internal("a MERGE with RETURNING")),
        };
        let ids = (0..batch.len())
            .filter_map(|place| find(batch.get(place), id_path))
            .map(|id| bridge::to_bson(id).map_err(|reason| run.internal(reason)))
            .collect::<Result<Vec<_>>>()?;
        let deletes = matches!(
            program.action,
            Action::Delete { .. } | Action::DeleteFiles(_)
        );
        if deletes {
            by_ids(run, collection, ids, stages, &mut returned).await?;
            if let Some(stop) = staged::send(run, program, batch, &mut report, &mut keys).await? {
                break stop;
            }
        } else {
            if let Some(stop) = staged::send(run, program, batch, &mut report, &mut keys).await? {
                break stop;
            }
            by_ids(run, collection, ids, stages, &mut returned).await?;
        }
    };
    report.end_reading(run, stop, None)?;
    Ok(returned)
}

/// Inserts computed rows, and gives what comes back.
async fn insert_returning_rows(
    run: &mut Run<'_>,
    program: &Staged,
    rows: Arc<Documents>,
    stages: &[Document],
    keys: &mut Keys,
) -> Result<Rows> {
    if program.target.conflict.is_some() {
        return upsert_returning(run, &program.target, rows, stages, keys).await;
    }
    let returned = of_rows(run, &rows, stages, |_| true).await?;
    insert::insert(run, &program.target, Feed::known(rows), Report::default()).await?;
    Ok(returned)
}
