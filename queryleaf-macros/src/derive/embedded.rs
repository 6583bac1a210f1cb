//! `#[derive(Embedded)]`.

use super::define::{Declaration, finish};
use super::fields::{Fields, unraw};
use super::leaf;
use crate::errors::Errors;
use crate::paths::private;
use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

/// Expands `#[derive(Embedded)]`.
pub(crate) fn embedded(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    leaf::none(&input.attrs, "on an embedded struct", &mut errors);
    let fields = Fields::read(input, "Embedded", &mut errors);
    let private = private();
    let (name, impls) = (&input.ident, &fields.impls);
    let declaration = Declaration {
        name: name.clone(),
        visibility: input.vis.clone(),
        text: format!("struct {}{}", unraw(name), fields.text),
        attributes: Vec::new(),
    };
    let definition = finish(declaration, &fields.nested.paths);
    let errors = errors.into_tokens();
    quote! {
        #errors
        #[automatically_derived]
        impl #private::Embedded for #name {}
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl #private::Declared for #name {}
        #impls
        #definition
    }
}
