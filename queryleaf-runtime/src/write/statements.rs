//! Many statements in one `update` or `delete` command.
//!
//! Sent one by one they take thirty times as long. The driver has no call for it before MongoDB 8,
//! and does not repeat such a command after a network failure.

use super::program::{Options, Target};
use super::run::{Run, count};
use crate::bridge;
use crate::error::RefusedRow;
use crate::raw::RawValue;
use mongodb::bson::{Bson, Document, RawDocumentBuf};
use queryleaf_plan::bson::{element_type, end_document, start_document, write_name, write_string};
use std::collections::HashSet;

/// What the server takes as one command, and some room for what the driver adds.
const MAX_COMMAND: usize = 16 * 1024 * 1024 - 64 * 1024;

/// A command that is being written, as its bytes.
pub(super) struct Statements {
    bytes: Vec<u8>,
    /// Where the array of statements starts.
    list: usize,
    count: usize,
}

/// Which command it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Update,
    Delete,
}

impl Statements {
    pub(super) fn new(run: &Run<'_>, kind: Kind, target: &Target) -> Result<Self, String> {
        let Options {
            batch_size: _,
            ordered,
            write_concern: _,
            declared: _,
            bypass_document_validation,
        } = &target.options;
        let (name, list) = match kind {
            Kind::Update => ("update", "updates"),
            Kind::Delete => ("delete", "deletes"),
        };
        let mut bytes = Vec::new();
        start_document(&mut bytes);
        write_name(&mut bytes, element_type::STRING, name);
        write_string(&mut bytes, &target.collection);
        write_name(&mut bytes, element_type::BOOLEAN, "ordered");
        bytes.push(u8::from(ordered.unwrap_or(false)));
        if let (Kind::Update, Some(bypass)) = (kind, bypass_document_validation) {
            write_name(
                &mut bytes,
                element_type::BOOLEAN,
                "bypassDocumentValidation",
            );
            bytes.push(u8::from(*bypass));
        }
        write_concern(&mut bytes, run, &target.options)?;
        write_name(&mut bytes, element_type::ARRAY, list);
        let list = start_document(&mut bytes);
        Ok(Statements {
            bytes,
            list,
            count: 0,
        })
    }

    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// Whether a statement with as much data fits in.
    pub(super) fn has_room(&self, size: usize) -> bool {
        self.count == 0 || (self.bytes.len() + size < MAX_COMMAND && self.count < 100_000)
    }

    /// Adds a statement; its elements are what is written.
    pub(super) fn push(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        write_name(
            &mut self.bytes,
            element_type::DOCUMENT,
            &self.count.to_string(),
        );
        let start = start_document(&mut self.bytes);
        write(&mut self.bytes);
        end_document(&mut self.bytes, start);
        self.count += 1;
    }

    pub(super) async fn send(mut self, run: &mut Run<'_>) -> mongodb::error::Result<Reply> {
        end_document(&mut self.bytes, self.list);
        end_document(&mut self.bytes, 0);
        let command =
            RawDocumentBuf::from_bytes(self.bytes).map_err(mongodb::error::Error::custom)?;
        let sending = run.database.run_raw_command(command);
        let reply = match run.session.as_deref_mut() {
            Some(session) => sending.session(session).await?,
            None => sending.await?,
        };
        Ok(Reply::read(&reply))
    }
}

/// What the server answers to many statements.
#[derive(Debug)]
pub(super) struct Reply {
    /// How many documents matched, those that an upsert made not among them; or were deleted.
    pub(super) matched: u64,
    pub(super) modified: u64,
    /// How many documents an upsert made.
    pub(super) upserted: u64,
    /// What was refused: the place of the statement, and why.
    pub(super) refused: Vec<(usize, RefusedRow)>,
    /// The write is done, but may be lost when a server fails.
    pub(super) not_durable: Option<String>,
}

