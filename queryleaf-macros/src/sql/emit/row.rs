//! The row type of a query, and the function that reads a row: what `__private::row!` makes of the
//! columns, or the user's own struct.

use super::super::column::ColumnType;
use super::{Call, Column};
use crate::paths::private;
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote, quote_spanned};

/// The row type of the query's own.
pub(super) fn own_row(kind: &TokenStream, columns: &[Column], aids: &TokenStream) -> Call {
    let private = private();
    let mut generics = Generics::default();
    let types: Vec<(TokenStream, TokenStream)> = columns
        .iter()
        .map(|column| match &column.ty {
            ColumnType::Known { marker, rust } => (marker.clone(), rust.clone()),
            ColumnType::Reached(reached) if column.is_named_document => generics.document(reached),
            ColumnType::Reached(reached) => generics.add(reached),
        })
        .collect();
    let fields = columns.iter().map(|column| &column.field);
    let sql_types = types.iter().map(|(sql, _)| sql);
    let rust_types = types.iter().map(|(_, rust)| rust);
    let numbers = (0..columns.len()).map(Literal::usize_unsuffixed);
    let variables = (0..columns.len()).map(variable);
    let scalar = match &types[..] {
        [(sql, _)] => sql.clone(),
        _ => quote!(#private::types::SeveralColumns),
    };
    let Generics {
        sql, rust, reached, ..
    } = generics;
    let row = if rust.is_empty() {
        quote!(Row)
    } else {
        quote!(Row<#(#rust),*>)
    };
    let query = quote!(#kind<#row, #scalar>);
    let query_function = (!reached.is_empty()).then(|| {
        quote! {
            #[allow(clippy::too_many_arguments)]
            fn __query<#(#sql,)* #(#rust: #private::Decode<#sql>),*>(
                #(_: #private::Reached<#sql, #rust>,)*
                parameters: ::std::vec::Vec<#private::Bound>,
            ) -> #query {
                #kind::new(&__PLAN, parameters, __decode::<#(#sql,)* #(#rust),*>)
            }
        }
    });
    let items = quote! {
        #private::row! {
            [#(#sql #rust),*] { #aids }
            #(#fields: #sql_types, #rust_types, #numbers #variables;)*
        }
        #query_function
    };
    Call {
        items,
        reached,
        query: Some(query),
    }
}

/// The type parameters that stand for the user's own types.
#[derive(Default)]
struct Generics {
    sql: Vec<Ident>,
    rust: Vec<Ident>,
    reached: Vec<TokenStream>,
    /// That of a document of one of several collections.
    document: Option<(TokenStream, TokenStream)>,
}

impl Generics {
    /// The two documents of a change are of one type, so that they can be compared.
    fn document(&mut self, reached: &TokenStream) -> (TokenStream, TokenStream) {
        if let Some(known) = &self.document {
            return known.clone();
        }
        let added = self.add(reached);
        self.document = Some(added.clone());
        added
    }

    fn add(&mut self, reached: &TokenStream) -> (TokenStream, TokenStream) {
        let number = self.reached.len();
        let (sql, rust) = (format_ident!("S{number}"), format_ident!("T{number}"));
        self.reached.push(reached.clone());
        let tokens = (quote!(#sql), quote!(#rust));
        self.sql.push(sql);
        self.rust.push(rust);
        tokens
    }
}

/// What a column is called until the row is whole.
fn variable(number: usize) -> Ident {
    format_ident!("__column_{number}")
}

/// The user's struct, filled column by column.
pub(super) fn filled(
    kind: &TokenStream,
    target: &syn::Type,
    columns: &[Column],
    aids: &TokenStream,
) -> Call {
    let private = private();
    let mut scalar = None;
    let variables: Vec<Ident> = (0..columns.len()).map(variable).collect();
    let fields = columns.iter().map(|column| &column.field);
    let reads: Vec<TokenStream> = columns
        .iter()
        .enumerate()
        .map(|(number, Column { field, ty, .. })| match ty {
            ColumnType::Known { marker, .. } => {
                scalar = Some(marker.clone());
                quote_spanned!(field.span()=> row.fill::<#marker, _>(#number))
            }
            ColumnType::Reached(reached) => {
                quote_spanned!(field.span()=> #private::fill_as(#reached, row, #number))
            }
        })
        .collect();
    let scalar = match (columns, scalar) {
        ([_], Some(scalar)) => scalar,
        _ => quote!(#private::types::SeveralColumns),
    };
    let items = quote! {
        type __Row = #target;
        #[allow(unexpected_cfgs)]
        fn __decode(row: &mut #private::RowReader<'_>) -> #private::Result<__Row> {
            #aids
            #(let #variables = match #reads {
                ::core::result::Result::Ok(__value) => __value,
                ::core::result::Result::Err(__error) => return ::core::result::Result::Err(__error),
            };)*
            ::core::result::Result::Ok(__Row { #(#fields: #variables),* })
        }
    };
    Call {
        items,
        reached: Vec::new(),
        query: Some(quote!(#kind<__Row, #scalar>)),
    }
}
