//! Subqueries leave the expressions they stand in: each becomes an operator below.
//!
//! This is no improvement but a change of form that every query goes through. A condition of `WHERE`
//! that only asks whether a subquery has certain rows becomes a semi-join or an anti-join, see
//! [`semi_joins`](super::semi_joins).

use crate::plan::{
    ColumnId, Expression, ExpressionKind, JoinKind, NewColumns, Path, Relation, Subquery,
    SubqueryForm,
};
use std::convert::Infallible;

/// Moves every subquery into a [`Relation::Apply`].
pub(super) fn apply(relation: Relation, new: &mut NewColumns) -> Relation {
    let relation = condition_inside(relation).map_inputs(|input| apply(input, new));
    let mut found = Vec::new();
    let relation = relation.map_expressions(&mut |expression| extract(expression, new, &mut found));
    if found.is_empty() {
        return relation;
    }
    relation.map_first_input(|input| {
        found
            .into_iter()
            .fold(input, |input, (column, subquery)| Relation::Apply {
                input: Box::new(input),
                subquery: Box::new(subquery),
                column,
            })
    })
}

/// A join whose condition has subqueries, with the condition inside the right side: they are about
/// rows of both.
fn condition_inside(relation: Relation) -> Relation {
    match relation {
        Relation::Join {
            kind,
            left,
            right,
            condition,
        } if kind != JoinKind::Full && has_subquery(&condition) => {
            let always = Expression::always(condition.span);
            Relation::Join {
                kind,
                left,
                right: Box::new(right.filtered(vec![condition])),
                condition: always,
            }
        }
        other => other,
    }
}

fn has_subquery(expression: &Expression) -> bool {
    expression.any(&mut |part| matches!(part.kind, ExpressionKind::Subquery(_)))
}

/// The expression with columns in place of its subqueries.
fn extract(
    expression: Expression,
    new: &mut NewColumns,
    found: &mut Vec<(ColumnId, Subquery)>,
) -> Expression {
    let Expression {
        ty,
        nullable,
        span,
        kind,
    } = expression;
    match kind {
        ExpressionKind::Subquery(subquery) => {
            let Subquery { relation, form } = *subquery;
            let relation = apply(relation, new);
            let (relation, form) = match form {
                SubqueryForm::Any(condition) => {
                    let (relation, condition) = condition_over(relation, *condition, new);
                    (relation, SubqueryForm::Any(Box::new(condition)))
                }
                other => (relation, other),
            };
            let column = new.column();
            found.push((column, Subquery { relation, form }));
            let path = Path {
                column,
                steps: Vec::new(),
                rust: None,
            };
            Expression {
                kind: ExpressionKind::Path(path),
                ty,
                nullable,
                span,
            }
        }
        kind => {
            let expression = Expression {
                kind,
                ty,
                nullable,
                span,
            };
            let Ok(expression) = expression
                .try_map_children(&mut |child| Ok::<_, Infallible>(extract(child, new, found)));
            expression
        }
    }
}

/// A condition over the rows of a subquery that may itself have subqueries.
fn condition_over(
    relation: Relation,
    condition: Expression,
    new: &mut NewColumns,
) -> (Relation, Expression) {
    let mut found = Vec::new();
    let condition = extract(condition, new, &mut found);
    let relation = found
        .into_iter()
        .fold(relation, |input, (column, subquery)| Relation::Apply {
            input: Box::new(input),
            subquery: Box::new(subquery),
            column,
        });
    (relation, condition)
}
