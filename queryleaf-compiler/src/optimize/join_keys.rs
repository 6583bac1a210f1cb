//! Conditions on keys of joins go to the input that is read first.
//!
//! Where `a.x = b.y`, a condition on `b.y` says the same about `a.x`. At the collection that is read
//! first it leaves fewer rows to join, an index may serve it, and what remains of the other side is a
//! lookup by a field alone.

use super::filters::place;
use crate::plan::{ComparisonOperator, Expression, ExpressionKind, Path, Relation};
use crate::types::Type;
use std::collections::BTreeSet;

/// Moves what is known of the keys of the other inputs of inner joins to this one.
pub(super) fn move_to(first: usize, inputs: &mut [Relation], conditions: &[Expression]) {
    let Some(columns) = inputs.get(first).map(Relation::columns) else {
        return;
    };
    let columns: BTreeSet<_> = columns.into_iter().collect();
    let keys: Vec<(&Path, &Expression)> = conditions
        .iter()
        .filter_map(equality)
        .filter_map(|(left, right)| {
            let is_first = |path: &Path| columns.contains(&path.column);
            match (path_of(left)?, path_of(right)?) {
                (own, other) if is_first(own) && !is_first(other) => Some((other, left)),
                (other, own) if is_first(own) && !is_first(other) => Some((other, right)),
                _ => None,
            }
        })
        .collect();
    if keys.is_empty() {
        return;
    }
    let mut moved = Vec::new();
    for (number, input) in inputs.iter_mut().enumerate() {
        if number == first || !matches!(input, Relation::Filter { .. }) {
            continue;
        }
        let Relation::Filter {
            input: filtered,
            predicate,
        } = std::mem::replace(input, Relation::OneRow)
        else {
            continue;
        };
        let mut kept = Vec::new();
        for condition in predicate.conjuncts() {
            match carried(&condition, &keys) {
                Some(condition) => moved.push(condition),
                None => kept.push(condition),
            }
        }
        *input = filtered.filtered(kept);
    }
    if moved.is_empty() {
        return;
    }
    if let Some(input) = inputs.get_mut(first) {
        let before = std::mem::replace(input, Relation::OneRow);
        *input = place(moved, before);
    }
}

/// The sides of an equality of values of one type, which are equal in every comparison that is moved.
fn equality(condition: &Expression) -> Option<(&Expression, &Expression)> {
    match &condition.kind {
        ExpressionKind::Compare {
            operator: ComparisonOperator::Equal,
            left,
            right,
        } if left.ty == right.ty && is_exact(&left.ty) => Some((left, right)),
        _ => None,
    }
}

fn is_exact(ty: &Type) -> bool {
    matches!(
        ty,
        Type::Boolean
            | Type::Integer
            | Type::Bigint
            | Type::Numeric
            | Type::Text
            | Type::Timestamp
            | Type::Date
            | Type::Uuid
            | Type::ObjectId
            | Type::Enum(_)
    )
}

fn path_of(expression: &Expression) -> Option<&Path> {
    match &expression.kind {
        ExpressionKind::Path(path) => Some(path),
        _ => None,
    }
}

/// A comparison of one of the keys with constants, as one of what the key is equal to.
fn carried(condition: &Expression, keys: &[(&Path, &Expression)]) -> Option<Expression> {
    let partner = |expression: &Expression| {
        let path = path_of(expression)?;
        let is_it =
            |(key, _): &&(&Path, &Expression)| key.column == path.column && key.steps == path.steps;
        let (_, partner) = keys.iter().find(is_it)?;
        // The same place may be read as another type.
        (partner.ty == expression.ty).then(|| Box::new((*partner).clone()))
    };
    let kind = match &condition.kind {
        ExpressionKind::Compare {
            operator,
            left,
            right,
        } if is_constant(right) => ExpressionKind::Compare {
            operator: *operator,
            left: partner(left)?,
            right: right.clone(),
        },
        ExpressionKind::Compare {
            operator,
            left,
            right,
        } if is_constant(left) => ExpressionKind::Compare {
            operator: *operator,
            left: left.clone(),
            right: partner(right)?,
        },
        ExpressionKind::InList { operand, items } if items.iter().all(is_constant) => {
            ExpressionKind::InList {
                operand: partner(operand)?,
                items: items.clone(),
            }
        }
        _ => return None,
    };
    Some(Expression {
        kind,
        nullable: true,
        ..condition.clone()
    })
}

fn is_constant(expression: &Expression) -> bool {
    matches!(
        expression.kind,
        ExpressionKind::Literal(_)
            | ExpressionKind::Parameter(_)
            | ExpressionKind::CurrentTimestamp
    )
}
