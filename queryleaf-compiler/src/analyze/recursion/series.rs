//! A recursion without a collection: a series of integers.

use super::super::{Analyzer, Column};
use super::refusal::{endless, not_computed};
use super::step::{Role, Step};
use super::{path_of, plus, without_repeats};
use crate::diagnostic::{Result, Span};
use crate::functions::{ArrayFunction, Function};
use crate::plan::{ArithmeticOperator, Expression, ExpressionKind, Literal, Relation};
use crate::types::{Item, Type};

impl Analyzer<'_> {
    /// A recursion without a collection: a column that grows by one up to a bound.
    pub(super) fn count_up(
        &mut self,
        start: Relation,
        columns: &[Column],
        step: Step,
        distinct: bool,
        span: Span,
    ) -> Result<(Relation, Vec<Column>)> {
        let has_repeats = distinct && !start.has_one_row_at_most();
        let roles = step.roles(columns)?;
        let [condition] = &step.conditions[..] else {
            return Err(endless(span));
        };
        let Some((counted, limit)) = step.limit(condition) else {
            return Err(endless(condition.span));
        };
        let Some(column) = columns.get(counted) else {
            return Err(endless(span));
        };
        let is_counted = roles.get(counted) == Some(&Role::Counted);
        let made = roles.iter().position(|role| *role == Role::Made);
        if let Some(place) = made.and_then(|number| step.spans.get(number)) {
            return Err(not_computed(
                *place,
                made.and_then(|number| columns.get(number)),
            ));
        }
        let first = column.path();
        if !is_counted || first.nullable || !matches!(first.ty, Type::Integer | Type::Bigint) {
            return Err(endless(condition.span));
        }
        let ty = first.ty.clone();
        let last = ExpressionKind::Greatest(vec![first.clone(), limit]);
        let last = Expression::new(last, ty.clone(), span);
        let one = Expression::literal(Literal::Integer(1), ty.clone(), span);
        let item = Item {
            ty: ty.clone(),
            nullable: false,
            own: false,
        };
        let series = ExpressionKind::Call {
            function: Function::Array(ArrayFunction::Series),
            arguments: vec![first.clone(), last, one],
        };
        let number = self.new_column();
        let rows = Relation::Unnest {
            input: Box::new(start),
            array: Expression::new(series, Type::Array(Box::new(item)), span),
            item: number,
            ordinality: None,
            keep_empty: false,
        };
        let number = path_of(number, ty, span);
        let list = columns
            .iter()
            .enumerate()
            .zip(&roles)
            .map(|((place, column), role)| match role {
                Role::Kept | Role::Made => column.path(),
                Role::Counted if place == counted => number.clone(),
                Role::Counted => {
                    let so_far = ExpressionKind::Arithmetic {
                        operator: ArithmeticOperator::Subtract,
                        left: Box::new(number.clone()),
                        right: Box::new(first.clone()),
                    };
                    let ty = column.expression.ty.clone();
                    let nullable = column.expression.nullable;
                    plus(column.path(), Expression::new(so_far, ty, span)).nullable(nullable)
                }
            })
            .collect();
        let (relation, columns) = self.recursive_rows(rows, columns, list, &step);
        Ok((without_repeats(relation, has_repeats), columns))
    }
}
