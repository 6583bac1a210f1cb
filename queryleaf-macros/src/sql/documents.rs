//! The documents of a change stream of several collections: an enum with a variant for each of them.
//!
//! The structs are known by inference only, so the enum has a type parameter for each.

use crate::identifier::raw_identifier;
use crate::paths::private;
use proc_macro2::{Ident, Span, TokenStream};
use queryleaf_compiler::definition::camel_case;
use queryleaf_compiler::schema::Collection;
use queryleaf_compiler::types::{NAMED_COLLECTION, NAMED_DOCUMENT};
use quote::{format_ident, quote};

/// The function that leads from the structs to the enum.
const FUNCTION: &str = "__documents";

/// The path to the enum's function in the module of a named stream.
pub(crate) fn in_module(module: &[Ident]) -> TokenStream {
    let function = Ident::new(FUNCTION, Span::mixed_site());
    quote!(#(#module::)* #function)
}

/// The enum for the documents of these collections, each with its path in SQL, and the function.
pub(crate) fn define(
    name: &Ident,
    documentation: &str,
    collections: &[(&[String], &Collection)],
) -> TokenStream {
    let private = private();
    let serde = format!("{private}::serde").replace(' ', "");
    let structs: Vec<&str> = collections
        .iter()
        .map(|(_, collection)| collection.rust_name.as_str())
        .collect();
    let variants: Vec<Variant> = collections
        .iter()
        .map(|(path, collection)| Variant::new(path, collection, &structs, collections))
        .collect();
    let types: Vec<&Ident> = variants.iter().map(|variant| &variant.name).collect();
    let cases = variants.iter().map(|variant| {
        let Variant { name, stored, .. } = variant;
        let documentation = format!(" A document of `{stored}`.");
        quote!(#[doc = #documentation] #[serde(rename = #stored)] #name(#name))
    });
    let methods = variants.iter().map(|variant| {
        let Variant {
            name,
            method,
            into,
            stored,
        } = variant;
        let borrowed = format!(" The document, if it is one of `{stored}`.");
        let owned = format!(" Gives the document away, if it is one of `{stored}`.");
        quote! {
            #[doc = #borrowed]
            pub fn #method(&self) -> ::core::option::Option<&#name> {
                match self {
                    Self::#name(document) => ::core::option::Option::Some(document),
                    _ => ::core::option::Option::None,
                }
            }
            #[doc = #owned]
            pub fn #into(self) -> ::core::option::Option<#name> {
                match self {
                    Self::#name(document) => ::core::option::Option::Some(document),
                    _ => ::core::option::Option::None,
                }
            }
        }
    });
    let function = Ident::new(FUNCTION, Span::mixed_site());
    quote! {
        #[doc = #documentation]
        #[derive(
            ::core::fmt::Debug,
            ::core::clone::Clone,
            ::core::cmp::PartialEq,
            #private::serde::Serialize,
            #private::serde::Deserialize,
        )]
        #[serde(crate = #serde, tag = #NAMED_COLLECTION, content = #NAMED_DOCUMENT)]
        #[allow(dead_code, unreachable_pub, clippy::large_enum_variant)]
        pub enum #name<#(#types),*> {
            #(#cases,)*
        }
        #[allow(dead_code, unreachable_pub)]
        impl<#(#types),*> #name<#(#types),*> {
            #(#methods)*
        }
        #[allow(dead_code)]
        pub fn #function<#(#types),*>(
            #(_: #private::Witness<#types>,)*
        ) -> #private::Witness<#name<#(#types),*>> {
            #private::Witness::NEW
        }
    }
}

/// The enum of a query that names its collections itself: an expression that leads to it.
pub(crate) fn of_query(
    collections: &[(&[String], &Collection)],
    witnesses: &[TokenStream],
) -> TokenStream {
    let private = private();
    let name = Ident::new("ChangedDocument", Span::mixed_site());
    let documentation = " A document of one of the collections that the query watches.";
    let definition = define(&name, documentation, collections);
    let call = Ident::new(FUNCTION, Span::mixed_site());
    quote!({
        #definition
        #private::document(#call(#(#witnesses()),*))
    })
}

/// A variant: its name, which is also that of the type parameter, and the methods that ask for it.
struct Variant {
    name: Ident,
    method: Ident,
    into: Ident,
    /// The name of the collection on the server.
    stored: String,
}

impl Variant {
    fn new(
        path: &[String],
        collection: &Collection,
        structs: &[&str],
        collections: &[(&[String], &Collection)],
    ) -> Self {
        let own = |name: &str| {
            let own = raw_identifier(name, Span::call_site());
            own.unwrap_or_else(|| format_ident!("{name}_"))
        };
        // Two structs of one name are told apart by the modules that the query names.
        let same = structs.iter().filter(|name| **name == collection.rust_name);
        let name = match same.count() {
            1 => own(&collection.rust_name),
            _ => own(&camel_case(&path.join("_"))),
        };
        let table = path.last().map_or("", String::as_str);
        let same = collections
            .iter()
            .filter(|(path, _)| path.last().is_some_and(|last| last == table));
        let table = match same.count() {
            1 => table.to_owned(),
            _ => path.join("_"),
        };
        Variant {
            name,
            method: own(&table),
            into: format_ident!("into_{}", table),
            stored: collection.name.clone(),
        }
    }
}
