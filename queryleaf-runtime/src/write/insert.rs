//! Rows whose values are known, sent in batches.

use super::documents::{Batch, Limit};
use super::feed::{Feed, Next};
use super::keys::Keys;
use super::program::{Conflict, Options, Target};
use super::report::{Report, Stop};
use super::run::Run;
use super::stored::stored;
use super::{Affected, conflict, duplicates};
use crate::error::{Error, Refusal, RefusedRow, Result};
use mongodb::bson::{Bson, RawDocument};
use mongodb::error::{ErrorKind, InsertManyError};
use mongodb::options::InsertManyOptions;

type DriverError = mongodb::error::Error;

impl Options {
    /// How much is sent at a time: enough for the way to the server to be a small part of the time,
    /// and little enough for a few batches to be little memory. The server would take 100,000
    /// documents and 48 MB.
    pub(crate) fn limit(&self) -> Limit {
        Limit {
            documents: self
                .batch_size
                .map_or(10_000, |size| size.clamp(1, 100_000) as usize),
            bytes: 8 * 1024 * 1024,
        }
    }
}

/// Stores the rows of a feed; `earlier` is about those of earlier runs.
pub(crate) async fn insert(
    run: &mut Run<'_>,
    target: &Target,
    feed: Feed,
    earlier: Report,
) -> Result<Affected> {
    let report = report(run, target, feed, earlier).await?;
    Ok(report.applied)
}

/// The same, and tells more.
pub(super) async fn report(
    run: &mut Run<'_>,
    target: &Target,
    mut feed: Feed,
    mut report: Report,
) -> Result<Report> {
    check(run, target)?;
    let mut keys = Some(Keys::default());
    if let Some(documents) = feed.all_known() {
        if let Some((row, misfit)) = documents.misfits().first()
            && looks_at_rows(target)
        {
            return Err(Error::invalid_row(documents.row(*row), misfit, run.plan()));
        }
        Keys::default().check_all(run.plan().sql, target, documents)?;
        keys = None;
    }
    let limit = target.options.limit();
    let mut done = 0;
    let stop = loop {
        let (batch, rows) = match feed.next(limit).await {
            Next::End => break Stop::END,
            Next::Failed(error) => break Stop::rows(error),
            Next::Batch(batch) => {
                let rows = (0..batch.len()).collect();
                (batch, rows)
            }
            Next::Uncertain(batch) => match stored(run, &target.collection, &batch).await {
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
                Err(error) => break Stop::uncertain(error, Some(batch)),
            },
        };
        let sent = batch.len() as u64;
        let Sorted {
            fitting,
            misfits,
            waiting,
        } = sorted(target, &batch, rows);
        let stop = send(
            run,
            target,
            batch.clone(),
            fitting,
            &mut report,
            keys.as_mut(),
        );
        let stop = stop.await?;
        if let Some(stop) = stop {
            if is_ordered(target) {
                break stop
                    .with_unsent(&batch, &misfits)
                    .with_unsent(&batch, &waiting);
            }
            report.refused.extend(refused(&batch, &misfits));
            break stop;
        }
        report.refused.extend(refused(&batch, &misfits));
        done += sent - waiting.len() as u64;
        run.progress(done, &report);
        if is_ordered(target) && !misfits.is_empty() {
            break Stop::refused(&batch, &waiting);
        }
    };
    report.end(run, stop, feed, is_resumable(target))
}

/// The rows of a batch.
struct Sorted {
    /// Those that are sent.
    fitting: Vec<usize>,
    /// Those that do not fit their table.
    misfits: Vec<usize>,
    /// Those that wait for one that does not fit.
    waiting: Vec<usize>,
}

fn sorted(target: &Target, batch: &Batch, rows: Vec<usize>) -> Sorted {
    let (mut misfits, mut waiting) = (Vec::new(), Vec::new());
    let mut fitting = rows;
    if looks_at_rows(target) && batch.has_misfits() {
        let is_misfit = |place: &usize| batch.misfit(*place).is_some();
        if is_ordered(target) {
            let first = fitting.iter().position(is_misfit).unwrap_or(fitting.len());
            misfits = fitting.split_off(first);
            waiting = misfits.split_off(misfits.len().min(1));
        } else {
            (misfits, fitting) = fitting.into_iter().partition(is_misfit);
        }
    }
    Sorted {
        fitting,
        misfits,
        waiting,
    }
}

/// Whether rows that do not fit their table stay here.
pub(super) fn looks_at_rows(target: &Target) -> bool {
    target.options.bypass_document_validation != Some(true)
}

/// These rows of a batch, as the server's validator would refuse them.
fn refused(batch: &Batch, misfits: &[usize]) -> impl Iterator<Item = RefusedRow> {
    let misfits = misfits.iter();
    misfits.filter_map(|&place| Some(RefusedRow::misfit(batch.row(place), batch.misfit(place)?)))
}

/// Whether what is missing after a failure can be sent again without doing anything twice.
fn is_resumable(target: &Target) -> bool {
    target
        .conflict
        .as_ref()
        .is_none_or(|conflict| conflict.action.is_none())
}

/// Refuses what cannot be done where the statement runs.
pub(super) fn check(run: &Run<'_>, target: &Target) -> Result<()> {
    let options = &target.options;
    if run.in_transaction && options.write_concern.is_some() && !options.declared {
        return Err(run.not_in_transaction(
            "a write concern of one statement, WITH BULK_OPTIONS (write_concern = ..): the whole \
             transaction has one",
        ));
    }
    match &target.conflict {
        Some(Conflict { key: None, .. }) if run.session.is_some() => Err(run.not_in_transaction(
            "ON CONFLICT DO NOTHING without the columns of a unique index: the first duplicate key \
             would end the transaction; name the columns, `ON CONFLICT (..) DO NOTHING`",
        )),
        Some(_) | None => Ok(()),
    }
}

