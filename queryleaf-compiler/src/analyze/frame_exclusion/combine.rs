//! The result of a call over several frames from its results over each.

use super::{Exclusion, parts};
use crate::analyze::Analyzer;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::functions::{ArrayFunction, Function, TextFunction};
use crate::plan::{
    AggregateFunction, ArithmeticOperator, ComparisonOperator, Expression, ExpressionKind, Frame,
    Literal, WindowCall, WindowFunction,
};
use crate::types::Type;

impl Analyzer<'_> {
    /// A call over its frame without what is excluded; `ty` is the type of its result.
    pub(in crate::analyze) fn excluding(
        &mut self,
        exclusion: Exclusion,
        call: WindowCall,
        ty: &Type,
        span: Span,
    ) -> Result<Expression> {
        let Some(frames) = parts(exclusion, &call) else {
            let message = format!("`{}` of this frame is not supported", exclusion.words());
            let span = self.source.find(span.start, "exclude").unwrap_or(span);
            let error = Diagnostic::error(Code::Unsupported, span, message);
            return Err(Box::new(match exclusion {
                Exclusion::CurrentRow => {
                    error.help("it leaves out the current row of a frame in `ROWS`")
                }
                Exclusion::Group | Exclusion::Ties => {
                    error.help("it leaves out the peers of a frame in `GROUPS`")
                }
            }));
        };
        let over = |function, frame: &Frame| WindowCall {
            function,
            frame: frame.clone(),
            ..call.clone()
        };
        let one = |function, ty: &Type, frame: &Frame| {
            let kind = ExpressionKind::Window(Box::new(over(function, frame)));
            let is_count = function == WindowFunction::Aggregate(AggregateFunction::Count);
            Expression::new(kind, ty.clone(), span).nullable(!is_count)
        };
        let all = |function, ty: &Type| -> Vec<Expression> {
            frames
                .iter()
                .map(|frame| one(function, ty, frame))
                .collect()
        };
        let nothing = || Expression::literal(Literal::Null, ty.clone(), span);
        let function = call.function;
        match function {
            WindowFunction::Aggregate(aggregate) => {
                let parts = all(function, ty);
                let joined = |join: &dyn Fn(Expression, Expression) -> Expression| {
                    parts.clone().into_iter().reduce(join)
                };
                let result = match aggregate {
                    AggregateFunction::Count => {
                        let none = Expression::integer(0, ty.clone(), span);
                        return Ok(
                            joined(&|a, b| a.combined(ArithmeticOperator::Add, b)).unwrap_or(none)
                        );
                    }
                    AggregateFunction::Sum => joined(&|a, b| {
                        either(a.clone().combined(ArithmeticOperator::Add, b.clone()), a, b)
                    }),
                    AggregateFunction::Avg => {
                        let wide = match call.arguments.first().map(|argument| &argument.ty) {
                            Some(Type::Integer) => Type::Bigint,
                            _ => ty.clone(),
                        };
                        let sum = WindowFunction::Aggregate(AggregateFunction::Sum);
                        let count = WindowFunction::Aggregate(AggregateFunction::Count);
                        let sum = all(sum, &wide).into_iter().reduce(|a, b| {
                            either(a.clone().combined(ArithmeticOperator::Add, b.clone()), a, b)
                        });
                        let count = all(count, &Type::Bigint)
                            .into_iter()
                            .reduce(|a, b| a.combined(ArithmeticOperator::Add, b));
                        match (sum, count) {
                            (Some(sum), Some(count)) => Some(self.average(sum, count, ty, span)?),
                            _ => None,
                        }
                    }
                    AggregateFunction::Min => extreme(ExpressionKind::Least, &parts),
                    AggregateFunction::Max => extreme(ExpressionKind::Greatest, &parts),
                    AggregateFunction::BoolAnd | AggregateFunction::BoolOr => joined(&|a, b| {
                        let both = vec![a.clone(), b.clone()];
                        let kind = match aggregate {
                            AggregateFunction::BoolAnd => ExpressionKind::And(both),
                            _ => ExpressionKind::Or(both),
                        };
                        let both = Expression::new(kind, Type::Boolean, span).nullable(true);
                        either(both, a, b)
                    }),
                    AggregateFunction::ArrayAgg | AggregateFunction::JsonAgg => {
                        let join = Function::Array(ArrayFunction::Concatenate);
                        joined(&|a, b| called(join, vec![a, b], ty, span))
                    }
                    AggregateFunction::StringAgg => {
                        let append = Function::Text(TextFunction::Append);
                        let separator = call.arguments.get(1);
                        joined(&|a, b| {
                            let start = match separator {
                                Some(separator) => {
                                    called(append, vec![a.clone(), separator.clone()], ty, span)
                                }
                                None => a.clone(),
                            };
                            either(called(append, vec![start, b.clone()], ty, span), a, b)
                        })
                    }
                    AggregateFunction::CountRows
                    | AggregateFunction::StddevPop
                    | AggregateFunction::StddevSamp
                    | AggregateFunction::VarPop
                    | AggregateFunction::VarSamp
                    | AggregateFunction::PercentileCont
                    | AggregateFunction::PercentileDisc
                    | AggregateFunction::Mode => {
                        return self.not_in_parts(exclusion, frames.len(), parts, span);
                    }
                };
                Ok(result.unwrap_or_else(nothing))
            }
            // The first of the parts that has rows; the last one.
            WindowFunction::FirstValue | WindowFunction::LastValue => {
                let count = WindowFunction::Aggregate(AggregateFunction::Count);
                let mut branches = Vec::new();
                for frame in &frames {
                    let rows = WindowCall {
                        arguments: Vec::new(),
                        ..over(count, frame)
                    };
                    let rows = ExpressionKind::Window(Box::new(rows));
                    let rows = Expression::new(rows, Type::Bigint, span);
                    branches.push((is_positive(rows), one(function, ty, frame)));
                }
                if function == WindowFunction::LastValue {
                    branches.reverse();
                }
                if branches.is_empty() {
                    return Ok(nothing());
                }
                let kind = ExpressionKind::Case {
                    branches,
                    otherwise: None,
                };
                Ok(Expression::new(kind, ty.clone(), span).nullable(true))
            }
            WindowFunction::NthValue => {
                let parts = all(function, ty);
                self.not_in_parts(exclusion, frames.len(), parts, span)
            }
            // These do not look at the frame.
            WindowFunction::RowNumber
            | WindowFunction::Rank
            | WindowFunction::DenseRank
            | WindowFunction::PercentRank
            | WindowFunction::CumeDist
            | WindowFunction::Ntile
            | WindowFunction::Lag
            | WindowFunction::Lead => {
                let kind = ExpressionKind::Window(Box::new(call));
                Ok(Expression::new(kind, ty.clone(), span).nullable(true))
            }
        }
    }

    /// The sum over the count, where that is not zero.
    fn average(
        &mut self,
        sum: Expression,
        count: Expression,
        ty: &Type,
        span: Span,
    ) -> Result<Expression> {
        let sum = self.coerce(sum, ty)?;
        let by = self.coerce(count.clone(), ty)?;
        let quotient = sum.combined(ArithmeticOperator::Divide, by);
        let kind = ExpressionKind::Case {
            branches: vec![(is_positive(count), quotient)],
            otherwise: None,
        };
        Ok(Expression::new(kind, ty.clone(), span).nullable(true))
    }

    /// What cannot be told from its results over parts of the rows.
    fn not_in_parts(
        &self,
        exclusion: Exclusion,
        count: usize,
        mut parts: Vec<Expression>,
        span: Span,
    ) -> Result<Expression> {
        match (parts.pop(), count) {
            (Some(only), 1) => Ok(only),
            _ => self.unsupported(
                span,
                format!("`{}` with this window function", exclusion.words()),
            ),
        }
    }
}

/// What is made of both, or the one that there is.
fn either(both: Expression, one: Expression, other: Expression) -> Expression {
    let (ty, span) = (both.ty.clone(), both.span);
    let kind = ExpressionKind::Coalesce(vec![both, one, other]);
    Expression::new(kind, ty, span).nullable(true)
}

fn extreme(
    make: fn(Vec<Expression>) -> ExpressionKind,
    parts: &[Expression],
) -> Option<Expression> {
    let first = parts.first()?;
    match parts {
        [only] => Some(only.clone()),
        _ => {
            let kind = make(parts.to_vec());
            Some(Expression::new(kind, first.ty.clone(), first.span).nullable(true))
        }
    }
}

fn called(function: Function, arguments: Vec<Expression>, ty: &Type, span: Span) -> Expression {
    let kind = ExpressionKind::Call {
        function,
        arguments,
    };
    Expression::new(kind, ty.clone(), span).nullable(true)
}

fn is_positive(count: Expression) -> Expression {
    let none = Expression::integer(0, Type::Bigint, count.span);
    count.compared(ComparisonOperator::Greater, none)
}
