//! `changed_fields CONTAINS 'status'` and `updated_fields ? 'payment.status'`: whether an event has
//! changed a field.
//!
//! A field is changed when it is set or removed itself, when something inside of it is, and when what
//! it is inside of is: `payment.status` with `payment`, and `items` with `items.0.price`. The path is
//! checked; what is asked of an event are the names that tell of it.

use super::super::Analyzer;
use super::super::scope::Name;
use super::part::{no_field, value};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::functions::{ChangeFunction, Function};
use crate::plan::{Expression, ExpressionKind, Literal};
use crate::types::{EventDocument, EventPart, Field, FieldPath, Type};
use sqlparser::ast::BinaryOperator;

/// What a path leads to.
pub(super) struct Reached {
    pub(super) ty: Type,
    /// The first field on the way, and the way to its Rust type.
    pub(super) field: Option<(Field, Option<FieldPath>)>,
    /// The stored names on the way, each with whether it is that of an array.
    steps: Vec<(String, bool)>,
}

/// Whether an operator is `CONTAINS`, for which `query_forms` has put another one.
pub(in crate::analyze) fn is_contains(operator: &BinaryOperator) -> bool {
    match operator {
        BinaryOperator::PGCustomBinaryOperator(names) => {
            matches!(&names[..], [name] if name.eq_ignore_ascii_case("contains"))
        }
        _ => false,
    }
}

/// Whether a value holds changed fields, so that it can be asked for one.
pub(in crate::analyze) fn has_changed_fields(ty: &Type) -> bool {
    matches!(ty, Type::Event(part) if documents(part).is_some())
}

/// The documents whose changed fields a part holds.
fn documents(part: &EventPart) -> Option<&EventDocument> {
    match part {
        EventPart::ChangedFields(document)
        | EventPart::UpdatedFields(document)
        | EventPart::RemovedFields(document) => Some(document),
        EventPart::OperationType
        | EventPart::ClusterTime
        | EventPart::ResumeToken
        | EventPart::DocumentKey(_)
        | EventPart::Document(_)
        | EventPart::NamedDocument(_)
        | EventPart::UpdateDescription(_) => None,
    }
}

impl Analyzer<'_> {
    /// `fields CONTAINS 'path'`, and `fields ? 'path'` where these are fields of an event.
    pub(in crate::analyze) fn changed(
        &mut self,
        fields: Expression,
        path: &Expression,
        span: Span,
    ) -> Result<Expression> {
        let found = match &fields.ty {
            Type::Event(part) => documents(part),
            _ => None,
        };
        let Some(document) = found else {
            let message = "`CONTAINS` asks for a changed field of an event";
            return Err(Box::new(
                Diagnostic::error(Code::TypeMismatch, fields.span, message)
                    .label(format!("this is of type `{}`", fields.ty))
                    .help("a text is asked for a part by `LIKE '%x%'`, an array for an item by `'x' = ANY(tags)`, a document for a key by `?`"),
            ));
        };
        let Some(text) = path.as_text() else {
            let message = "a changed field that is not a quoted path";
            return Err(Box::new(
                Diagnostic::error(Code::Unsupported, path.span, message).help(
                    "write its path in quotes, so that it can be checked: `'payment.status'`",
                ),
            ));
        };
        let reached = reach(document, text, path.span)?;
        let nullable = fields.nullable;
        let kind = ExpressionKind::Call {
            function: Function::Change(ChangeFunction::Tells),
            arguments: vec![value(fields), names(&reached, path.span)],
        };
        Ok(Expression::new(kind, Type::Boolean, span).nullable(nullable))
    }
}

