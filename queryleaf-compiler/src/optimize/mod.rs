//! Logical rewrites: plans that mean the same and are easier on the server.
//!
//! How the server shall do something is decided by [`lower`](crate::lower); nothing here knows of
//! indexes or stages.

mod aggregates;
mod filters;
mod nullness;

use crate::plan::Relation;

/// Runs every pass, each once.
pub(crate) fn optimize(relation: Relation) -> Relation {
    let relation = aggregates::filter_early(relation);
    // Where a filter stands tells what cannot be NULL above it.
    let relation = filters::push_down(relation);
    nullness::narrow(relation)
}
