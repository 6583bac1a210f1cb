//! Row values: `(a, b) = (c, d)`.

use super::Analyzer;
use super::scope::Scope;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
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
            Expr::Function(function) if is_row(expression) => self.arguments(function, scope, span),
            Expr::Nested(inner) if is_row(inner) => self.row(inner, scope, span),
            single => Ok(vec![self.expression(single, scope, span)?]),
        }
    }

    /// A comparison of which one side is a row; the other may be a subquery.
    pub(crate) fn row_comparison(
        &mut self,
        left: &Expr,
        operator: ComparisonOperator,
        right: &Expr,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        match (left, right) {
            (_, Expr::Subquery(query)) => {
                self.row_with_subquery(left, operator, query, scope, span)
            }
            (Expr::Subquery(query), _) => {
                self.row_with_subquery(right, operator.flipped(), query, scope, span)
            }
            _ => {
                let (left, right) = self.rows(left, right, scope, span)?;
                self.compare_rows(operator, left, right, span)
            }
        }
    }

    /// `(a, b) IN ((1, 2), (3, 4))`.
    pub(crate) fn row_in_list(
        &mut self,
        operand: &Expr,
        items: &[Expr],
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        let equal = ComparisonOperator::Equal;
        let mut conditions = items
            .iter()
            .map(|item| self.row_comparison(operand, equal, item, scope, span))
            .collect::<Result<Vec<_>>>()?;
        if conditions.len() == 1 {
            return Ok(conditions.remove(0));
        }
        let nullable = conditions.iter().any(|condition| condition.nullable);
        let kind = ExpressionKind::Or(conditions);
        Ok(Expression::new(kind, Type::Boolean, span).nullable(nullable))
    }

    /// `(a, b) BETWEEN (1, 2) AND (3, 4)`.
    pub(crate) fn row_between(
        &mut self,
        operand: &Expr,
        [low, high]: [&Expr; 2],
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        let least = ComparisonOperator::GreaterOrEqual;
        let from = self.row_comparison(operand, least, low, scope, span)?;
        let most = ComparisonOperator::LessOrEqual;
        let to = self.row_comparison(operand, most, high, scope, span)?;
        let nullable = from.nullable || to.nullable;
        let kind = ExpressionKind::And(vec![from, to]);
        Ok(Expression::new(kind, Type::Boolean, span).nullable(nullable))
    }

    /// `(a, b) IS NOT DISTINCT FROM (c, d)`.
    pub(crate) fn rows_not_distinct(
        &mut self,
        left: &Expr,
        right: &Expr,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        let (left, right) = self.rows(left, right, scope, span)?;
        let conditions = left
            .into_iter()
            .zip(right)
            .map(|(left, right)| self.values_not_distinct(left, right, span))
            .collect::<Result<Vec<_>>>()?;
        match Expression::all_of(conditions) {
            Some(condition) => Ok(Expression { span, ..condition }),
            None => self.unsupported(span, "an empty row"),
        }
    }

    /// `(a, b) IS NULL`: every value is. `(a, b) IS NOT NULL`: none is, which is more than the opposite.
    pub(crate) fn row_nullness(
        &mut self,
        row: &Expr,
        is_null: bool,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        let conditions = self
            .row(row, scope, span)?
            .into_iter()
            .map(|value| {
                let kind = ExpressionKind::IsNull(Box::new(value));
                let condition = Expression::new(kind, Type::Boolean, span);
                if is_null {
                    condition
                } else {
                    condition.negated()
                }
            })
            .collect();
        match Expression::all_of(conditions) {
            Some(condition) => Ok(Expression { span, ..condition }),
            None => self.unsupported(span, "an empty row"),
        }
    }

    /// Two rows, which must have as many values.
    fn rows(
        &mut self,
        left: &Expr,
        right: &Expr,
        scope: &Scope,
        span: Span,
    ) -> Result<(Vec<Expression>, Vec<Expression>)> {
        let left = self.row(left, scope, span)?;
        let right = self.row(right, scope, span)?;
        if left.len() != right.len() {
            let message = format!(
                "rows of {} and {} values are compared",
                left.len(),
                right.len()
            );
            let error = Diagnostic::error(Code::TypeMismatch, span, message);
            return Err(Box::new(match left.len().min(right.len()) {
                1 => error.help("`x IN (1, 2)` asks whether a value is one of several"),
                _ => error,
            }));
        }
        Ok((left, right))
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
            ComparisonOperator::NotEqual => Ok(self.equal_rows(left, right, span)?.negated()),
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

/// Whether an expression is written as a row: `(a, b)` or `ROW(a, b)`.
pub(crate) fn is_row(expression: &Expr) -> bool {
    match expression {
        Expr::Tuple(_) => true,
        Expr::Nested(inner) => is_row(inner),
        Expr::Function(function) => function.name.to_string().eq_ignore_ascii_case("row"),
        _ => false,
    }
}
