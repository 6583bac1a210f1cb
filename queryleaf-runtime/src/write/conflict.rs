//! `INSERT .. ON CONFLICT`.

use super::Affected;
use super::documents::{Batch, Documents};
use super::duplicates::find;
use super::insert;
use super::program::Target;
use super::run::{Report, Run, Stop};
use super::statements::{Kind, Prepared, Statements, write, write_equal, write_inner};
use crate::error::{Error, Refusal, Result};
use crate::raw::RawValue;
use mongodb::bson::{Bson, Document, doc};
use queryleaf_plan::bson::element_type;
use queryleaf_plan::write::{MARKER, NEW};
use std::collections::HashSet;

/// How often a row is sent again that another client stored between the look and the write.
const ATTEMPTS: usize = 10;

/// The pipeline of `DO NOTHING`: the row where the upsert is making a document, and otherwise the
/// document as it is.
pub(super) fn do_nothing() -> Vec<Document> {
    let is_new = doc! { "$eq": [{ "$type": format!("${MARKER}") }, "null"] };
    vec![doc! {
        "$replaceWith": { "$cond": [is_new, format!("$${NEW}"), "$$ROOT"] },
    }]
}

/// Whether the row has a `NULL` in its key: then it conflicts with none.
pub(super) fn has_null(document: &[u8], key: &[String]) -> bool {
    key.iter()
        .any(|field| find(document, field).is_none_or(RawValue::is_null))
}

/// Writes the conditions that find the document with the key of the row.
pub(super) fn write_key(bytes: &mut Vec<u8>, document: &[u8], key: &[String]) {
    for field in key {
        if let Some(value) = find(document, field) {
            write_equal(bytes, field, value);
        }
    }
    write(
        bytes,
        MARKER,
        RawValue {
            element_type: element_type::NULL,
            bytes: &[],
        },
    );
}

/// Stores rows or changes those that are stored, with one command.
///
/// What `DO NOTHING` does to a stored row counts as skipped.
pub(super) async fn upsert(
    run: &mut Run<'_>,
    target: &Target,
    batch: Batch,
    rows: Vec<usize>,
    report: &mut Report,
) -> Option<Stop> {
    let Some(conflict) = &target.conflict else {
        return None;
    };
    let Some(key) = &conflict.key else {
        return None;
    };
    let pipeline = conflict.action.clone().unwrap_or_else(do_nothing);
    let action = match Prepared::new(&Bson::from(pipeline)) {
        Ok(action) => action,
        Err(reason) => return Some(Stop::malformed(reason, batch)),
    };
    let (new, keyed): (Vec<usize>, Vec<usize>) = rows
        .into_iter()
        .partition(|&place| has_null(batch.get(place), key));
    let mut waiting = keyed;
    let mut attempts = 0;
    while !waiting.is_empty() {
        let mut statements = match Statements::new(run, Kind::Update, target) {
            Ok(statements) => statements,
            Err(reason) => return Some(Stop::malformed(reason, batch)),
        };
        for &place in &waiting {
            let row = batch.get(place);
            if !statements.has_room(2 * row.len() + action.value().bytes.len() + 200) {
                break;
            }
            statements.push(|bytes| {
                write_inner(bytes, "q", |bytes| write_key(bytes, row, key));
                write(bytes, "u", action.value());
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
                write(bytes, "upsert", TRUE);
            });
        }
        let later = waiting.split_off(statements.len());
        let reply = match statements.send(run).await {
            Ok(reply) => reply,
            Err(error) => return Some(Stop::driver_from(error, &batch, &waiting)),
        };
        report.applied += match conflict.action {
            // The server does not tell for how many of them the condition was true.
            Some(_) if conflict.has_condition => Affected {
                inserted: Some(reply.upserted),
                matched: (reply.matched == 0).then_some(0),
                ..Affected::updated(reply.matched, reply.modified)
            },
            Some(_) => Affected {
                inserted: Some(reply.upserted),
                ..Affected::updated(reply.matched, reply.modified)
            },
            None => Affected {
                skipped: Some(reply.matched),
                ..Affected::inserted(reply.upserted)
            },
        };
        attempts += 1;
        let mut again = Vec::new();
        let mut stop = None;
        for (index, mut refused) in reply.refused {
            let Some(&place) = waiting.get(index) else {
                continue;
            };
            if attempts < ATTEMPTS && run.session.is_none() && is_key(&refused.reason, key) {
                again.push(place);
                continue;
            }
            refused.row = batch.row(place);
            report.refused.push(refused);
            stop = Some(place);
        }
        if let Some(message) = reply.not_durable {
            return Some(Stop::not_durable(message, &batch, &waiting));
        }
        if let (Some(place), Some(true)) = (stop, target.options.ordered) {
            return Some(Stop::refused(batch.after(place)));
        }
        again.extend(later);
        waiting = again;
    }
    if new.is_empty() {
        return None;
    }
    insert::store(run, target, batch, new, report).await
}

const TRUE: RawValue<'static> = RawValue {
    element_type: element_type::BOOLEAN,
    bytes: &[1],
};

/// Whether a refusal is about just this key.
pub(super) fn is_key(refusal: &Refusal, key: &[String]) -> bool {
    let Refusal::DuplicateKey { key: found, .. } = refusal else {
        return false;
    };
    found.len() == key.len() && key.iter().all(|field| found.contains_key(field))
}

/// Refuses two rows with one key, as PostgreSQL does.
pub(super) fn check_distinct<'d>(
    run: &Run<'_>,
    target: &Target,
    rows: impl Iterator<Item = &'d [u8]>,
) -> Result<()> {
    let Some(conflict) = &target.conflict else {
        return Ok(());
    };
    let (Some(key), Some(_)) = (&conflict.key, &conflict.action) else {
        return Ok(());
    };
    let mut seen = HashSet::new();
    for row in rows {
        if !has_null(row, key) && !seen.insert(normal_key(row, key)) {
            return Err(Error::CardinalityViolation {
                message: "ON CONFLICT DO UPDATE command cannot affect row a second time".to_owned(),
                sql: run.plan().sql,
            });
        }
    }
    Ok(())
}

/// The same for all documents.
pub(super) fn check_documents(run: &Run<'_>, target: &Target, documents: &Documents) -> Result<()> {
    let rows = (0..documents.len()).map(|index| documents.get(index));
    check_distinct(run, target, rows)
}

/// The key of a row, alike for alike keys: a number is the same key in each of its types.
fn normal_key(document: &[u8], key: &[String]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for field in key {
        let value = find(document, field).unwrap_or(RawValue::MISSING);
        let whole = match value.element_type {
            element_type::INT32 => value
                .fixed()
                .map(|bytes| i64::from(i32::from_le_bytes(bytes))),
            element_type::INT64 => value.fixed().map(i64::from_le_bytes),
            element_type::DOUBLE => value
                .fixed()
                .map(f64::from_le_bytes)
                .filter(|number| number.fract() == 0.0 && number.abs() < 9e18)
                .map(|number| number as i64),
            _ => None,
        };
        match whole {
            Some(number) => {
                bytes.push(element_type::INT64);
                bytes.extend_from_slice(&number.to_le_bytes());
            }
            None => {
                bytes.push(value.element_type);
                bytes.extend_from_slice(&(value.bytes.len() as u64).to_le_bytes());
                bytes.extend_from_slice(value.bytes);
            }
        }
    }
    bytes
}
