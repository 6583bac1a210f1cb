//! `generate_series(start, stop, step)` of times: the steps are counted, and each is added to the start.

use super::Analyzer;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::functions::{ArrayFunction, DateTimeFunction, Function};
use crate::literal::Unit;
use crate::literal::calendar::{DAY, Day};
use crate::plan::{ArithmeticOperator, ComparisonOperator, Expression, ExpressionKind, Literal};
use crate::types::{Item, Type};

/// The last day that every month has.
const LAST_OF_ALL_MONTHS: i64 = 28;

/// How one time follows from the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Length {
    Months(i64),
    Milliseconds(i64),
}

/// The times of a series, given the number of steps to each.
#[derive(Debug)]
pub(super) struct Steps {
    start: Expression,
    step: Expression,
}

impl Steps {
    /// The time after so many steps.
    pub(super) fn after(self, count: Expression) -> Expression {
        let span = count.span;
        let nullable = count.nullable;
        let kind = ExpressionKind::Call {
            function: Function::DateTime(DateTimeFunction::TimestampAfterSteps),
            arguments: vec![self.start, count, self.step],
        };
        Expression::new(kind, Type::Timestamp, span).nullable(nullable)
    }
}

/// Whether arguments of `generate_series` are about times.
pub(super) fn is_of_times(arguments: &[Expression]) -> bool {
    let is_time = |argument: &Expression| {
        matches!(argument.ty, Type::Timestamp | Type::Date | Type::Interval)
    };
    arguments.iter().any(is_time)
}

impl Analyzer<'_> {
    /// The numbers of the steps, and what they lead to.
    pub(super) fn timestamp_series(
        &mut self,
        arguments: Vec<Expression>,
        span: Span,
    ) -> Result<(Expression, Steps)> {
        let Ok([start, stop, step]) = <[Expression; 3]>::try_from(arguments) else {
            let message = "`generate_series` of times takes a start, a stop and a step";
            return Err(Box::new(
                Diagnostic::error(Code::ArgumentMismatch, span, message)
                    .help("write a step such as `INTERVAL '1 day'` behind the stop"),
            ));
        };
        let start = self.coerce(start, &Type::Timestamp)?;
        let stop = self.coerce(stop, &Type::Timestamp)?;
        let step = self.coerce(step, &Type::Interval)?;
        let length = self.length(&step)?;
        if matches!(length, Length::Months(_)) && !is_in_every_month(&start) {
            let message = "a series of months from a day that not every month may have";
            return Err(Box::new(
                Diagnostic::error(Code::Unsupported, start.span, message)
                    .note("from the 31st, SQL goes on from the last day of a shorter month")
                    .help("begin with the first of a month, as `date_trunc('month', ..)` gives it"),
            ));
        }
        let last = self.steps_between(&start, stop, length, span)?;
        let item = Item {
            ty: Type::Integer,
            nullable: false,
            own: false,
        };
        let series = ExpressionKind::Call {
            function: Function::Array(ArrayFunction::Series),
            arguments: vec![
                Expression::integer(0, Type::Integer, span),
                last,
                Expression::integer(1, Type::Integer, span),
            ],
        };
        let series = Expression::new(series, Type::Array(Box::new(item)), span);
        Ok((series, Steps { start, step }))
    }

    fn length(&self, step: &Expression) -> Result<Length> {
        let Some(Literal::Interval {
            months,
            days,
            milliseconds,
        }) = step.as_literal()
        else {
            let message = "a step of `generate_series` that is not written out";
            return Err(Box::new(
                Diagnostic::error(Code::Unsupported, step.span, message)
                    .help("write it like `INTERVAL '1 day'`"),
            ));
        };
        let time = i64::from(*days).checked_mul(DAY);
        let time = time.and_then(|days| days.checked_add(*milliseconds));
        match (i64::from(*months), time) {
            (0, Some(0)) => Err(Box::new(Diagnostic::error(
                Code::InvalidLiteral,
                step.span,
                "the step of a series cannot be zero",
            ))),
            (0, Some(time)) => Ok(Length::Milliseconds(time)),
            (months, Some(0)) => Ok(Length::Months(months)),
            _ => self.unsupported(step.span, "a step of months and days"),
        }
    }

    /// How many steps there are from the start to the stop; -1 where not even the start is among the times.
    fn steps_between(
        &mut self,
        start: &Expression,
        stop: Expression,
        length: Length,
        span: Span,
    ) -> Result<Expression> {
        let (Length::Months(signed) | Length::Milliseconds(signed)) = length;
        if let (
            Length::Milliseconds(_),
            Some(Literal::Timestamp(from)),
            Some(Literal::Timestamp(to)),
        ) = (length, start.as_literal(), stop.as_literal())
        {
            let between = to - from;
            let is_reached = between == 0 || (between > 0) == (signed > 0);
            let steps = if is_reached { between / signed } else { -1 };
            return Ok(Expression::integer(steps, Type::Integer, span));
        }
        let (earlier, later) = if signed < 0 {
            (self.copy(&stop)?, self.copy(start)?)
        } else {
            (self.copy(start)?, self.copy(&stop)?)
        };
        let nullable = earlier.nullable || later.nullable;
        let between = match length {
            Length::Milliseconds(_) => {
                let kind = ExpressionKind::Call {
                    function: Function::DateTime(DateTimeFunction::MillisecondsBetween),
                    arguments: vec![self.copy(&later)?, self.copy(&earlier)?],
                };
                Expression::new(kind, Type::Bigint, span).nullable(nullable)
            }
            Length::Months(_) => {
                let unit = Literal::Text("month".to_owned());
                let unit = Expression::literal(unit, Type::Unknown, span);
                let arguments = vec![unit, self.copy(&earlier)?, self.copy(&later)?];
                self.resolve("timestampdiff", arguments, span)?
            }
        };
        let length = Expression::integer(signed.saturating_abs(), Type::Bigint, span);
        let steps = between.combined(ArithmeticOperator::Divide, length);
        let steps = self.cast_to(steps, &Type::Integer, span)?;
        let is_reached = earlier.compared(ComparisonOperator::LessOrEqual, later);
        let none = Expression::integer(-1, Type::Integer, span);
        let kind = ExpressionKind::Case {
            branches: vec![(is_reached, steps)],
            otherwise: Some(Box::new(none)),
        };
        Ok(Expression::new(kind, Type::Integer, span).nullable(nullable))
    }
}

/// Whether a time is surely on a day that every month has.
fn is_in_every_month(time: &Expression) -> bool {
    match &time.kind {
        ExpressionKind::Literal(Literal::Timestamp(milliseconds)) => {
            Day::of(*milliseconds).day <= LAST_OF_ALL_MONTHS
        }
        ExpressionKind::Cast(inner) => is_in_every_month(inner),
        ExpressionKind::Call {
            function: Function::DateTime(function),
            arguments,
        } => match (function, &arguments[..]) {
            (DateTimeFunction::TruncateTimestamp, [unit, _]) => unit
                .as_text()
                .and_then(Unit::of_field)
                .is_some_and(|unit| unit.months().is_some()),
            (
                DateTimeFunction::TimestampPlusInterval | DateTimeFunction::TimestampMinusInterval,
                [time, shift],
            ) => {
                let is_of_months = matches!(
                    shift.as_literal(),
                    Some(Literal::Interval {
                        days: 0,
                        milliseconds: 0,
                        ..
                    })
                );
                is_of_months && is_in_every_month(time)
            }
            _ => false,
        },
        _ => false,
    }
}
