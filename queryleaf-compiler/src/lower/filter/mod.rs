//! Conditions to query-language filters, the ones that indexes serve.

use crate::lower::Scope;
use crate::lower::expression::is_true;
use crate::plan::Expression;
use queryleaf_plan::Template;

/// The query-language filter that passes the documents for which the condition is `TRUE`.
pub(crate) fn filter(expression: &Expression, scope: &Scope) -> Template {
    Template::entry("$expr", is_true(expression, scope))
}
