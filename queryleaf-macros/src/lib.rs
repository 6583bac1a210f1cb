//! QueryLeaf's derives and its `sql!` macro.
//!
//! Use them through the `queryleaf` crate, which documents them.

#![cfg_attr(not(test), warn(clippy::unwrap_used))]

mod chain;
mod derive;
mod errors;
mod identifier;
mod paths;
mod schema;
mod sql;
mod string_literal;

use proc_macro::TokenStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use syn::DeriveInput;

// Documented in the `queryleaf` crate.
#[allow(missing_docs)]
#[proc_macro_derive(Collection, attributes(leaf))]
pub fn collection(input: TokenStream) -> TokenStream {
    derived(input, "Collection", derive::collection)
}

// Documented in the `queryleaf` crate.
#[allow(missing_docs)]
#[proc_macro_derive(Bucket, attributes(leaf))]
pub fn bucket(input: TokenStream) -> TokenStream {
    derived(input, "Bucket", derive::bucket)
}

// Documented in the `queryleaf` crate.
#[allow(missing_docs)]
#[proc_macro_derive(Embedded, attributes(leaf))]
pub fn embedded(input: TokenStream) -> TokenStream {
    derived(input, "Embedded", derive::embedded)
}

// Documented in the `queryleaf` crate.
#[allow(missing_docs)]
#[proc_macro_derive(SqlEnum, attributes(leaf))]
pub fn sql_enum(input: TokenStream) -> TokenStream {
    derived(input, "SqlEnum", derive::sql_enum)
}

// Documented in the `queryleaf` crate.
#[allow(missing_docs)]
#[proc_macro]
pub fn sql(input: TokenStream) -> TokenStream {
    guarded(input, |input| Ok(sql::ask_for_schemas(input)))
}

// Documented in the `queryleaf` crate.
#[allow(missing_docs)]
#[proc_macro]
pub fn schema(input: TokenStream) -> TokenStream {
    guarded(input, |input| Ok(schema::expand(input)))
}

/// The last stage of `sql!`. Not to be used directly.
#[doc(hidden)]
#[proc_macro]
pub fn __sql(input: TokenStream) -> TokenStream {
    guarded(input, sql::expand)
}

/// The last stage of the views of `schema!`. Not to be used directly.
#[doc(hidden)]
#[proc_macro]
pub fn __view(input: TokenStream) -> TokenStream {
    guarded(input, schema::define_view)
}

/// The last stage of the change streams of `schema!`. Not to be used directly.
#[doc(hidden)]
#[proc_macro]
pub fn __stream(input: TokenStream) -> TokenStream {
    guarded(input, schema::define_stream)
}

/// The last stage of the triggers of `schema!`. Not to be used directly.
#[doc(hidden)]
#[proc_macro]
pub fn __trigger(input: TokenStream) -> TokenStream {
    guarded(input, schema::define_trigger)
}

/// The last stage of the derives. Not to be used directly.
#[doc(hidden)]
#[proc_macro]
pub fn __define(input: TokenStream) -> TokenStream {
    guarded(input, derive::define)
}

fn derived(
    input: TokenStream,
    derive: &str,
    expand: impl FnOnce(&DeriveInput) -> proc_macro2::TokenStream,
) -> TokenStream {
    guarded(input, |input| {
        let input: DeriveInput = syn::parse2(input)?;
        if input.generics.params.is_empty() {
            return Ok(expand(&input));
        }
        // What is stored has one schema; impls for a type without its parameters would only be
        // wrong as well.
        let message = format!("`{derive}` needs a type without generic parameters");
        let message =
            errors::with_help(message, "write the types out, or declare one type for each");
        Err(syn::Error::new_spanned(&input.generics, message))
    })
}

/// Expands, and turns an error into tokens. A panic would hide the errors beside it.
fn guarded(
    input: TokenStream,
    expand: impl FnOnce(proc_macro2::TokenStream) -> syn::Result<proc_macro2::TokenStream>,
) -> TokenStream {
    let input = input.into();
    let expanded = catch_unwind(AssertUnwindSafe(|| expand(input)));
    let defect = || {
        let span = proc_macro2::Span::call_site();
        Err(syn::Error::new(
            span,
            "a defect in QueryLeaf, please report it with this code",
        ))
    };
    expanded
        .unwrap_or_else(|_| defect())
        .unwrap_or_else(|error| error.to_compile_error())
        .into()
}
