//! Which statements MongoDB does not run in a transaction, where that is known while they compile.

use crate::schema::Storage;
use crate::{Kind, Query};
use queryleaf_plan::Template;

/// Why a statement cannot run in a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outside {
    /// It creates, changes or removes what is defined.
    Definition,
    /// It asks what there is.
    CatalogQuery,
    /// It writes to a capped collection.
    CappedWrite,
    /// It writes to a time series.
    TimeSeriesWrite,
    /// It has a write concern of its own.
    OwnWriteConcern,
    /// `ON CONFLICT DO NOTHING` without columns.
    OnConflictWithoutColumns,
}

/// The stages that ask the server for what there is, which stand first.
const CATALOG_STAGES: [&str; 2] = ["$collStats", "$indexStats"];

impl Query {
    /// Why the statement cannot run in a transaction; nothing where it can, or where only the server
    /// knows.
    pub fn outside(&self) -> Option<Outside> {
        match self.kind {
            Kind::Read => is_catalog(&self.command).then_some(Outside::CatalogQuery),
            Kind::Write { table, .. } => {
                if entry(&self.command, "define").is_some() {
                    return Some(Outside::Definition);
                }
                let storage = self.tables.get(table).map(|table| &table.storage);
                match storage {
                    Some(Storage::Capped { .. }) => return Some(Outside::CappedWrite),
                    Some(Storage::TimeSeries { .. }) => return Some(Outside::TimeSeriesWrite),
                    Some(
                        Storage::Plain
                        | Storage::Clustered
                        | Storage::View
                        | Storage::Bucket { .. },
                    )
                    | None => {}
                }
                let options = entry(&self.command, "options");
                // What a bucket declares, a transaction has its own in place of.
                let is_given = |options: &Template| {
                    entry(options, "writeConcern").is_some() && entry(options, "declared").is_none()
                };
                if options.is_some_and(is_given) {
                    return Some(Outside::OwnWriteConcern);
                }
                let conflict = entry(&self.command, "conflict")?;
                let of_any_key = entry(conflict, "key").is_none();
                of_any_key.then_some(Outside::OnConflictWithoutColumns)
            }
            // These take a database, and no session.
            Kind::Watch | Kind::Live(_) | Kind::Upload { .. } => None,
        }
    }
}

fn is_catalog(command: &Template) -> bool {
    if entry(command, "catalog").is_some() {
        return true;
    }
    let Some(Template::Array(stages)) = entry(command, "pipeline") else {
        return false;
    };
    let first = stages.first();
    first.is_some_and(|first| {
        CATALOG_STAGES
            .iter()
            .any(|name| entry(first, name).is_some())
    })
}

/// What a document has under a name, whatever its parameters are.
fn entry<'t>(document: &'t Template, name: &str) -> Option<&'t Template> {
    match document {
        Template::Document(entries) => {
            let mut entries = entries.iter();
            entries.find_map(|(key, value)| (key == name).then_some(value))
        }
        Template::When {
            then, otherwise, ..
        } => entry(then, name).or_else(|| entry(otherwise, name)),
        _ => None,
    }
}
