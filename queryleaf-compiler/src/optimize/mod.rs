//! Logical rewrites: plans that mean the same and are easier on the server.
//!
//! How the server shall do something is decided by [`lower`](crate::lower); of indexes only the
//! passes know that choose between orders of joins.

mod aggregates;
mod array_keys;
mod columns;
mod date_constants;
mod date_fields;
mod date_ranges;
mod estimate;
mod excluded;
mod expressions;
mod filters;
mod grouping_sets;
mod join_conditions;
mod join_keys;
mod join_order;
mod nullness;
mod orders;
mod partners;
mod scalar_bounds;
mod semi_join_sides;
mod semi_joins;
mod subqueries;
mod union_limits;

use crate::plan::{ColumnId, NewColumns, Relation};
use crate::schema::Collection;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What lowering counts on, whether or not the plan is improved: subqueries are applied to the rows
/// they are computed for, and an order has no key that the server would compare in another way.
pub(crate) fn normalize(relation: Relation, new: &mut NewColumns) -> Relation {
    let relation = subqueries::apply(relation, new);
    expressions::in_orders(relation, &date_fields::sortable)
}

/// Runs every pass, each once. `output` are the columns of the result.
pub(crate) fn optimize(
    relation: Relation,
    output: &[ColumnId],
    tables: &[Arc<Collection>],
    new: &mut NewColumns,
) -> Relation {
    let output: BTreeSet<ColumnId> = output.iter().copied().collect();
    let relation = semi_joins::rewrite(relation, new);
    let relation = normalize(relation, new);
    let relation = columns::prune(relation, &output, tables);
    let relation = scalar_bounds::turn(relation, tables);
    let relation = expressions::rewrite(relation, &date_constants::mark_text);
    let relation = expressions::rewrite(relation, &|expression| {
        date_fields::simplify(date_constants::fold(expression))
    });
    let relation = aggregates::filter_early(relation);
    // Where a filter stands tells what cannot be NULL above it.
    let relation = filters::push_down(relation);
    let relation = grouping_sets::in_two_phases(relation, new);
    let relation = semi_join_sides::turn(relation, tables, new);
    let relation = array_keys::imply(relation);
    let relation = join_order::reorder(relation, tables);
    let relation = union_limits::copy(relation);
    let relation = orders::move_down(relation, tables);
    let relation = join_conditions::sink(relation);
    let relation = columns::prune(relation, &output, tables);
    let relation = date_ranges::rewrite(relation);
    nullness::narrow(relation)
}

#[cfg(test)]
mod tests;
