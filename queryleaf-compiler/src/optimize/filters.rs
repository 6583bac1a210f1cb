//! Filters go to the first place that has the columns they read.
//!
//! A condition on one side of a join moves to that side, one on both sides becomes the condition of
//! the join; a condition on the document moves below the `UNNEST` of an array in it, one on a
//! grouping key from `HAVING` into `WHERE`, one on a column of a derived table or a set operation
//! into it. There an index can serve them, and less is joined, unwound and grouped.

use super::nullness::rejects_null;
use crate::diagnostic::Span;
use crate::functions::{ChangeFunction, Function};
use crate::plan::{
    ColumnId, Expression, ExpressionKind, JoinKind, PathStep, Relation, SetColumn, WindowCall,
};
use crate::types::{NAMED_DOCUMENT, Type};
use std::collections::BTreeSet;

/// Moves every filter down.
pub(crate) fn push_down(relation: Relation) -> Relation {
    match relation {
        Relation::Filter { input, predicate } => place(predicate.conjuncts(), *input),
        // The conditions of the join itself may belong to one of its sides.
        join @ Relation::Join { .. } => place(Vec::new(), join),
        other => other.map_inputs(push_down),
    }
}

/// Puts conditions above a relation, or deeper inside it.
pub(super) fn place(conditions: Vec<Expression>, relation: Relation) -> Relation {
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
                condition.reads(|column| column == item || Some(column) == ordinality)
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
            let (about_groups, about_keys): (Vec<_>, _) =
                conditions.into_iter().partition(|condition| {
                    condition.reads(|read| aggregates.iter().any(|(column, _)| *column == read))
                });
            let (about_rows, about_others) = substituted(about_keys, &keys, |_| true);
            let groups = Relation::Aggregate {
                input: Box::new(place(about_rows, *input)),
                keys,
                aggregates,
            };
            groups.filtered(about_others.into_iter().chain(about_groups).collect())
        }
        Relation::Project { input, columns } => {
            let (below, above) = substituted(conditions, &columns, is_cheap);
            let projection = Relation::Project {
                input: Box::new(place(below, *input)),
                columns,
            };
            projection.filtered(above)
        }
        Relation::Sort { input, keys } => Relation::Sort {
            input: Box::new(place(conditions, *input)),
            keys,
        },
        Relation::Distinct { input } => Relation::Distinct {
            input: Box::new(place(conditions, *input)),
        },
        Relation::Apply {
            input,
            subquery,
            column,
        } => {
            let (above, below) = conditions
                .into_iter()
                .partition(|condition| condition.reads(|read| read == column));
            let apply = Relation::Apply {
                input: Box::new(place(below, *input)),
                subquery,
                column,
            };
            apply.map_subquery(push_down).filtered(above)
        }
        Relation::Window { input, calls } => {
            let (below, above) = conditions
                .into_iter()
                .partition(|condition| is_about_partitions(condition, &calls));
            let window = Relation::Window {
                input: Box::new(place(below, *input)),
                calls,
            };
            window.filtered(above)
        }
        Relation::DistinctOn { input, keys, order } => {
            let (below, above) = conditions
                .into_iter()
                .partition(|condition| reads_only_keys(condition, &keys));
            let rows = Relation::DistinctOn {
                input: Box::new(place(below, *input)),
                keys,
                order,
            };
            rows.filtered(above)
        }
        Relation::SetOperation {
            operator,
            all,
            left,
            right,
            columns,
        } => {
            let of = |side: fn(&SetColumn) -> ColumnId| {
                let numbers = columns
                    .iter()
                    .map(|column| (column.column, side(column)))
                    .collect();
                let conditions = conditions.iter().cloned();
                conditions
                    .map(|condition| condition.with_numbers(&numbers))
                    .collect()
            };
            let (of_left, of_right) = (of(|column| column.left), of(|column| column.right));
            Relation::SetOperation {
                operator,
                all,
                left: Box::new(place(of_left, *left)),
                right: Box::new(place(of_right, *right)),
                columns,
            }
        }
        Relation::Join {
            kind,
            left,
            right,
            condition,
        } => Join {
            kind,
            left: *left,
            right: *right,
            condition: condition.conjuncts(),
        }
        .place(conditions),
        other @ (Relation::Scan { .. }
        | Relation::OneRow
        | Relation::Values { .. }
        | Relation::Aggregate { .. }
        | Relation::Walk { .. }
        | Relation::Limit { .. }) => other.map_inputs(push_down).filtered(conditions),
    }
}

/// A join in parts.
struct Join {
    kind: JoinKind,
    left: Relation,
    right: Relation,
    condition: Vec<Expression>,
}

