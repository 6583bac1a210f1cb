//! The triggers of a schema.

use super::chained;
use super::input::Part;
use super::trigger_code;
use crate::errors::with_help;
use crate::sql::{self, compile_error, errors, warnings};
use proc_macro2::{Ident, Literal, TokenStream};
use queryleaf_compiler::definition::{self, Trigger, camel_case};
use quote::quote;
use syn::Visibility;

/// Asks the stream and the tables of a trigger for their schemas.
pub(super) fn ask_for_schemas(part: &Part, triggers: &[Trigger], number: usize) -> TokenStream {
    let Some(trigger) = triggers.get(number) else {
        return TokenStream::new();
    };
    let names = trigger.tables(part.source.text());
    chained::ask_for_schemas(part, &names, &quote!(::queryleaf::__trigger), number)
}

/// Expands `__trigger!`.
pub(crate) fn define_trigger(tokens: TokenStream) -> syn::Result<TokenStream> {
    Ok(match chained::asked(tokens)? {
        Ok(asked) => match asked.schema.triggers.get(asked.number) {
            Some(trigger) => items(&asked.part, trigger, &asked.schemas),
            None => TokenStream::new(),
        },
        Err(errors) => errors,
    })
}

fn items(part: &Part, trigger: &Trigger, schemas: &[Literal]) -> TokenStream {
    let source = &part.source;
    let names = trigger.tables(source.text());
    let in_scope = match sql::tables(source, &names, schemas) {
        Ok(in_scope) => in_scope,
        Err(errors) => return errors,
    };
    let named = queryleaf_compiler::InScope {
        tables: &in_scope.compiled,
        streams: &in_scope.streams,
    };
    let (structure, name) = match structure(part, trigger) {
        Ok(structure) => structure,
        Err(error) => return error,
    };
    let defined = match definition::define_trigger(source.text(), trigger, named) {
        Ok(defined) => defined,
        Err(diagnostics) => {
            let errors = errors(&diagnostics, |span| source.locate(span));
            let stub = trigger_code::stub(&trigger.name, &name);
            return quote!(#structure #stub #errors);
        }
    };
    let warned = warnings(&defined.warnings, source);
    let warned = (!warned.is_empty()).then(|| quote!(const _: () = { #warned };));
    let code =
        trigger_code::implementation(&trigger.name, &name, &defined, &in_scope.tables, source);
    quote!(#structure #warned #code)
}

/// The struct that stands for the trigger, and its name.
fn structure(part: &Part, trigger: &Trigger) -> Result<(TokenStream, Ident), TokenStream> {
    let public: Visibility = syn::parse_quote!(pub);
    let span = part.source.span(trigger.span);
    let (attributes, visibility, name) = match &part.head {
        Some(head) => (&head.attributes[..], &head.visibility, head.name.clone()),
        None => {
            let Ok(mut name) = syn::parse_str::<Ident>(&camel_case(&trigger.name)) else {
                let message = with_help(
                    format!("`{}` cannot be the name of a struct", trigger.name),
                    "give the trigger another name, or write `struct Name =` before the text",
                );
                return Err(compile_error(&part.source.locate(trigger.span), &message));
            };
            name.set_span(span);
            (&[][..], &public, name)
        }
    };
    let documentation = format!(" The trigger `{}`.", trigger.name);
    let structure = quote! {
        #[doc = #documentation]
        #[derive(::core::fmt::Debug, ::core::clone::Clone, ::core::marker::Copy)]
        #(#attributes)*
        #[allow(unreachable_pub)]
        #visibility struct #name;
    };
    Ok((structure, name))
}
