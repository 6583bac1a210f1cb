//! Row values: `(a, b) = (c, d)`.

use super::Analyzer;
use super::expression::not;
use super::scope::Scope;
use crate::diagnostic::{Result, Span};
use crate::plan::{ComparisonOperator, Expression, ExpressionKind};
use crate::types::Type;
use sqlparser::ast::Expr;

impl Analyzer<'_> {
    /// The values of a row; one for an expression that is no row.
    pub(crate) fn row(
        &mut self,
        expression: &Expr,
        scope: &Scope,
        span: Span,
    ) -> Result<Vec<Expression>> {
        match expression {
            Expr::Tuple(items) => items
                .iter()
                .map(|item| self.expression(item, scope, span))
                .collect(),
            Expr::Nested(inner) if matches!(**inner, Expr::Tuple(_)) => {
                self.row(inner, scope, span)
            }
            single => Ok(vec![self.expression(single, scope, span)?]),
        }
    }

    /// Compares two rows of as many values.
    ///
    /// Rows are ordered by their first values, those that agree in them by the second ones, and so
    /// on: `(a, b) < (c, d)` is `a < c OR (a = c AND b < d)`.
    pub(crate) fn compare_rows(
        &mut self,
        operator: ComparisonOperator,
        left: Vec<Expression>,
        right: Vec<Expression>,
        span: Span,
    ) -> Result<Expression> {
        match operator {
            ComparisonOperator::Equal => self.equal_rows(left, right, span),
            ComparisonOperator::NotEqual => Ok(not(self.equal_rows(left, right, span)?)),
            ComparisonOperator::Less
            | ComparisonOperator::LessOrEqual
            | ComparisonOperator::Greater
            | ComparisonOperator::GreaterOrEqual => {
                let pairs: Vec<_> = left.into_iter().zip(right).collect();
                self.order_rows(operator, &pairs, span)
            }
        }
    }

    fn equal_rows(
        &mut self,
        left: Vec<Expression>,
        right: Vec<Expression>,
        span: Span,
    ) -> Result<Expression> {
        let conditions = left
            .into_iter()
            .zip(right)
            .map(|(left, right)| self.compare(ComparisonOperator::Equal, left, right, span))
            .collect::<Result<Vec<_>>>()?;
        match Expression::all_of(conditions) {
            Some(condition) => Ok(Expression { span, ..condition }),
            None => self.unsupported(span, "an empty row"),
        }
    }

    fn order_rows(
        &mut self,
        operator: ComparisonOperator,
        pairs: &[(Expression, Expression)],
        span: Span,
    ) -> Result<Expression> {
        let Some(((left, right), rest)) = pairs.split_first() else {
            return self.unsupported(span, "an empty row");
        };
        if rest.is_empty() {
            return self.compare(operator, left.clone(), right.clone(), span);
        }
        let strict = match operator {
            ComparisonOperator::LessOrEqual => ComparisonOperator::Less,
            ComparisonOperator::GreaterOrEqual => ComparisonOperator::Greater,
            other => other,
        };
        let (left_copy, right_copy) = (self.copy(left)?, self.copy(right)?);
        let before = self.compare(strict, left.clone(), right.clone(), span)?;
        let equal = self.compare(ComparisonOperator::Equal, left_copy, right_copy, span)?;
        let rest = self.order_rows(operator, rest, span)?;
        let nullable = before.nullable || rest.nullable;
        let tied = Expression::new(ExpressionKind::And(vec![equal, rest]), Type::Boolean, span)
            .nullable(nullable);
        let kind = ExpressionKind::Or(vec![before, tied]);
        Ok(Expression::new(kind, Type::Boolean, span).nullable(nullable))
    }
}
