//! Conditions on the documents of a collection, such as that of a partial index.

use super::{Collection, CollectionScan};
use crate::types::{Field, Limits, Type};
use crate::{Code, Diagnostic, Parameter, Span, Table, compile};
use std::sync::Arc;

/// What is wrong with a condition on the documents of a collection, with places in its text.
pub fn check_condition(condition: &str, collection: &Collection) -> Vec<Diagnostic> {
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
    let sql = format!("{prefix}{condition}");
    let mut diagnostics = match compile(&sql, &[table]) {
        Ok(query) => query.parameters.iter().map(parameter).collect(),
        Err(diagnostics) => diagnostics,
    };
    for diagnostic in &mut diagnostics {
        let Span { start, end } = diagnostic.span;
        diagnostic.span = Span::new(
            start.saturating_sub(prefix.len()),
            end.saturating_sub(prefix.len()),
        );
    }
    diagnostics
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
