//! Statements of a schema that need the schemas of tables: they are asked for, and the part of the
//! schema with the statement goes along.

use super::input::{self, Part};
use crate::chain::{Collected, ask};
use crate::sql;
use proc_macro2::{Literal, TokenStream, TokenTree};
use queryleaf_compiler::TableName;
use queryleaf_compiler::definition::{self, Schema};
use quote::quote;

/// Asks the tables that a statement names for their schemas, and hands them to the macro `last` with
/// the number of the statement among its kind.
pub(super) fn ask_for_schemas(
    part: &Part,
    tables: &[TableName],
    last: &TokenStream,
    number: usize,
) -> TokenStream {
    let mut macros = Vec::new();
    let mut errors = TokenStream::new();
    for table in tables {
        match sql::path(table, &part.source) {
            Ok(path) => macros.push(quote!(#(#path)::*)),
            Err(error) => errors.extend(error),
        }
    }
    if !errors.is_empty() {
        return errors;
    }
    let number = Literal::usize_unsuffixed(number);
    let tokens = &part.tokens;
    ask(&macros, last, &quote!(#number #tokens))
}

/// What arrives at the last macro.
pub(super) struct Asked {
    pub(super) part: Part,
    pub(super) schema: Schema,
    /// The number of the statement among its kind.
    pub(super) number: usize,
    pub(super) schemas: Vec<Literal>,
}

/// Reads what arrives at the last macro; the errors that have been told already are not told again.
pub(super) fn asked(tokens: TokenStream) -> syn::Result<Result<Asked, TokenStream>> {
    let Collected { state, schemas } = syn::parse2(tokens)?;
    let mut tokens = state.into_iter();
    let number = tokens.next();
    let parts = match input::parts(tokens.collect()) {
        Ok(parts) => parts,
        Err(errors) => return Ok(Err(errors.into_tokens())),
    };
    let (Some(part), Some(number)) = (parts.into_iter().next(), index(number.as_ref())) else {
        return Ok(Err(TokenStream::new()));
    };
    let (schema, _) = definition::read(part.source.text());
    Ok(Ok(Asked {
        part,
        schema,
        number,
        schemas,
    }))
}

fn index(token: Option<&TokenTree>) -> Option<usize> {
    match token? {
        TokenTree::Literal(literal) => literal.to_string().parse().ok(),
        TokenTree::Group(_) | TokenTree::Ident(_) | TokenTree::Punct(_) => None,
    }
}
