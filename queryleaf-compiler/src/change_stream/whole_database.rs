//! Streams of a whole database: which collections their conditions leave.
//!
//! What a document holds is known of declared collections only, so these are the ones that are
//! watched. A query whose conditions let others pass would go without their events.

use super::Stream;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{ColumnId, ComparisonOperator, Expression, ExpressionKind, Literal, Relation};

/// Refuses a stream of a database whose conditions let events of collections pass that they do not
/// name.
///
/// # Errors
///
/// The one about that.
pub(crate) fn check(relation: &Relation, stream: &Stream) -> Result<(), Vec<Diagnostic>> {
    if !stream.of_database || leaves_named(relation, stream, &[]) {
        return Ok(());
    }
    let message = "the conditions let changes of collections pass that they do not name";
    let error = Diagnostic::error(Code::UnknownTable, stream.span, message)
        .label("a database has collections of which nothing is declared")
        .note("what the documents of a collection hold is known of declared tables only")
        .help("say which ones in every case: `WHERE collection_name IN ('orders', 'customers') AND ..`");
    Err(vec![error])
}

/// Whether the conditions on events leave those of named collections, wherever they are read.
fn leaves_named(relation: &Relation, stream: &Stream, conditions: &[&Expression]) -> bool {
    match relation {
        Relation::Scan {
            table, document, ..
        } => *table != stream.table || conditions.iter().any(|one| names(one, *document)),
        Relation::Filter { input, predicate } => {
            let mut conditions = conditions.to_vec();
            conditions.push(predicate);
            leaves_named(input, stream, &conditions)
        }
        _ => {
            let mut all = true;
            relation.for_each_input(|input| all &= leaves_named(input, stream, &[]));
            all
        }
    }
}

/// Whether a condition is true for events of certain collections only, and for those of no collection.
fn names(condition: &Expression, event: ColumnId) -> bool {
    // These events are of no collection.
    let is_of_database = |operation: &Expression| {
        let operation = operation.as_text();
        operation.is_some_and(|operation| ["dropDatabase", "invalidate"].contains(&operation))
    };
    let is_operation = |expression: &Expression| match &expression.kind {
        ExpressionKind::Path(path) => path.column == event && path.names() == ["operationType"],
        _ => false,
    };
    let is_name = |expression: &Expression| match &expression.kind {
        ExpressionKind::Path(path) => path.column == event && path.names() == ["ns", "coll"],
        _ => false,
    };
    match &condition.kind {
        ExpressionKind::And(parts) => parts.iter().any(|part| names(part, event)),
        ExpressionKind::Or(parts) => parts.iter().all(|part| names(part, event)),
        ExpressionKind::Compare {
            operator: ComparisonOperator::Equal,
            left,
            right,
        } => {
            let says = |one: &Expression, other: &Expression| {
                (is_name(one) && other.as_text().is_some())
                    || (is_operation(one) && is_of_database(other))
            };
            says(left, right) || says(right, left)
        }
        ExpressionKind::InList { operand, items } => {
            (is_name(operand) && items.iter().all(|item| item.as_text().is_some()))
                || (is_operation(operand) && items.iter().all(is_of_database))
        }
        ExpressionKind::Literal(Literal::Boolean(false) | Literal::Null) => true,
        _ => false,
    }
}
