//! How schemas travel from the derives to the macros that need them.
//!
//! A proc macro sees only its own tokens, so each derived type leaves a `macro_rules!` under its
//! name that passes its schema on. Given
//!
//! ```text
//! orders! { [ [shop::customers] [::queryleaf::__sql] ] { state } }
//! ```
//!
//! it takes the first of the bracketed macros and hands it the rest, with its schema at the end:
//!
//! ```text
//! shop::customers! { [ [::queryleaf::__sql] ] { state } "schema of orders" }
//! ::queryleaf::__sql! { [] { state } "schema of orders" "schema of customers" }
//! ```
//!
//! The last one is a proc macro again, which reads this with [`Collected`].

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{quote, quote_spanned};
use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::Mutex;
use syn::Visibility;
use syn::parse::{Parse, ParseStream};

/// Asks the macros for their schemas and hands these, with `state`, to the macro `last`.
pub(crate) fn ask(macros: &[TokenStream], last: &TokenStream, state: &TokenStream) -> TokenStream {
    match macros.split_first() {
        Some((first, rest)) => quote!(#first! { [ #([#rest])* [#last] ] { #state } }),
        None => quote!(#last! { [] { #state } }),
    }
}

/// What arrives at the last macro of a chain.
pub(crate) struct Collected {
    pub(crate) state: TokenStream,
    /// The texts of the schemas, in the order in which they were asked for.
    pub(crate) schemas: Vec<Literal>,
}

impl Parse for Collected {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let rest;
        syn::bracketed!(rest in input);
        rest.parse::<TokenStream>()?;
        let state;
        syn::braced!(state in input);
        let state = state.parse()?;
        let mut schemas = Vec::new();
        while !input.is_empty() {
            schemas.push(input.parse()?);
        }
        Ok(Collected { state, schemas })
    }
}

/// Defines the macro `name` that passes `schema` on, as visible as the type it belongs to.
pub(crate) fn definition(name: &Ident, visibility: &Visibility, schema: &str) -> TokenStream {
    let hidden = hidden_name(name, schema);
    let export = match visibility {
        Visibility::Public(_) => quote!(#[macro_export]),
        Visibility::Restricted(_) | Visibility::Inherited => TokenStream::new(),
    };
    // A name of the user's own place in the source, so that a clash of two is shown there.
    let import = quote_spanned!(name.span()=> #visibility use #hidden as #name;);
    quote! {
        #[doc(hidden)]
        #[allow(non_local_definitions)]
        #export
        macro_rules! #hidden {
            ([[$($next:tt)*] $($rest:tt)*] $($state:tt)*) => {
                $($next)*! { [$($rest)*] $($state)* #schema }
            };
        }
        #[doc(hidden)]
        #[allow(unused_imports, unreachable_pub)]
        #import
    }
}

/// A name that no other macro of the crate has: from the place of the type, what it is, and, for
/// types that a `macro_rules!` makes over and over at one place, a number.
fn hidden_name(name: &Ident, schema: &str) -> Ident {
    static SEEN: Mutex<Option<HashMap<u64, u32>>> = Mutex::new(None);
    let span = name.span();
    let mut hasher = DefaultHasher::new();
    let start = span.start();
    (
        name.to_string(),
        schema,
        span.file(),
        start.line,
        start.column,
    )
        .hash(&mut hasher);
    let hash = hasher.finish();
    let mut seen = SEEN.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let count = seen.get_or_insert_default().entry(hash).or_default();
    let number = *count;
    *count = count.wrapping_add(1);
    let suffix = if number == 0 {
        String::new()
    } else {
        format!("_{number}")
    };
    quote::format_ident!("__queryleaf_{}_{hash:016x}{suffix}", name)
}