impl Join {
    /// The join with conditions on its result.
    fn place(mut self, conditions: Vec<Expression>) -> Relation {
        let left: BTreeSet<ColumnId> = self.left.columns().into_iter().collect();
        let right: BTreeSet<ColumnId> = self.right.columns().into_iter().collect();
        self.narrow(&conditions, &left, &right);
        let reads_side = |condition: &Expression, side: &BTreeSet<ColumnId>| {
            condition.reads(|column| side.contains(&column))
        };
        let (mut above, mut of_left, mut of_right, mut of_both) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for condition in conditions {
            match (
                self.kind,
                reads_side(&condition, &left),
                reads_side(&condition, &right),
            ) {
                (JoinKind::Full, ..) | (JoinKind::Left, _, true) => above.push(condition),
                (JoinKind::Inner, true, true) => of_both.push(condition),
                (JoinKind::Inner, false, true) => of_right.push(condition),
                (JoinKind::Inner | JoinKind::Left | JoinKind::Semi | JoinKind::Anti, ..) => {
                    of_left.push(condition);
                }
            }
        }
        for condition in self.condition {
            match (
                self.kind,
                reads_side(&condition, &left),
                reads_side(&condition, &right),
            ) {
                (JoinKind::Full, ..) | (_, true, true) => of_both.push(condition),
                (_, false, true) => of_right.push(condition),
                (JoinKind::Inner | JoinKind::Semi, _, false) => of_left.push(condition),
                (JoinKind::Left | JoinKind::Anti, _, false) => of_both.push(condition),
            }
        }
        let span = Span::default();
        Relation::Join {
            kind: self.kind,
            left: Box::new(place(of_left, self.left)),
            right: Box::new(place(of_right, self.right)),
            condition: Expression::all_of(of_both).unwrap_or_else(|| Expression::always(span)),
        }
        .filtered(above)
    }

    /// An outer join whose made-up rows no condition lets through is none.
    fn narrow(
        &mut self,
        conditions: &[Expression],
        left: &BTreeSet<ColumnId>,
        right: &BTreeSet<ColumnId>,
    ) {
        let rejects = |side| {
            conditions
                .iter()
                .any(|condition| rejects_null(condition, side))
        };
        match self.kind {
            JoinKind::Left if rejects(right) => self.kind = JoinKind::Inner,
            JoinKind::Full => match (rejects(left), rejects(right)) {
                (true, true) => self.kind = JoinKind::Inner,
                (true, false) => self.kind = JoinKind::Left,
                (false, true) | (false, false) => {}
            },
            JoinKind::Inner | JoinKind::Left | JoinKind::Semi | JoinKind::Anti => {}
        }
    }
}

/// Parts conditions on the columns of a list into those on what they are made from, where the
/// columns they read are as asked, and the others as they are. Other columns are those of a query
/// around this one.
fn substituted(
    conditions: Vec<Expression>,
    columns: &[(ColumnId, Expression)],
    may_move: fn(&Expression) -> bool,
) -> (Vec<Expression>, Vec<Expression>) {
    let (mut below, mut above) = (Vec::new(), Vec::new());
    for condition in conditions {
        let made = |column| columns.iter().find(|(made, _)| *made == column);
        let mut moves = true;
        condition.for_each_path(&mut |path| {
            moves &= made(path.column).is_none_or(|(_, expression)| may_move(expression));
        });
        let moved = moves
            .then(|| substitute(condition.clone(), columns))
            .flatten();
        match moved {
            Some(condition) => below.push(condition),
            None => above.push(condition),
        }
    }
    (below, above)
}

/// An expression over columns as one over what they are made from, if it can be.
pub(super) fn substitute(
    expression: Expression,
    columns: &[(ColumnId, Expression)],
) -> Option<Expression> {
    let ExpressionKind::Path(path) = &expression.kind else {
        return expression
            .try_map_children(&mut |child| substitute(child, columns).ok_or(()))
            .ok();
    };
    let Some((_, made)) = columns.iter().find(|(column, _)| *column == path.column) else {
        return Some(expression);
    };
    if path.steps.is_empty() {
        // The parts of an event have a type of their own where they are only selected.
        let is_part = matches!(made.ty, Type::Event(_));
        let ty = if is_part { &expression.ty } else { &made.ty };
        return Some(Expression {
            ty: ty.clone(),
            ..made.clone()
        });
    }
    let (made, steps) = inside(made, &path.steps);
    let ExpressionKind::Path(outer) = &made.kind else {
        return None;
    };
    let mut inner = path.clone();
    inner.column = outer.column;
    inner.steps = outer.steps.iter().chain(steps).cloned().collect();
    Some(Expression {
        kind: ExpressionKind::Path(inner),
        nullable: expression.nullable || made.nullable,
        ..expression
    })
}

/// What these steps lead into: of a document that goes with the name of its collection, the document.
fn inside<'a>(made: &'a Expression, steps: &'a [PathStep]) -> (&'a Expression, &'a [PathStep]) {
    match (&made.kind, steps) {
        (
            ExpressionKind::Call {
                function: Function::Change(ChangeFunction::NamedDocument),
                arguments,
            },
            [first, rest @ ..],
        ) if first.name == NAMED_DOCUMENT => match &arguments[..] {
            [document, _] => (document, rest),
            _ => (made, steps),
        },
        _ => (made, steps),
    }
}

/// Whether to compute an expression twice, for the filter and for the result, costs less than to
/// compute the rest of the row where the filter might have dropped it.
fn is_cheap(expression: &Expression) -> bool {
    const MOST_PARTS: usize = 6;
    let mut parts = 0;
    !expression.any(&mut |_| {
        parts += 1;
        parts > MOST_PARTS
    })
}

/// Whether a condition lets through whole partitions only, for all of these calls.
fn is_about_partitions(condition: &Expression, calls: &[(ColumnId, WindowCall)]) -> bool {
    calls
        .iter()
        .all(|(_, call)| reads_only_keys(condition, &call.partition))
}

/// Whether a condition reads paths that are keys, and no other ones.
fn reads_only_keys(condition: &Expression, keys: &[Expression]) -> bool {
    let (mut some, mut only) = (false, true);
    condition.for_each_path(&mut |path| {
        some = true;
        only &= keys.iter().any(|key| match &key.kind {
            ExpressionKind::Path(key) => key.column == path.column && key.steps == path.steps,
            _ => false,
        });
    });
    some && only
}
