//! Conditions on what is computed from a date become ranges of the date itself.
//!
//! `EXTRACT(YEAR FROM placed_at) = 2024` is `placed_at >= '2024-01-01' AND placed_at <
//! '2025-01-01'`, and only the second form is one that an index serves. The two have the same value
//! for every date and for `NULL`, so that the rewrite holds anywhere in a condition, also below
//! `NOT`.
//!
//! What is computed must not fall as the date rises. Then each constant has two places on the time
//! line, see [`Bounds`], and each comparison is a comparison with one of them or with both.

mod bounds;
mod combine;
mod isolate;
mod number;
mod shape;

use super::expressions::in_filters;
use crate::plan::{ComparisonOperator, Expression, ExpressionKind, Relation};
use crate::types::Type;
use bounds::{Bounds, bounds};
use shape::shape;
use std::convert::Infallible;

/// Rewrites the conditions of every filter.
pub(crate) fn rewrite(relation: Relation) -> Relation {
    in_filters(relation, &condition)
}

fn condition(expression: Expression) -> Expression {
    let replacement = match &expression.kind {
        ExpressionKind::And(_) | ExpressionKind::Or(_) | ExpressionKind::Not(_) => {
            return connected(expression);
        }
        ExpressionKind::Compare {
            operator,
            left,
            right,
        } => comparison(*operator, left, right)
            .or_else(|| comparison(operator.flipped(), right, left)),
        ExpressionKind::InList { operand, items } => in_list(operand, items),
        _ => None,
    };
    match replacement {
        Some(replacement) => Expression {
            span: expression.span,
            ..replacement
        },
        None => expression,
    }
}

/// `AND`, `OR` and `NOT`.
fn connected(mut expression: Expression) -> Expression {
    if let ExpressionKind::And(items) = expression.kind {
        expression.kind = ExpressionKind::And(combine::combined(items));
    }
    let rewritten: Result<Expression, Infallible> =
        expression.try_map_children(&mut |part| Ok(condition(part)));
    let Ok(mut rewritten) = rewritten;
    // A range is a conjunction itself.
    if let ExpressionKind::And(items) = rewritten.kind {
        let flat = items.into_iter().flat_map(|item| match item.kind {
            ExpressionKind::And(inner) => inner,
            _ => vec![item],
        });
        rewritten.kind = ExpressionKind::And(flat.collect());
    }
    rewritten
}

fn comparison(
    operator: ComparisonOperator,
    left: &Expression,
    right: &Expression,
) -> Option<Expression> {
    if let Some(isolated) = isolate::isolated(operator, left, right) {
        return Some(isolated);
    }
    let (shape, date) = shape(left)?;
    Some(range(operator, &date, bounds(&shape, right)?))
}

/// `x IN (a, b)` as the alternatives it has.
fn in_list(operand: &Expression, items: &[Expression]) -> Option<Expression> {
    let (shape, date) = shape(operand)?;
    let ranges: Option<Vec<Expression>> = items
        .iter()
        .map(|item| {
            Some(range(
                ComparisonOperator::Equal,
                &date,
                bounds(&shape, item)?,
            ))
        })
        .collect();
    let mut ranges = ranges?;
    match ranges.len() {
        0 => None,
        1 => ranges.pop(),
        _ => Some(logical(ranges, ExpressionKind::Or)),
    }
}

/// The comparison of what is computed from a date, as one of the date.
fn range(operator: ComparisonOperator, date: &Expression, bounds: Bounds) -> Expression {
    use ComparisonOperator::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    let Bounds { first, after } = bounds;
    let from = |bound| compare(GreaterOrEqual, date.clone(), bound);
    let before = |bound| compare(Less, date.clone(), bound);
    match operator {
        Equal => logical(vec![from(first), before(after)], ExpressionKind::And),
        NotEqual => logical(vec![before(first), from(after)], ExpressionKind::Or),
        Less => before(first),
        LessOrEqual => before(after),
        Greater => from(after),
        GreaterOrEqual => from(first),
    }
}

fn compare(operator: ComparisonOperator, left: Expression, right: Expression) -> Expression {
    let nullable = left.nullable || right.nullable;
    let span = left.span;
    let kind = ExpressionKind::Compare {
        operator,
        left: Box::new(left),
        right: Box::new(right),
    };
    Expression::new(kind, Type::Boolean, span).nullable(nullable)
}

fn logical(
    items: Vec<Expression>,
    connective: impl FnOnce(Vec<Expression>) -> ExpressionKind,
) -> Expression {
    let nullable = items.iter().any(|item| item.nullable);
    let span = items.first().map(|item| item.span).unwrap_or_default();
    Expression::new(connective(items), Type::Boolean, span).nullable(nullable)
}
