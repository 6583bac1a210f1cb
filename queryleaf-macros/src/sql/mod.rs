//! `sql!`: from the call to the code of the query, in two stages.
//!
//! The first one looks for the names of tables and asks their macros for the schemas; the second
//! one, which has them, compiles the query.

mod column;
mod condition;
mod documents;
mod editor;
mod emit;
mod file;
mod input;
mod literal;
mod parameters;
mod place;
mod report;
mod scanned;
mod schemas;
mod source;
mod tokens;

use crate::chain::{Collected, ask};
use crate::errors::with_help;
use crate::identifier::raw_identifier;
pub(crate) use column::{ColumnType, Tables, scalar};
pub(crate) use condition::{check_defaults, report_at};
pub(crate) use documents::define as define_documents;
pub(crate) use emit::{plan, view_plan};
pub(crate) use file::File;
pub(crate) use literal::Literals;
pub(crate) use report::{compile_error, errors, warnings};
pub(crate) use source::Source;
pub(crate) use tokens::Tokens;

use input::Input;
use place::Place;
use proc_macro2::{Ident, Literal, Span, TokenStream};
use queryleaf_compiler::schema::ChangeStream;
use queryleaf_compiler::{Kind, NamedStream, Options, Table, TableName, Text, compile_text};
use quote::quote;
use schemas::{NoTable, Schema};
use std::sync::Arc;

