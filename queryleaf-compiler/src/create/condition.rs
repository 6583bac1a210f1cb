//! Conditions on each document of a collection by itself, as attributes and clauses have them.

use crate::analyze::analyze;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::plan::{ColumnId, Expression, Relation};
use crate::schema::Collection;
use crate::{InScope, Table, syntax};
use std::sync::Arc;

/// What a condition is about.
pub(super) struct Documents<'a> {
    /// The documents of the collection.
    pub(super) relation: &'a Relation,
    /// The column that is the document itself.
    pub(super) document: ColumnId,
    /// What is said of each.
    pub(super) predicate: &'a Expression,
}

/// Reads a condition, and makes of it what is wanted.
///
/// # Errors
///
/// What is wrong with the condition, or with what becomes of it, with places in its text.
pub(super) fn on_documents<T>(
    condition: &str,
    collection: &Collection,
    what: &str,
    lower: impl FnOnce(Documents<'_>) -> Result<T, Vec<Diagnostic>>,
) -> Result<T, Vec<Diagnostic>> {
    let quoted_name = collection.name.replace('"', "\"\"");
    let prefix = format!("SELECT 1 AS found FROM \"{quoted_name}\" WHERE ");
    let table = Table {
        name: vec![collection.name.clone()],
        collection: Arc::new(collection.clone()),
    };
    read(&format!("{prefix}{condition}"), table, what, lower).map_err(|mut errors| {
        for error in &mut errors {
            let Span { start, end } = error.span;
            error.span = Span::new(
                start.saturating_sub(prefix.len()),
                end.saturating_sub(prefix.len()),
            );
        }
        errors
    })
}

fn read<T>(
    sql: &str,
    table: Table,
    what: &str,
    lower: impl FnOnce(Documents<'_>) -> Result<T, Vec<Diagnostic>>,
) -> Result<T, Vec<Diagnostic>> {
    let (query, source) = syntax::parse_query(sql).map_err(|error| vec![*error])?;
    let analysis = analyze(&query, &source, InScope::of_tables(&[table]))?;
    if let Some(parameter) = analysis.parameters.first() {
        let message = format!("{what} has no parameters");
        let error = Diagnostic::error(Code::Unsupported, parameter.span, message)
            .help("write the value itself");
        return Err(vec![error]);
    }
    match documents(&analysis.relation) {
        Some(documents) => lower(documents),
        None => {
            let message = format!("{what} is one about each document");
            let error = Diagnostic::error(Code::Unsupported, source.first(), message);
            Err(vec![error.help("leave out what follows the condition")])
        }
    }
}

/// What a query is about that is nothing but a scan, a condition and its columns.
fn documents(relation: &Relation) -> Option<Documents<'_>> {
    match relation {
        Relation::Project { input, .. } => documents(input),
        Relation::Filter { input, predicate } => match &**input {
            Relation::Scan { document, .. } => Some(Documents {
                relation,
                document: *document,
                predicate,
            }),
            _ => None,
        },
        _ => None,
    }
}
