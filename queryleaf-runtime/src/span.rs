//! The `tracing` spans in which operations run.

use crate::Plan;
use mongodb::Database;
use tracing::Span;

/// The span of a command that a plan is sent with. The SQL is part of it; the values of parameters,
/// which may be secrets, are not.
pub(crate) fn operation(plan: &Plan, database: &Database, command: Option<&'static str>) -> Span {
    tracing::debug_span!(
        target: "queryleaf",
        "query",
        db.system.name = "mongodb",
        db.namespace = database.name(),
        db.collection.name = plan.collection,
        db.operation.name = command,
        db.query.text = plan.sql,
    )
}
