//! The views of a schema.

use super::input::{self, Part};
use super::structure::{Row, structure};
use crate::chain::{Collected, ask};
use crate::paths::private;
use crate::sql::{self, Source, errors, warnings};
use proc_macro2::{Ident, Literal, TokenStream, TokenTree};
use queryleaf_compiler::definition::{self, ColumnPlace, View};
use queryleaf_compiler::schema::Collection;
use queryleaf_compiler::{Kept, Span, TableName, table_names};
use queryleaf_plan::Template;
use quote::quote;

/// Asks the tables of a view's query for their schemas; the part of the schema with the view goes
/// along.
pub(super) fn ask_for_schemas(part: &Part, views: &[View], number: usize) -> TokenStream {
    let Some(view) = views.get(number) else {
        return TokenStream::new();
    };
    let mut macros = Vec::new();
    let mut errors = TokenStream::new();
    for table in tables(view, &part.source) {
        match sql::path(&table, &part.source) {
            Ok(path) => macros.push(quote!(#(#path)::*)),
            Err(error) => errors.extend(error),
        }
    }
    if !errors.is_empty() {
        return errors;
    }
    let number = Literal::usize_unsuffixed(number);
    let tokens = &part.tokens;
    ask(
        &macros,
        &quote!(::queryleaf::__view),
        &quote!(#number #tokens),
    )
}

/// Expands `__view!`.
pub(crate) fn define_view(tokens: TokenStream) -> syn::Result<TokenStream> {
    let Collected { state, schemas } = syn::parse2(tokens)?;
    let mut tokens = state.into_iter();
    let number = tokens.next();
    let parts = match input::parts(tokens.collect()) {
        Ok(parts) => parts,
        Err(errors) => return Ok(errors.into_tokens()),
    };
    let Some((part, view)) = parts.first().and_then(|part| {
        let (schema, _) = definition::read(part.source.text());
        let view = schema.views.into_iter().nth(index(number.as_ref())?)?;
        Some((part, view))
    }) else {
        return Ok(TokenStream::new());
    };
    Ok(items(part, &view, &schemas))
}

fn index(token: Option<&TokenTree>) -> Option<usize> {
    match token? {
        TokenTree::Literal(literal) => literal.to_string().parse().ok(),
        TokenTree::Group(_) | TokenTree::Ident(_) | TokenTree::Punct(_) => None,
    }
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