/// Sends these rows of a batch; gives the reason why no more must be sent, if there is one.
///
/// `keys` are those of the rows before them, where nobody has looked at all rows yet.
pub(super) async fn send(
    run: &mut Run<'_>,
    target: &Target,
    batch: Batch,
    rows: Vec<usize>,
    report: &mut Report,
    keys: Option<&mut Keys>,
) -> Result<Option<Stop>> {
    if rows.is_empty() {
        return Ok(None);
    }
    Ok(match &target.conflict {
        Some(conflict) if conflict.action.is_some() || run.session.is_some() => {
            let documents = rows.iter().map(|&place| batch.get(place));
            if let Some(keys) = keys
                && let Err(error) = keys.check(run.plan().sql, target, documents)
            {
                let is_first = report.applied == Affected::NOTHING && report.refused.is_empty();
                return match is_first {
                    true => Err(error),
                    false => Ok(Some(Stop::statement(error).with_unsent(&batch, &rows))),
                };
            }
            conflict::upsert(run, target, batch, rows, report).await
        }
        Some(_) | None => store(run, target, batch, rows, report).await,
    })
}

/// Stores these rows of a batch with one `insert` command.
pub(super) async fn store(
    run: &mut Run<'_>,
    target: &Target,
    batch: Batch,
    rows: Vec<usize>,
    report: &mut Report,
) -> Option<Stop> {
    let error = match command(run, target, &batch, &rows).await {
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
        return Some(Stop::driver(error, &batch, &rows, &[]));
    };
    let (mut refused, mut skipped, mut unclear) = (Vec::new(), 0, Vec::new());
    for error in write_errors.iter().flatten() {
        let Some(&place) = rows.get(error.index) else {
            continue;
        };
        let details = error.details.as_ref();
        let mut row = RefusedRow::new(batch.row(place), error.code, &error.message, details);
        duplicates::describe(run, &target.collection, &mut row, batch.get(place)).await;
        if is_conflict(target, &row.reason) {
            skipped += 1;
            if let Some(rows) = &mut report.skipped {
                rows.push(batch.row(place));
            }
        } else if is_other_key(target, &row.reason, batch.get(place)) {
            unclear.push(place);
        } else {
            refused.push((place, row));
        }
    }
    let waiting = match refused.first() {
        Some((first, _)) if is_ordered(target) => {
            &rows[rows.partition_point(|place| place <= first)..]
        }
        Some(_) | None => &[],
    };
    let attempted = rows.len() - waiting.len();
    let refused_any = !refused.is_empty();
    let written = attempted - refused.len() - skipped - unclear.len();
    report
        .refused
        .extend(refused.into_iter().map(|(_, row)| row));
    if write_concern_error.is_some() {
        return Some(Stop::uncertain(error, batch.at(&rows)));
    }
    report.applied += Affected {
        skipped: Some(skipped as u64),
        ..Affected::inserted(written as u64)
    };
    if !unclear.is_empty() {
        return Box::pin(conflict::upsert(run, target, batch, unclear, report)).await;
    }
    let is_over = is_ordered(target) && refused_any;
    is_over.then(|| Stop::refused(&batch, waiting))
}

/// Whether a row that `ON CONFLICT` may pass over has the key of another index: the server names the
/// first index that has it, and SQL asks the one of the conflict first.
fn is_other_key(target: &Target, refusal: &Refusal, document: &[u8]) -> bool {
    let key = target
        .conflict
        .as_ref()
        .and_then(|conflict| conflict.key.as_ref());
    key.is_some_and(|key| {
        matches!(refusal, Refusal::DuplicateKey { .. })
            && !conflict::is_key(refusal, key)
            && !conflict::has_null(document, key)
    })
}

/// Whether rows wait for those before them. `DO NOTHING` goes on where an ordered command stops.
fn is_ordered(target: &Target) -> bool {
    let goes_on = |conflict: &Conflict| conflict.action.is_none();
    target.options.ordered == Some(true) && !target.conflict.as_ref().is_some_and(goes_on)
}

/// Whether `ON CONFLICT` is about this refusal. Two `NULL`s are no conflict in SQL.
fn is_conflict(target: &Target, refusal: &Refusal) -> bool {
    let (Some(conflict), Refusal::DuplicateKey { key, .. }) = (&target.conflict, refusal) else {
        return false;
    };
    !key.is_empty()
        && key.values().all(|value| *value != Bson::Null)
        && conflict
            .key
            .as_ref()
            .is_none_or(|fields| conflict::is_key(refusal, fields))
}

async fn command(
    run: &mut Run<'_>,
    target: &Target,
    batch: &Batch,
    rows: &[usize],
) -> Result<(), DriverError> {
    let mut options = InsertManyOptions::default();
    options.ordered = Some(is_ordered(target));
    options.write_concern = target.options.write_concern.clone();
    options.bypass_document_validation = target.options.bypass_document_validation;
    let documents: Vec<&RawDocument> = rows
        .iter()
        .map(|&place| RawDocument::from_bytes(batch.get(place)))
        .collect::<Result<_, _>>()
        .map_err(DriverError::custom)?;
    let collection = run.database.collection::<&RawDocument>(&target.collection);
    let sending = collection.insert_many(documents).with_options(options);
    match run.session.as_deref_mut() {
        Some(session) => sending.session(session).await,
        None => sending.await,
    }
    .map(drop)
}
