//! How many partners a row can find in a join.

use crate::plan::{ColumnId, ComparisonOperator, Expression, ExpressionKind, JoinKind, Relation};
use crate::schema::Collection;
use std::sync::Arc;

/// Whether no row of the left side finds two partners: the `_id` of the right side equals something.
///
/// A declared unique index is not enough: the answer must be right also where nobody has created it.
pub(super) fn finds_one_at_most(right: &Relation, condition: &Expression) -> bool {
    let Some(document) = scanned(right) else {
        return false;
    };
    equalities(condition, right)
        .into_iter()
        .any(|(one, other)| {
            let is_unique_field = |field: &Expression, value: &Expression| match &field.kind {
                ExpressionKind::Path(path) => {
                    path.column == document
                        && path.names() == ["_id"]
                        && !value.reads(|column| column == document)
                }
                _ => false,
            };
            is_unique_field(&one, &other) || is_unique_field(&other, &one)
        })
}

/// Whether each row of the left side of an inner join finds one partner: a field that is declared as
/// a trusted reference to the `_id` of the right side, all of which is there.
pub(super) fn always_finds_one(
    kind: JoinKind,
    left: &Relation,
    right: &Relation,
    condition: &Expression,
    tables: &[Arc<Collection>],
) -> bool {
    let (
        JoinKind::Inner,
        Relation::Scan {
            table, document, ..
        },
    ) = (kind, right)
    else {
        return false;
    };
    let (
        Some(target),
        ExpressionKind::Compare {
            operator: ComparisonOperator::Equal,
            left: one,
            right: other,
        },
    ) = (tables.get(*table), &condition.kind)
    else {
        return false;
    };
    let (ExpressionKind::Path(one_path), ExpressionKind::Path(other_path)) =
        (&one.kind, &other.kind)
    else {
        return false;
    };
    let (reference, key, nullable) = if other_path.column == *document {
        (one_path, other_path, one.nullable)
    } else {
        (other_path, one_path, other.nullable)
    };
    let Some(source) = table_of(left, reference.column).and_then(|table| tables.get(table)) else {
        return false;
    };
    !nullable
        && key.column == *document
        && key.names() == ["_id"]
        && source.references.iter().any(|declared| {
            declared.trusted
                && declared.path == reference.names()
                && declared.collection == target.name
                && declared.key == key.names()
        })
}

/// The documents of a scan, filtered or not.
fn scanned(relation: &Relation) -> Option<ColumnId> {
    match relation {
        Relation::Scan { document, .. } => Some(*document),
        Relation::Filter { input, .. } => scanned(input),
        _ => None,
    }
}

/// The equalities of the condition of a join and of the filters of its right side.
fn equalities(condition: &Expression, right: &Relation) -> Vec<(Expression, Expression)> {
    let mut conditions = condition.clone().conjuncts();
    let mut relation = right;
    while let Relation::Filter { input, predicate } = relation {
        conditions.extend(predicate.clone().conjuncts());
        relation = input;
    }
    conditions
        .into_iter()
        .filter_map(|condition| match condition.kind {
            ExpressionKind::Compare {
                operator: ComparisonOperator::Equal,
                left,
                right,
            } => Some((*left, *right)),
            _ => None,
        })
        .collect()
}

/// The table whose documents a column is, where they are those of the left side as they are stored.
fn table_of(relation: &Relation, column: ColumnId) -> Option<usize> {
    match relation {
        Relation::Scan {
            table, document, ..
        } => (*document == column).then_some(*table),
        Relation::Filter { input, .. }
        | Relation::Sort { input, .. }
        | Relation::Limit { input, .. }
        | Relation::Apply { input, .. } => table_of(input, column),
        Relation::Join { left, .. } => table_of(left, column),
        _ => None,
    }
}
