//! SQL in attributes: the condition of a partial index, the default of a column.

use super::literal::Literals;
use super::report;
use proc_macro2::TokenStream;
use queryleaf_compiler::schema::{Collection, CollectionScan, default_value};
use queryleaf_compiler::types::{Field, Limits, Type};
use queryleaf_compiler::{Code, Diagnostic, Parameter, Table, compile};
use std::sync::Arc;
use syn::LitStr;

/// The errors of a condition on the documents of a collection, each at its word.
pub(crate) fn check_condition(condition: &LitStr, collection: &Collection) -> TokenStream {
    let literals = Literals::new(vec![condition.clone()]);
    let quoted_name = collection.name.replace('"', "\"\"");
    let prefix = format!("SELECT _id FROM \"{quoted_name}\" WHERE ");
    let table = Table {
        name: vec![collection.name.clone()],
        collection: Arc::new(Collection {
            // Whether an index serves this query is of no interest.
            collection_scan: CollectionScan::Allowed,
            ..with_id(collection)
        }),
    };
    let sql = format!("{prefix}{}", literals.text());
    let diagnostics = match compile(&sql, &[table]) {
        Ok(query) => query.parameters.iter().map(parameter).collect(),
        Err(diagnostics) => diagnostics,
    };
    report::errors(&diagnostics, |span| {
        let shift = |offset: usize| offset.saturating_sub(prefix.len());
        literals.locate(shift(span.start), shift(span.end))
    })
}

/// The errors of the defaults of columns, each at its word.
pub(crate) fn check_defaults(fields: &[Field], literals: &[LitStr]) -> TokenStream {
    let with_default = fields.iter().filter(|field| field.default.is_some());
    with_default
        .zip(literals)
        .filter_map(|(field, literal)| Some((default_value(field).err()?, literal)))
        .map(|(diagnostics, literal)| {
            let literals = Literals::new(vec![literal.clone()]);
            report::errors(&diagnostics, |span| literals.locate(span.start, span.end))
        })
        .collect()
}

fn parameter(parameter: &Parameter) -> Diagnostic {
    Diagnostic::error(
        Code::Unsupported,
        parameter.span,
        "the condition of an index has no parameters",
    )
    .help("write the value itself")
}

/// The collection with an `_id`, which every document has and the query asks for.
fn with_id(collection: &Collection) -> Collection {
    let mut collection = collection.clone();
    if collection.fields.iter().all(|field| field.name != "_id") {
        collection.fields.push(Field {
            name: "_id".to_owned(),
            rust_name: "_id".to_owned(),
            hidden: true,
            ty: Type::Json,
            nullable: false,
            own: false,
            limits: Limits::default(),
            default: None,
        });
    }
    collection
}
