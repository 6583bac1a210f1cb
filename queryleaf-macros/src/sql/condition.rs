//! SQL in attributes: the condition of a partial index, the default of a column.

use super::literal::Literals;
use super::report;
use proc_macro2::TokenStream;
use queryleaf_compiler::schema::{self, Collection, default_value};
use queryleaf_compiler::types::Field;
use syn::LitStr;

/// The errors of a condition on the documents of a collection, each at its word.
pub(crate) fn check_condition(condition: &LitStr, collection: &Collection) -> TokenStream {
    let literals = Literals::new(vec![condition.clone()]);
    let diagnostics = schema::check_condition(literals.text(), collection);
    report::errors(&diagnostics, |span| literals.locate(span.start, span.end))
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
