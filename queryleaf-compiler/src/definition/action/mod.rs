//! Statements that create, change, remove or show what is defined: `sql!("DROP TABLE orders")`.
//!
//! Those that change something become programs of [`queryleaf_plan::write`], the others commands.

mod alter;
mod create;
mod show;

use super::place;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::schema::{Collection, Storage};
use crate::syntax::Source;
use crate::syntax::definition::{Action, Name};
use crate::{Kind, OutputColumn, Query, Table};
use queryleaf_plan::Template;
use std::sync::Arc;

/// The codes of answers of the server that say that what is to be done is done already.
const NAMESPACE_NOT_FOUND: i32 = 26;
const INDEX_NOT_FOUND: i32 = 27;
const NAMESPACE_EXISTS: i32 = 48;

/// Compiles such a statement.
///
/// # Errors
///
/// Every error that was found.
pub(crate) fn compile(
    action: &Action,
    source: &Source<'_>,
    tables: &[Table],
) -> Result<Query, Vec<Diagnostic>> {
    let table = match action.table() {
        Some(path) => Some(Target::new(path, tables).map_err(|error| vec![*error])?),
        None => None,
    };
    let (command, columns) = match (action, &table) {
        (Action::ShowTables, _) => show::tables(),
        (Action::ShowTtl, _) => show::ttl(),
        (Action::OptimizeTtl, _) => (
            program(vec![Template::entry("compactTtl", true)]),
            Vec::new(),
        ),
        (Action::Describe(_), Some(table)) => show::describe(table.collection),
        (_, None) => return Err(vec![Diagnostic::defect(source.first(), "no table")]),
        (Action::ShowIndexes(_), Some(table)) => show::indexes(table.stored()?),
        (Action::Analyze(_), Some(table)) => show::analyze(table.stored()?),
        (
            Action::Drop {
                if_exists, view, ..
            },
            Some(table),
        ) => (program(table.drop(*if_exists, *view)?), Vec::new()),
        (
            Action::DropIndex {
                name, if_exists, ..
            },
            Some(table),
        ) => {
            let collection = table.stored()?;
            let command = Template::document([
                ("dropIndexes", Template::string(&*collection.name)),
                ("index", Template::string(&*name.value)),
            ]);
            let ignored: &[i32] = if *if_exists {
                &[NAMESPACE_NOT_FOUND, INDEX_NOT_FOUND]
            } else {
                &[]
            };
            (program(vec![step(command, ignored)]), Vec::new())
        }
        (Action::CreateIndex(create), Some(table)) => {
            let steps = create::index(create, table.stored()?, table.span, source)?;
            (program(steps), Vec::new())
        }
        (Action::CreateCollection(create), Some(table)) => {
            let steps = create::capped(create, table.stored()?, table.span, source)?;
            (program(steps), Vec::new())
        }
        (Action::Alter { changes, .. }, Some(table)) => {
            let steps = alter::steps(changes, table.stored()?, source)?;
            (program(steps), Vec::new())
        }
    };
    let kind = if columns.is_empty() {
        let (table, structs) = (0, None);
        Kind::Write { table, structs }
    } else {
        Kind::Read
    };
    let span = source.first();
    Ok(Query {
        kind,
        tables: tables
            .iter()
            .map(|table| Arc::clone(&table.collection))
            .collect(),
        command,
        parameters: Vec::new(),
        generated: Vec::new(),
        computed: Vec::new(),
        columns: columns
            .into_iter()
            .map(|column: OutputColumn| OutputColumn { span, ..column })
            .collect(),
        warnings: Vec::new(),
    })
}

/// The table that a statement is about.
struct Target<'a> {
    collection: &'a Collection,
    span: Span,
}

impl<'a> Target<'a> {
    fn new(path: &[Name], tables: &'a [Table]) -> Result<Self> {
        let names: Vec<&str> = path.iter().map(|name| name.value.as_str()).collect();
        let span = place(path);
        let table = tables.iter().find(|table| table.name == names);
        match table {
            Some(table) if table.collection.bucket().is_some() => {
                let message = format!("`{}` is a bucket, which is no table", names.join("."));
                Err(Box::new(
                    Diagnostic::error(Code::BucketOrTable, span, message)
                        .note("it is two collections, one of files and one of chunks")
                        .help("`ensure` creates and compares it; the driver's `GridFsBucket` drops it"),
                ))
            }
            Some(table) => Ok(Target {
                collection: &table.collection,
                span,
            }),
            None => Err(Box::new(Diagnostic::error(
                Code::UnknownTable,
                span,
                format!("no table `{}`", names.join(".")),
            ))),
        }
    }

    /// The collection, unless it is a view.
    fn stored(&self) -> Result<&'a Collection, Vec<Diagnostic>> {
        if self.collection.storage != Storage::View {
            return Ok(self.collection);
        }
        let message = format!("`{}` is a view, which stores nothing", self.collection.name);
        let error = Diagnostic::error(Code::Unsupported, self.span, message);
        Err(vec![error.help("name the table that the view reads")])
    }

    fn drop(&self, if_exists: bool, view: bool) -> Result<Vec<Template>, Vec<Diagnostic>> {
        let Target { collection, span } = *self;
        let is_view = collection.storage == Storage::View;
        if is_view != view {
            let (is, wanted) = if is_view {
                ("a view", "VIEW")
            } else {
                ("a table", "TABLE")
            };
            let message = format!("`{}` is {is}", collection.name);
            let error = Diagnostic::error(Code::Unsupported, span, message);
            return Err(vec![error.help(format!("write `DROP {wanted}`"))]);
        }
        let command = Template::entry("drop", Template::string(&*collection.name));
        let mut steps = Vec::new();
        if !if_exists {
            steps.push(Template::entry(
                "exists",
                Template::string(&*collection.name),
            ));
        }
        steps.push(step(command, &[NAMESPACE_NOT_FOUND]));
        Ok(steps)
    }
}

fn program(steps: Vec<Template>) -> Template {
    Template::entry("define", Template::Array(steps))
}

/// A command, and the codes of answers that are no failures.
fn step(command: Template, ignored: &[i32]) -> Template {
    let mut entries = vec![("run", command)];
    if !ignored.is_empty() {
        let codes = ignored.iter().map(|code| Template::from(*code));
        entries.push(("ignore", Template::array(codes)));
    }
    Template::document(entries)
}

/// An entry of a document.
fn entry(template: &Template, name: &str) -> Option<Template> {
    match template {
        Template::Document(entries) => {
            let found = entries.iter().find(|(key, _)| key == name);
            found.map(|(_, value)| value.clone())
        }
        _ => None,
    }
}

/// What a collection is created with.
fn definition(collection: &Collection) -> Result<Template, Vec<Diagnostic>> {
    crate::create::definition(collection)
        .map_err(|found| found.into_iter().flat_map(|found| found.errors).collect())
}
