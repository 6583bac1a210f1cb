//! `COALESCE`, `GREATEST`, `LEAST`, `NULLIF`: calls that are expressions of their own.

use super::Analyzer;
use super::call::wrong_count;
use crate::diagnostic::{Result, Span};
use crate::plan::{ComparisonOperator, Expression, ExpressionKind, Literal};
use crate::types::Type;

impl Analyzer<'_> {
    pub(crate) fn coalesce(
        &mut self,
        arguments: Vec<Expression>,
        span: Span,
    ) -> Result<Expression> {
        if arguments.is_empty() {
            return wrong_count("coalesce", "at least one argument", span);
        }
        let (arguments, ty) = self.unify(arguments, "COALESCE")?;
        let nullable = arguments.iter().all(|argument| argument.nullable);
        Ok(Expression {
            kind: ExpressionKind::Coalesce(arguments),
            ty,
            nullable,
            span,
        })
    }

    pub(crate) fn extreme(
        &mut self,
        name: &str,
        arguments: Vec<Expression>,
        span: Span,
    ) -> Result<Expression> {
        let Some(first) = arguments.first().cloned() else {
            return wrong_count(name, "at least one argument", span);
        };
        let (arguments, ty) = self.unify(arguments, &name.to_uppercase())?;
        self.comparable(
            Expression {
                ty: ty.clone(),
                ..first.clone()
            },
            Expression {
                ty: ty.clone(),
                ..first
            },
            ComparisonOperator::Less,
        )?;
        let nullable = arguments.iter().all(|argument| argument.nullable);
        let kind = if name == "greatest" {
            ExpressionKind::Greatest(arguments)
        } else {
            ExpressionKind::Least(arguments)
        };
        Ok(Expression {
            kind,
            ty,
            nullable,
            span,
        })
    }

    /// `NULLIF(a, b)`: `CASE WHEN a = b THEN NULL ELSE a END`, of the type in which the two are
    /// compared: `NULLIF(1, 2.5)` is a `numeric`. PostgreSQL compares integers of two sizes, and dates with
    /// timestamps, as they are.
    pub(crate) fn nullif(&mut self, arguments: Vec<Expression>, span: Span) -> Result<Expression> {
        let Ok([value, other]) = <[Expression; 2]>::try_from(arguments) else {
            return wrong_count("nullif", "two arguments", span);
        };
        let value = self.settle(value)?;
        let compared = self.copy(&value)?;
        let stays = matches!(
            (&value.ty, &other.ty),
            (Type::Integer, Type::Bigint) | (Type::Date, Type::Timestamp)
        );
        let equal = self.compare(ComparisonOperator::Equal, compared, other, span)?;
        let value = match &equal.kind {
            ExpressionKind::Compare { left, .. } if !stays => (**left).clone(),
            _ => value,
        };
        let ty = value.ty.clone();
        let null = Expression::literal(Literal::Null, ty.clone(), span);
        let kind = ExpressionKind::Case {
            branches: vec![(equal, null)],
            otherwise: Some(Box::new(value)),
        };
        Ok(Expression {
            kind,
            ty,
            nullable: true,
            span,
        })
    }
}
