//! Which documents a stream has to bring beside what was changed: as they are now, as they were after
//! the change, as they were before.

use super::Stream;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::functions::Function;
use crate::plan::{ColumnId, Expression, ExpressionKind, Path, Relation};
use crate::schema::{Collection, FullDocument, FullDocumentBeforeChange, StreamOptions};
use queryleaf_plan::{Template, Value};
use std::sync::Arc;

/// The options of the `$changeStream` stage: a document is asked for only where it is read.
pub(super) fn options(relation: &Relation, stream: &Stream) -> Template {
    let StreamOptions {
        full_document,
        full_document_before_change,
        resume_after,
        start_at,
        ..
    } = &stream.options;
    let mut entries = Vec::new();
    let wanted = full_document.unwrap_or(FullDocument::UpdateLookup);
    let is_read = || reads(relation, stream, "fullDocument");
    // What is required is an error where it is missing, whether or not it is read.
    if wanted == FullDocument::Required || (wanted != FullDocument::Default && is_read()) {
        entries.push(("fullDocument", Template::string(wanted.name())));
    }
    let wanted = full_document_before_change.unwrap_or(FullDocumentBeforeChange::WhenAvailable);
    let is_read = || reads(relation, stream, "fullDocumentBeforeChange");
    if wanted == FullDocumentBeforeChange::Required
        || (wanted != FullDocumentBeforeChange::Off && is_read())
    {
        entries.push(("fullDocumentBeforeChange", Template::string(wanted.name())));
    }
    let token = resume_after.as_ref();
    entries.extend(token.map(|token| {
        (
            "resumeAfter",
            Template::entry("_data", Template::string(token.as_str())),
        )
    }));
    let time = start_at.map(|time| Template::Value(Value::DateTime(time)));
    entries.extend(time.map(|time| ("startAtOperationTime", time)));
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
    if stream.options.full_document_before_change == Some(FullDocumentBeforeChange::Off) {
        let message = "this stream does not bring documents as they were before a change";
        let error = Diagnostic::error(Code::NoImages, stream.span, message)
            .label("so `full_document_before_change` would always be NULL");
        let help = "say `full_document_before_change = 'when_available'` where it is declared";
        return Err(vec![error.help(help)]);
    }
    let errors: Vec<Diagnostic> = stream
        .watched
        .iter()
        .filter_map(|table| tables.get(*table))
        .filter(|table| !table.options.pre_and_post_images)
        .map(|table| without(&table.name, stream.span))
        .collect();
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors)
    }
}

/// The error for a collection whose documents are asked for as they were.
pub(crate) fn without(collection: &str, span: Span) -> Diagnostic {
    let message = format!("`{collection}` does not keep its documents as they were");
    Diagnostic::error(Code::NoImages, span, message)
        .label("so the documents around a change would always be NULL")
        .help("add `pre_and_post_images` to `#[leaf(..)]` of the struct, or `WITH (pre_and_post_images = true)` to the table; `ensure` switches it on")
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
