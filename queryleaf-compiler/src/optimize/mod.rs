//! Logical rewrites: plans that mean the same and are easier on the server.
//!
//! How the server shall do something is decided by [`lower`](crate::lower); nothing here knows of
//! indexes or stages.

mod aggregates;
mod date_constants;
mod date_fields;
mod date_ranges;
mod expressions;
mod filters;
mod nullness;
mod subqueries;

pub(crate) use subqueries::apply as apply_subqueries;

use crate::plan::Relation;

/// Runs every pass, each once.
pub(crate) fn optimize(relation: Relation) -> Relation {
    let relation = expressions::rewrite(relation, &date_constants::mark_text);
    let relation = expressions::rewrite(relation, &|expression| {
        date_fields::simplify(date_constants::fold(expression))
    });
    let relation = expressions::in_orders(relation, &date_fields::sortable);
    let relation = aggregates::filter_early(relation);
    // Where a filter stands tells what cannot be NULL above it.
    let relation = filters::push_down(relation);
    let relation = date_ranges::rewrite(relation);
    nullness::narrow(relation)
}
