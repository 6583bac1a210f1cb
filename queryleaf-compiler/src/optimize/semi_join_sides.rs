//! A semi-join may begin with its right side.
//!
//! `WHERE id IN (SELECT customer FROM sales WHERE coupon = :coupon)`: where the subquery finds few
//! rows and the values are a key of the left side, its different values are looked up there, instead
//! of every row of the left side in the subquery.

use super::estimate::{DOCUMENTS, Estimates};
use crate::plan::{
    ColumnId, ComparisonOperator, Expression, ExpressionKind, JoinKind, NewColumns, Path, Relation,
};
use crate::schema::Collection;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Beginning with the right side has to be better by this factor: a left side of which an index finds
/// a part is the one that the query means to begin with.
const WORTH_IT: f64 = 0.1;

/// Turns semi-joins into joins with the different values of their right side, where that is better.
pub(crate) fn turn(
    relation: Relation,
    tables: &[Arc<Collection>],
    new: &mut NewColumns,
) -> Relation {
    match relation.map_inputs(|input| turn(input, tables, new)) {
        Relation::Join {
            kind: JoinKind::Semi,
            left,
            right,
            condition,
        } => match Keys::of(&condition, &left, &right) {
            Some(keys) if keys.are_worth_it(&left, &right, tables) => {
                keys.joined(*left, *right, condition, new)
            }
            Some(_) | None => Relation::Join {
                kind: JoinKind::Semi,
                left,
                right,
                condition,
            },
        },
        other => other,
    }
}

/// The equalities of a semi-join: of the left side, and of the right side.
struct Keys(Vec<(Expression, Expression)>);

impl Keys {
    /// The equalities, if the condition is nothing else and the right side stands by itself.
    fn of(condition: &Expression, left: &Relation, right: &Relation) -> Option<Keys> {
        let left: BTreeSet<ColumnId> = left.columns().into_iter().collect();
        let columns: BTreeSet<ColumnId> = right.columns().into_iter().collect();
        let is_of = |side: &Expression, columns: &BTreeSet<ColumnId>| {
            side.reads_only(|column| columns.contains(&column))
        };
        let keys = condition
            .clone()
            .conjuncts()
            .into_iter()
            .map(|condition| match condition.kind {
                ExpressionKind::Compare {
                    operator: ComparisonOperator::Equal,
                    left: one,
                    right: other,
                } if is_of(&one, &left) && is_of(&other, &columns) => Some((*one, *other)),
                ExpressionKind::Compare {
                    operator: ComparisonOperator::Equal,
                    left: one,
                    right: other,
                } if is_of(&one, &columns) && is_of(&other, &left) => Some((*other, *one)),
                _ => None,
            })
            .collect::<Option<Vec<_>>>()?;
        (!keys.is_empty() && right.outer_paths().is_empty()).then_some(Keys(keys))
    }

    fn are_worth_it(&self, left: &Relation, right: &Relation, tables: &[Arc<Collection>]) -> bool {
        let estimates = Estimates { tables };
        let (all_left, all_right) = (estimates.alone(left), estimates.alone(right));
        let of_right = |column: ColumnId| right.columns().contains(&column);
        let of_left = |column: ColumnId| left.columns().contains(&column);
        let (mut find_left, mut find_right) = (DOCUMENTS, DOCUMENTS);
        for (one, other) in &self.0 {
            let equal = equality(one.clone(), other.clone());
            find_left = find_left.min(estimates.found(left, &equal, &of_right).cost);
            find_right = find_right.min(estimates.found(right, &equal, &of_left).cost);
        }
        let forward = all_left.cost + all_left.rows * find_right;
        let backward = all_right.cost + all_right.rows * find_left;
        backward < forward * WORTH_IT
    }

    fn joined(
        self,
        left: Relation,
        right: Relation,
        condition: Expression,
        new: &mut NewColumns,
    ) -> Relation {
        let mut keys = Vec::new();
        let mut conditions = Vec::new();
        for (one, other) in self.0 {
            let column = new.column();
            let path = Path::of(column);
            let value = Expression {
                kind: ExpressionKind::Path(path),
                ..other.clone()
            };
            keys.push((column, other));
            conditions.push(equality(one, value));
        }
        let values = Relation::Aggregate {
            input: Box::new(right),
            keys,
            aggregates: Vec::new(),
        };
        let span = condition.span;
        Relation::Join {
            kind: JoinKind::Inner,
            left: Box::new(values),
            right: Box::new(left),
            condition: Expression::all_of(conditions).unwrap_or_else(|| Expression::always(span)),
        }
    }
}

fn equality(left: Expression, right: Expression) -> Expression {
    let span = left.span;
    let nullable = left.nullable || right.nullable;
    let kind = ExpressionKind::Compare {
        operator: ComparisonOperator::Equal,
        left: Box::new(left),
        right: Box::new(right),
    };
    Expression::new(kind, crate::types::Type::Boolean, span).nullable(nullable)
}
