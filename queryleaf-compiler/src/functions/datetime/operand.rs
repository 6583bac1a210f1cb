//! What is known about an operand before the query runs.

use super::DateTimeFunction;
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
    if expression.ty == Type::Date {
        return true;
    }
    match &expression.kind {
        ExpressionKind::CurrentTimestamp => true,
        ExpressionKind::Literal(Literal::Timestamp(milliseconds)) => {
            *milliseconds >= 0 || milliseconds % 1000 == 0
        }
        ExpressionKind::Cast(inner) => survives_date_add(inner),
        ExpressionKind::Call {
            function: Function::DateTime(DateTimeFunction::TruncateTimestamp),
            arguments,
        } => match &arguments[..] {
            [unit, ..] => unit
                .as_text()
                .and_then(Unit::of_field)
                .is_some_and(|unit| unit >= Unit::Second),
            [] => false,
        },
        _ => false,
    }
}
