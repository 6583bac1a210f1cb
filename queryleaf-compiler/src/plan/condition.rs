//! Conditions: taking them apart, and making one of others.

use super::{ComparisonOperator, Expression, ExpressionKind, Literal};
use crate::diagnostic::Span;
use crate::types::Type;

impl Expression {
    /// `TRUE`.
    pub fn always(span: Span) -> Self {
        Expression::literal(Literal::Boolean(true), Type::Boolean, span)
    }

    /// The conditions that all have to be true for this one to be; `TRUE` is none.
    pub fn conjuncts(self) -> Vec<Expression> {
        match self.kind {
            ExpressionKind::And(items) => items,
            ExpressionKind::Literal(Literal::Boolean(true)) => Vec::new(),
            _ => vec![self],
        }
    }

    /// The condition that is true when all of these are; none for no conditions.
    pub fn all_of(mut conditions: Vec<Expression>) -> Option<Expression> {
        if conditions.len() <= 1 {
            return conditions.pop();
        }
        let nullable = conditions.iter().any(|condition| condition.nullable);
        let span = conditions
            .iter()
            .map(|condition| condition.span)
            .reduce(Span::to)
            .unwrap_or_default();
        let all = Expression::new(ExpressionKind::And(conditions), Type::Boolean, span);
        Some(all.nullable(nullable))
    }

    /// The comparison of two values of one type.
    #[must_use]
    pub fn compared(self, operator: ComparisonOperator, other: Expression) -> Expression {
        let (nullable, span) = (self.nullable || other.nullable, self.span);
        let kind = ExpressionKind::Compare {
            operator,
            left: Box::new(self),
            right: Box::new(other),
        };
        Expression::new(kind, Type::Boolean, span).nullable(nullable)
    }

    /// `NOT` of this condition; two of them are none.
    #[must_use]
    pub fn negated(self) -> Expression {
        let (nullable, span) = (self.nullable, self.span);
        match self.kind {
            ExpressionKind::Not(inner) => Expression { span, ..*inner },
            kind => {
                let operand = Box::new(Expression { kind, ..self });
                let kind = ExpressionKind::Not(operand);
                Expression::new(kind, Type::Boolean, span).nullable(nullable)
            }
        }
    }

    /// `x IS NULL`.
    #[must_use]
    pub fn is_null(self) -> Expression {
        let span = self.span;
        let kind = ExpressionKind::IsNull(Box::new(self));
        Expression::new(kind, Type::Boolean, span)
    }

    /// `x IS TRUE` or `x IS FALSE`.
    #[must_use]
    pub fn is_truth(self, value: bool) -> Expression {
        let span = self.span;
        let operand = Box::new(self);
        let kind = ExpressionKind::IsTruth { operand, value };
        Expression::new(kind, Type::Boolean, span)
    }
}
