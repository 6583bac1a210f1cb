//! The struct of a table.

use super::field;
use super::input::Head;
use super::{attributes, field::FieldName};
use crate::derive::STANDARD_MACROS;
use crate::errors::with_help;
use crate::paths::private;
use crate::sql::{Source, compile_error};
use proc_macro2::{Ident, Span, TokenStream};
use queryleaf_compiler::definition::Table;
use quote::{ToTokens, quote};
use syn::Visibility;

/// The struct of a table, with the derive; of one with an error, the columns only.
pub(super) fn structure(
    table: &Table,
    head: Option<&Head>,
    source: &Source,
    sound: bool,
) -> TokenStream {
    let collection = &table.collection;
    if let Some(reason) = refused_name(&collection.name) {
        let message = with_help(
            format!(
                "no table can have the name `{}`: it is {reason}",
                collection.name
            ),
            "declare a struct that has another name in SQL, with `#[leaf(name = \"..\", table = ..)]`",
        );
        return compile_error(&source.locate(table.span), &message);
    }
    let span = source.span(table.span);
    let public: Visibility = syn::parse_quote!(pub);
    let (visibility, name) = match head {
        Some(head) => (&head.visibility, head.name.clone()),
        None => (&public, struct_name(&collection.rust_name, span)),
    };
    let given = head.map(|head| &head.attributes[..]).unwrap_or_default();
    let leaf = attributes::of_collection(collection, span, sound);
    let names: Vec<&str> = collection
        .fields
        .iter()
        .map(|field| field.name.as_str())
        .collect();
    let fields = collection
        .fields
        .iter()
        .zip(&table.columns)
        .map(|(field, place)| {
            let span = source.span(place.name);
            let name = FieldName::new(&field.name, &names, span);
            let text = source.text();
            let text = text.get(place.definition.start..place.definition.end);
            field::field(
                collection,
                field,
                &name,
                visibility,
                text.unwrap_or_default(),
                sound,
            )
        });
    let private = private();
    let serde = format!("{}::serde", private.to_token_stream()).replace(' ', "");
    let documentation = format!(" A row of `{}`.", collection.name);
    quote! {
        #[doc = #documentation]
        #[derive(
            ::core::fmt::Debug,
            ::core::clone::Clone,
            ::core::cmp::PartialEq,
            #private::serde::Serialize,
            #private::serde::Deserialize,
            ::queryleaf::Collection,
        )]
        #(#given)*
        #[serde(crate = #serde)]
        #leaf
        #[allow(non_snake_case)]
        #visibility struct #name {
            #(#fields)*
        }
    }
}

/// Why no item of Rust can have this name.
fn refused_name(name: &str) -> Option<&'static str> {
    if STANDARD_MACROS.contains(&name) {
        Some("a macro of Rust's own")
    } else if syn::parse_str::<Ident>(name).is_err() {
        Some("no Rust name")
    } else {
        None
    }
}

/// The struct's name; one that is a keyword of Rust's gets an underscore.
fn struct_name(name: &str, span: Span) -> Ident {
    let span = span.resolved_at(Span::call_site());
    match syn::parse_str::<Ident>(name) {
        Ok(_) => Ident::new(name, span),
        Err(_) => Ident::new(&format!("{name}_"), span),
    }
}
