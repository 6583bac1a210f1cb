//! The struct of a table or a view.

use super::attributes;
use super::field::{FieldName, Fields, serde_path};
use super::input::Head;
use crate::derive::STANDARD_MACROS;
use crate::errors::with_help;
use crate::paths::private;
use crate::sql::{Source, compile_error};
use proc_macro2::{Ident, Span, TokenStream};
use queryleaf_compiler::definition::ColumnPlace;
use queryleaf_compiler::schema::Collection;
use quote::quote;
use syn::Visibility;

/// A table or a view, as far as its struct is about it.
pub(super) struct Row<'a> {
    pub(super) collection: &'a Collection,
    /// Where its name stands.
    pub(super) span: queryleaf_compiler::Span,
    pub(super) columns: &'a [ColumnPlace],
    /// What a view is created with.
    pub(super) view: Option<&'a [u8]>,
    /// Whether there is no error in it.
    pub(super) sound: bool,
}

impl Row<'_> {
    /// The name of the struct.
    pub(super) fn struct_name(&self, head: Option<&Head>, source: &Source) -> Ident {
        match head {
            Some(head) => head.name.clone(),
            None => struct_name(&self.collection.rust_name, source.span(self.span)),
        }
    }
}

/// The struct of a table or a view, with the derive; of one with an error, the columns only.
pub(super) fn structure(row: &Row<'_>, head: Option<&Head>, source: &Source) -> TokenStream {
    let Row {
        collection, sound, ..
    } = *row;
    if let Some(reason) = refused_name(&collection.name) {
        let message = with_help(
            format!(
                "no table can have the name `{}`: it is {reason}",
                collection.name
            ),
            "declare a struct that has another name in SQL, with `#[leaf(name = \"..\", table = ..)]`",
        );
        return compile_error(&source.locate(row.span), &message);
    }
    let span = source.span(row.span);
    let public: Visibility = syn::parse_quote!(pub);
    let visibility = head.map_or(&public, |head| &head.visibility);
    let name = row.struct_name(head, source);
    let given = head.map(|head| &head.attributes[..]).unwrap_or_default();
    let leaf = attributes::of_collection(collection, span, row.view, sound);
    let Columns { fields, items } =
        Columns::new(collection, row.columns, &name, visibility, source, sound);
    let private = private();
    let serde = serde_path();
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
        #[allow(non_snake_case, unreachable_pub)]
        #visibility struct #name {
            #(#fields)*
        }
        #items
    }
}

/// The fields of a struct, and the items that their types need.
pub(super) struct Columns {
    pub(super) fields: Vec<TokenStream>,
    pub(super) items: TokenStream,
}

impl Columns {
    pub(super) fn new(
        collection: &Collection,
        columns: &[ColumnPlace],
        name: &Ident,
        visibility: &Visibility,
        source: &Source,
        sound: bool,
    ) -> Self {
        let names: Vec<&str> = collection
            .fields
            .iter()
            .map(|field| field.name.as_str())
            .collect();
        let mut written = Fields {
            collection,
            visibility,
            sound,
            items: TokenStream::new(),
        };
        let fields = collection
            .fields
            .iter()
            .zip(columns)
            .map(|(field, place)| {
                let column = FieldName::new(&field.name, &names, source.span(place.name));
                let text = source.text();
                let text = text.get(place.definition.start..place.definition.end);
                let documentation = documentation(text.unwrap_or_default());
                written.field(name, field, &column, &documentation)
            })
            .collect();
        Columns {
            fields,
            items: written.items,
        }
    }
}

/// What is said of a column, as its documentation.
fn documentation(definition: &str) -> String {
    let words: Vec<_> = definition.split_whitespace().collect();
    format!(" `{}`", words.join(" ").replace('`', "'"))
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
pub(super) fn struct_name(name: &str, span: Span) -> Ident {
    let span = span.resolved_at(Span::call_site());
    match syn::parse_str::<Ident>(name) {
        Ok(_) => Ident::new(name, span),
        Err(_) => Ident::new(&format!("{name}_"), span),
    }
}
