//! The views of a schema.

use super::chained;
use super::input::Part;
use super::structure::{Row, structure};
use crate::paths::private;
use crate::sql::{self, Source, errors, warnings};
use proc_macro2::{Ident, Literal, TokenStream};
use queryleaf_compiler::definition::{self, ColumnPlace, View};
use queryleaf_compiler::schema::Collection;
use queryleaf_compiler::{Kept, Span, TableName, table_names};
use queryleaf_plan::Template;
use quote::quote;

/// Asks the tables of a view's query for their schemas.
pub(super) fn ask_for_schemas(part: &Part, views: &[View], number: usize) -> TokenStream {
    let Some(view) = views.get(number) else {
        return TokenStream::new();
    };
    let names = tables(view, &part.source);
    chained::ask_for_schemas(part, &names, &quote!(::queryleaf::__view), number)
}

/// Expands `__view!`.
pub(crate) fn define_view(tokens: TokenStream) -> syn::Result<TokenStream> {
    Ok(match chained::asked(tokens)? {
        Ok(asked) => match asked.schema.views.get(asked.number) {
            Some(view) => items(&asked.part, view, &asked.schemas),
            None => TokenStream::new(),
        },
        Err(errors) => errors,
    })
}

fn items(part: &Part, view: &View, schemas: &[Literal]) -> TokenStream {
    let source = &part.source;
    let names = tables(view, source);
    let tables = match sql::tables(source, &names, schemas) {
        Ok(in_scope) => in_scope.compiled,
        Err(errors) => return errors,
    };
    let defined = match definition::define_view(source.text(), view, &tables) {
        Ok(defined) => defined,
        Err(diagnostics) => return errors(&diagnostics, |span| source.locate(span)),
    };
    let places: Vec<ColumnPlace> = defined
        .columns
        .iter()
        .map(|span| ColumnPlace {
            name: *span,
            definition: *span,
        })
        .collect();
    let encoded = queryleaf_plan::encode(&defined.definition, &[]);
    let row = Row {
        collection: &defined.collection,
        span: view.span,
        columns: &places,
        view: Some(&encoded),
        sound: true,
    };
    let structure = structure(&row, part.head.as_ref(), source);
    let name = row.struct_name(part.head.as_ref(), source);
    let live = defined
        .live
        .as_ref()
        .map(|(kept, command)| streaming_view(&name, view, kept, command, &defined.collection));
    let warned = warnings(&defined.warnings, source);
    let warned = (!warned.is_empty()).then(|| quote!(const _: () = { #warned };));
    quote!(#warned #structure #live)
}

/// What makes the struct of a view of changes one that can be followed.
fn streaming_view(
    name: &Ident,
    view: &View,
    kept: &Kept,
    command: &Template,
    collection: &Collection,
) -> TokenStream {
    let private = private();
    let table = &collection.name;
    let columns = collection.fields.iter().map(|field| &field.name);
    let quoted = columns.clone().map(|column| format!("\"{column}\""));
    let sql = format!(
        "SELECT {} FROM {table}",
        quoted.collect::<Vec<_>>().join(", ")
    );
    let template = Literal::byte_string(&queryleaf_plan::encode(command, &[]));
    let names = columns.clone();
    let stored = sql::view_plan(kept, &sql, table);
    let refresh = view.settings.refresh;
    let refresh = refresh.map(|milliseconds| quote!(.with_refresh(#milliseconds)));
    let events = view.settings.refresh_events;
    let events = events.map(|events| quote!(.with_refresh_events(#events)));
    quote! {
        impl ::queryleaf::watch::StreamingView for #name {
            fn query() -> ::queryleaf::watch::LiveQuery<Self> {
                static PLAN: #private::LivePlan = #private::LivePlan::new(
                    #private::Plan::new(
                        #sql,
                        #table,
                        #template,
                        &[],
                        &[#(#names),*],
                        &[#(&[#columns]),*],
                    ),
                    #stored #refresh #events,
                );
                #private::LiveQuery::of_view(&PLAN, ::queryleaf::sql!(as #name, #sql))
            }
        }
    }
}

/// The tables that a view's query names, with their places in the whole text.
fn tables(view: &View, source: &Source) -> Vec<TableName> {
    let query = source.text().get(view.query.start..view.query.end);
    let mut names = table_names(query.unwrap_or_default());
    for span in names.iter_mut().flat_map(|name| &mut name.spans) {
        let start = view.query.start;
        *span = Span::new(start + span.start, start + span.end);
    }
    names
}
