//! JSON text in place of a document: `'{"theme": "dark"}'`, read while the program compiles.

use super::super::field::is_declared_by_user;
use super::super::literal::typed_literal;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
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
    typed(value, to, span)
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