/// Expands `sql!`: asks for the schemas of the tables.
pub(crate) fn ask_for_schemas(tokens: TokenStream) -> TokenStream {
    let input = match Input::read(tokens.clone()) {
        Ok(input) => input,
        Err(errors) => return block(&errors.into_tokens()),
    };
    let mut macros = Vec::new();
    let mut errors = TokenStream::new();
    let text = Text::new(input.source.text());
    for table in text.tables() {
        match path(table, &input.source) {
            Ok(path) => macros.push(quote!(#(#path)::*)),
            Err(error) => errors.extend(error),
        }
    }
    if !errors.is_empty() {
        return failed(&input, &errors);
    }
    scanned::keep(text);
    ask(&macros, &quote!(::queryleaf::__sql), &tokens)
}

/// Expands `__sql!`: compiles the query.
pub(crate) fn expand(tokens: TokenStream) -> syn::Result<TokenStream> {
    let Collected { state, schemas } = syn::parse2(tokens)?;
    let input = match Input::read(state) {
        Ok(input) => input,
        Err(errors) => return Ok(block(&errors.into_tokens())),
    };
    let text = scanned::take(input.source.text());
    let InScope {
        compiled,
        streams,
        names,
        tables,
    } = match tables(&input.source, text.tables(), &schemas) {
        Ok(in_scope) => in_scope,
        Err(errors) => return Ok(failed(&input, &errors)),
    };
    let in_scope = queryleaf_compiler::InScope {
        tables: &compiled,
        streams: &streams,
    };
    let query = match compile_text(text, in_scope, Options::default()) {
        Ok(query) => query,
        Err(diagnostics) => {
            let errors = errors(&diagnostics, |span| input.source.locate(span));
            let aids = editor::aids_of_errors(&input, &names, &tables, &diagnostics);
            return Ok(failed(&input, &quote!(#aids #errors)));
        }
    };
    let mut parameters = query.parameters.clone();
    if let Kind::Write { structs, .. } = &query.kind {
        parameters.extend(structs.clone());
    }
    let values = match parameters::values(&parameters, &input.arguments, &input.source) {
        Ok(values) => values,
        Err(errors) => return Ok(failed(&input, &errors)),
    };
    let aids = editor::aids(&input, &names, &tables, &query);
    Ok(emit::query(&input, &query, &tables, &values, &aids))
}

/// What the names of a query mean.
pub(crate) struct InScope {
    /// The tables as the compiler takes them; those of a change stream are among them.
    pub(crate) compiled: Vec<Table>,
    /// The change streams.
    pub(crate) streams: Vec<NamedStream>,
    /// How the query names each table, itself or by its change stream.
    names: Vec<TableName>,
    /// The tables as the generated code names them.
    pub(crate) tables: Tables,
}

impl InScope {
    fn add(&mut self, name: TableName, path: TokenStream, table: Table) {
        self.tables.paths.push(path);
        self.tables.names.push(table.name.clone());
        self.tables.collections.push(Arc::clone(&table.collection));
        self.names.push(name);
        self.compiled.push(table);
    }

    /// Adds a change stream with its tables, whose functions are in the module of its name.
    fn add_stream(&mut self, name: &TableName, path: &[Ident], stream: ChangeStream) {
        let first = self.compiled.len();
        for watched in &stream.tables {
            let Some(last) = watched.path.last().and_then(|last| name_of_item(last)) else {
                continue;
            };
            let module = path.iter().cloned();
            let function = witness(module.chain([last]).collect());
            let own = watched.path.last().cloned();
            let table = Table {
                name: name.path.iter().cloned().chain(own).collect(),
                collection: Arc::clone(&watched.collection),
            };
            self.add(name.clone(), function, table);
        }
        if stream.tables.len() > 1 {
            let tables = (first..self.compiled.len()).collect();
            let function = documents::in_module(path);
            self.tables.streams.push((tables, function));
        }
        self.streams.push(NamedStream {
            name: name.path.clone(),
            stream: Arc::new(stream),
        });
    }
}

/// The tables and change streams of the query with their schemas.
pub(crate) fn tables(
    source: &Source,
    names: &[TableName],
    schemas: &[Literal],
) -> Result<InScope, TokenStream> {
    let mut in_scope = InScope {
        compiled: Vec::with_capacity(names.len()),
        streams: Vec::new(),
        names: Vec::with_capacity(names.len()),
        tables: Tables::default(),
    };
    let mut errors = TokenStream::new();
    for (name, schema) in names.iter().zip(schemas) {
        let collection = match schemas::read(schema) {
            Ok(Schema::Collection(collection)) => collection,
            Ok(Schema::Stream(stream)) => {
                let path = path(name, source)?;
                in_scope.add_stream(name, &path, *stream);
                continue;
            }
            Err(NoTable::OtherType) => {
                let message = with_help(
                    format!("`{}` is no collection", name.path.join(".")),
                    "name a collection that holds values of this type",
                );
                errors.extend(compile_error(&place(name, source), &message));
                continue;
            }
            Err(NoTable::Malformed(error)) => {
                let message = with_help(
                    format!("the schema cannot be read: {} expected", error.expected),
                    "the derive and `sql!` are of different versions of QueryLeaf",
                );
                errors.extend(compile_error(&place(name, source), &message));
                continue;
            }
        };
        let path = path(name, source)?;
        let table = Table {
            name: name.path.clone(),
            collection,
        };
        in_scope.add(name.clone(), witness(path), table);
    }
    if errors.is_empty() {
        Ok(in_scope)
    } else {
        Err(errors)
    }
}

/// The path of the function that belongs to a table. A local variable of the same name does not
/// get in its way.
fn witness(mut path: Vec<Ident>) -> TokenStream {
    for name in &mut path {
        name.set_span(name.span().resolved_at(Span::mixed_site()));
    }
    quote!(#(#path)::*)
}

/// The Rust path that a table's name is.
pub(crate) fn path(table: &TableName, source: &Source) -> Result<Vec<Ident>, TokenStream> {
    let mut path = Vec::with_capacity(table.path.len());
    for (name, span) in table.path.iter().zip(&table.spans) {
        match name_of_item(name) {
            Some(mut ident) => {
                ident.set_span(source.span(*span));
                path.push(ident);
            }
            None => {
                let message = with_help(
                    format!("`{name}` is no Rust name, so no table can have it"),
                    "a collection of such a name has another one in SQL, given by \
                     `#[leaf(table = ..)]`",
                );
                return Err(compile_error(&source.locate(*span), &message));
            }
        }
    }
    if let [name] = &table.path[..]
        && crate::derive::STANDARD_MACROS.contains(&name.as_str())
    {
        let message = with_help(
            format!("no table `{name}`: the name is that of a macro of Rust's own"),
            "a collection of such a name has another one in SQL, given by `#[leaf(table = ..)]`",
        );
        return Err(compile_error(&place(table, source), &message));
    }
    Ok(path)
}

/// An identifier as a path has it: `crate`, `self` and `super` among them.
pub(crate) fn name_of_item(name: &str) -> Option<Ident> {
    if ["crate", "self", "super"].contains(&name) {
        return Some(Ident::new(name, Span::call_site()));
    }
    raw_identifier(name, Span::call_site())
}

fn place(table: &TableName, source: &Source) -> Place {
    let first = table.spans.first().copied().unwrap_or_default();
    let last = table.spans.last().copied().unwrap_or_default();
    source.locate(first.to(last))
}

/// What a query with errors expands to: the errors, and the use of what it would have used.
fn failed(input: &Input, errors: &TokenStream) -> TokenStream {
    let mentions = parameters::mentions(&input.source, &input.arguments);
    let tracking = input.source.tracking();
    block(&quote!(#tracking #mentions #errors))
}

/// A block. The last error in it is its value, so that nothing around it is wrong as well.
fn block(tokens: &TokenStream) -> TokenStream {
    quote!({ #tokens })
}
