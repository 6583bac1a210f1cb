//! JSON text in place of a document: `'{"theme": "dark"}'`, read while the program compiles.

use super::field::is_declared_by_user;
use super::geojson;
use super::literal::typed_literal;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::functions::{Function, JsonFunction};
use crate::plan::{Expression, ExpressionKind, Literal};
use crate::suggestion::nearest;
use crate::types::{Field, Type};
use serde_json::Value;

/// The value that a JSON text stands for.
pub(super) fn read(text: &str, to: &Type, span: Span) -> Result<Expression> {
    let value: Value = serde_json::from_str(text).map_err(|error| {
        let message = format!("`'{text}'` is no JSON: {error}");
        let error = Diagnostic::error(Code::InvalidLiteral, span, message);
        let is_word = text
            .chars()
            .all(|letter| letter.is_alphanumeric() || letter == ' ');
        Box::new(match is_word {
            true => error.help(format!(
                "a text in JSON has quotes of its own: `'\"{text}\"'`"
            )),
            false => error,
        })
    })?;
    if let Some(number) = rounded_number(text) {
        let message = format!("{number} has more digits than a number in JSON text keeps");
        return Err(Box::new(
            Diagnostic::error(Code::InvalidLiteral, span, message).help(
                "write `JSON_BUILD_OBJECT(..)` or `ARRAY[..]`, which keep them, or use a parameter",
            ),
        ));
    }
    typed(value, to, span)
}

/// The value that a JSON text stands for in a query, as a `jsonb`.
pub(super) fn literal(text: &str, span: Span) -> Result<Expression> {
    let value = read(text, &Type::Json, span)?;
    if matches!(value.as_literal(), Some(Literal::Null)) {
        let message = "JSON's `null` as a value of its own is not supported";
        return Err(Box::new(
            Diagnostic::error(Code::Unsupported, span, message)
                .help("leave the key out, or write `JSON_SET(document, '$.key', NULL)`"),
        ));
    }
    let kind = match value.kind {
        ExpressionKind::Object(_) => {
            let document = Expression {
                ty: Type::Document,
                ..value
            };
            ExpressionKind::Cast(Box::new(document))
        }
        _ => ExpressionKind::Call {
            function: Function::Json(JsonFunction::FromValue),
            arguments: vec![value],
        },
    };
    Ok(Expression::new(kind, Type::Json, span))
}

/// The first number of a JSON text that is neither a whole number of 64 bits nor what a double reads as.
fn rounded_number(text: &str) -> Option<&str> {
    let mut rest = text;
    loop {
        let start =
            rest.find(|letter: char| letter == '"' || letter == '-' || letter.is_ascii_digit())?;
        let found = rest.get(start..)?;
        let length = match found.strip_prefix('"') {
            Some(inside) => 2 + end_of_text(inside)?,
            None => {
                let is_part = |letter: char| letter.is_ascii_digit() || "+-.eE".contains(letter);
                let length = found.find(|letter| !is_part(letter)).unwrap_or(found.len());
                let number = found.get(..length)?;
                if !is_kept(number) {
                    return Some(number);
                }
                length
            }
        };
        rest = found.get(length..)?;
    }
}

/// Where the quote stands that ends a text.
fn end_of_text(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    text.bytes().position(|byte| {
        let ends = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        ends
    })
}

fn is_kept(number: &str) -> bool {
    let is_double = |value: f64| digits(number) == digits(&format!("{value:e}"));
    number.parse::<i64>().is_ok() || number.parse::<f64>().is_ok_and(is_double)
}

/// The digits of a number without zeros at either end, and the power of ten that the last one counts.
fn digits(number: &str) -> Option<(String, i64)> {
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{}{fraction}", whole.trim_start_matches('-'));
    let significant = all.trim_end_matches('0');
    let zeros = i64::try_from(all.len() - significant.len()).ok()?;
    let behind = i64::try_from(fraction.len()).ok()? - zeros;
    match significant.trim_start_matches('0') {
        "" => Some((String::new(), 0)),
        digits => {
            let exponent = exponent.parse::<i64>().ok()?;
            Some((digits.to_owned(), exponent.checked_sub(behind)?))
        }
    }
}

