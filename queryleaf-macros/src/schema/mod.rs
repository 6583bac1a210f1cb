//! `schema!`: tables, views, change streams and triggers that are written in SQL.
//!
//! Each table and view becomes a struct with `#[derive(Collection)]` and the `#[leaf(..)]` attributes of what the
//! statements say, so that everything else comes from the derive. The columns of a view are known when
//! the tables of its query have given their schemas, and so is what a trigger does.

mod attributes;
mod bucket;
mod chained;
mod field;
mod input;
mod stream;
mod structure;
mod trigger;
mod trigger_code;
mod view;

use crate::errors::with_help;
use crate::sql::{Source, compile_error, errors};
use input::{Head, Part};
use proc_macro2::TokenStream;
use queryleaf_compiler::definition::{self, Schema};
pub(crate) use stream::define_stream;
use structure::{Row, structure};
pub(crate) use trigger::define_trigger;
pub(crate) use view::define_view;

/// Expands `schema!`.
pub(crate) fn expand(tokens: TokenStream) -> TokenStream {
    match input::parts(tokens) {
        Ok(parts) => parts.into_iter().map(|part| part_items(&part)).collect(),
        Err(errors) => errors.into_tokens(),
    }
}

/// The items of one part.
fn part_items(part: &Part) -> TokenStream {
    let Part { head, source, .. } = part;
    let (schema, diagnostics) = definition::read(source.text());
    let mut items = source.tracking();
    items.extend(errors(&diagnostics, |span| source.locate(span)));
    if let Some(head) = head {
        items.extend(too_many(head, &schema, source));
    }
    let named = if head.is_some() { 1 } else { usize::MAX };
    for table in schema.tables.iter().take(named) {
        let row = Row {
            collection: &table.collection,
            span: table.span,
            columns: &table.columns,
            view: None,
            sound: diagnostics.is_empty(),
        };
        items.extend(structure(&row, head.as_ref(), source));
    }
    for defined in schema.buckets.iter().take(named) {
        let sound = diagnostics.is_empty();
        items.extend(bucket::structure(defined, head.as_ref(), source, sound));
    }
    if diagnostics.is_empty() {
        for number in 0..schema.views.len().min(named) {
            items.extend(view::ask_for_schemas(part, &schema.views, number));
        }
        for number in 0..schema.streams.len().min(named) {
            items.extend(stream::ask_for_schemas(part, &schema.streams, number));
        }
        for number in 0..schema.triggers.len().min(named) {
            items.extend(trigger::ask_for_schemas(part, &schema.triggers, number));
        }
    }
    items
}

/// What is wrong with `struct Name = ".."` if that defines more than one thing.
fn too_many(head: &Head, schema: &Schema, source: &Source) -> Option<TokenStream> {
    let tables = schema.tables.iter().map(|table| table.span);
    if let Some(stream) = schema.streams.first() {
        let message = with_help(
            "a change stream has no struct",
            "leave the name in front of it out, and the attributes",
        );
        return Some(compile_error(&source.locate(stream.span), &message));
    }
    let second = tables
        .chain(schema.views.iter().map(|view| view.span))
        .chain(schema.buckets.iter().map(|bucket| bucket.span))
        .chain(schema.triggers.iter().map(|trigger| trigger.span))
        .nth(1)?;
    let message = with_help(
        format!(
            "`{}` is the name of one table, view or trigger, and this is a second one",
            head.name
        ),
        "put the others beside it, as texts of their own",
    );
    Some(compile_error(&source.locate(second), &message))
}
