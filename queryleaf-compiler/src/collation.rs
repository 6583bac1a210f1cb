//! How texts compare: a command compares all texts by one collation, that of the collection that it
//! reads first.

use crate::Table;
use crate::create::collation;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::schema::{Collation, Collection};
use crate::syntax::{Source, names_of_tables};
use queryleaf_plan::{Template, Value};
use std::sync::Arc;

/// Refuses a statement that reads collections whose texts compare in different ways.
pub(crate) fn check<'t>(
    source: &Source<'_>,
    mut read: impl Iterator<Item = &'t Table>,
) -> Result<(), Vec<Diagnostic>> {
    let Some(first) = read.next() else {
        return Ok(());
    };
    let collation = &first.collection.options.collation;
    let Some(other) = read.find(|table| table.collection.options.collation != *collation) else {
        return Ok(());
    };
    let named = names_of_tables(source);
    let named = named.into_iter().find(|named| named.path == other.name);
    let span = named.and_then(|named| named.spans.into_iter().reduce(Span::to));
    let message = format!(
        "texts of `{}` and of `{}` compare in different ways",
        first.collection.name, other.collection.name
    );
    Err(vec![
        Diagnostic::error(
            Code::Unsupported,
            span.unwrap_or_else(|| source.first()),
            message,
        )
        .label("its collation is another one")
        .note("a command of the server compares all texts by one collation")
        .help("declare the same `collation(..)` for both, or read them one after the other"),
    ])
}

/// By what a command compares that reads these collections and begins with this one: a command that
/// brings its own documents has to be told.
pub(crate) fn of_command<'c>(
    source: &Template,
    read: impl Iterator<Item = &'c Arc<Collection>>,
) -> Option<&'c Collation> {
    let mut read = read;
    let collection = match source {
        Template::Value(Value::String(name)) => read.find(|collection| collection.name == **name),
        _ => read.next(),
    };
    collection?.options.collation.as_ref()
}

/// Whether a command begins with a collection, and compares as that does.
pub(crate) fn is_collection(source: &Template) -> bool {
    matches!(source, Template::Value(Value::String(_)))
}

/// Tells a command that brings its own documents how to compare.
pub(crate) fn told(command: Template, collections: &[Arc<Collection>]) -> Template {
    command.map_branches(&mut |command| match command {
        Template::Document(mut entries) => {
            if let [(key, source), ..] = &entries[..]
                && key == "aggregate"
                && !is_collection(source)
                && let Some(declared) = of_command(source, collections.iter())
            {
                entries.push(("collation".to_owned(), collation(declared)));
            }
            Template::Document(entries)
        }
        other => other,
    })
}
