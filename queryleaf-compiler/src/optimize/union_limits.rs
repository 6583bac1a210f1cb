//! The first rows of a `UNION ALL` are among the first rows of its sides.
//!
//! Each side is given the order and the limit as well: there an index may give the order, and few rows
//! are left to be sorted together.

use super::orders::needed;
use crate::plan::{ColumnId, Expression, Relation, SetColumn, SetOperator, SortKey};
use std::collections::BTreeMap;

/// Copies every limit of a `UNION ALL` into its sides.
pub(crate) fn copy(relation: Relation) -> Relation {
    let relation = match relation {
        Relation::Limit {
            input,
            limit,
            offset,
        } => {
            let input = match needed(limit.as_ref(), offset.as_ref()) {
                Some(count) => Box::new(limited(*input, &count)),
                None => input,
            };
            Relation::Limit {
                input,
                limit,
                offset,
            }
        }
        other => other,
    };
    relation.map_inputs(copy)
}

/// The rows, of which only so many are needed.
fn limited(relation: Relation, count: &Expression) -> Relation {
    match relation {
        Relation::Project { input, columns } => Relation::Project {
            input: Box::new(limited(*input, count)),
            columns,
        },
        Relation::Sort { input, keys } => Relation::Sort {
            input: Box::new(limited_sides(*input, &keys, count)),
            keys,
        },
        other => limited_sides(other, &[], count),
    }
}

fn limited_sides(relation: Relation, keys: &[SortKey], count: &Expression) -> Relation {
    match relation {
        Relation::SetOperation {
            operator: SetOperator::Union,
            all: true,
            left,
            right,
            columns,
        } => Relation::SetOperation {
            operator: SetOperator::Union,
            all: true,
            left: Box::new(first(*left, keys, &columns, |column| column.left, count)),
            right: Box::new(first(*right, keys, &columns, |column| column.right, count)),
            columns,
        },
        other => other,
    }
}

/// The first rows of a side, whose columns these are in the result.
fn first(
    side: Relation,
    keys: &[SortKey],
    columns: &[SetColumn],
    of_side: fn(&SetColumn) -> ColumnId,
    count: &Expression,
) -> Relation {
    let columns = columns.iter();
    let numbers: BTreeMap<ColumnId, ColumnId> = columns
        .map(|column| (column.column, of_side(column)))
        .collect();
    let keys: Vec<SortKey> = keys
        .iter()
        .map(|key| SortKey {
            expression: key.expression.clone().with_numbers(&numbers),
            ..key.clone()
        })
        .collect();
    let input = Box::new(side);
    let input = if keys.is_empty() {
        input
    } else {
        Box::new(Relation::Sort { input, keys })
    };
    Relation::Limit {
        input,
        limit: Some(count.clone()),
        offset: None,
    }
}
