//! Which documents a stream has to bring beside what was changed: as they are now, as they were after
//! the change, as they were before.

use super::Stream;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::functions::{ChangeFunction, Function};
use crate::plan::{ColumnId, Expression, ExpressionKind, Path, PathStep, Relation};
use crate::schema::{Collection, FullDocument, FullDocumentBeforeChange, StreamOptions};
use queryleaf_plan::{Template, Value};
use std::sync::Arc;

/// The options of the `$changeStream` stage: a document is asked for only where it is read.
pub(super) fn options(relation: &Relation, stream: &Stream) -> Vec<(&'static str, Template)> {
    let StreamOptions {
        full_document,
        full_document_before_change,
        resume_after,
        start_at,
        ..
    } = &stream.options;
    let mut entries = Vec::new();
    let wanted = full_document.unwrap_or(FullDocument::UpdateLookup);
    let is_read = || read_at(relation, stream, "fullDocument").is_some();
    // What is required is an error where it is missing, whether or not it is read.
    if wanted == FullDocument::Required || (wanted != FullDocument::Default && is_read()) {
        entries.push(("fullDocument", Template::string(wanted.name())));
    }
    let wanted = full_document_before_change.unwrap_or(FullDocumentBeforeChange::WhenAvailable);
    let is_read = || read_at(relation, stream, "fullDocumentBeforeChange").is_some();
    if wanted == FullDocumentBeforeChange::Required
        || (wanted != FullDocumentBeforeChange::Off && is_read())
    {
        entries.push(("fullDocumentBeforeChange", Template::string(wanted.name())));
    }
    // The runtime makes the document of the text.
    let token = resume_after.as_deref().map(Template::string);
    entries.extend(token.map(|token| ("resumeAfter", token)));
    let time = start_at.map(|time| Template::Value(Value::DateTime(time)));
    entries.extend(time.map(|time| ("startAtOperationTime", time)));
    entries
}

/// Refuses to read what no watched collection keeps.
pub(crate) fn check(
    relation: &Relation,
    stream: &Stream,
    tables: &[Arc<Collection>],
) -> Result<(), Vec<Diagnostic>> {
    let Some(read) = read_at(relation, stream, "fullDocumentBeforeChange") else {
        return Ok(());
    };
    // The condition of a stream with a name stands elsewhere.
    let span = match read == Span::default() {
        true => stream.span,
        false => read,
    };
    if stream.options.full_document_before_change == Some(FullDocumentBeforeChange::Off) {
        let message = "this stream does not bring documents as they were before a change";
        let error = Diagnostic::error(Code::NoImages, span, message)
            .label("so `full_document_before_change` would always be NULL");
        let help = "say `full_document_before_change = 'when_available'` where it is declared";
        return Err(vec![error.help(help)]);
    }
    let errors: Vec<Diagnostic> = stream
        .watched
        .iter()
        .filter_map(|table| tables.get(*table))
        .filter(|table| !table.options.pre_and_post_images)
        .map(|table| without(&table.name, span))
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

/// Where a relation of events reads a field of theirs, if it does.
fn read_at(relation: &Relation, stream: &Stream, field: &str) -> Option<Span> {
    let mut found = None;
    // Each use of a common table expression is a copy, with columns of its own.
    let event = event(relation, stream).unwrap_or(stream.document);
    relation.for_each_expression_inside(&mut |expression| {
        let is_it = |path: &Path| {
            path.column == event && path.steps.first().is_none_or(|step| step.name == field)
        };
        found = found.or_else(|| read_here(expression, &is_it));
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

fn read_here(expression: &Expression, is_it: &impl Fn(&Path) -> bool) -> Option<Span> {
    match &expression.kind {
        ExpressionKind::Path(path) => is_it(path).then_some(expression.span),
        // It looks at what was inserted or replaced, which is there without being asked for.
        ExpressionKind::Call {
            function: Function::Change(ChangeFunction::ChangedFields | ChangeFunction::Tells),
            arguments,
        } => arguments.iter().find_map(|argument| match &argument.kind {
            ExpressionKind::Path(path) => {
                let is_other = |step: &PathStep| step.name != "fullDocument";
                let is_read = path.steps.first().is_some_and(is_other) && is_it(path);
                is_read.then_some(argument.span)
            }
            _ => read_here(argument, is_it),
        }),
        _ => {
            let mut found = None;
            expression.for_each_child(|child| {
                found = found.or_else(|| read_here(child, is_it));
            });
            found
        }
    }
}
