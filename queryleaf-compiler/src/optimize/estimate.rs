//! What reading a relation costs, in very round numbers.
//!
//! How much is stored is not known here: what counts is how a condition finds its documents.

use super::array_keys::implied;
use super::filters::substitute;
use crate::lower::{is_declared_unique, leads_index, without_lossless_casts};
use crate::plan::{ColumnId, ComparisonOperator, Expression, ExpressionKind, Relation};
use crate::schema::Collection;
use std::sync::Arc;

/// What is taken for the number of documents of a collection.
pub(super) const DOCUMENTS: f64 = 10_000.0;

/// How many documents share the value of an indexed field that is not unique.
pub(super) const ALIKE: f64 = 10.0;

/// How many items an array has.
const ITEMS: f64 = 3.0;

/// What reading a relation costs, and how many rows it gives.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reading {
    pub(super) cost: f64,
    pub(super) rows: f64,
}

/// Estimates for the relations of a query.
#[derive(Debug, Clone, Copy)]
pub(super) struct Estimates<'a> {
    pub(super) tables: &'a [Arc<Collection>],
}

impl Estimates<'_> {
    /// Reading a relation by itself.
    pub(super) fn alone(&self, input: &Relation) -> Reading {
        match input {
            Relation::OneRow | Relation::Values { .. } => Reading {
                cost: 1.0,
                rows: ALIKE,
            },
            Relation::Scan { .. } => Reading {
                cost: DOCUMENTS,
                rows: DOCUMENTS,
            },
            Relation::Filter { input, predicate } => {
                let all = self.alone(input);
                let mut best = all;
                for condition in predicate.clone().conjuncts() {
                    let found = self.found(input, &condition, &|_| false);
                    best.cost = best.cost.min(found.cost);
                    best.rows = best.rows.min(found.rows);
                }
                best
            }
            Relation::Limit { input, limit, .. } => {
                let mut reading = self.alone(input);
                if let Some(limit) = limit.as_ref().and_then(Expression::as_integer) {
                    reading.rows = reading.rows.min(limit as f64);
                }
                reading
            }
            Relation::Aggregate { input, keys, .. } => {
                let reading = self.alone(input);
                let rows = if keys.is_empty() {
                    1.0
                } else {
                    (reading.rows / ALIKE).max(1.0)
                };
                Reading { rows, ..reading }
            }
            Relation::Project { input, .. }
            | Relation::Sort { input, .. }
            | Relation::Distinct { input }
            | Relation::DistinctOn { input, .. }
            | Relation::Window { input, .. }
            | Relation::Apply { input, .. } => self.alone(input),
            Relation::Unnest { input, .. } | Relation::Walk { input, .. } => {
                let reading = self.alone(input);
                Reading {
                    rows: reading.rows * ITEMS,
                    ..reading
                }
            }
            Relation::Join { left, right, .. } | Relation::SetOperation { left, right, .. } => {
                let (left, right) = (self.alone(left), self.alone(right));
                Reading {
                    cost: left.cost + right.cost,
                    rows: left.rows.max(right.rows),
                }
            }
        }
    }

    /// What a condition finds in a collection, where these columns are known already.
    pub(super) fn found(
        &self,
        relation: &Relation,
        condition: &Expression,
        is_known: &dyn Fn(ColumnId) -> bool,
    ) -> Reading {
        let everything = Reading {
            cost: DOCUMENTS,
            rows: DOCUMENTS,
        };
        match relation {
            Relation::Sort { input, .. }
            | Relation::Distinct { input }
            | Relation::Filter { input, .. }
            | Relation::Apply { input, .. } => return self.found(input, condition, is_known),
            Relation::Project { input, columns } => {
                let below = substitute(condition.clone(), columns);
                return below.map_or(everything, |below| self.found(input, &below, is_known));
            }
            Relation::Aggregate { input, keys, .. } => {
                let below = substitute(condition.clone(), keys);
                let found = below.map_or(everything, |below| self.found(input, &below, is_known));
                return Reading {
                    rows: (found.rows / ALIKE).max(1.0),
                    ..found
                };
            }
            Relation::Unnest { input, .. } => {
                let conditions = implied(std::slice::from_ref(condition), relation);
                return match &conditions[..] {
                    [condition] => self.found(input, condition, is_known),
                    _ => everything,
                };
            }
            Relation::Scan { .. }
            | Relation::OneRow
            | Relation::Values { .. }
            | Relation::Walk { .. }
            | Relation::Limit { .. }
            | Relation::Join { .. }
            | Relation::SetOperation { .. }
            | Relation::Window { .. }
            | Relation::DistinctOn { .. } => {}
        }
        let Some((collection, document)) = self.scanned(relation) else {
            return everything;
        };
        let part = |operand: &Expression, other: &Expression| -> Option<String> {
            let ExpressionKind::Path(path) = &without_lossless_casts(operand).kind else {
                return None;
            };
            let is_other_known = !other.reads(|column| !is_known(column));
            (path.column == document && is_other_known).then(|| path.names().join("."))
        };
        match &condition.kind {
            ExpressionKind::Compare {
                operator,
                left,
                right,
            } => match part(left, right).or_else(|| part(right, left)) {
                Some(field) => field_reading(collection, &field, *operator),
                None => everything,
            },
            ExpressionKind::InList { operand, items } => {
                let field = items.first().and_then(|item| part(operand, item));
                let equal = ComparisonOperator::Equal;
                field.map_or(everything, |field| {
                    let one = field_reading(collection, &field, equal);
                    let items = items.len() as f64;
                    Reading {
                        cost: (one.cost * items).min(DOCUMENTS),
                        rows: (one.rows * items).min(DOCUMENTS),
                    }
                })
            }
            ExpressionKind::Quantified {
                operator: operator @ ComparisonOperator::Equal,
                operand,
                array,
                all: false,
            } => match (part(array, operand), part(operand, array)) {
                (Some(field), _) => field_reading(collection, &field, *operator),
                (None, Some(field)) => {
                    let one = field_reading(collection, &field, *operator);
                    Reading {
                        cost: (one.cost * ITEMS).min(DOCUMENTS),
                        rows: (one.rows * ITEMS).min(DOCUMENTS),
                    }
                }
                (None, None) => everything,
            },
            _ => Reading {
                cost: DOCUMENTS,
                rows: DOCUMENTS / 2.0,
            },
        }
    }

    fn scanned(&self, input: &Relation) -> Option<(&Collection, ColumnId)> {
        match input {
            Relation::Scan {
                table, document, ..
            } => Some((self.tables.get(*table)?, *document)),
            _ => None,
        }
    }
}

/// What a comparison of a field with one value finds.
fn field_reading(collection: &Collection, field: &str, operator: ComparisonOperator) -> Reading {
    let names: Vec<&str> = field.split('.').collect();
    let has_index = names == ["_id"] || leads_index(collection, &names);
    let rows = match operator {
        ComparisonOperator::Equal if is_declared_unique(collection, &names) => 1.0,
        ComparisonOperator::Equal if has_index => ALIKE,
        ComparisonOperator::Equal => DOCUMENTS / 20.0,
        ComparisonOperator::NotEqual => DOCUMENTS,
        ComparisonOperator::Less
        | ComparisonOperator::LessOrEqual
        | ComparisonOperator::Greater
        | ComparisonOperator::GreaterOrEqual => DOCUMENTS / 4.0,
    };
    let cost = if has_index { rows } else { DOCUMENTS };
    Reading { cost, rows }
}
