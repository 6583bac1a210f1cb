//! The code that a query expands to.
//!
//! It is written down in the documentation of `queryleaf_runtime::private`: constant data, a row
//! type, one function that reads a row, one call. What is generated here is compiled for every query
//! of a program, so little of it is generic and nothing is done that the runtime can do.

mod row;
mod values;

use super::column::{ColumnType, Tables};
use super::input::Input;
use super::parameters::Value;
use super::report::{compile_error, warnings};
use crate::errors::with_help;
use crate::identifier::raw_identifier;
use crate::paths::private;
use proc_macro2::{Ident, Literal, TokenStream};
use queryleaf_compiler::schema::Collection;
use queryleaf_compiler::types::{EventPart, Type};
use queryleaf_compiler::{ClosingWindow, Kept, Kind, OutputColumn, Outside, ParameterName, Query};
use queryleaf_plan::Generated;
use quote::{format_ident, quote};
use row::{filled, own_row};
use values::{bound, hole, local, rows, upload};

/// A column of the result as the generated code has it.
struct Column {
    /// The field of the row.
    field: Ident,
    ty: ColumnType,
    /// Whether it is a document of one of several collections, which has the same type in all columns.
    is_named_document: bool,
}

/// Expands a query without errors.
pub(crate) fn query(
    input: &Input,
    query: &Query,
    tables: &Tables,
    values: &[Value],
    aids: &TokenStream,
) -> TokenStream {
    let own = own_collection(input.target.as_ref(), tables);
    let columns = match columns(input, query, own, tables) {
        Ok(columns) => columns,
        Err(errors) => return errors,
    };
    let aids = &with_own_struct(aids, query, own, tables);
    let data = plan(&format_ident!("__PLAN"), input.source.text(), query);
    let warnings = warnings(&query.warnings, &input.source);
    let outside = query.outside();
    let tracking = input.source.tracking();
    let private = private();
    let reading = match &query.kind {
        Kind::Watch => quote!(#private::WatchQuery),
        Kind::Live(_) => quote!(#private::LiveQuery),
        _ if query.is_tailable() => quote!(#private::TailableQuery),
        Kind::Read | Kind::Write { .. } | Kind::Upload { .. } => quote!(#private::Query),
    };
    let call = match (&query.kind, &input.target) {
        (Kind::Upload { .. }, target) if columns.is_empty() => match target {
            Some(target) => return without_rows(target),
            None => statement(aids),
        },
        (Kind::Upload { .. }, Some(target)) => {
            filled(&quote!(#private::gridfs::NewUpload), target, &columns, aids)
        }
        (Kind::Upload { .. }, None) => {
            own_row(&quote!(#private::gridfs::NewUpload), &columns, aids)
        }
        (Kind::Write { .. }, target) if columns.is_empty() => match target {
            Some(target) => return without_rows(target),
            None => statement(aids),
        },
        (Kind::Write { .. }, Some(target)) => {
            filled(&quote!(#private::Returning), target, &columns, aids)
        }
        (Kind::Write { .. }, None) => own_row(&quote!(#private::Returning), &columns, aids),
        (Kind::Read | Kind::Watch | Kind::Live(_), Some(target)) => {
            filled(&reading, target, &columns, aids)
        }
        (Kind::Read | Kind::Watch | Kind::Live(_), None) => own_row(&reading, &columns, aids),
    };
    let with_rows = rows(query, tables, values.len());
    let files = upload(query, tables, values);
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
        None => match &files {
            Some((store, sources)) => quote! {
                #private::gridfs::UploadStatement::new(&__PLAN, #parameters, #store)
                    .with_sources(#sources)
            },
            None => quote!(#private::Statement::new(&__PLAN, #parameters)),
        },
        Some(query) if reached.is_empty() => quote!(<#query>::new(&__PLAN, #parameters, __decode)),
        Some(_) => quote!(__query(#(#leading,)* #parameters)),
    };
    let with_files = match &files {
        Some((store, sources)) if !columns.is_empty() => Some(quote!(.into(#store, #sources))),
        Some(_) | None => None,
    };
    let value = quote!(#value #with_rows #with_files);
    let value = match outside.map(why) {
        Some(why) => quote!(#private::outside::<#private::why::#why, _>(#value)),
        None => value,
    };
    let body = quote! {
        #tracking
        #data
        #items
        #value
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

/// The type that says why a statement cannot run in a transaction.
fn why(outside: Outside) -> TokenStream {
    match outside {
        Outside::Definition => quote!(Definition),
        Outside::CatalogQuery => quote!(CatalogQuery),
        Outside::CappedWrite => quote!(CappedWrite),
        Outside::TimeSeriesWrite => quote!(TimeSeriesWrite),
        Outside::OwnWriteConcern => quote!(OwnWriteConcern),
        Outside::OnConflictWithoutColumns => quote!(OnConflictWithoutColumns),
    }
}

/// The columns, or an error for each name that no field can have.
fn columns(
    input: &Input,
    query: &Query,
    own: Option<usize>,
    tables: &Tables,
) -> Result<Vec<Column>, TokenStream> {
    let own = own.and_then(|number| tables.collections.get(number));
    let mut columns = Vec::with_capacity(query.columns.len());
    let mut errors = TokenStream::new();
    for column in &query.columns {
        let OutputColumn {
            name,
            ty,
            nullable,
            rust,
            file_stream,
            span,
            ..
        } = column;
        let field = own.and_then(|own| field_of(own, name)).unwrap_or(name);
        let Some(field) = raw_identifier(field, input.source.span(*span)) else {
            let message = with_help(
                format!("the column `{name}` cannot be a field of a struct"),
                "give it another name with AS",
            );
            errors.extend(compile_error(&input.source.locate(*span), &message));
            continue;
        };
        columns.push(Column {
            field,
            is_named_document: matches!(ty, Type::Event(EventPart::NamedDocument(_))),
            ty: match file_stream {
                Some(table) => tables.file_stream(*table, *nullable),
                None => tables.column(ty, *nullable, rust.as_ref()),
            },
        });
    }
    if errors.is_empty() {
        Ok(columns)
    } else {
        Err(errors)
    }
}

/// The collection of this query whose struct is the one to be filled, as its name says.
fn own_collection(target: Option<&syn::Type>, tables: &Tables) -> Option<usize> {
    let syn::Type::Path(path) = target? else {
        return None;
    };
    let name = &path.path.segments.last()?.ident;
    let mut collections = tables.collections.iter();
    collections.position(|collection| name == collection.rust_name.as_str())
}

/// Adds that the struct to be filled is that of the collection, and not only called like it, where a
/// column fills a field of another name.
fn with_own_struct(
    aids: &TokenStream,
    query: &Query,
    own: Option<usize>,
    tables: &Tables,
) -> TokenStream {
    let own = own.and_then(|number| {
        let names = query.columns.iter().map(|column| column.name.as_str());
        let collection = tables.collections.get(number)?;
        let mut fields = names.filter_map(|name| Some((name, field_of(collection, name)?)));
        fields.find(|(name, field)| name != field)?;
        tables.paths.get(number)
    });
    let private = private();
    match own {
        Some(table) => quote!(#aids #private::own_struct::<__Row>(#table());),
        None => aids.clone(),
    }
}

/// The field of a collection that is stored under the name of a column: as in
/// `sql!(as Order, "SELECT * FROM orders")`, where `_id` is the field `id`.
fn field_of<'a>(collection: &'a Collection, column: &str) -> Option<&'a str> {
    let mut fields = collection.fields.iter();
    let field = fields.find(|field| field.column() == column)?;
    Some(&field.rust_name)
}

/// The constant data of a query, as a static of this name.
pub(crate) fn plan(name: &Ident, sql: &str, query: &Query) -> TokenStream {
    let private = private();
    let table = match &query.kind {
        Kind::Read | Kind::Watch | Kind::Live(_) => 0,
        Kind::Write { table, .. } | Kind::Upload { table } => *table,
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
    let plan = quote! {
        #private::Plan::new(
            #sql,
            #collection,
            #template,
            &[#(#parameters),*],
            &[#(#names),*],
            &[#(#paths),*],
        )#generating
    };
    match &query.kind {
        Kind::Live(kept) => {
            let view = view_plan(kept, sql, collection);
            quote!(static #name: #private::LivePlan = #private::LivePlan::new(#plan, #view);)
        }
        Kind::Read | Kind::Watch | Kind::Write { .. } | Kind::Upload { .. } => {
            quote!(static #name: #private::Plan = #plan;)
        }
    }
}

/// What is kept for a query of changes.
pub(crate) fn view_plan(kept: &Kept, sql: &str, collection: &str) -> TokenStream {
    let private = private();
    let Kept {
        collection: name,
        stream,
        retention,
        window,
    } = kept;
    let template = Literal::byte_string(&queryleaf_plan::encode(stream, &[]));
    let expires = retention.path.join(".");
    let seconds = retention.seconds;
    let window = window.map(|window| {
        let ClosingWindow {
            column,
            closes_after,
        } = window;
        quote!(.with_window(#column, #closes_after))
    });
    quote! {
        #private::ViewPlan::new(
            #private::Plan::new(#sql, #collection, #template, &[], &[], &[]),
            #name,
            #expires,
            #seconds,
        )#window
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
