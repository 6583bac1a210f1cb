//! Which data a query reads: the strictest that one of the buckets in it declares.

use crate::plan::Relation;
use crate::schema::{Collection, ReadConcern, Storage};
use queryleaf_plan::Template;
use std::sync::Arc;

/// The strictest read concern of the tables that these rows come from, if one of them declares any.
pub(crate) fn strictest(rows: &Relation, tables: &[Arc<Collection>]) -> Option<ReadConcern> {
    let read = tables.iter().enumerate();
    let read = read.filter(|(number, _)| rows.reads(*number));
    let declared = read.filter_map(|(_, table)| match &table.storage {
        Storage::Bucket(bucket) => bucket.read_concern,
        Storage::Plain
        | Storage::Clustered
        | Storage::Capped { .. }
        | Storage::TimeSeries { .. }
        | Storage::View => None,
    });
    declared.max()
}

/// A read concern as a command has it.
pub(crate) fn level(concern: ReadConcern) -> Template {
    Template::entry("level", concern.name())
}

/// Tells a command which data it reads.
pub(crate) fn told(command: Template, concern: ReadConcern) -> Template {
    match command {
        Template::When {
            condition,
            parameter,
            then,
            otherwise,
        } => Template::When {
            condition,
            parameter,
            then: Box::new(told(*then, concern)),
            otherwise: Box::new(told(*otherwise, concern)),
        },
        Template::Document(mut entries) => {
            entries.push(("readConcern".to_owned(), level(concern)));
            Template::Document(entries)
        }
        other => other,
    }
}
