//! `INSERT .. ON CONFLICT`.

use super::Affected;
use super::documents::Batch;
use super::duplicates::find;
use super::insert;
use super::program::{Conflict, Target};
use super::report::{Report, Stop};
use super::run::Run;
use super::statements::{Kind, Prepared, Reply, Statements, write, write_equal, write_inner};
use crate::error::Refusal;
use crate::raw::RawValue;
use mongodb::bson::{Bson, Document, doc};
use queryleaf_plan::bson::element_type;
use queryleaf_plan::write::{MARKER, NEW};

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
    let is_ordered = target.options.ordered == Some(true);
    let is_new = |place: &usize| has_null(batch.get(*place), key);
    let parts: Vec<Vec<usize>> = match is_ordered {
        true => rows
            .chunk_by(|place, next| is_new(place) == is_new(next))
            .map(<[usize]>::to_vec)
            .collect(),
        false => {
            let (new, keyed): (Vec<usize>, Vec<usize>) =
                rows.iter().partition(|place| is_new(place));
            vec![keyed, new]
        }
    };
    for (number, part) in parts.iter().enumerate() {
        let stop = match part.first() {
            None => None,
            Some(first) if is_new(first) => {
                insert::store(run, target, batch.clone(), part.clone(), report).await
            }
            Some(_) => upsert_keyed(run, target, (conflict, key), &batch, part, report).await,
        };
        if let Some(stop) = stop {
            return Some(stop.with_unsent(&batch, &parts[number + 1..].concat()));
        }
    }
    None
}

/// Stores or changes these rows of a batch, all of which have a key.
async fn upsert_keyed(
    run: &mut Run<'_>,
    target: &Target,
    (conflict, key): (&Conflict, &[String]),
    batch: &Batch,
    rows: &[usize],
    report: &mut Report,
) -> Option<Stop> {
    let is_ordered = target.options.ordered == Some(true);
    let pipeline = conflict.action.clone().unwrap_or_else(do_nothing);
    let action = match Prepared::new(&Bson::from(pipeline)) {
        Ok(action) => action,
        Err(reason) => return Some(Stop::malformed(reason, batch, rows)),
    };
    let mut waiting = rows.to_vec();
    let mut races = 0;
    while !waiting.is_empty() {
        let mut statements = match Statements::new(run, Kind::Update, target) {
            Ok(statements) => statements,
            Err(reason) => return Some(Stop::malformed(reason, batch, &waiting)),
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
            Err(error) => return Some(Stop::driver(error, batch, &waiting, &later)),
        };
        // What may be lost is not known to be written.
        if reply.not_durable.is_none() {
            report.applied += counted(&reply, conflict);
        }
        let can_race = races < ATTEMPTS && run.session.is_none();
        let (written, unreached) = reply.sorted(&waiting, is_ordered);
        let (mut again, mut is_over) = (Vec::new(), false);
        for (index, mut refused) in reply.refused {
            let Some(&place) = waiting.get(index) else {
                continue;
            };
            if can_race && is_key(&refused.reason, key) {
                again.push(place);
            } else {
                refused.row = batch.row(place);
                report.refused.push(refused);
                is_over = is_ordered;
            }
        }
        races = if again.is_empty() { 0 } else { races + 1 };
        again.extend(unreached);
        again.extend(later);
        if let Some(message) = reply.not_durable {
            return Some(Stop::not_durable(message, batch, &written, &again));
        }
        if is_over {
            return Some(Stop::refused(batch, &again));
        }
        waiting = again;
    }
    None
}

/// What an answer says of the rows.
fn counted(reply: &Reply, conflict: &Conflict) -> Affected {
    match conflict.action {
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
    }
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
