//! Conditions on the documents of a collection, such as that of a partial index.

use super::Collection;
use crate::Diagnostic;
use crate::create::partial_filter;

/// What is wrong with the condition of a partial index, with places in its text.
pub fn check_condition(condition: &str, collection: &Collection) -> Vec<Diagnostic> {
    partial_filter(condition, collection)
        .err()
        .unwrap_or_default()
}
