//! In which order inner joins are made.
//!
//! A join reads its right side for each row of its left one. So the first collection should be the
//! one of which the filters leave the least, and each following one should be found by a key. How
//! much is stored is not known here: what counts is how an equality finds its documents.

use super::orders::is_given_by_index;
use crate::diagnostic::Span;
use crate::lower::{is_unique, leads_index};
use crate::plan::{
    ColumnId, ComparisonOperator, Expression, ExpressionKind, JoinKind, Relation, SortKey,
};
use crate::schema::Collection;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What is taken for the number of documents of a collection.
const DOCUMENTS: f64 = 10_000.0;

/// How many documents share the value of an indexed field that is not unique.
const ALIKE: f64 = 10.0;

/// Another order than the written one has to be better by this factor.
const WORTH_IT: f64 = 0.7;

/// More inputs than these are joined as they are written.
const MOST_INPUTS: usize = 8;

/// Reorders every chain of inner joins.
pub(crate) fn reorder(relation: Relation, tables: &[Arc<Collection>]) -> Relation {
    reorder_for(relation, None, tables)
}

fn reorder_for(
    relation: Relation,
    wanted: Option<&[SortKey]>,
    tables: &[Arc<Collection>],
) -> Relation {
    match relation {
        Relation::Join {
            kind: JoinKind::Inner,
            ..
        } => {
            let mut chain = Chain::default();
            chain.add(relation);
            for input in &mut chain.inputs {
                let before = std::mem::replace(input, Relation::OneRow);
                *input = reorder_for(before, None, tables);
            }
            chain.ordered(wanted, tables)
        }
        Relation::Limit {
            input,
            limit,
            offset,
        } => {
            let input = match *input {
                Relation::Sort { input, keys } => Relation::Sort {
                    input: Box::new(reorder_for(*input, Some(&keys), tables)),
                    keys,
                },
                other => reorder_for(other, None, tables),
            };
            Relation::Limit {
                input: Box::new(input),
                limit,
                offset,
            }
        }
        Relation::Filter { .. } | Relation::Join { .. } | Relation::Apply { .. } => {
            let mut wanted = wanted;
            relation.map_inputs(|input| reorder_for(input, wanted.take(), tables))
        }
        other => other.map_inputs(|input| reorder_for(input, None, tables)),
    }
}

/// A chain of inner joins, taken apart.
#[derive(Default)]
struct Chain {
    inputs: Vec<Relation>,
    conditions: Vec<Expression>,
}

impl Chain {
    fn add(&mut self, relation: Relation) {
        match relation {
            Relation::Join {
                kind: JoinKind::Inner,
                left,
                right,
                condition,
            } => {
                self.add(*left);
                self.add(*right);
                self.conditions.extend(condition.conjuncts());
            }
            other => self.inputs.push(other),
        }
    }

    /// The joins in the best order.
    fn ordered(self, wanted: Option<&[SortKey]>, tables: &[Arc<Collection>]) -> Relation {
        let written: Vec<usize> = (0..self.inputs.len()).collect();
        let mut best = written.clone();
        if self.may_be_reordered() {
            let costs = Costs {
                chain: &self,
                columns: self
                    .inputs
                    .iter()
                    .map(|input| input.columns().into_iter().collect())
                    .collect(),
                wanted,
                tables,
            };
            let mut least = costs.of(&written) * WORTH_IT;
            for first in 0..self.inputs.len() {
                let order = costs.greedy(first);
                let cost = costs.of(&order);
                if cost < least {
                    (best, least) = (order, cost);
                }
            }
        }
        self.joined(&best)
    }

    /// Whether no input reads the columns of another one, and there are not too many.
    fn may_be_reordered(&self) -> bool {
        let columns: BTreeSet<ColumnId> = self
            .inputs
            .iter()
            .flat_map(|input| input.columns())
            .collect();
        self.inputs.len() <= MOST_INPUTS
            && self.inputs.iter().all(|input| {
                let mut outer = input.outer_paths().into_iter();
                outer.all(|path| !columns.contains(&path.column))
            })
    }

    fn joined(self, order: &[usize]) -> Relation {
        let Chain { inputs, conditions } = self;
        let all: BTreeSet<ColumnId> = inputs.iter().flat_map(Relation::columns).collect();
        let mut inputs: Vec<Option<Relation>> = inputs.into_iter().map(Some).collect();
        let mut rest = conditions;
        let mut known = BTreeSet::new();
        let mut joined: Option<Relation> = None;
        for number in order {
            let Some(input) = inputs.get_mut(*number).and_then(Option::take) else {
                continue;
            };
            known.extend(input.columns());
            joined = Some(match joined {
                None => input,
                Some(left) => {
                    let (now, later) = rest.into_iter().partition(|condition| {
                        !reads_any(condition, |column| {
                            all.contains(&column) && !known.contains(&column)
                        })
                    });
                    rest = later;
                    Relation::Join {
                        kind: JoinKind::Inner,
                        left: Box::new(left),
                        right: Box::new(input),
                        condition: Expression::all_of(now)
                            .unwrap_or_else(|| Expression::always(Span::default())),
                    }
                }
            });
        }
        joined.unwrap_or(Relation::OneRow).filtered(rest)
    }
}

