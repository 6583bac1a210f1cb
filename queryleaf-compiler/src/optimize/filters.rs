//! Filters go to the first place that has the columns they read.
//!
//! A condition on the document moves below the `UNNEST` of an array in it, and a condition on a
//! grouping key moves from `HAVING` into `WHERE`, as they do in PostgreSQL. There an index can serve
//! them, and less is unwound and grouped.

use crate::plan::{ColumnId, Expression, ExpressionKind, Relation};

/// Moves every filter down.
pub(crate) fn push_down(relation: Relation) -> Relation {
    match relation {
        Relation::Filter { input, predicate } => place(predicate.conjuncts(), push_down(*input)),
        other => other.map_inputs(push_down),
    }
}

/// Puts conditions above a relation, or deeper inside it.
fn place(conditions: Vec<Expression>, relation: Relation) -> Relation {
    match relation {
        Relation::Filter { input, predicate } => {
            let mut all = predicate.conjuncts();
            all.extend(conditions);
            place(all, *input)
        }
        Relation::Unnest {
            input,
            array,
            item,
            ordinality,
            keep_empty,
        } => {
            let (about_items, about_rows) = conditions.into_iter().partition(|condition| {
                reads(condition, &mut |column| {
                    column == item || Some(column) == ordinality
                })
            });
            let unnest = Relation::Unnest {
                input: Box::new(place(about_rows, *input)),
                array,
                item,
                ordinality,
                keep_empty,
            };
            unnest.filtered(about_items)
        }
        Relation::Aggregate {
            input,
            keys,
            aggregates,
        } if !keys.is_empty() => {
            let mut about_groups = Vec::new();
            let mut about_rows = Vec::new();
            for condition in conditions {
                match over_rows(&condition, &keys) {
                    Some(condition) => about_rows.push(condition),
                    None => about_groups.push(condition),
                }
            }
            let groups = Relation::Aggregate {
                input: Box::new(place(about_rows, *input)),
                keys,
                aggregates,
            };
            groups.filtered(about_groups)
        }
        other => other.filtered(conditions),
    }
}

/// Whether an expression reads a column of which this is true.
fn reads(expression: &Expression, is: &mut impl FnMut(ColumnId) -> bool) -> bool {
    expression.any(&mut |part| match &part.kind {
        ExpressionKind::Path(path) => is(path.column),
        _ => false,
    })
}

/// The condition on a group as one on its rows, if it is about nothing but the keys.
fn over_rows(condition: &Expression, keys: &[(ColumnId, Expression)]) -> Option<Expression> {
    let key_of = |column| keys.iter().find(|(key, _)| *key == column);
    if reads(condition, &mut |column| key_of(column).is_none()) {
        return None;
    }
    substitute(condition.clone(), keys)
}

fn substitute(expression: Expression, keys: &[(ColumnId, Expression)]) -> Option<Expression> {
    let ExpressionKind::Path(path) = &expression.kind else {
        return expression
            .try_map_children(&mut |child| substitute(child, keys).ok_or(()))
            .ok();
    };
    let (_, key) = keys.iter().find(|(column, _)| *column == path.column)?;
    if path.steps.is_empty() {
        return Some(key.clone());
    }
    let ExpressionKind::Path(outer) = &key.kind else {
        return None;
    };
    let mut inner = path.clone();
    inner.column = outer.column;
    inner.steps = outer.steps.iter().chain(&path.steps).cloned().collect();
    Some(Expression {
        kind: ExpressionKind::Path(inner),
        nullable: expression.nullable || key.nullable,
        ..expression
    })
}
