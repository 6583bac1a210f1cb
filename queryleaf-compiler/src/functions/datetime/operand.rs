//! What is known about an operand before the query runs.

use super::DateTimeFunction;
use super::interval::constant;
use crate::functions::Function;
use crate::literal::Unit;
use crate::plan::{Expression, ExpressionKind, Literal};
use crate::types::Type;

/// Whether writing the operand twice costs no computation.
pub(super) fn is_cheap(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Literal(_)
        | ExpressionKind::Path(_)
        | ExpressionKind::Parameter(_)
        | ExpressionKind::CurrentTimestamp => true,
        ExpressionKind::Cast(inner) => inner.ty == expression.ty && is_cheap(inner),
        _ => false,
    }
}

/// Whether `$dateAdd` gives the right answer for this timestamp: it is off for those before 1970
/// that have a fraction of a second.
pub(super) fn survives_date_add(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::CurrentTimestamp | ExpressionKind::Literal(Literal::Timestamp(0..)) => true,
        _ => has_whole_seconds(expression),
    }
}

/// Whether a timestamp surely has no fraction of a second.
fn has_whole_seconds(expression: &Expression) -> bool {
    if expression.ty == Type::Date {
        return true;
    }
    match &expression.kind {
        ExpressionKind::Literal(Literal::Timestamp(milliseconds)) => milliseconds % 1000 == 0,
        ExpressionKind::Cast(operand) => has_whole_seconds(operand),
        ExpressionKind::Call {
            function: Function::DateTime(function),
            arguments,
        } => match (function, &arguments[..]) {
            (DateTimeFunction::TruncateTimestamp, [unit, _]) => unit
                .as_text()
                .and_then(Unit::of_field)
                .is_some_and(|unit| unit >= Unit::Second),
            (
                DateTimeFunction::TimestampPlusInterval | DateTimeFunction::TimestampMinusInterval,
                [timestamp, interval],
            )
            | (DateTimeFunction::IntervalPlusTimestamp, [interval, timestamp]) => {
                has_whole_seconds(timestamp)
                    && constant(interval).is_some_and(|(.., milliseconds)| milliseconds % 1000 == 0)
            }
            _ => false,
        },
        _ => false,
    }
}
