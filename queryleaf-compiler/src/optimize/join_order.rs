//! In which order inner joins are made.
//!
//! A join reads its right side for each row of its left one. So the first collection should be the
//! one of which the filters leave the least, and each following one should be found by a key. How
//! much is stored is not known here: what counts is how an equality finds its documents.

use super::estimate::{ALIKE, DOCUMENTS, Estimates, Reading};
use super::join_keys;
use super::orders::is_given_by_index;
use crate::diagnostic::Span;
use crate::plan::{ColumnId, Expression, JoinKind, Relation, SortKey};
use crate::schema::Collection;
use std::collections::BTreeSet;
use std::sync::Arc;

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
#[derive(Clone, Default)]
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
        if !self.may_be_reordered() {
            return self.joined(&written);
        }
        let as_written = self.led_by(0);
        let mut least = as_written.costs(wanted, tables).of(&written) * WORTH_IT;
        let mut best = (as_written, written);
        for first in 0..self.inputs.len() {
            let chain = self.led_by(first);
            let costs = chain.costs(wanted, tables);
            let order = costs.greedy(first);
            let cost = costs.of(&order);
            if cost < least {
                (best, least) = ((chain, order), cost);
            }
        }
        let (chain, order) = best;
        chain.joined(&order)
    }

    /// The chain where this input is read first, and knows what is known of its keys.
    fn led_by(&self, first: usize) -> Chain {
        let mut chain = self.clone();
        join_keys::move_to(first, &mut chain.inputs, &chain.conditions);
        chain
    }

    fn costs<'a>(
        &'a self,
        wanted: Option<&'a [SortKey]>,
        tables: &'a [Arc<Collection>],
    ) -> Costs<'a> {
        let columns = self.inputs.iter().map(Relation::columns);
        Costs {
            chain: self,
            columns: columns
                .map(|columns| columns.into_iter().collect())
                .collect(),
            wanted,
            estimates: Estimates { tables },
        }
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
                        !condition.reads(|column| all.contains(&column) && !known.contains(&column))
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
    estimates: Estimates<'a>,
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
            are_of(keys, self.columns.get(number))
                && is_given_by_index(input, keys, self.estimates.tables)
        });
        let reading = self.estimates.alone(input);
        if is_ordered {
            // The rows come in order, and only the first ones are wanted.
            return Reading {
                cost: reading.cost.min(10.0 * ALIKE),
                rows: reading.rows.min(10.0 * ALIKE),
            };
        }
        reading
    }

    /// Reading an input for one row of those before.
    fn next(&self, number: usize, known: &[usize]) -> Reading {
        let input = self.input(number);
        let alone = self.estimates.alone(input);
        let is_known = |column: ColumnId| {
            known.iter().any(|other| {
                self.columns
                    .get(*other)
                    .is_some_and(|has| has.contains(&column))
            })
        };
        let mut best = alone;
        for condition in &self.chain.conditions {
            let found = self.estimates.found(input, condition, &is_known);
            best.cost = best.cost.min(found.cost);
            best.rows = best
                .rows
                .min(found.rows * (alone.rows / DOCUMENTS).min(1.0));
        }
        best
    }
}

fn are_of(keys: &[SortKey], columns: Option<&BTreeSet<ColumnId>>) -> bool {
    columns.is_some_and(|columns| {
        keys.iter()
            .all(|key| !key.expression.reads(|column| !columns.contains(&column)))
    })
}