/// A value of JSON as one of this type.
fn typed(value: Value, to: &Type, span: Span) -> Result<Expression> {
    match (value, to) {
        (Value::Null, _) => Ok(Expression::literal(Literal::Null, to.clone(), span)),
        (Value::Object(entries), Type::Json | Type::Document | Type::Struct(_) | Type::Map(_)) => {
            let entries = entries
                .into_iter()
                .map(|(key, value)| Ok((key, typed(value, &Type::Json, span)?)))
                .collect::<Result<Vec<_>>>()?;
            object(entries, to, span)
        }
        (Value::Object(entries), Type::Geometry(geometry)) => {
            let entries = entries
                .into_iter()
                .map(|(key, value)| Ok((key, typed(value, &Type::Json, span)?)))
                .collect::<Result<Vec<_>>>()?;
            geojson::geometry(entries, *geometry, span)
        }
        (Value::Array(items), Type::Json) => {
            let items = items
                .into_iter()
                .map(|item| typed(item, &Type::Json, span))
                .collect::<Result<_>>()?;
            Ok(Expression::new(
                ExpressionKind::Array(items),
                Type::Json.array(),
                span,
            ))
        }
        (Value::Array(items), Type::Array(item)) => {
            let items = items
                .into_iter()
                .map(|value| typed(value, &item.ty, span))
                .collect::<Result<_>>()?;
            Ok(Expression::new(
                ExpressionKind::Array(items),
                to.clone(),
                span,
            ))
        }
        (Value::Bool(value), Type::Json | Type::Boolean) => Ok(Expression::literal(
            Literal::Boolean(value),
            Type::Boolean,
            span,
        )),
        (Value::Number(number), Type::Json) => Ok(number_of(&number, span)),
        (Value::Number(number), to) if to.is_number() => {
            let literal = typed_literal(number.to_string(), to, span)?;
            Ok(Expression::literal(literal, to.clone(), span))
        }
        (Value::String(text), Type::Json) => {
            Ok(Expression::literal(Literal::Text(text), Type::Text, span))
        }
        (Value::String(text), to) if !to.is_document() && !matches!(to, Type::Array(_)) => {
            let literal = typed_literal(text, to, span)?;
            Ok(Expression::literal(literal, to.clone(), span))
        }
        (value, to) => {
            let message = format!("`{value}` where `{to}` is wanted");
            Err(Box::new(Diagnostic::error(
                Code::InvalidLiteral,
                span,
                message,
            )))
        }
    }
}

/// A number of JSON as BSON has it: 32 bits where they suffice.
fn number_of(number: &serde_json::Number, span: Span) -> Expression {
    match number.as_i64() {
        Some(value) => {
            let ty = match i32::try_from(value) {
                Ok(_) => Type::Integer,
                Err(_) => Type::Bigint,
            };
            Expression::literal(Literal::Integer(value), ty, span)
        }
        None => {
            let value = number.as_f64().unwrap_or_default();
            Expression::literal(Literal::Double(value), Type::Double, span)
        }
    }
}

/// A document that is written out, as a value of a type with declared fields, or of any document.
pub(super) fn object(
    entries: Vec<(String, Expression)>,
    to: &Type,
    span: Span,
) -> Result<Expression> {
    let entries = match to {
        Type::Struct(reference) => {
            let fields = &reference.definition.fields;
            let name = &reference.definition.name;
            if let Some((key, _)) = entries
                .iter()
                .find(|(key, _)| !fields.iter().any(|field| field.name == *key))
            {
                let message = format!("struct `{name}` has no field `{key}`");
                let error = Diagnostic::error(Code::TypeMismatch, span, message);
                let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
                return Err(Box::new(match nearest(key, names.iter().copied()) {
                    Some(near) => {
                        error.help(format!("a field with a similar name exists: `{near}`"))
                    }
                    None => error.note(format!("its fields are `{}`", names.join("`, `"))),
                }));
            }
            let given = |field: &Field| entries.iter().any(|(key, _)| *key == field.name);
            if let Some(field) = fields.iter().find(|field| !field.nullable && !given(field)) {
                let message = format!("the field `{}` of struct `{name}` is missing", field.name);
                return Err(misfit(message, span));
            }
            let typed = entries.into_iter().map(|(key, value)| {
                let field = fields.iter().find(|field| field.name == key);
                match field {
                    Some(field) => Ok((key, of_type(value, &field.ty, field.nullable, span)?)),
                    None => Ok((key, value)),
                }
            });
            typed.collect::<Result<_>>()?
        }
        Type::Map(item) => entries
            .into_iter()
            .map(|(key, value)| Ok((key, of_type(value, &item.ty, item.nullable, span)?)))
            .collect::<Result<_>>()?,
        _ => entries,
    };
    Ok(Expression::new(
        ExpressionKind::Object(entries),
        to.clone(),
        span,
    ))
}

