//! Literals: numbers, and quoted text where a value of some type is wanted.

use super::content_type;
use super::unknown_name::list;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::literal;
use crate::plan::{Expression, Literal};
use crate::suggestion::nearest;
use crate::types::{EnumType, StoredVariant, Type};

/// A number as it is written.
pub(crate) fn number(text: &str, span: Span) -> Result<Expression> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        if let Ok(value) = text.parse::<i64>() {
            return Ok(integer(value, span));
        }
        return numeric(text, span);
    }
    if text.parse::<f64>().is_ok() && text.bytes().all(is_numeric_byte) {
        return numeric(text, span);
    }
    let message = format!("`{text}` is no number");
    Err(Box::new(Diagnostic::error(
        Code::InvalidLiteral,
        span,
        message,
    )))
}

/// The whole number that a sign before these digits makes, if it is one: it has the type of the
/// negative number, which may be a smaller one than that of the digits alone.
pub(crate) fn negative(digits: &str, span: Span) -> Option<Expression> {
    let value = format!("-{digits}").parse().ok()?;
    Some(integer(value, span))
}

fn integer(value: i64, span: Span) -> Expression {
    let ty = if i32::try_from(value).is_ok() {
        Type::Integer
    } else {
        Type::Bigint
    };
    Expression::literal(Literal::Integer(value), ty, span)
}

fn is_numeric_byte(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-')
}

/// The most significant digits that Decimal128 holds.
const MAX_DIGITS: usize = 34;

fn numeric(text: &str, span: Span) -> Result<Expression> {
    if !fits_decimal(text) {
        let message = format!(
            "the number `{text}` has more than {MAX_DIGITS} significant digits, or too large an exponent"
        );
        return Err(Box::new(Diagnostic::error(
            Code::InvalidLiteral,
            span,
            message,
        )));
    }
    Ok(Expression::literal(
        Literal::Numeric(text.to_owned()),
        Type::Numeric,
        span,
    ))
}

fn fits_decimal(text: &str) -> bool {
    let unsigned = text.trim_start_matches(['-', '+']);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>()),
        None => (unsigned, Ok(0)),
    };
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let significant = digits.trim_start_matches('0').trim_end_matches('0');
    significant.len() <= MAX_DIGITS && exponent.is_ok_and(|exponent| exponent.abs() <= 6000)
}

/// Quoted text as a value of the type that is wanted in its place.
pub(crate) fn typed_literal(text: String, to: &Type, span: Span) -> Result<Literal> {
    let trimmed = text.trim();
    let read = match to {
        Type::Text | Type::Unknown => return Ok(Literal::Text(text)),
        Type::Enum(reference) => return variant(&text, &reference.definition, span),
        Type::Boolean => boolean(trimmed).map(Literal::Boolean),
        Type::Integer => trimmed
            .parse::<i32>()
            .ok()
            .map(|value| Literal::Integer(i64::from(value))),
        Type::Bigint => trimmed.parse::<i64>().ok().map(Literal::Integer),
        Type::Double => trimmed
            .parse::<f64>()
            .ok()
            .filter(|value| value.is_finite())
            .map(Literal::Double),
        Type::Numeric => {
            let valid = trimmed.bytes().all(is_numeric_byte)
                && trimmed.parse::<f64>().is_ok()
                && fits_decimal(trimmed);
            valid.then(|| Literal::Numeric(trimmed.to_owned()))
        }
        Type::Timestamp => {
            return dated(
                literal::timestamp(trimmed).map(Literal::Timestamp),
                &text,
                to,
                span,
            );
        }
        Type::Date => {
            return dated(
                literal::date(trimmed).map(Literal::Timestamp),
                &text,
                to,
                span,
            );
        }
        Type::Interval => {
            let interval = literal::interval(trimmed, None).map(|(months, days, milliseconds)| {
                Literal::Interval {
                    months,
                    days,
                    milliseconds,
                }
            });
            return dated(interval, &text, to, span);
        }
        Type::Uuid => uuid(trimmed).map(Literal::Uuid),
        Type::ObjectId => hexadecimal(trimmed)
            .and_then(|bytes| bytes.try_into().ok())
            .map(Literal::ObjectId),
        Type::Bytea => text
            .strip_prefix("\\x")
            .and_then(hexadecimal)
            .map(Literal::Bytea),
        Type::Geometry(_) => {
            return Err(Box::new(
                Diagnostic::error(
                    Code::TypeMismatch,
                    span,
                    format!("a quoted literal where a `{to}` is wanted"),
                )
                .help("write it like `POINT(10.75, 59.91)`, or use a parameter"),
            ));
        }
        Type::Array(_) => {
            let help = if text.starts_with('{') {
                format!("write `ARRAY[..]::{to}`, or use a parameter")
            } else {
                format!(
                    "write `'{text}' = ANY(..)` to ask for an item, or `ARRAY['{text}']` for an array"
                )
            };
            let message = format!("a quoted literal where `{to}` is wanted");
            return Err(Box::new(
                Diagnostic::error(Code::TypeMismatch, span, message).help(help),
            ));
        }
        Type::Json | Type::Document | Type::Struct(_) | Type::Map(_) | Type::Event(_) => {
            return Err(Box::new(
                Diagnostic::error(
                    Code::TypeMismatch,
                    span,
                    format!("a quoted literal where `{to}` is wanted"),
                )
                .help("write `JSON_BUILD_OBJECT(..)`, or use a parameter"),
            ));
        }
    };
    read.ok_or_else(|| invalid(format!("`'{text}'` is no `{to}`"), to, span))
}

