//! Rewriting the expressions of a relation.

use crate::plan::{Aggregate, Expression, Relation, SortKey};
use std::convert::Infallible;

/// Replaces every expression of a relation and of its inputs, the parts before the whole. The
/// arrays of `UNNEST` and the numbers of `LIMIT` stay what they are.
pub(super) fn rewrite(relation: Relation, change: &impl Fn(Expression) -> Expression) -> Relation {
    let relation = relation.map_input(|input| rewrite(input, change));
    let each = |expression| bottom_up(expression, change);
    match relation {
        Relation::Filter { input, predicate } => Relation::Filter {
            input,
            predicate: each(predicate),
        },
        Relation::Aggregate {
            input,
            keys,
            aggregates,
        } => Relation::Aggregate {
            input,
            keys: keys.into_iter().map(|(id, key)| (id, each(key))).collect(),
            aggregates: aggregates
                .into_iter()
                .map(|(id, aggregate)| (id, in_aggregate(aggregate, change)))
                .collect(),
        },
        Relation::Project { input, columns } => Relation::Project {
            input,
            columns: columns
                .into_iter()
                .map(|(id, column)| (id, each(column)))
                .collect(),
        },
        Relation::Sort { input, keys } => Relation::Sort {
            input,
            keys: keys
                .into_iter()
                .map(|key| SortKey {
                    expression: each(key.expression),
                    ..key
                })
                .collect(),
        },
        Relation::Scan { .. }
        | Relation::OneRow
        | Relation::Unnest { .. }
        | Relation::Distinct { .. }
        | Relation::Limit { .. } => relation,
    }
}

/// Replaces the condition of every filter.
pub(super) fn in_filters(
    relation: Relation,
    change: &impl Fn(Expression) -> Expression,
) -> Relation {
    match relation.map_input(|input| in_filters(input, change)) {
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
    match relation.map_input(|input| in_orders(input, change)) {
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

fn in_aggregate(aggregate: Aggregate, change: &impl Fn(Expression) -> Expression) -> Aggregate {
    let changed: Result<Aggregate, Infallible> =
        aggregate.try_map(&mut |part| Ok(bottom_up(part, change)));
    let Ok(aggregate) = changed;
    aggregate
}

fn bottom_up(expression: Expression, change: &impl Fn(Expression) -> Expression) -> Expression {
    let changed: Result<Expression, Infallible> =
        expression.try_map_children(&mut |child| Ok(bottom_up(child, change)));
    let Ok(expression) = changed;
    change(expression)
}
