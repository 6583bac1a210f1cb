//! The change streams of a schema.
//!
//! A stream has no struct. Its macro hands on the schemas of its tables, its condition and its options;
//! and a module of its name leads to the functions of its tables, so that a query that names the stream
//! alone learns their Rust types.

use super::chained;
use super::input::Part;
use super::structure::struct_name;
use crate::chain::definition;
use crate::derive::STANDARD_MACROS;
use crate::errors::with_help;
use crate::sql::{self, Source, compile_error, errors};
use crate::string_literal;
use proc_macro2::{Ident, Literal, Span, TokenStream};
use queryleaf_compiler::definition::{Stream, camel_case};
use queryleaf_compiler::schema::Collection;
use queryleaf_compiler::{Table, TableName, schema};
use quote::quote;
use syn::Visibility;

/// Asks the tables of a stream for their schemas.
pub(super) fn ask_for_schemas(part: &Part, streams: &[Stream], number: usize) -> TokenStream {
    match streams.get(number) {
        Some(stream) => {
            let last = quote!(::queryleaf::__stream);
            chained::ask_for_schemas(part, &stream.tables, &last, number)
        }
        None => TokenStream::new(),
    }
}

/// Expands `__stream!`.
pub(crate) fn define_stream(tokens: TokenStream) -> syn::Result<TokenStream> {
    Ok(match chained::asked(tokens)? {
        Ok(asked) => match asked.schema.streams.get(asked.number) {
            Some(stream) => items(&asked.part.source, stream, &asked.schemas),
            None => TokenStream::new(),
        },
        Err(errors) => errors,
    })
}

fn items(source: &Source, stream: &Stream, schemas: &[Literal]) -> TokenStream {
    let span = source.span(stream.span).resolved_at(Span::call_site());
    let name = match syn::parse_str::<Ident>(&stream.name) {
        Ok(mut name) if !STANDARD_MACROS.contains(&stream.name.as_str()) => {
            name.set_span(span);
            name
        }
        _ => {
            let message = with_help(
                format!("no change stream can have the name `{}`", stream.name),
                "it is the name of an item of Rust, so it is no keyword and no macro of Rust's own",
            );
            return compile_error(&source.locate(stream.span), &message);
        }
    };
    let in_scope = match sql::tables(source, &stream.tables, schemas) {
        Ok(in_scope) => in_scope,
        Err(errors) => return errors,
    };
    let defined = match stream.define(source.text(), &in_scope.compiled) {
        Ok(defined) => defined,
        Err(diagnostics) => return errors(&diagnostics, |span| source.locate(span)),
    };
    let collections: Vec<String> = schemas.iter().filter_map(string_literal::value).collect();
    let collections: Vec<&str> = collections.iter().map(String::as_str).collect();
    let text = defined.text(&collections);
    debug_assert!(schema::parse(&text).is_ok(), "{text}");
    let public: Visibility = syn::parse_quote!(pub);
    let definition = definition(&name, &public, &text);
    let modules = modules(&stream.tables, source);
    let documents = documents(source, stream, &in_scope.compiled);
    let (documents, import) = documents
        .map(|(documents, enum_name)| {
            let import = quote! {
                #[doc(inline)]
                #[allow(unused_imports, unreachable_pub)]
                pub use #name::#enum_name;
            };
            (documents, import)
        })
        .unzip();
    quote! {
        #definition
        #import
        #[doc(hidden)]
        #[allow(unused_imports, unreachable_pub)]
        pub mod #name {
            #modules
            #documents
        }
    }
}

/// The enum of the documents of several collections with its function, and its name.
fn documents(source: &Source, stream: &Stream, tables: &[Table]) -> Option<(TokenStream, Ident)> {
    let collections: Vec<(&[String], &Collection)> = tables
        .iter()
        .map(|table| (&*table.name, &*table.collection))
        .collect();
    if collections.len() < 2 {
        return None;
    }
    let name = struct_name(&camel_case(&stream.name), source.span(stream.span));
    let documentation = format!(
        " A document of a collection that `{}` watches.",
        stream.name
    );
    let definition = sql::define_documents(&name, &documentation, &collections);
    Some((definition, name))
}

/// The modules that hold the functions of the tables. With a `*` each is as visible as it is there.
fn modules(tables: &[TableName], source: &Source) -> TokenStream {
    let mut seen: Vec<String> = Vec::new();
    let mut modules = TokenStream::new();
    for table in tables {
        let Ok(mut path) = sql::path(table, source) else {
            continue;
        };
        path.pop();
        let module = quote!(#(#path::)*);
        if seen.contains(&module.to_string()) {
            continue;
        }
        seen.push(module.to_string());
        modules.extend(match path.first() {
            Some(first) if first == "crate" => quote!(pub use #module *;),
            _ => quote!(pub use super::#module *;),
        });
    }
    modules
}
