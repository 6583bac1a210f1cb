//! What is inside the parts of an event, and what they are outside of it.

use super::super::field::{field_expression, localize, member};
use super::super::scope::Name;
use super::super::unknown_name::list;
use super::columns::collection;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::functions::{ChangeFunction, Function};
use crate::plan::{Expression, ExpressionKind, PathStep};
use crate::suggestion::nearest;
use crate::types::{EventDocument, EventPart, FieldPath, NAMED_DOCUMENT, Type};

/// An expression as everything takes it that knows nothing of events.
pub(in crate::analyze) fn value(expression: Expression) -> Expression {
    let Type::Event(part) = &expression.ty else {
        return expression;
    };
    let ty = part.value();
    let kind = match part {
        EventPart::NamedDocument(documents) => {
            let documents = documents.clone();
            return Expression {
                ty,
                ..document_of(expression, &documents)
            };
        }
        EventPart::ClusterTime => ExpressionKind::Cast(Box::new(expression.clone())),
        EventPart::OperationType
        | EventPart::ResumeToken
        | EventPart::DocumentKey(_)
        | EventPart::Document(_)
        | EventPart::UpdateDescription(_)
        | EventPart::UpdatedFields(_)
        | EventPart::RemovedFields(_)
        | EventPart::ChangedFields(_) => expression.kind,
    };
    Expression {
        kind,
        ty,
        ..expression
    }
}

/// A column of a result: a document of one of several collections takes the name of its collection
/// along, which the event tells.
pub(in crate::analyze) fn output(expression: Expression) -> Expression {
    let (Type::Event(EventPart::Document(documents)), ExpressionKind::Path(path)) =
        (&expression.ty, &expression.kind)
    else {
        return expression;
    };
    let ty = Type::Event(EventPart::NamedDocument(documents.clone()));
    let collection = collection(path.column);
    let (nullable, span) = (expression.nullable, expression.span);
    let kind = ExpressionKind::Call {
        function: Function::Change(ChangeFunction::NamedDocument),
        arguments: vec![expression, collection],
    };
    Expression::new(kind, ty, span).nullable(nullable)
}

/// The document in one that goes with the name of its collection.
fn document_of(named: Expression, documents: &EventDocument) -> Expression {
    let ty = Type::Event(EventPart::Document(documents.clone()));
    if let ExpressionKind::Call { arguments, .. } = &named.kind
        && let [document, _] = &arguments[..]
    {
        return document.clone();
    }
    let span = named.span;
    inside(named, NAMED_DOCUMENT, ty, false, span)
}

/// Whether an expression is the time of an event as a timestamp, which `TO_TIMESTAMP` leaves as it is.
pub(in crate::analyze) fn is_cluster_time(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Cast(operand) => operand.ty == Type::Event(EventPart::ClusterTime),
        _ => false,
    }
}

/// The field `name` of a part.
pub(in crate::analyze) fn part_field(
    value: Expression,
    part: &EventPart,
    name: &Name,
) -> Result<Expression> {
    match part {
        EventPart::DocumentKey(document) => match document.field(&name.text) {
            Some((field, rust)) if field.name == "_id" => {
                Ok(declared(value, &field, rust, name.span))
            }
            _ => Err(no_field(name, "the key of a document", &["_id"])),
        },
        EventPart::Document(document) => match document.field(&name.text) {
            Some((field, rust)) => Ok(declared(value, &field, rust, name.span)),
            None => Err(no_field(name, "these documents", &document.columns())),
        },
        EventPart::NamedDocument(document) => {
            let document = document.clone();
            let value = document_of(value, &document);
            part_field(value, &EventPart::Document(document), name)
        }
        EventPart::UpdateDescription(document) => {
            let known = [
                ("updated_fields", "updatedFields"),
                ("removed_fields", "removedFields"),
                ("truncated_arrays", "truncatedArrays"),
            ];
            let found = known
                .into_iter()
                .find(|(column, stored)| [*column, *stored].contains(&name.text.as_str()));
            let (stored, ty) = match found {
                Some((_, stored @ "updatedFields")) => {
                    let part = EventPart::UpdatedFields(document.clone());
                    (stored, Type::Event(part))
                }
                Some((_, stored @ "removedFields")) => {
                    let part = EventPart::RemovedFields(document.clone());
                    (stored, Type::Event(part))
                }
                Some((_, stored)) => (stored, Type::Json),
                None => {
                    let names = known.map(|(column, _)| column);
                    return Err(no_field(name, "the description of an update", &names));
                }
            };
            Ok(inside(value, stored, ty, false, name.span))
        }
        EventPart::UpdatedFields(document) => updated_field(value, document, name),
        EventPart::OperationType
        | EventPart::ClusterTime
        | EventPart::ResumeToken
        | EventPart::RemovedFields(_)
        | EventPart::ChangedFields(_) => Err(Box::new(Diagnostic::error(
            Code::TypeMismatch,
            name.span,
            format!(
                "a value of type `{}` has no field `{}`",
                value.ty, name.text
            ),
        ))),
    }
}

/// What an update has set at a dotted path.
fn updated_field(value: Expression, document: &EventDocument, name: &Name) -> Result<Expression> {
    let reached = super::changed::reach(document, &name.text, name.span)?;
    let mut found = match &reached.field {
        Some((field, rust)) if !name.text.contains('.') => {
            declared(value, field, rust.clone(), name.span)
        }
        _ => {
            let span = value.span.to(name.span);
            member(value, &name.text, reached.ty, span)
        }
    };
    // Only what was changed is there.
    found.nullable = true;
    if let ExpressionKind::Path(path) = &mut found.kind
        && let Some(last) = path.steps.last_mut()
    {
        last.nullable = true;
    }
    Ok(found)
}

/// A declared field of the documents.
fn declared(
    value: Expression,
    field: &crate::types::Field,
    rust: Option<FieldPath>,
    place: Span,
) -> Expression {
    let span = value.span.to(place);
    let nullable = value.nullable;
    match (value.kind, rust) {
        (ExpressionKind::Path(path), Some(rust)) => {
            field_expression(path, field, rust, nullable, span)
        }
        (kind, rust) => {
            let ty = match &rust {
                Some(rust) => localize(&field.ty, rust),
                None => field.ty.clone(),
            };
            let value = Expression { kind, ..value };
            inside(value, &field.name, ty, field.nullable, place)
        }
    }
}

/// What is stored under a name in a document.
fn inside(value: Expression, stored: &str, ty: Type, nullable: bool, place: Span) -> Expression {
    let span = value.span.to(place);
    let nullable = value.nullable || nullable;
    match value.kind {
        ExpressionKind::Path(mut path) => {
            path.steps.push(PathStep {
                name: stored.to_owned(),
                nullable,
            });
            path.rust = None;
            Expression {
                kind: ExpressionKind::Path(path),
                ty,
                nullable,
                span,
            }
        }
        kind => Expression {
            nullable,
            ..member(Expression { kind, ..value }, stored, ty, span)
        },
    }
}

pub(super) fn no_field(name: &Name, of: &str, known: &[&str]) -> Box<Diagnostic> {
    let message = format!("no field `{}` in {of}", name.text);
    let error = Diagnostic::error(Code::UnknownColumn, name.span, message);
    Box::new(match nearest(&name.text, known.iter().copied()) {
        Some(near) => error.help(format!("a field with a similar name exists: `{near}`")),
        None => {
            let known: Vec<String> = known.iter().map(|name| (*name).to_owned()).collect();
            error.note(format!("its fields are {}", list(&known)))
        }
    })
}
