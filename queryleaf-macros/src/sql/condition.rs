//! SQL in attributes: the condition of a partial index, the default of a column.

use super::literal::Literals;
use super::report;
use proc_macro2::TokenStream;
use queryleaf_compiler::Diagnostic;
use queryleaf_compiler::schema::default_value;
use queryleaf_compiler::types::Field;
use syn::LitStr;

/// Errors in the text of a literal, each at its word.
pub(crate) fn report_at(literal: &LitStr, diagnostics: &[Diagnostic]) -> TokenStream {
    let literals = Literals::new(vec![literal.into()]);
    report::errors(diagnostics, |span| literals.locate(span.start, span.end))
}

/// The errors of the defaults of columns, each at its word.
pub(crate) fn check_defaults(fields: &[Field], literals: &[LitStr]) -> TokenStream {
    let with_default = fields.iter().filter(|field| field.default.is_some());
    with_default
        .zip(literals)
        .filter_map(|(field, literal)| Some((default_value(field).err()?, literal)))
        .map(|(diagnostics, literal)| report_at(literal, &diagnostics))
        .collect()
}