impl Reply {
    fn read(reply: &Document) -> Reply {
        let upserted = reply.get_array("upserted").map_or(0, Vec::len) as u64;
        Reply {
            matched: count(reply, "n") - upserted.min(count(reply, "n")),
            modified: count(reply, "nModified"),
            upserted,
            refused: reply
                .get_array("writeErrors")
                .into_iter()
                .flatten()
                .filter_map(Bson::as_document)
                .map(|error| (count(error, "index") as usize, refused(error)))
                .collect(),
            not_durable: not_durable(reply),
        }
    }
}

impl Reply {
    /// Of what was sent, a thing for each statement: what was carried out, and what the server did not
    /// get to.
    pub(super) fn sorted<T: Copy>(&self, sent: &[T], is_ordered: bool) -> (Vec<T>, Vec<T>) {
        let refused: HashSet<usize> = self.refused.iter().map(|(place, _)| *place).collect();
        let last = match is_ordered {
            true => refused.iter().min(),
            false => None,
        };
        let reached = last.map_or(sent.len(), |place| sent.len().min(place + 1));
        let written = (0..reached).filter(|place| !refused.contains(place));
        (
            written.map(|place| sent[place]).collect(),
            sent[reached..].to_vec(),
        )
    }
}

/// Writes the write concern of a command, if it has one: a command of one's own inherits nothing, and
/// a transaction takes none.
pub(super) fn write_concern(
    bytes: &mut Vec<u8>,
    run: &Run<'_>,
    options: &Options,
) -> Result<(), String> {
    let inherited = run.database.write_concern();
    let of_statement = options.write_concern.as_ref();
    let Some(write_concern) = of_statement.or(inherited).filter(|_| !run.in_transaction) else {
        return Ok(());
    };
    let (element_type, value) = bridge::serialize(write_concern)?;
    write_name(bytes, element_type, "writeConcern");
    bytes.extend_from_slice(&value);
    Ok(())
}

/// Why what a command wrote may be lost when a server fails, if it may.
pub(super) fn not_durable(reply: &Document) -> Option<String> {
    let error = reply.get_document("writeConcernError").ok()?;
    let message = error.get_str("errmsg").unwrap_or_default();
    Some(format!("what was written may be lost: {message}"))
}

/// A refusal as a command's answer tells it; the number is that of the statement.
pub(super) fn refused(error: &Document) -> RefusedRow {
    RefusedRow::new(
        count(error, "index"),
        error.get_i32("code").unwrap_or_default(),
        error.get_str("errmsg").unwrap_or_default(),
        error.get_document("errInfo").ok(),
    )
    .with_key(error)
}

/// Writes `name: value`.
pub(super) fn write(bytes: &mut Vec<u8>, name: &str, value: RawValue<'_>) {
    write_name(bytes, value.element_type, name);
    bytes.extend_from_slice(value.bytes);
}

/// Writes the document `name`, with the elements that are written.
pub(super) fn write_inner(bytes: &mut Vec<u8>, name: &str, elements: impl FnOnce(&mut Vec<u8>)) {
    write_name(bytes, element_type::DOCUMENT, name);
    let start = start_document(bytes);
    elements(bytes);
    end_document(bytes, start);
}

/// Writes the condition that a field has this value, whatever it is.
pub(super) fn write_equal(bytes: &mut Vec<u8>, name: &str, value: RawValue<'_>) {
    match value.element_type {
        // Could be taken for operators.
        element_type::DOCUMENT | element_type::REGEX => {
            write_inner(bytes, name, |bytes| write(bytes, "$eq", value));
        }
        _ => write(bytes, name, value),
    }
}

/// A value written down to be copied.
pub(super) struct Prepared {
    element_type: u8,
    bytes: Vec<u8>,
}

impl Prepared {
    pub(super) fn new(value: &Bson) -> Result<Self, String> {
        let (element_type, bytes) = bridge::serialize(value)?;
        Ok(Prepared {
            element_type,
            bytes,
        })
    }

    pub(super) fn value(&self) -> RawValue<'_> {
        RawValue {
            element_type: self.element_type,
            bytes: &self.bytes,
        }
    }
}
