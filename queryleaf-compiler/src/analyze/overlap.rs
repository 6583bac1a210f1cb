//! `(start, end) OVERLAPS (start, end)`.

use super::Analyzer;
use super::scope::Scope;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{ComparisonOperator, Expression, ExpressionKind, Literal};
use crate::types::Type;
use sqlparser::ast::Expr;

/// A period: its earlier end, and its later one where both are known.
struct Period {
    start: Expression,
    end: Expression,
}

impl Analyzer<'_> {
    /// Whether two periods have a moment in common. The ends of each may come in either order, the
    /// second may be a length, and a moment is a period of its own.
    pub(super) fn overlaps(
        &mut self,
        left: &Expr,
        right: &Expr,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        let one = self.period(left, scope, span)?;
        let other = self.period(right, scope, span)?;
        let less = ComparisonOperator::Less;
        let begins_later = self.later(&one, &other, span)?;
        let begins_earlier = self.later(&other, &one, span)?;
        let together = one
            .start
            .clone()
            .compared(ComparisonOperator::Equal, other.start.clone());
        let ends = any_null(vec![one.end, other.end]);
        let is_unknown = ends.map(|unknown| (unknown, null(span)));
        let at_once = case(
            is_unknown.into_iter().collect(),
            Some(Expression::always(span)),
            span,
        );
        let branches = vec![
            (
                other.start.clone().compared(less, one.start.clone()),
                begins_later,
            ),
            (one.start.compared(less, other.start), begins_earlier),
            (together, at_once),
        ];
        Ok(case(branches, None, span))
    }

    /// Whether a period overlaps one that has begun before.
    fn later(&mut self, later: &Period, earlier: &Period, span: Span) -> Result<Expression> {
        let overlap = self
            .copy(&later.start)?
            .compared(ComparisonOperator::Less, self.copy(&earlier.end)?);
        let unknown = any_null(vec![self.copy(&later.end)?, self.copy(&earlier.end)?]);
        let branches = [(overlap, Expression::always(span))]
            .into_iter()
            .chain(unknown.map(|unknown| (unknown, null(span))));
        let never = Expression::literal(Literal::Boolean(false), Type::Boolean, span);
        Ok(case(branches.collect(), Some(never), span))
    }

    fn period(&mut self, period: &Expr, scope: &Scope, span: Span) -> Result<Period> {
        let ends = self.row(period, scope, span)?;
        let Ok([first, second]) = <[Expression; 2]>::try_from(ends) else {
            let message = "`OVERLAPS` wants two periods, each a pair";
            return Err(Box::new(
                Diagnostic::error(Code::ArgumentMismatch, span, message)
                    .help("write `(start, end) OVERLAPS (start, end)`"),
            ));
        };
        let second = match second.ty {
            Type::Interval => {
                let first = self.copy(&first)?;
                self.resolve("+", vec![first, second], span)?
            }
            _ => second,
        };
        let [first, second] = [self.moment(first)?, self.moment(second)?];
        let unknown = any_null(vec![self.copy(&first)?, self.copy(&second)?]);
        let both = vec![self.copy(&first)?, self.copy(&second)?];
        let latest = Expression::new(ExpressionKind::Greatest(both), Type::Timestamp, span)
            .nullable(first.nullable && second.nullable);
        let end = match unknown {
            Some(unknown) => {
                let nothing = Expression::literal(Literal::Null, Type::Timestamp, span);
                let kind = ExpressionKind::Case {
                    branches: vec![(unknown, nothing)],
                    otherwise: Some(Box::new(latest)),
                };
                Expression::new(kind, Type::Timestamp, span).nullable(true)
            }
            None => latest,
        };
        let nullable = first.nullable && second.nullable;
        let start = ExpressionKind::Least(vec![first, second]);
        Ok(Period {
            start: Expression::new(start, Type::Timestamp, span).nullable(nullable),
            end,
        })
    }

    fn moment(&mut self, moment: Expression) -> Result<Expression> {
        match moment.ty {
            Type::Timestamp | Type::Date | Type::Unknown => self.coerce(moment, &Type::Timestamp),
            ref other => {
                let message = format!("`OVERLAPS` wants timestamps or dates, found `{other}`");
                Err(Box::new(
                    Diagnostic::error(Code::TypeMismatch, moment.span, message)
                        .label(format!("this is of type `{other}`")),
                ))
            }
        }
    }
}

fn null(span: Span) -> Expression {
    Expression::literal(Literal::Null, Type::Boolean, span)
}

/// Whether one of these is `NULL`; none where none can be.
fn any_null(values: Vec<Expression>) -> Option<Expression> {
    let span = values.first().map_or_else(Span::default, |one| one.span);
    let mut conditions: Vec<Expression> = values
        .into_iter()
        .filter(|value| value.nullable)
        .map(Expression::is_null)
        .collect();
    match conditions.len() {
        0 | 1 => conditions.pop(),
        _ => Some(Expression::new(
            ExpressionKind::Or(conditions),
            Type::Boolean,
            span,
        )),
    }
}

fn case(
    branches: Vec<(Expression, Expression)>,
    otherwise: Option<Expression>,
    span: Span,
) -> Expression {
    match (branches.is_empty(), otherwise) {
        (true, Some(otherwise)) => otherwise,
        (_, otherwise) => {
            let nullable = otherwise.is_none() || branches.iter().any(|(_, value)| value.nullable);
            let otherwise = otherwise.map(Box::new);
            let kind = ExpressionKind::Case {
                branches,
                otherwise,
            };
            Expression::new(kind, Type::Boolean, span).nullable(nullable)
        }
    }
}
