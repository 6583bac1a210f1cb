//! Columns that nobody reads are not made.
//!
//! A derived table or a common table expression has columns for every use; each use needs some. What
//! computes the others goes, aggregates, window functions and subqueries included, and so does the
//! right side of a left join that finds one partner at the most, and of an inner join that always
//! finds one.

use super::partners::{always_finds_one, finds_one_at_most};
use crate::plan::{ColumnId, Expression, JoinKind, Relation, SetOperator, SubqueryForm};
use crate::schema::Collection;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Drops what is not needed for these columns.
pub(crate) fn prune(
    relation: Relation,
    needed: &BTreeSet<ColumnId>,
    tables: &[Arc<Collection>],
) -> Relation {
    match relation {
        Relation::Scan { .. } | Relation::OneRow | Relation::Values { .. } => relation,
        Relation::Project { input, mut columns } => {
            columns.retain(|(column, _)| needed.contains(column));
            if columns.is_empty() {
                return prune(*input, &BTreeSet::new(), tables);
            }
            below(
                Relation::Project { input, columns },
                BTreeSet::new(),
                tables,
            )
        }
        Relation::Aggregate {
            input,
            keys,
            mut aggregates,
        } => {
            aggregates.retain(|(column, _)| needed.contains(column));
            let groups = Relation::Aggregate {
                input,
                keys,
                aggregates,
            };
            below(groups, BTreeSet::new(), tables)
        }
        Relation::Window { input, mut calls } => {
            calls.retain(|(column, _)| needed.contains(column));
            if calls.is_empty() {
                return prune(*input, needed, tables);
            }
            below(Relation::Window { input, calls }, needed.clone(), tables)
        }
        Relation::Apply {
            input,
            mut subquery,
            column,
        } => {
            if !needed.contains(&column) {
                return prune(*input, needed, tables);
            }
            let of_subquery = match &subquery.form {
                SubqueryForm::Scalar(of) | SubqueryForm::Array(of) => BTreeSet::from([*of]),
                SubqueryForm::Exists => BTreeSet::new(),
                SubqueryForm::Any(condition) => paths(condition),
            };
            subquery.relation = prune(subquery.relation, &of_subquery, tables);
            let mut needed = needed.clone();
            if let SubqueryForm::Any(condition) = &subquery.form {
                needed.extend(paths(condition));
            }
            needed.extend(outer(&subquery.relation));
            Relation::Apply {
                input: Box::new(prune(*input, &needed, tables)),
                subquery,
                column,
            }
        }
        Relation::Join {
            kind,
            left,
            right,
            condition,
        } => {
            let is_read = right.columns().iter().any(|column| needed.contains(column));
            let keeps_rows = match kind {
                JoinKind::Left => finds_one_at_most(&right, &condition),
                JoinKind::Inner => always_finds_one(kind, &left, &right, &condition, tables),
                JoinKind::Full | JoinKind::Semi | JoinKind::Anti => false,
            };
            if !is_read && keeps_rows {
                return prune(*left, needed, tables);
            }
            let mut needed = needed.clone();
            needed.extend(paths(&condition));
            let right = prune(*right, &needed, tables);
            needed.extend(outer(&right));
            Relation::Join {
                kind,
                left: Box::new(prune(*left, &needed, tables)),
                right: Box::new(right),
                condition,
            }
        }
        Relation::SetOperation {
            operator,
            all,
            left,
            right,
            mut columns,
        } => {
            let counts_rows_only = all && operator == SetOperator::Union;
            if counts_rows_only {
                columns.retain(|column| needed.contains(&column.column));
            }
            let of_left = columns.iter().map(|column| column.left).collect();
            let of_right = columns.iter().map(|column| column.right).collect();
            Relation::SetOperation {
                operator,
                all,
                left: Box::new(prune(*left, &of_left, tables)),
                right: Box::new(prune(*right, &of_right, tables)),
                columns,
            }
        }
        // Which rows are alike depends on all columns.
        Relation::Distinct { input } => {
            let needed = input.columns().into_iter().collect();
            Relation::Distinct {
                input: Box::new(prune(*input, &needed, tables)),
            }
        }
        Relation::Unnest { .. }
        | Relation::Walk { .. }
        | Relation::Filter { .. }
        | Relation::Sort { .. }
        | Relation::Limit { .. }
        | Relation::DistinctOn { .. } => below(relation, needed.clone(), tables),
    }
}

/// Drops what is needed neither for these columns nor for the expressions of the operator itself.
fn below(
    relation: Relation,
    mut needed: BTreeSet<ColumnId>,
    tables: &[Arc<Collection>],
) -> Relation {
    relation.for_each_expression(&mut |expression| needed.extend(paths(expression)));
    relation.map_first_input(|input| prune(input, &needed, tables))
}

fn paths(expression: &Expression) -> BTreeSet<ColumnId> {
    let mut columns = BTreeSet::new();
    expression.for_each_path(&mut |path| {
        columns.insert(path.column);
    });
    columns
}

fn outer(relation: &Relation) -> impl Iterator<Item = ColumnId> {
    relation.outer_paths().into_iter().map(|path| path.column)
}
