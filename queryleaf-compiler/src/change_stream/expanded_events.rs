//! The events about collections, indexes and shards that the server reports only where it is asked to.

use crate::plan::{Expression, ExpressionKind, Relation};
use crate::types::{EventPart, Type};

/// The operations of such events.
const EXPANDED: [&str; 7] = [
    "create",
    "createIndexes",
    "dropIndexes",
    "modify",
    "shardCollection",
    "reshardCollection",
    "refineCollectionShardKey",
];

/// Whether a relation of events names one of them, or may by a parameter.
pub(super) fn are_wanted(relation: &Relation) -> bool {
    let operation = EventPart::OperationType.value();
    let mut found = false;
    relation.for_each_expression_inside(&mut |expression| {
        found |= expression.any(&mut |part| names_one(part, &operation));
    });
    found
}

fn names_one(expression: &Expression, operation: &Type) -> bool {
    let is_named = |expression: &Expression| match &expression.kind {
        ExpressionKind::Parameter(_) => true,
        _ => expression
            .as_text()
            .is_some_and(|text| EXPANDED.contains(&text)),
    };
    match &expression.kind {
        ExpressionKind::Compare { left, right, .. }
        | ExpressionKind::NotDistinct { left, right } => {
            (left.ty == *operation || right.ty == *operation) && (is_named(left) || is_named(right))
        }
        ExpressionKind::InList { operand, items } => {
            operand.ty == *operation && items.iter().any(is_named)
        }
        ExpressionKind::InParameter { operand, .. } => operand.ty == *operation,
        ExpressionKind::Quantified { operand, .. } => operand.ty == *operation,
        _ => false,
    }
}