/// A value inside a document that is written out, as one of a declared type.
fn of_type(value: Expression, to: &Type, nullable: bool, span: Span) -> Result<Expression> {
    if matches!(value.as_literal(), Some(Literal::Null)) {
        if nullable {
            return Ok(Expression::literal(Literal::Null, to.clone(), span));
        }
        return Err(misfit(
            "`NULL` in a field that cannot be `NULL`".to_owned(),
            span,
        ));
    }
    let value = match (value.kind, to) {
        (ExpressionKind::Literal(Literal::Text(text)), to) if !to.is_document() => {
            let literal = typed_literal(text, to, span)?;
            return Ok(Expression::literal(literal, to.clone(), span));
        }
        (ExpressionKind::Literal(literal @ Literal::Integer(_)), Type::Bigint | Type::Integer) => {
            let fits = |value: i64| *to == Type::Bigint || i32::try_from(value).is_ok();
            match literal {
                Literal::Integer(number) if fits(number) => {
                    return Ok(Expression::literal(literal, to.clone(), span));
                }
                _ => return Err(misfit(format!("a number out of the range of `{to}`"), span)),
            }
        }
        (ExpressionKind::Literal(Literal::Integer(number)), Type::Numeric | Type::Double) => {
            let literal = typed_literal(number.to_string(), to, span)?;
            return Ok(Expression::literal(literal, to.clone(), span));
        }
        (ExpressionKind::Literal(Literal::Double(number)), Type::Numeric) => {
            let literal = typed_literal(number.to_string(), to, span)?;
            return Ok(Expression::literal(literal, to.clone(), span));
        }
        (ExpressionKind::Object(entries), Type::Geometry(geometry))
            if entries.iter().all(|(_, value)| geojson::is_constant(value)) =>
        {
            return geojson::geometry(entries, *geometry, span);
        }
        (ExpressionKind::Object(entries), to) if to.is_document() => {
            return object(entries, to, span);
        }
        (ExpressionKind::Array(items), Type::Array(item)) => {
            let items = items
                .into_iter()
                .map(|value| of_type(value, &item.ty, item.nullable, span))
                .collect::<Result<_>>()?;
            return Ok(Expression::new(
                ExpressionKind::Array(items),
                to.clone(),
                span,
            ));
        }
        (kind, _) => Expression { kind, ..value },
    };
    if value.ty == *to || (matches!(to, Type::Json) && !is_declared_by_user(&value.ty)) {
        return Ok(value);
    }
    let message = format!("a value of type `{}` where `{to}` is wanted", value.ty);
    Err(misfit(message, span))
}

fn misfit(message: String, span: Span) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(Code::TypeMismatch, span, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_are_kept_are_told_from_those_that_are_rounded() {
        for kept in [
            "0",
            "-0.0",
            "1.50",
            "1e3",
            "-2E-7",
            "0.1",
            "9223372036854775807",
            "1e300",
            "100000000000000000000",
        ] {
            assert_eq!(rounded_number(kept), None);
        }
        for rounded in [
            "9223372036854775809",
            "123456789012345678.91",
            "0.1234567890123456789",
            "-1e-400",
        ] {
            assert_eq!(rounded_number(rounded), Some(rounded));
            let text =
                format!(r#"{{"12345678901234567890.5 \\\" 1": [1, "\\"], "b": [{rounded}, 2]}}"#);
            assert_eq!(rounded_number(&text), Some(rounded));
        }
        assert_eq!(rounded_number(r#"{"a": "0.1234567890123456789"}"#), None);
    }
}