/// The outcome of reading a timestamp, date or interval, which tells the reason of a refusal.
fn dated(
    read: std::result::Result<Literal, &'static str>,
    text: &str,
    to: &Type,
    span: Span,
) -> Result<Literal> {
    read.map_err(|reason| invalid(format!("`'{text}'` is no `{to}`: {reason}"), to, span))
}

fn invalid(message: String, to: &Type, span: Span) -> Box<Diagnostic> {
    let error = Diagnostic::error(Code::InvalidLiteral, span, message);
    Box::new(match example(to) {
        Some(example) => error.help(format!("write it like `{example}`")),
        None => error,
    })
}

/// How a value of a type is written.
fn example(ty: &Type) -> Option<&'static str> {
    match ty {
        Type::Boolean => Some("TRUE"),
        Type::Timestamp => Some("'2026-01-31 12:30:00'"),
        Type::Date => Some("'2026-01-31'"),
        Type::Interval => Some("'7 days'"),
        Type::Uuid => Some("'1c6f8a52-5f0e-4b62-9d43-0f6ad3a4b6b7'"),
        Type::ObjectId => Some("'65f0a1b2c3d4e5f60718293a'"),
        Type::Bytea => Some("'\\xdeadbeef'"),
        Type::Integer
        | Type::Bigint
        | Type::Double
        | Type::Numeric
        | Type::Text
        | Type::Json
        | Type::Document
        | Type::Geometry(_)
        | Type::Event(_)
        | Type::Array(_)
        | Type::Map(_)
        | Type::Struct(_)
        | Type::Enum(_)
        | Type::Unknown => None,
    }
}

/// The variant that a quoted literal names.
fn variant(text: &str, definition: &EnumType, span: Span) -> Result<Literal> {
    if let Some(found) = definition
        .variants
        .iter()
        .find(|variant| variant.name == text)
    {
        return Ok(match &found.stored {
            StoredVariant::Text(stored) => Literal::Text(stored.clone()),
            StoredVariant::Integer(stored) => Literal::Integer(*stored),
        });
    }
    if let Some(error) = content_type::unknown(text, definition, span) {
        return Err(error);
    }
    let error = Diagnostic::error(
        Code::UnknownVariant,
        span,
        format!("enum `{}` has no variant `'{text}'`", definition.name),
    );
    let names: Vec<String> = definition
        .variants
        .iter()
        .map(|variant| variant.name.clone())
        .collect();
    Err(Box::new(
        match nearest(text, names.iter().map(String::as_str)) {
            Some(near) => error.help(format!("a variant with a similar name exists: `'{near}'`")),
            None => error.note(format!("its variants are {}", list(&names))),
        },
    ))
}

fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "t" | "yes" | "y" | "on" | "1" => Some(true),
        "false" | "f" | "no" | "n" | "off" | "0" => Some(false),
        _ => None,
    }
}

fn uuid(text: &str) -> Option<[u8; 16]> {
    let inner = text
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
        .unwrap_or(text);
    let groups: Vec<usize> = inner.split('-').map(str::len).collect();
    if !matches!(groups[..], [32] | [8, 4, 4, 4, 12]) {
        return None;
    }
    hexadecimal(&inner.replace('-', ""))?.try_into().ok()
}

fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text
        .chars()
        .map(|character| {
            character
                .to_digit(16)
                .and_then(|digit| u8::try_from(digit).ok())
        })
        .collect::<Option<_>>()?;
    if digits.len() % 2 == 1 {
        return None;
    }
    Some(
        digits
            .chunks(2)
            .map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit))
            .collect(),
    )
}
