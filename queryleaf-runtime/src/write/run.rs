//! One run of a statement.

use super::Affected;
use super::duplicates::IndexKeys;
use super::program::Options;
use super::report::Report;
use crate::Plan;
use crate::error::Error;
use crate::executor::Target;
use crate::request::Request;
use crate::transaction;
use mongodb::bson::{Bson, Document};
use mongodb::options::CollectionOptions;
use mongodb::{ClientSession, Collection, Database};
use std::sync::Arc;

/// How far a running statement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// How many rows were sent and answered, or statements, of a [`Bulk`](crate::Bulk).
    pub rows: u64,
    /// What was written by then.
    pub affected: Affected,
    /// How many rows were refused by then.
    pub refused: u64,
}

/// Who wants to know how far a statement is.
#[derive(Clone)]
pub(crate) struct Listener(pub(crate) Arc<dyn Fn(Progress) + Send + Sync>);

/// One run of a statement.
pub(crate) struct Run<'e> {
    pub(crate) request: Request,
    pub(crate) database: Database,
    pub(crate) session: Option<&'e mut ClientSession>,
    /// Who wants to know how far it is.
    pub(crate) progress: Option<Listener>,
    /// Whether the session is in a transaction.
    pub(crate) in_transaction: bool,
    /// Of the collection that is written to, once they were needed.
    pub(crate) index_keys: Option<IndexKeys>,
}

impl<'e> Run<'e> {
    pub(crate) async fn new(
        request: Request,
        mut target: Target<'e>,
        progress: Option<Listener>,
    ) -> Self {
        let in_transaction = match (&target.transaction, &mut target.session) {
            (Some(_), _) => true,
            // Somebody may have started one with the driver.
            (None, Some(session)) => transaction::is_started(session).await,
            (None, None) => false,
        };
        Run {
            request,
            database: target.database,
            session: target.session,
            progress,
            in_transaction,
            index_keys: None,
        }
    }
}

impl Run<'_> {
    pub(crate) fn plan(&self) -> &'static Plan {
        self.request.plan
    }

    /// Tells how far it is.
    pub(crate) fn progress(&self, rows: u64, report: &Report) {
        if let Some(Listener(listener)) = &self.progress {
            listener(Progress {
                rows,
                affected: report.applied,
                refused: report.refused.len() as u64,
            });
        }
    }

    /// The error of rows that cannot be sent.
    #[cold]
    pub(crate) fn rows_error(&self, reason: String) -> Error {
        rows_error(reason, self.plan())
    }

    /// The error of what MongoDB forbids in a transaction.
    #[cold]
    pub(crate) fn not_in_transaction(&self, what: &str) -> Error {
        Error::NotInTransaction {
            what: what.to_owned(),
            sql: self.plan().sql,
        }
    }

    /// The error of a plan that is not understood.
    #[cold]
    pub(crate) fn internal(&self, message: impl Into<String>) -> Error {
        Error::internal(message, self.plan())
    }
}

impl Options {
    /// A collection that is written with these options; in a transaction, with those of it.
    pub(crate) fn collection(&self, run: &Run<'_>, name: &str) -> Collection<Document> {
        let options = CollectionOptions::builder()
            .write_concern(self.write_concern.clone())
            .build();
        run.database.collection_with_options(name, options)
    }
}

/// The error of rows that cannot be sent.
#[cold]
pub(crate) fn rows_error(reason: String, plan: &'static Plan) -> Error {
    Error::Parameter {
        name: "rows".to_owned(),
        reason,
        sql: plan.sql,
    }
}

/// A number of the server's answer.
pub(crate) fn count(reply: &Document, name: &str) -> u64 {
    match reply.get(name) {
        Some(Bson::Int32(count)) => u64::try_from(*count).unwrap_or(0),
        Some(Bson::Int64(count)) => u64::try_from(*count).unwrap_or(0),
        Some(Bson::Double(count)) if *count >= 0.0 => *count as u64,
        _ => 0,
    }
}
