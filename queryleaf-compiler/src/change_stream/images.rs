//! Which documents a stream has to bring beside what was changed: as they are now, as they were after
//! the change, as they were before.

use super::Stream;
use crate::diagnostic::{Code, Diagnostic};
use crate::functions::Function;
use crate::plan::{ColumnId, Expression, ExpressionKind, Path, Relation};
use crate::schema::Collection;
use queryleaf_plan::Template;
use std::sync::Arc;

/// The options of the `$changeStream` stage: a document is asked for only where it is read.
pub(super) fn options(relation: &Relation, stream: &Stream) -> Template {
    let mut entries = Vec::new();
    if reads(relation, stream, "fullDocument") {
        entries.push(("fullDocument", Template::string("updateLookup")));
    }
    if reads(relation, stream, "fullDocumentBeforeChange") {
        entries.push((
            "fullDocumentBeforeChange",
            Template::string("whenAvailable"),
        ));
    }
    Template::document(entries)
}

/// Refuses to read what no watched collection keeps.
pub(crate) fn check(
    relation: &Relation,
    stream: &Stream,
    tables: &[Arc<Collection>],
) -> Result<(), Vec<Diagnostic>> {
    if !reads(relation, stream, "fullDocumentBeforeChange") {
        return Ok(());
    }
    let without = stream
        .watched
        .iter()
        .filter_map(|table| tables.get(*table))
        .filter(|table| !table.options.pre_and_post_images);
    let errors: Vec<Diagnostic> = without
        .map(|table| {
            let message = format!("`{}` does not keep its documents as they were before a change", table.name);
            Diagnostic::error(Code::NoImages, stream.span, message)
                .label("so `full_document_before_change` would always be NULL")
                .help("add `pre_and_post_images` to `#[leaf(..)]` of the struct; `ensure` switches it on")
        })
        .collect();
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors)
    }
}

/// Whether a relation of events reads a field of theirs.
fn reads(relation: &Relation, stream: &Stream, field: &str) -> bool {
    let mut found = false;
    // Each use of a common table expression is a copy, with columns of its own.
    let event = event(relation, stream).unwrap_or(stream.document);
    relation.for_each_expression_inside(&mut |expression| {
        found |= reads_here(expression, &|path: &Path| {
            path.column == event && path.steps.first().is_none_or(|step| step.name == field)
        });
    });
    found
}

/// The column of the events in a relation of them.
fn event(relation: &Relation, stream: &Stream) -> Option<ColumnId> {
    if let Relation::Scan {
        table, document, ..
    } = relation
    {
        return (*table == stream.table).then_some(*document);
    }
    let mut found = None;
    relation.for_each_input(|input| found = found.or_else(|| event(input, stream)));
    found
}

fn reads_here(expression: &Expression, is_it: &impl Fn(&Path) -> bool) -> bool {
    match &expression.kind {
        ExpressionKind::Path(path) => is_it(path),
        // It looks at what was inserted or replaced, which is there without being asked for.
        ExpressionKind::Call {
            function: Function::Change(_),
            arguments,
        } => arguments.iter().any(|argument| match &argument.kind {
            ExpressionKind::Path(path) => {
                path.steps
                    .first()
                    .is_some_and(|step| step.name != "fullDocument")
                    && is_it(path)
            }
            _ => reads_here(argument, is_it),
        }),
        _ => {
            let mut found = false;
            expression.for_each_child(|child| found |= reads_here(child, is_it));
            found
        }
    }
}
