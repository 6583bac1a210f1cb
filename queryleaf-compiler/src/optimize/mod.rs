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

use crate::plan::{NewColumns, Relation};

/// What lowering counts on, whether or not the plan is improved: subqueries are applied to the rows
/// they are computed for, and an order has no key that the server would compare in another way.
pub(crate) fn normalize(relation: Relation, new: &mut NewColumns) -> Relation {
    let relation = subqueries::apply(relation, new);
    expressions::in_orders(relation, &date_fields::sortable)
}

/// Runs every pass, each once.
pub(crate) fn optimize(relation: Relation) -> Relation {
    let relation = expressions::rewrite(relation, &date_constants::mark_text);
    let relation = expressions::rewrite(relation, &|expression| {
        date_fields::simplify(date_constants::fold(expression))
    });
    let relation = aggregates::filter_early(relation);
    // Where a filter stands tells what cannot be NULL above it.
    let relation = filters::push_down(relation);
    let relation = date_ranges::rewrite(relation);
    nullness::narrow(relation)
}