/// What orders of a chain cost.
struct Costs<'a> {
    chain: &'a Chain,
    columns: Vec<BTreeSet<ColumnId>>,
    wanted: Option<&'a [SortKey]>,
    tables: &'a [Arc<Collection>],
}

/// What reading an input costs, and how many rows it gives.
#[derive(Debug, Clone, Copy)]
struct Reading {
    cost: f64,
    rows: f64,
}

impl Costs<'_> {
    fn of(&self, order: &[usize]) -> f64 {
        let mut known: Vec<usize> = Vec::new();
        let (mut cost, mut rows) = (0.0, 1.0);
        for input in order {
            let reading = if known.is_empty() {
                self.first(*input)
            } else {
                self.next(*input, &known)
            };
            cost += rows * reading.cost;
            rows *= reading.rows;
            known.push(*input);
        }
        // Rows that are made have to be carried.
        cost + rows
    }

    /// From `first` on always the input that makes the fewest rows.
    fn greedy(&self, first: usize) -> Vec<usize> {
        let mut order = vec![first];
        while order.len() < self.columns.len() {
            let weight = |input: usize| {
                let reading = self.next(input, &order);
                reading.cost + reading.rows
            };
            let next = (0..self.columns.len())
                .filter(|input| !order.contains(input))
                .min_by(|one, other| weight(*one).total_cmp(&weight(*other)));
            match next {
                Some(next) => order.push(next),
                None => break,
            }
        }
        order
    }

    fn input(&self, number: usize) -> &Relation {
        self.chain.inputs.get(number).unwrap_or(&Relation::OneRow)
    }

    /// Reading an input as the first one.
    fn first(&self, number: usize) -> Reading {
        let input = self.input(number);
        let is_ordered = self.wanted.is_some_and(|keys| {
            are_of(keys, self.columns.get(number)) && is_given_by_index(input, keys, self.tables)
        });
        let reading = self.alone(input);
        if is_ordered {
            // The rows come in order, and only the first ones are wanted.
            return Reading {
                cost: reading.cost.min(10.0 * ALIKE),
                rows: reading.rows.min(10.0 * ALIKE),
            };
        }
        reading
    }

    fn alone(&self, input: &Relation) -> Reading {
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
                    let found = self.found(input, &condition, |_| false);
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
            Relation::Unnest { input, .. } => {
                let reading = self.alone(input);
                Reading {
                    rows: reading.rows * 3.0,
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

    /// Reading an input for one row of those before.
    fn next(&self, number: usize, known: &[usize]) -> Reading {
        let input = self.input(number);
        let alone = self.alone(input);
        let is_known = |column: ColumnId| {
            known.iter().any(|other| {
                self.columns
                    .get(*other)
                    .is_some_and(|has| has.contains(&column))
            })
        };
        let mut best = alone;
        for condition in &self.chain.conditions {
            let found = self.found(input, condition, is_known);
            best.cost = best.cost.min(found.cost);
            best.rows = best
                .rows
                .min(found.rows * (alone.rows / DOCUMENTS).min(1.0));
        }
        best
    }

    /// What a condition finds in a collection, where these columns are known already.
    fn found(
        &self,
        input: &Relation,
        condition: &Expression,
        is_known: impl Fn(ColumnId) -> bool,
    ) -> Reading {
        let everything = Reading {
            cost: DOCUMENTS,
            rows: DOCUMENTS,
        };
        let Some((collection, document)) = self.scanned(input) else {
            return everything;
        };
        let part = |operand: &Expression, other: &Expression| -> Option<String> {
            let ExpressionKind::Path(path) = &operand.kind else {
                return None;
            };
            let is_other_known = !reads_any(other, |column| !is_known(column));
            let names: Vec<&str> = path.steps.iter().map(|step| step.name.as_str()).collect();
            (path.column == document && is_other_known).then(|| names.join("."))
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
            Relation::Filter { input, .. } => self.scanned(input),
            _ => None,
        }
    }
}

/// What a comparison of a field with one value finds.
fn field_reading(collection: &Collection, field: &str, operator: ComparisonOperator) -> Reading {
    let names: Vec<&str> = field.split('.').collect();
    let has_index = names == ["_id"] || leads_index(collection, &names);
    let rows = match operator {
        ComparisonOperator::Equal if is_unique(collection, &names) => 1.0,
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

fn reads_any(expression: &Expression, is: impl Fn(ColumnId) -> bool) -> bool {
    let mut found = false;
    expression.for_each_path(&mut |path| found |= is(path.column));
    found
}

fn are_of(keys: &[SortKey], columns: Option<&BTreeSet<ColumnId>>) -> bool {
    columns.is_some_and(|columns| {
        keys.iter()
            .all(|key| !reads_any(&key.expression, |column| !columns.contains(&column)))
    })
}
