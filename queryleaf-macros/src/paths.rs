//! The absolute paths that generated code uses.

use proc_macro2::TokenStream;
use quote::quote;

/// `::queryleaf::__private`, where everything that generated code needs is re-exported.
pub(crate) fn private() -> TokenStream {
    quote!(::queryleaf::__private)
}

/// The marker of a SQL type.
pub(crate) fn marker(name: &str) -> TokenStream {
    let private = private();
    let name = proc_macro2::Ident::new(name, proc_macro2::Span::call_site());
    quote!(#private::types::#name)
}
