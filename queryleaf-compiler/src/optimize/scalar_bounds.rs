//! A bound that a subquery computes once is known before the rows are read.
//!
//! `WHERE placed_at >= (SELECT MAX(placed_at) - INTERVAL '1 day' FROM orders)`: the query begins with
//! the one row of the subquery, and the collection is looked up by the bound, where an index of it can
//! serve. As a value beside each row, the bound would be compared with every document.

use super::estimate::{DOCUMENTS, Estimates};
use super::nullness::rejects_null;
use crate::plan::{ColumnId, Expression, ExpressionKind, JoinKind, Relation};
use crate::schema::Collection;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Turns filters by such a value into joins with it.
pub(crate) fn turn(relation: Relation, tables: &[Arc<Collection>]) -> Relation {
    let relation = relation.map_inputs(|input| turn(input, tables));
    let Relation::Filter { input, predicate } = relation else {
        return relation;
    };
    match *input {
        Relation::Apply {
            input,
            subquery,
            column,
        } if subquery.relation.has_one_row_at_most()
            && subquery.relation.outer_paths().is_empty()
            && is_bounded(&input, &predicate, column, tables) =>
        {
            let value = Relation::Apply {
                input: Box::new(Relation::OneRow),
                subquery,
                column,
            };
            let has_value = is_not_null(column, &predicate);
            Relation::Join {
                kind: JoinKind::Inner,
                left: Box::new(value.filtered(has_value.into_iter().collect())),
                right: input,
                condition: predicate,
            }
        }
        other => Relation::Filter {
            input: Box::new(other),
            predicate,
        },
    }
}

/// That the column is not `NULL`, where the condition is never true otherwise.
fn is_not_null(column: ColumnId, predicate: &Expression) -> Option<Expression> {
    if !rejects_null(predicate, &BTreeSet::from([column])) {
        return None;
    }
    let mut value = None;
    predicate.any(&mut |part| {
        let is_value = matches!(&part.kind, ExpressionKind::Path(path) if path.column == column);
        if is_value {
            value = Some(part.clone());
        }
        is_value
    });
    let value = value.filter(|value| value.nullable)?;
    Some(value.is_null().negated())
}

/// Whether an index finds the rows by the value in this column, and none finds as few without it.
fn is_bounded(
    input: &Relation,
    predicate: &Expression,
    column: ColumnId,
    tables: &[Arc<Collection>],
) -> bool {
    if !matches!(input, Relation::Scan { .. }) {
        return false;
    }
    let estimates = Estimates { tables };
    let is_value = |read: ColumnId| read == column;
    let (mut with, mut without) = (DOCUMENTS, DOCUMENTS);
    for condition in predicate.clone().conjuncts() {
        if condition.reads(is_value) {
            if matches!(condition.kind, ExpressionKind::Compare { .. }) {
                with = with.min(estimates.found(input, &condition, &is_value).cost);
            }
        } else {
            without = without.min(estimates.found(input, &condition, &|_| false).cost);
        }
    }
    with < without
}
