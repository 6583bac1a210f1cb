//! Conversions that comparisons do not need, and those of constants.

use super::super::super::decimal::{from_double, rounded};
use super::super::range::range;
use crate::functions::{DateTimeFunction, Function};
use crate::plan::{Expression, ExpressionKind, Literal};
use crate::types::{EnumType, StoredVariant, Type};

/// An operand of a comparison without the conversions that do not change what the server says about
/// it: for the server a number is a number, whatever its type, compared by its exact value.
pub(crate) fn without_lossless_casts(expression: &Expression) -> &Expression {
    let ExpressionKind::Cast(operand) = &expression.kind else {
        return expression;
    };
    let lossless = match (&operand.ty, &expression.ty) {
        (Type::Integer, Type::Bigint | Type::Numeric)
        | (Type::Bigint, Type::Numeric)
        | (Type::Date, Type::Timestamp) => true,
        (Type::Integer | Type::Bigint, Type::Double) => range(operand).fits_double(),
        (Type::Enum(reference), Type::Text) => is_stored_as_text(&reference.definition),
        (from, to) => from == to,
    };
    if lossless {
        without_lossless_casts(operand)
    } else {
        expression
    }
}

/// Whether what is stored is the name of the variant.
pub(super) fn is_stored_as_text(definition: &EnumType) -> bool {
    definition
        .variants
        .iter()
        .all(|variant| matches!(variant.stored, StoredVariant::Text(_)))
}

/// The timestamp whose date this is, if it is one.
pub(in crate::lower) fn date_of_timestamp(expression: &Expression) -> Option<&Expression> {
    let expression = without_lossless_casts(expression);
    match &expression.kind {
        ExpressionKind::Cast(operand)
            if operand.ty == Type::Timestamp && expression.ty == Type::Date =>
        {
            Some(operand)
        }
        ExpressionKind::Call {
            function: Function::DateTime(DateTimeFunction::DateOfTimestamp),
            arguments,
        } => match &arguments[..] {
            [timestamp] if timestamp.ty == Type::Timestamp => Some(timestamp),
            _ => None,
        },
        _ => None,
    }
}

/// The constant that a conversion of a constant is, where PostgreSQL's result is known here.
pub(in crate::lower) fn folded(operand: &Expression, to: &Type) -> Option<Literal> {
    let constant = constant(operand)?;
    Some(match (constant, to) {
        (Literal::Null, _) => Literal::Null,
        (Literal::Integer(value), Type::Integer) => {
            Literal::Integer(i64::from(i32::try_from(value).ok()?))
        }
        (Literal::Integer(value), Type::Bigint) => Literal::Integer(value),
        (Literal::Integer(value), Type::Double) => Literal::Double(value as f64),
        (Literal::Integer(value), Type::Numeric) => Literal::Numeric(value.to_string()),
        (Literal::Numeric(text), Type::Numeric) => Literal::Numeric(text),
        (Literal::Numeric(text), Type::Double) => {
            Literal::Double(text.parse().ok().filter(|value: &f64| value.is_finite())?)
        }
        (Literal::Numeric(text), Type::Bigint) => Literal::Integer(rounded(&text)?),
        (Literal::Numeric(text), Type::Integer) => {
            Literal::Integer(i64::from(i32::try_from(rounded(&text)?).ok()?))
        }
        (Literal::Double(value), Type::Double) => Literal::Double(value),
        (Literal::Double(value), Type::Numeric) => Literal::Numeric(from_double(value)?),
        (Literal::Text(text), Type::Text) => Literal::Text(text),
        (Literal::Timestamp(value), Type::Timestamp) => Literal::Timestamp(value),
        _ => return None,
    })
}

fn constant(expression: &Expression) -> Option<Literal> {
    match &expression.kind {
        // What is stored for a variant of an enum is its text only where texts are stored.
        ExpressionKind::Literal(_) if matches!(expression.ty, Type::Enum(_)) => None,
        ExpressionKind::Literal(literal) => Some(literal.clone()),
        ExpressionKind::Cast(operand) => folded(operand, &expression.ty),
        _ => None,
    }
}
