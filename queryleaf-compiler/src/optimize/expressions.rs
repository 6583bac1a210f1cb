//! Rewriting the expressions of a relation.

use crate::plan::{Expression, Relation, SortKey};
use std::convert::Infallible;

/// Replaces every expression of a relation and of its inputs, the parts before the whole. The
/// arrays of `UNNEST` and the numbers of `LIMIT` stay what they are.
pub(super) fn rewrite(relation: Relation, change: &impl Fn(Expression) -> Expression) -> Relation {
    let relation = relation.map_inputs(|input| rewrite(input, change));
    match relation {
        Relation::Unnest { .. } | Relation::Limit { .. } => relation,
        other => other.map_expressions(&mut |expression| bottom_up(expression, change)),
    }
}

/// Replaces the condition of every filter.
pub(super) fn in_filters(
    relation: Relation,
    change: &impl Fn(Expression) -> Expression,
) -> Relation {
    match relation.map_inputs(|input| in_filters(input, change)) {
        Relation::Filter { input, predicate } => Relation::Filter {
            input,
            predicate: change(predicate),
        },
        other => other,
    }
}

/// Replaces every key of every order.
pub(super) fn in_orders(
    relation: Relation,
    change: &impl Fn(Expression) -> Expression,
) -> Relation {
    match relation.map_inputs(|input| in_orders(input, change)) {
        Relation::Sort { input, keys } => {
            let changed = |key: SortKey| SortKey {
                expression: change(key.expression),
                ..key
            };
            let keys = keys.into_iter().map(changed).collect();
            Relation::Sort { input, keys }
        }
        other => other,
    }
}

fn bottom_up(expression: Expression, change: &impl Fn(Expression) -> Expression) -> Expression {
    let changed: Result<Expression, Infallible> =
        expression.try_map_children(&mut |child| Ok(bottom_up(child, change)));
    let Ok(expression) = changed;
    change(expression)
}
