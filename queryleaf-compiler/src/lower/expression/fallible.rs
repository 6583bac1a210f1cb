//! What may fail on the server for the values of some rows.
//!
//! `WHERE x <> 0 AND 10 / x > 2` must not divide by zero. The server evaluates the parts of a
//! query-language filter in an order of its own, so what may fail is guarded by what stands before it.

use super::cast::folded;
use super::range::{negated, range, unchecked};
use crate::functions::{
    ArrayFunction, DateTimeFunction, Function, JsonFunction, NumberFunction, TextFunction,
};
use crate::plan::{ArithmeticOperator, Expression, ExpressionKind, Literal};
use crate::types::Type;

/// Whether the server may fail to compute an expression for some rows.
pub(crate) fn may_fail(expression: &Expression) -> bool {
    expression.any(&mut fails)
}

/// Whether an operation itself may fail, given its operands.
fn fails(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Arithmetic {
            operator,
            left,
            right,
        } => {
            let divides = matches!(
                operator,
                ArithmeticOperator::Divide | ArithmeticOperator::Modulo
            );
            let overflows = expression.ty.is_integer()
                && !unchecked(*operator, range(left), range(right)).fits_bigint();
            overflows || (divides && !matches!(right.kind, ExpressionKind::Literal(_)))
        }
        ExpressionKind::Negate(operand) => {
            expression.ty.is_integer() && !negated(range(operand)).fits_bigint()
        }
        ExpressionKind::Cast(operand) => {
            folded(operand, &expression.ty).is_none() && conversion_fails(operand, &expression.ty)
        }
        ExpressionKind::Call {
            function,
            arguments,
        } => call_fails(*function, arguments),
        // A pattern that ends with its escape character.
        ExpressionKind::Like { pattern, .. } => !matches!(
            pattern.kind,
            ExpressionKind::Literal(_) | ExpressionKind::Parameter(_)
        ),
        // These fail only where a part of them does.
        ExpressionKind::Literal(_)
        | ExpressionKind::Path(_)
        | ExpressionKind::Parameter(_)
        | ExpressionKind::CurrentTimestamp
        | ExpressionKind::Not(_)
        | ExpressionKind::And(_)
        | ExpressionKind::Or(_)
        | ExpressionKind::Compare { .. }
        | ExpressionKind::IsNull(_)
        | ExpressionKind::NotDistinct { .. }
        | ExpressionKind::IsTruth { .. }
        | ExpressionKind::InList { .. }
        | ExpressionKind::InParameter { .. }
        | ExpressionKind::Regex { .. }
        | ExpressionKind::Case { .. }
        | ExpressionKind::Coalesce(_)
        | ExpressionKind::Greatest(_)
        | ExpressionKind::Least(_)
        | ExpressionKind::Quantified { .. }
        | ExpressionKind::Array(_)
        | ExpressionKind::Object(_)
        | ExpressionKind::Subscript { .. }
        | ExpressionKind::Member { .. }
        // These are columns of an operator of their own by the time that it matters.
        | ExpressionKind::Aggregate(_)
        | ExpressionKind::Window(_)
        | ExpressionKind::Grouping(_)
        | ExpressionKind::Subquery(_) => false,
    }
}

fn conversion_fails(operand: &Expression, to: &Type) -> bool {
    match (&operand.ty, to) {
        (from, to) if from == to => false,
        (Type::Integer, Type::Integer | Type::Bigint) => false,
        (from, Type::Integer | Type::Bigint) => !matches!(from, Type::Boolean),
        (Type::Text, to) => !matches!(to, Type::Text | Type::Json),
        (Type::Json | Type::Double | Type::Numeric, Type::Text) => true,
        (Type::Json, to) => !matches!(to, Type::Json | Type::Document),
        (Type::Array(_), Type::Array(_)) => true,
        _ => false,
    }
}

/// Of what is not known to succeed it is assumed that it may fail.
pub(super) fn call_fails(function: Function, arguments: &[Expression]) -> bool {
    match function {
        Function::Text(function) => match function {
            TextFunction::Append
            | TextFunction::Concat
            | TextFunction::ConcatWithSeparator
            | TextFunction::Contains
            | TextFunction::Length
            | TextFunction::Lower
            | TextFunction::Position
            | TextFunction::PositionOf
            | TextFunction::Replace
            | TextFunction::Reverse
            | TextFunction::StartsWith
            | TextFunction::Trim
            | TextFunction::TrimLeft
            | TextFunction::TrimRight
            | TextFunction::Upper => false,
            TextFunction::Left | TextFunction::Right | TextFunction::Substring => {
                !rest_is_constant(arguments)
            }
            _ => true,
        },
        Function::Number(function) => match function {
            NumberFunction::Ceiling
            | NumberFunction::Floor
            | NumberFunction::Sign
            | NumberFunction::AndBits
            | NumberFunction::OrBits
            | NumberFunction::DifferingBits
            | NumberFunction::OtherBits
            | NumberFunction::GreatestCommonDivisor
            | NumberFunction::Hexadecimal
            | NumberFunction::CountNulls
            | NumberFunction::CountValues
            | NumberFunction::Random
            | NumberFunction::Pi => false,
            NumberFunction::Round | NumberFunction::Truncate => !rest_is_constant(arguments),
            NumberFunction::Absolute => arguments.iter().any(|argument| {
                argument.ty.is_integer() && !negated(range(argument)).fits_bigint()
            }),
            _ => true,
        },
        Function::DateTime(function) => !matches!(
            function,
            DateTimeFunction::DateMinusDate
                | DateTimeFunction::DateOfTimestamp
                | DateTimeFunction::ExtractDate
                | DateTimeFunction::ExtractInterval
                | DateTimeFunction::ExtractTimestamp
                | DateTimeFunction::IntervalPlusTimestamp
                | DateTimeFunction::MillisecondsBetween
                | DateTimeFunction::PartOfInterval
                | DateTimeFunction::PartOfTimestamp
                | DateTimeFunction::SecondsBetween
                | DateTimeFunction::TimestampMinusInterval
                | DateTimeFunction::TimestampMinusTimestamp
                | DateTimeFunction::TimestampPlusInterval
                | DateTimeFunction::TruncateTimestamp
        ),
        Function::Array(function) => {
            matches!(function, ArrayFunction::Trim | ArrayFunction::Fill)
        }
        // A pattern of ours, and fields that the server fills.
        Function::Change(_) => false,
        Function::Json(function) => !matches!(
            function,
            JsonFunction::Field
                | JsonFunction::Element
                | JsonFunction::HasKey
                | JsonFunction::Contains
        ),
    }
}

fn rest_is_constant(arguments: &[Expression]) -> bool {
    arguments.iter().skip(1).all(|argument| {
        matches!(
            argument.kind,
            ExpressionKind::Literal(Literal::Integer(0..) | Literal::Text(_))
        )
    })
}
