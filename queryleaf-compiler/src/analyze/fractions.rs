//! The fractions of `PERCENTILE_CONT` and `PERCENTILE_DISC`: one, or an array of several.

use super::Analyzer;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Aggregate, Expression, ExpressionKind, Literal};
use crate::types::{Item, Type};

/// How many percentiles are asked for at once.
pub(super) enum Fractions {
    One,
    /// An array of them, which gives an array; whether one of them is `NULL`.
    Many {
        nullable: bool,
    },
}

impl Analyzer<'_> {
    /// Brings the fractions of a percentile to doubles. They are literals between 0 and 1; in an array
    /// one may be `NULL`, and so is its percentile.
    pub(super) fn fractions(
        &mut self,
        aggregate: &mut Aggregate,
        name: &str,
        span: Span,
    ) -> Result<Fractions> {
        let arguments = std::mem::take(&mut aggregate.arguments);
        let several = match &arguments[..] {
            [
                Expression {
                    kind: ExpressionKind::Array(items),
                    span,
                    ..
                },
            ] => Some((items.clone(), *span)),
            _ => None,
        };
        let Some((fractions, place)) = several else {
            aggregate.arguments = match &arguments[..] {
                [one] if matches!(one.ty, Type::Array(_)) => arguments,
                _ => self.coerce_all(arguments, &Type::Double)?,
            };
            let fraction = aggregate.arguments.first();
            let place = fraction.map_or(span, |fraction| fraction.span);
            check(fraction.and_then(Expression::as_literal), name, place)?;
            return Ok(Fractions::One);
        };
        let fractions = self.coerce_all(fractions, &Type::Double)?;
        let is_null = |fraction: &Expression| matches!(fraction.as_literal(), Some(Literal::Null));
        for fraction in fractions.iter().filter(|fraction| !is_null(fraction)) {
            check(fraction.as_literal(), name, fraction.span)?;
        }
        let nullable = fractions.iter().any(is_null);
        let ty = Type::Array(Box::new(Item {
            ty: Type::Double,
            nullable,
            own: false,
        }));
        let fractions = Expression::new(ExpressionKind::Array(fractions), ty, place);
        aggregate.arguments = vec![fractions];
        Ok(Fractions::Many { nullable })
    }
}

fn check(fraction: Option<&Literal>, name: &str, place: Span) -> Result<()> {
    match fraction {
        Some(Literal::Double(value)) if (0.0..=1.0).contains(value) => Ok(()),
        Some(_) => {
            let message = format!("the fraction of `{name}` must lie between 0 and 1");
            Err(Box::new(Diagnostic::error(
                Code::InvalidLiteral,
                place,
                message,
            )))
        }
        None => {
            let message = format!("a fraction of `{name}` that is not a literal is not supported");
            Err(Box::new(
                Diagnostic::error(Code::Unsupported, place, message)
                    .help("write the number, or several as `ARRAY[0.25, 0.75]`"),
            ))
        }
    }
}
