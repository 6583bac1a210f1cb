//! `#[derive(Embedded)]`.

use super::define::{Declaration, finish};
use super::fields::{Fields, unraw};
use super::leaf::EmbeddedAttributes;
use crate::errors::Errors;
use crate::paths::private;
use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

/// Expands `#[derive(Embedded)]`.
pub(crate) fn embedded(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let attributes = EmbeddedAttributes::read(&input.attrs, &mut errors);
    let closed = attributes.deny_unknown_fields.is_some();
    let fields = Fields::read(input, "Embedded", closed, &mut errors);
    for default in &fields.defaults {
        errors.add_with_help(
            default,
            "a field inside a document has no `default`: SQL inserts the document as a whole",
            "declare the default on the field of the collection that holds this struct",
        );
    }
    let private = private();
    let (name, impls) = (&input.ident, &fields.impls);
    let declaration = Declaration {
        ty: name.clone(),
        name: name.clone(),
        visibility: input.vis.clone(),
        text: format!("struct {}{}", unraw(name), fields.text),
        attributes: Vec::new(),
        defaults: Vec::new(),
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
