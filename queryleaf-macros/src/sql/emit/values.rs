//! The values that a query is given: parameters, and rows to insert.

use super::super::column::{ColumnType, Tables};
use super::super::parameters::Value;
use crate::paths::private;
use proc_macro2::{Ident, Span, TokenStream};
use queryleaf_compiler::{Kind, Query};
use quote::{format_ident, quote, quote_spanned};

/// The user's own structs, handed over beside the parameters.
pub(super) fn rows(query: &Query, tables: &Tables, values: usize) -> TokenStream {
    let private = private();
    let Kind::Write {
        table,
        structs: Some(_),
    } = &query.kind
    else {
        return TokenStream::new();
    };
    let Some(witness) = tables.paths.get(*table) else {
        return TokenStream::new();
    };
    let hole = hole(values.saturating_sub(1));
    quote!(.with_rows(#private::rows(#witness(), #hole)))
}

/// The bucket that files are uploaded to, and what their bytes are read from.
pub(super) fn upload(
    query: &Query,
    tables: &Tables,
    values: &[Value],
) -> Option<(TokenStream, TokenStream)> {
    let Kind::Upload { table } = &query.kind else {
        return None;
    };
    let private = private();
    let witness = tables.paths.get(*table)?;
    let sources = query.parameters.iter().zip(values).enumerate();
    let sources = sources
        .filter(|(_, (parameter, _))| parameter.source)
        .filter_map(|(number, (_, value))| {
            let span = value.span.resolved_at(Span::mixed_site());
            let mut hole = hole(number);
            hole.set_span(span);
            let number = u16::try_from(number).ok()?;
            Some(quote_spanned!(span=> (#number, #private::gridfs::source(#hole))))
        });
    let sources = quote!(::std::vec::Vec::from([#(#sources),*]));
    Some((quote!(#private::gridfs::store_of(#witness())), sources))
}

/// The parameters' values, each bound as what the query takes it for.
pub(super) fn bound(query: &Query, values: &[Value], tables: &Tables) -> Vec<TokenStream> {
    let private = private();
    let parameters = query.parameters.iter().zip(values).enumerate();
    parameters
        .map(|(number, (parameter, value))| {
            if parameter.source {
                return quote!(#private::gridfs::placeholder());
            }
            // An error about the type is shown where the value stands.
            let span = value.span.resolved_at(Span::mixed_site());
            let mut hole = hole(number);
            hole.set_span(span);
            let ty = tables.parameter(&parameter.ty, parameter.list, parameter.rust.as_ref());
            // A block of its own, so that the name hides nothing else.
            let name = value
                .name
                .as_ref()
                .map(|name| quote_spanned!(span=> { enum #name {} #private::Name::<#name>::NEW }));
            match (ty, name) {
                (ColumnType::Known { marker, .. }, None) => {
                    quote_spanned!(span=> #private::bind::<#marker, _>(#hole))
                }
                (ColumnType::Known { marker, .. }, Some(name)) => {
                    quote_spanned!(span=> #private::bind_named::<#marker, _, _>(#name, #hole))
                }
                (ColumnType::Reached(reached), None) => {
                    quote_spanned!(span=> #private::bind_as(#reached, #hole))
                }
                (ColumnType::Reached(reached), Some(name)) => {
                    quote_spanned!(span=> #private::bind_named_as(#reached, #name, #hole))
                }
            }
        })
        .collect()
}

pub(super) fn hole(number: usize) -> Ident {
    local("value", number)
}

/// A local variable that nothing the user wrote can see.
pub(super) fn local(name: &str, number: usize) -> Ident {
    format_ident!("{name}{number}", span = Span::mixed_site())
}