/// The names that tell of the path: those of what it is inside of and its own, each as it stands or
/// as the regular expression that the path and what is inside of it matches.
fn names(reached: &Reached, span: Span) -> Expression {
    let mut names = Vec::new();
    let mut plain = String::new();
    let mut pattern = String::new();
    // Behind an array there may be positions.
    let mut has_pattern = false;
    let last = reached.steps.len().saturating_sub(1);
    for (number, (step, is_array)) in reached.steps.iter().enumerate() {
        if number > 0 {
            plain.push('.');
            pattern.push_str("\\.");
        }
        plain.push_str(step);
        pattern.push_str(&quoted(step));
        let holds_more = number == last && may_hold_fields(&reached.ty);
        if holds_more {
            names.push(format!("^{pattern}(\\..*)?$"));
        } else if has_pattern || *is_array {
            if *is_array {
                pattern.push_str("(\\.[0-9]+)*");
                has_pattern = true;
            }
            names.push(format!("^{pattern}$"));
        } else {
            names.push(plain.clone());
        }
    }
    let names = names
        .into_iter()
        .map(|name| Expression::literal(Literal::Text(name), Type::Text, span));
    let kind = ExpressionKind::Array(names.collect());
    Expression::new(kind, Type::Text.array(), span)
}

/// A name inside a regular expression.
fn quoted(name: &str) -> String {
    let mut quoted = String::new();
    for letter in name.chars() {
        if letter.is_ascii_punctuation() && letter != '_' {
            quoted.push('\\');
        }
        quoted.push(letter);
    }
    quoted
}

/// Whether a part of a value of this type can be set by itself.
fn may_hold_fields(ty: &Type) -> bool {
    matches!(ty, Type::Array(_)) || ty.is_document()
}

/// Follows a dotted path through the documents, whose arrays it looks into.
pub(super) fn reach(document: &EventDocument, path: &str, span: Span) -> Result<Reached> {
    let mut names = path.split('.').map(|name| Name {
        text: name.to_owned(),
        span,
    });
    let unknown = |name: &Name, of: &str, known: &[&str]| {
        let mut error = no_field(name, of, known);
        if path.contains('.') {
            error.message = format!("no field `{path}`: {of} has no `{}`", name.text);
        }
        error
    };
    let first = names.next().unwrap_or(Name {
        text: String::new(),
        span,
    });
    let of = match &document.tables[..] {
        [(_, collection)] => format!("struct `{}`", collection.rust_name),
        _ => "these documents".to_owned(),
    };
    let Some((field, rust)) = document.field(&first.text) else {
        return Err(unknown(&first, &of, &document.columns()));
    };
    let mut ty = match &rust {
        Some(rust) => super::super::field::localize(&field.ty, rust),
        None => field.ty.clone(),
    };
    let mut steps = vec![(field.name.clone(), false)];
    for name in names {
        let mut is_array = false;
        while let Type::Array(item) = ty {
            is_array = true;
            ty = item.ty;
        }
        if let Some(last) = steps.last_mut() {
            last.1 |= is_array;
        }
        if is_array && name.text.parse::<u32>().is_ok() {
            // A position: the array as a whole says as much as can be said of one.
            continue;
        }
        ty = match ty {
            Type::Struct(reference) => {
                let fields = &reference.definition.fields;
                let number = fields.iter().position(|field| field.column() == name.text);
                let Some((number, found)) =
                    number.and_then(|number| Some((number, fields.get(number)?)))
                else {
                    let known: Vec<&str> = fields.iter().map(Field::column).collect();
                    let of = format!("struct `{}`", reference.definition.name);
                    return Err(unknown(&name, &of, &known));
                };
                steps.push((found.name.clone(), false));
                match &reference.rust {
                    Some(rust) => {
                        let mut rust = rust.clone();
                        rust.steps.push(crate::types::Step::Field(number));
                        super::super::field::localize(&found.ty, &rust)
                    }
                    None => found.ty.clone(),
                }
            }
            Type::Map(item) => {
                steps.push((name.text.clone(), false));
                item.ty
            }
            Type::Json | Type::Document | Type::Geometry(_) => {
                steps.push((name.text.clone(), false));
                Type::Json
            }
            other => {
                let message = format!("no field `{path}`: a value of type `{other}` has no fields");
                return Err(Box::new(Diagnostic::error(
                    Code::UnknownColumn,
                    span,
                    message,
                )));
            }
        };
    }
    Ok(Reached {
        ty,
        field: Some((field, rust)),
        steps,
    })
}
