//! Schemas that are written in SQL: `CREATE TABLE`, `CREATE INDEX`, `CREATE VIEW`,
//! `CREATE CHANGE STREAM`, `CREATE TRIGGER`.
//!
//! [`read`] turns the text into the same [`Collection`]s that the derives describe, and checks all of
//! it, so that an error is shown at its word in the text.

mod action;
mod bucket;
mod change_stream;
mod check;
mod clauses;
mod column_type;
mod constraints;
mod indexes;
mod options;
mod table;
mod trigger;
mod view;
mod view_settings;

pub(crate) use action::compile;
pub use bucket::{Bucket, BucketOptions};
pub use change_stream::Stream;
pub use table::camel_case;
pub use trigger::{Argument, DefinedTrigger, Statement, Step, Trigger, define_trigger};
pub use view::{DefinedView, define_view};
pub use view_settings::ViewSettings;

use crate::diagnostic::{Code, Diagnostic, Span};
use crate::schema::Collection;
use crate::suggestion::nearest;
use crate::syntax::definition as syntax;
use crate::syntax::definition::{Name, StatementKind};
use table::Builder;

/// What a schema in SQL defines.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Schema {
    /// Its tables in order.
    pub tables: Vec<Table>,
    /// Its views in order.
    pub views: Vec<View>,
    /// Its change streams in order.
    pub streams: Vec<Stream>,
    /// Its buckets in order.
    pub buckets: Vec<Bucket>,
    /// Its triggers in order.
    pub triggers: Vec<Trigger>,
}

/// A table of a schema in SQL.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// What it is, as a struct with `#[derive(Collection)]` would say it.
    pub collection: Collection,
    /// Where its name stands.
    pub span: Span,
    /// Where its columns stand, in order.
    pub columns: Vec<ColumnPlace>,
}

/// Where a column stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColumnPlace {
    /// Its name.
    pub name: Span,
    /// All that is said of it.
    pub definition: Span,
}

/// A view of a schema in SQL.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// Its name.
    pub name: String,
    /// Where its name stands.
    pub span: Span,
    /// The names that its columns are given, with their places; those of the query where there are
    /// none.
    pub columns: Vec<(String, Span)>,
    /// Where its query stands.
    pub query: Span,
    /// What is said of a view of changes beside its query.
    pub settings: ViewSettings,
}

/// Reads a schema: what it defines, and every error that was found, in the order of the text.
///
/// A table with an error in it is there all the same, as far as it was understood, so that the
/// statements that use it are not wrong as well.
pub fn read(text: &str) -> (Schema, Vec<Diagnostic>) {
    match crate::stack::with_deep_stack(|| Ok(read_here(text))) {
        Ok(found) => found,
        Err(errors) => (Schema::default(), errors),
    }
}

