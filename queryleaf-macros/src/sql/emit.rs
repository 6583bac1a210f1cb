//! The code that a query expands to.
//!
//! It is written down in the documentation of `queryleaf_runtime::private`: constant data, a row
//! type, one function that reads a row, one call. What is generated here is compiled for every query
//! of a program, so little of it is generic and nothing is done that the runtime can do.

use super::column::{ColumnType, Tables};
use super::input::Input;
use super::parameters::{Value, variable};
use super::report::{compile_error, warnings};
use crate::errors::with_help;
use crate::paths::private;
use proc_macro2::{Ident, Literal, Span, TokenStream};
use queryleaf_compiler::{Kind, OutputColumn, ParameterName, Query};
use queryleaf_plan::Generated;
use quote::{format_ident, quote, quote_spanned};

/// A column of the result as the generated code has it.
struct Column {
    /// The field of the row.
    field: Ident,
    ty: ColumnType,
}

/// Expands a query without errors.
pub(crate) fn query(
    input: &Input,
    query: &Query,
    tables: &Tables,
    values: &[Value],
    aids: &TokenStream,
) -> TokenStream {
    let columns = match columns(input, query, tables) {
        Ok(columns) => columns,
        Err(errors) => return errors,
    };
    let data = data(input, query);
    let warnings = warnings(&query.warnings, &input.source);
    let tracking = input.source.tracking();
    let private = private();
    let call = match (&query.kind, &input.target) {
        (Kind::Write { .. }, target) if columns.is_empty() => match target {
            Some(target) => return without_rows(target),
            None => statement(aids),
        },
        (Kind::Write { .. }, Some(target)) => {
            filled(&quote!(#private::Returning), target, &columns, aids)
        }
        (Kind::Write { .. }, None) => own_row(&quote!(#private::Returning), &columns, aids),
        (Kind::Read, Some(target)) => filled(&quote!(#private::Query), target, &columns, aids),
        (Kind::Read, None) => own_row(&quote!(#private::Query), &columns, aids),
    };
    let with_rows = rows(query, tables, values.len());
    let bound = bound(query, values, tables);
    let borrowed = values.iter().map(|value| &value.borrowed);
    let holes = (0..values.len()).map(hole);
    let parameters = if bound.is_empty() {
        quote!(::std::vec::Vec::new())
    } else {
        quote!(::std::vec::Vec::from([#(#bound),*]))
    };
    let Call {
        items,
        reached,
        query,
    } = call;
    let leading: Vec<Ident> = (0..reached.len())
        .map(|number| local("reached", number))
        .collect();
    // A function only where types have to be inferred: it is one more to be compiled.
    let value = match query {
        None => quote!(#private::Statement::new(&__PLAN, #parameters)),
        Some(query) if reached.is_empty() => quote!(<#query>::new(&__PLAN, #parameters, __decode)),
        Some(_) => quote!(__query(#(#leading,)* #parameters)),
    };
    let body = quote! {
        #tracking
        #data
        #items
        #value #with_rows
    };
    // What the user wrote is evaluated outside of the block, where none of its items is in scope.
    if values.is_empty() && reached.is_empty() {
        quote!({ #warnings #body })
    } else {
        quote! {
            match (#(#borrowed,)* #(#reached,)*) {
                (#(#holes,)* #(#leading,)*) => { #warnings #body }
            }
        }
    }
}

/// The columns, or an error for each name that no field can have.
fn columns(input: &Input, query: &Query, tables: &Tables) -> Result<Vec<Column>, TokenStream> {
    let mut columns = Vec::with_capacity(query.columns.len());
    let mut errors = TokenStream::new();
    for column in &query.columns {
        let OutputColumn {
            name,
            ty,
            nullable,
            rust,
            span,
            ..
        } = column;
        let Some(field) = variable(name, input.source.span(*span)) else {
            let message = with_help(
                format!("the column `{name}` cannot be a field of a struct"),
                "give it another name with AS",
            );
            errors.extend(compile_error(&input.source.locate(*span), &message));
            continue;
        };
        columns.push(Column {
            field,
            ty: tables.column(ty, *nullable, rust.as_ref()),
        });
    }
    if errors.is_empty() {
        Ok(columns)
    } else {
        Err(errors)
    }
}

/// The constant data of the query.
fn data(input: &Input, query: &Query) -> TokenStream {
    let private = private();
    let sql = input.source.text();
    let table = match &query.kind {
        Kind::Read => 0,
        Kind::Write { table, .. } => *table,
    };
    let collection = query
        .tables
        .get(table)
        .map_or("", |table| table.name.as_str());
    let template = Literal::byte_string(&queryleaf_plan::encode(&query.command, &query.computed));
    let names = query.columns.iter().map(|column| &column.name);
    let paths = query.columns.iter().map(|column| {
        let path = &column.path;
        quote!(&[#(#path),*])
    });
    let parameters = query
        .parameters
        .iter()
        .map(|parameter| match &parameter.name {
            ParameterName::Named(name) => name.clone(),
            ParameterName::Positional(number) => format!("${number}"),
        });
    let generated = query.generated.iter().map(|generated| match generated {
        Generated::Now => quote!(#private::Generated::Now),
        Generated::Uuid => quote!(#private::Generated::Uuid),
    });
    let generating = (!query.generated.is_empty()).then(|| quote!(.generating(&[#(#generated),*])));
    quote! {
        static __PLAN: #private::Plan = #private::Plan::new(
            #sql,
            #collection,
            #template,
            &[#(#parameters),*],
            &[#(#names),*],
            &[#(#paths),*],
        )#generating;
    }
}

/// How the rows of a query are made.
struct Call {
    /// The row type and the functions.
    items: TokenStream,
    /// What leads to the user's own types: the first arguments of the function.
    reached: Vec<TokenStream>,
    /// The type of the query; none for a statement without rows.
    query: Option<TokenStream>,
}

/// A statement that gives no rows.
fn statement(aids: &TokenStream) -> Call {
    // The aids are never called.
    let items = (!aids.is_empty()).then(|| {
        quote! {
            #[allow(dead_code, unexpected_cfgs)]
            fn __aids() { #aids }
        }
    });
    Call {
        items: items.unwrap_or_default(),
        reached: Vec::new(),
        query: None,
    }
}

/// The error for a struct that nothing fills.
fn without_rows(target: &syn::Type) -> TokenStream {
    let message = with_help(
        "this statement gives no rows to fill a struct with",
        "add `RETURNING`, or leave the `as` out",
    );
    let error = syn::Error::new_spanned(target, message).to_compile_error();
    quote!({ #error })
}

/// The user's own structs, handed over beside the parameters.
fn rows(query: &Query, tables: &Tables, values: usize) -> TokenStream {
    let private = private();
    let Kind::Write {
        table,
        structs: Some(_),
    } = &query.kind
    else {
        return TokenStream::new();
    };
    let Some(witness) = tables.paths.get(*table) else {
        return TokenStream::new();
    };
    let hole = hole(values.saturating_sub(1));
    quote!(.with_rows(#private::rows(#witness(), #hole)))
}

/// The row type of the query's own.
fn own_row(kind: &TokenStream, columns: &[Column], aids: &TokenStream) -> Call {
    let private = private();
    let mut generics = Generics::default();
    let mut types = Vec::with_capacity(columns.len());
    let mut reads = Vec::with_capacity(columns.len());
    let mut scalar = None;
    for (number, column) in columns.iter().enumerate() {
        let (sql, rust) = match &column.ty {
            ColumnType::Known { marker, rust } => (marker.clone(), rust.clone()),
            ColumnType::Reached(reached) => generics.add(reached),
        };
        let field = &column.field;
        reads.push(quote!(#field: row.column::<#sql, _>(#number)?));
        types.push(rust);
        scalar = Some(sql);
    }
    let scalar = match columns {
        [_] => scalar.into_iter().collect(),
        _ => quote!(#private::types::SeveralColumns),
    };
    let Generics {
        sql, rust, reached, ..
    } = generics;
    let fields: Vec<&Ident> = columns.iter().map(|column| &column.field).collect();
    let row = if rust.is_empty() {
        quote!(Row)
    } else {
        quote!(Row<#(#rust),*>)
    };
    let declared = quote!(#(#sql,)* #(#rust: #private::Decode<#sql>),*);
    let query = quote!(#kind<#row, #scalar>);
    let query_function = (!reached.is_empty()).then(|| {
        quote! {
            fn __query<#declared>(
                #(_: #private::Reached<#sql, #rust>,)*
                parameters: ::std::vec::Vec<#private::Bound>,
            ) -> #query {
                #kind::new(&__PLAN, parameters, __decode::<#(#sql,)* #(#rust),*>)
            }
        }
    });
    let items = quote! {
        #[derive(::core::clone::Clone, ::core::cmp::PartialEq)]
        #[allow(dead_code, non_snake_case)]
        struct Row<#(#rust),*> { #(pub #fields: #types),* }
        impl<#(#rust: ::core::fmt::Debug),*> ::core::fmt::Debug for #row {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                #private::debug_row(f, __PLAN.columns(), &[#(&self.#fields),*])
            }
        }
        impl<#(#rust: #private::Serialize),*> #private::Serialize for #row {
            fn serialize<S: #private::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                #private::SerializeRow::new(serializer, __PLAN.columns())?
                    #(.column(&self.#fields)?)*
                    .end()
            }
        }
        #[allow(unexpected_cfgs)]
        fn __decode<#declared>(row: &mut #private::RowReader<'_>) -> #private::Result<#row> {
            #aids
            ::core::result::Result::Ok(Row { #(#reads),* })
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
}

impl Generics {
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

/// The user's struct, filled column by column.
fn filled(kind: &TokenStream, target: &syn::Type, columns: &[Column], aids: &TokenStream) -> Call {
    let private = private();
    let mut scalar = None;
    let reads: Vec<TokenStream> = columns
        .iter()
        .enumerate()
        .map(|(number, Column { field, ty })| match ty {
            ColumnType::Known { marker, .. } => {
                scalar = Some(marker.clone());
                quote_spanned!(field.span()=> #field: row.fill::<#marker, _>(#number)?)
            }
            ColumnType::Reached(reached) => {
                quote_spanned! {field.span()=>
                    #field: #private::fill_as(#reached, row, #number)?
                }
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
            ::core::result::Result::Ok(__Row { #(#reads),* })
        }
    };
    Call {
        items,
        reached: Vec::new(),
        query: Some(quote!(#kind<__Row, #scalar>)),
    }
}

/// The parameters' values, each bound as what the query takes it for.
fn bound(query: &Query, values: &[Value], tables: &Tables) -> Vec<TokenStream> {
    let private = private();
    let parameters = query.parameters.iter().zip(values).enumerate();
    parameters
        .map(|(number, (parameter, value))| {
            // An error about the type is shown where the value stands.
            let span = value.span.resolved_at(Span::mixed_site());
            let mut hole = hole(number);
            hole.set_span(span);
            let ty = tables.parameter(&parameter.ty, parameter.list, parameter.rust.as_ref());
            // A block of its own, so that the name hides nothing else.
            let name = value
                .name
                .as_ref()
                .map(|name| quote_spanned!(span=> { enum #name {} #private::Name::<#name>::NEW }));
            match (ty, name) {
                (ColumnType::Known { marker, .. }, None) => {
                    quote_spanned!(span=> #private::bind::<#marker, _>(#hole))
                }
                (ColumnType::Known { marker, .. }, Some(name)) => {
                    quote_spanned!(span=> #private::bind_named::<#marker, _, _>(#name, #hole))
                }
                (ColumnType::Reached(reached), None) => {
                    quote_spanned!(span=> #private::bind_as(#reached, #hole))
                }
                (ColumnType::Reached(reached), Some(name)) => {
                    quote_spanned!(span=> #private::bind_named_as(#reached, #name, #hole))
                }
            }
        })
        .collect()
}

fn hole(number: usize) -> Ident {
    local("value", number)
}

/// A local variable that nothing the user wrote can see.
fn local(name: &str, number: usize) -> Ident {
    format_ident!("{name}{number}", span = Span::mixed_site())
}
