//! Rows that a query computes, as they come.

use super::documents::{Batch, Documents, Limit};
use super::duplicates::find;
use super::files;
use super::program::{Action, GeneratedFields, Staged};
use super::run::Run;
use super::staged::read;
use crate::batches::{Batch as Reply, Cursor, open};
use crate::error::{Error, Result};
use crate::request::generate;
use mongodb::error::Error as DriverError;
use queryleaf_plan::bson::{end_document, write_name};
use std::borrow::Cow;
use std::sync::Arc;

/// The computed rows, read batch by batch while others are written.
pub(super) struct Rows {
    cursor: Cursor,
    /// One answer of the server.
    rest: Option<(Arc<Documents>, usize)>,
    read: u64,
    /// They are documents to insert, and get these values first.
    documents: Option<GeneratedFields>,
    limit: Limit,
}

impl Rows {
    /// Sends the query.
    pub(super) async fn open(run: &mut Run<'_>, staged: &Staged) -> Result<Rows> {
        let command = read(run, staged)?;
        let cursor = open(command, &run.database, run.session.as_deref_mut())
            .await
            .map_err(|error| Error::from_driver(error, run.plan()))?;
        Ok(Rows {
            cursor,
            rest: None,
            read: 0,
            documents: match &staged.action {
                Action::Insert { generated } => Some(generated.clone()),
                Action::Update { .. }
                | Action::Delete { .. }
                | Action::DeleteFiles(_)
                | Action::Merge { .. } => None,
            },
            limit: match &staged.action {
                Action::DeleteFiles(_) => files::LIMIT,
                Action::Insert { .. }
                | Action::Update { .. }
                | Action::Delete { .. }
                | Action::Merge { .. } => staged.target.options.limit(),
            },
        })
    }

    /// The number of the first row that was not given.
    pub(super) fn next_row(&self) -> u64 {
        match &self.rest {
            Some((documents, next)) => documents.row(*next),
            None => self.read,
        }
    }

    /// The next rows.
    pub(super) async fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>, DriverError> {
        loop {
            if let Some((documents, next)) = &mut self.rest
                && let Some(batch) = Batch::take(documents, *next, self.limit)
            {
                *next = batch.end();
                return Ok(Some(batch));
            }
            let Some(reply) = self.cursor.next(run.session.as_deref_mut()).await else {
                return Ok(None);
            };
            let mut reply = Reply::new(reply?).map_err(|_| DriverError::custom("malformed"))?;
            let mut documents = Documents::starting_at(self.read);
            while let Some(row) = reply.next_row() {
                let row = row.map_err(|_| DriverError::custom("malformed"))?;
                self.push(&mut documents, row)
                    .map_err(DriverError::custom)?;
            }
            self.read += documents.len() as u64;
            self.rest = Some((Arc::new(documents), 0));
        }
    }

    fn push(&self, documents: &mut Documents, row: &[u8]) -> Result<(), String> {
        match &self.documents {
            None => {
                documents.push_row(row);
                Ok(())
            }
            Some(generated) => documents.push(&with_generated(row, generated)),
        }
    }
}

/// The document with new values in those of these fields that it does not have.
pub(super) fn with_generated<'d>(document: &'d [u8], generated: &GeneratedFields) -> Cow<'d, [u8]> {
    let mut missing = generated
        .iter()
        .filter(|(field, _)| find(document, field).is_none())
        .peekable();
    if missing.peek().is_none() {
        return Cow::Borrowed(document);
    }
    let mut bytes = document.to_vec();
    // The zero at its end.
    bytes.pop();
    for (field, kind) in missing {
        let value = generate(*kind);
        write_name(&mut bytes, value.element_type, field);
        bytes.extend_from_slice(&value.bytes);
    }
    end_document(&mut bytes, 0);
    Cow::Owned(bytes)
}