fn read_here(text: &str) -> (Schema, Vec<Diagnostic>) {
    let (statements, source, mut errors) = syntax::statements(text);
    let mut tables: Vec<Builder<'_>> = Vec::new();
    let mut views: Vec<View> = Vec::new();
    let mut streams: Vec<Stream> = Vec::new();
    let mut buckets: Vec<Bucket> = Vec::new();
    let mut triggers: Vec<Trigger> = Vec::new();
    for statement in &statements {
        match &statement.kind {
            StatementKind::Table(create) => {
                unused(create.if_not_exists, &mut errors);
                errors.extend(taken(&create.name, &tables, &views, &streams, &triggers));
                tables.push(Builder::new(create, &source, &mut errors));
            }
            StatementKind::View(create) => {
                unused(create.if_not_exists, &mut errors);
                errors.extend(taken(&create.name, &tables, &views, &streams, &triggers));
                views.push(View {
                    name: create.name.value.clone(),
                    span: create.name.span,
                    columns: create
                        .columns
                        .iter()
                        .map(|column| (column.value.clone(), column.span))
                        .collect(),
                    query: create.query,
                    settings: ViewSettings::read(create, &mut errors),
                });
            }
            StatementKind::ChangeStream(create) => {
                unused(create.if_not_exists, &mut errors);
                errors.extend(taken(&create.name, &tables, &views, &streams, &triggers));
                streams.push(Stream::read(create, text, &mut errors));
            }
            StatementKind::Bucket(create) => {
                unused(create.if_not_exists, &mut errors);
                let name = &create.name;
                let mut known = buckets.iter().map(|bucket| &bucket.metadata.name);
                if let Some(error) = taken(name, &tables, &views, &streams, &triggers) {
                    errors.push(error);
                } else if known.any(|known| *known == name.value) {
                    let message = format!("`{}` is defined twice", name.value);
                    errors.push(Diagnostic::error(Code::DuplicateName, name.span, message));
                }
                buckets.push(Bucket::read(create, &source, &mut errors));
            }
            StatementKind::Trigger(create) => {
                errors.extend(taken(&create.name, &tables, &views, &streams, &triggers));
                triggers.push(Trigger::new(create));
            }
            StatementKind::Index(_) | StatementKind::Collection(_) => {}
        }
    }
    // These may stand before the table that they are about.
    for statement in &statements {
        match &statement.kind {
            StatementKind::Index(create) => {
                unused(create.if_not_exists, &mut errors);
                match find(&create.table, &mut tables) {
                    Ok(table) => table.create_index(create, &mut errors),
                    Err(error) => errors.push(error),
                }
            }
            StatementKind::Collection(create) => {
                unused(create.if_not_exists, &mut errors);
                match find(&create.name, &mut tables) {
                    Ok(table) => table.capped(place(&create.name), &create.options, &mut errors),
                    Err(error) => errors.push(error.note(
                        "`CREATE CAPPED COLLECTION` has no columns; here it says how a table is kept",
                    )),
                }
            }
            StatementKind::Table(_)
            | StatementKind::View(_)
            | StatementKind::ChangeStream(_)
            | StatementKind::Bucket(_)
            | StatementKind::Trigger(_) => {}
        }
    }
    let keys: Vec<_> = tables.iter().map(Builder::key).collect();
    let mut finished = Vec::new();
    for table in tables {
        finished.push(table.finish(&keys, &mut errors));
    }
    errors.sort_by_key(|error| error.span.start);
    let schema = Schema {
        tables: finished,
        views,
        streams,
        buckets,
        triggers,
    };
    (schema, errors)
}

/// What is wrong with a name that another statement has defined.
fn taken(
    name: &Name,
    tables: &[Builder<'_>],
    views: &[View],
    streams: &[Stream],
    triggers: &[Trigger],
) -> Option<Diagnostic> {
    let is_taken = tables.iter().any(|table| table.name() == name.value)
        || views.iter().any(|view| view.name == name.value)
        || streams.iter().any(|stream| stream.name == name.value)
        || triggers.iter().any(|trigger| trigger.name == name.value);
    is_taken.then(|| {
        let message = format!("`{}` is defined twice", name.value);
        Diagnostic::error(Code::DuplicateName, name.span, message)
    })
}

/// The table of this name.
fn find<'a, 't>(
    name: &[Name],
    tables: &'a mut [Builder<'t>],
) -> Result<&'a mut Builder<'t>, Diagnostic> {
    let names: Vec<&str> = name.iter().map(|name| name.value.as_str()).collect();
    let text = names.join(".");
    match tables.iter().position(|table| names == [table.name()]) {
        Some(number) => Ok(&mut tables[number]),
        None => {
            let message = format!("no table `{text}` in this schema");
            let error = Diagnostic::error(Code::UnknownTable, place(name), message);
            let known = tables.iter().map(Builder::name);
            Err(match nearest(&text, known) {
                Some(known) => error.help(format!("did you mean `{known}`?")),
                None => error.help("declare it with `CREATE TABLE` beside this statement"),
            })
        }
    }
}

/// From the first to the last name of a path.
fn place(path: &[Name]) -> Span {
    let spans = path.iter().map(|name| name.span);
    spans.reduce(Span::to).unwrap_or_default()
}

/// `IF NOT EXISTS` has no meaning in a schema.
fn unused(if_not_exists: Option<Span>, errors: &mut Vec<Diagnostic>) {
    errors.extend(if_not_exists.map(|span| {
        Diagnostic::error(
            Code::Unsupported,
            span,
            "a schema says what there is, not what to do",
        )
        .help("leave this out: `ensure` creates what does not exist, and reports what differs")
    }));
}

#[cfg(test)]
mod tests;
