//! Comparisons, and which types can be compared.

use super::Analyzer;
use super::cast::is_explicit;
use super::coerce::common;
use super::row_value::is_row;
use super::scope::Scope;
use super::unknown_name::list;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{ComparisonOperator, Expression, ExpressionKind};
use crate::types::Type;
use sqlparser::ast::{BinaryOperator, Expr};

impl Analyzer<'_> {
    /// A comparison of two typed sides.
    pub(crate) fn compare(
        &mut self,
        operator: ComparisonOperator,
        left: Expression,
        right: Expression,
        span: Span,
    ) -> Result<Expression> {
        let (left, right) = self.comparable(left, right, operator)?;
        let nullable = left.nullable || right.nullable;
        let kind = ExpressionKind::Compare {
            operator,
            left: Box::new(left),
            right: Box::new(right),
        };
        Ok(Expression {
            kind,
            ty: Type::Boolean,
            nullable,
            span,
        })
    }

    /// Brings two sides to a type whose values can be compared.
    pub(crate) fn comparable(
        &mut self,
        left: Expression,
        right: Expression,
        operator: ComparisonOperator,
    ) -> Result<(Expression, Expression)> {
        let Some(mut ty) = common(&left.ty, &right.ty) else {
            let message = format!("cannot compare `{}` with `{}`", left.ty, right.ty);
            let error = Diagnostic::error(Code::TypeMismatch, right.span, message)
                .label(format!("this is of type `{}`", right.ty));
            return Err(Box::new(match comparison_help(&left, &right) {
                Some(help) => error.help(help),
                None => error,
            }));
        };
        let parameters = [&left, &right]
            .iter()
            .all(|side| matches!(side.kind, ExpressionKind::Parameter(_)));
        if matches!(ty, Type::Unknown) && !parameters {
            ty = Type::Text;
        }
        let equality = matches!(
            operator,
            ComparisonOperator::Equal | ComparisonOperator::NotEqual
        );
        let unordered_array = matches!(ty, Type::Array(_)) && !equality;
        if ty.is_document() || unordered_array {
            let help = match ty {
                Type::Json => "take a value out of it as text with `->>`, and cast that",
                Type::Array(_) => "only `=` and `<>` compare arrays; for items use `ANY` or `@>`",
                Type::Geometry(_) => "compare its `coordinates`",
                _ => "compare its fields",
            };
            let message = format!("values of type `{ty}` cannot be compared like this");
            return Err(Box::new(
                Diagnostic::error(Code::TypeMismatch, left.span.to(right.span), message).help(help),
            ));
        }
        Ok((self.coerce(left, &ty)?, self.coerce(right, &ty)?))
    }

    pub(crate) fn comparison_operator(
        &self,
        operator: &BinaryOperator,
        span: Span,
    ) -> Result<ComparisonOperator> {
        match comparison(operator) {
            Some(operator) => Ok(operator),
            None => self.unsupported(span, format!("`{operator}` with `ANY` or `ALL`")),
        }
    }

    pub(crate) fn not_distinct(
        &mut self,
        left: &Expr,
        right: &Expr,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        if is_row(left) || is_row(right) {
            return self.rows_not_distinct(left, right, scope, span);
        }
        let left = self.expression(left, scope, span)?;
        let right = self.expression(right, scope, span)?;
        self.values_not_distinct(left, right, span)
    }

    /// `a IS NOT DISTINCT FROM b` of two values.
    pub(crate) fn values_not_distinct(
        &mut self,
        left: Expression,
        right: Expression,
        span: Span,
    ) -> Result<Expression> {
        let (left, right) = self.comparable(left, right, ComparisonOperator::Equal)?;
        let kind = ExpressionKind::NotDistinct {
            left: Box::new(left),
            right: Box::new(right),
        };
        Ok(Expression::new(kind, Type::Boolean, span))
    }
}

pub(crate) fn comparison(operator: &BinaryOperator) -> Option<ComparisonOperator> {
    match operator {
        BinaryOperator::Eq => Some(ComparisonOperator::Equal),
        BinaryOperator::NotEq => Some(ComparisonOperator::NotEqual),
        BinaryOperator::Lt => Some(ComparisonOperator::Less),
        BinaryOperator::LtEq => Some(ComparisonOperator::LessOrEqual),
        BinaryOperator::Gt => Some(ComparisonOperator::Greater),
        BinaryOperator::GtEq => Some(ComparisonOperator::GreaterOrEqual),
        _ => None,
    }
}

/// What to write instead of a comparison of two types that do not go together.
fn comparison_help(left: &Expression, right: &Expression) -> Option<String> {
    match (&left.ty, &right.ty) {
        (Type::Array(_), _) => Some("compare with an item: write `value = ANY(array)`".to_owned()),
        (_, Type::Array(_)) => Some("write `= ANY(..)` to compare with the items".to_owned()),
        (Type::Integer | Type::Bigint | Type::Double | Type::Numeric, Type::Text) => {
            Some(format!("cast the text, as in `(..)::{}`", left.ty))
        }
        (Type::Json, _) | (_, Type::Json) => Some(
            "take the value out as text with `->>`, and cast that, as in `(extra ->> 'size')::integer`"
                .to_owned(),
        ),
        (Type::Timestamp | Type::Date, Type::Integer) => Some(
            "write a time like `'2026-01-31'`, or compare a part of it, as in `EXTRACT(YEAR FROM x)`"
                .to_owned(),
        ),
        (Type::Text, Type::Integer | Type::Bigint | Type::Numeric)
            if right.as_literal().is_some() =>
        {
            Some("quote it if a text is meant".to_owned())
        }
        (Type::Boolean, Type::Integer) => Some("write `TRUE` or `FALSE`".to_owned()),
        (Type::Enum(of), _) | (_, Type::Enum(of)) => {
            let values = of.definition.variants.iter();
            let values: Vec<String> = values.map(|value| format!("'{}'", value.name)).collect();
            Some(format!("the values of `{}` are {}", of.definition.name, list(&values)))
        }
        (Type::Document | Type::Struct(_) | Type::Map(_), _)
        | (_, Type::Document | Type::Struct(_) | Type::Map(_)) => {
            Some("compare one of its fields, as in `address.city`".to_owned())
        }
        (left, right) if is_explicit(right, left) => {
            Some(format!("cast one of the two, as in `(..)::{left}`"))
        }
        (left, right) if is_explicit(left, right) => {
            Some(format!("cast one of the two, as in `(..)::{right}`"))
        }
        _ => None,
    }
}
