//! Fields inside values: declared ones, and keys that no schema lists.

use super::change_stream::part_field;
use super::scope::Name;
use super::unknown_name::list;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Expression, ExpressionKind, Path, PathStep};
use crate::suggestion::nearest;
use crate::types::{Field, FieldPath, GeometryType, Item, Reference, Step, Type};
use std::sync::Arc;

/// The field `name` of a value.
pub(crate) fn field(value: Expression, name: &Name) -> Result<Expression> {
    let span = value.span.to(name.span);
    match value.ty.clone() {
        Type::Struct(reference) => {
            let fields = &reference.definition.fields;
            let number = fields.iter().position(|field| field.column() == name.text);
            if let Some(number) = number
                && let Some(found) = struct_field(value, &reference, number, span)
            {
                return Ok(found);
            }
            let error = Diagnostic::error(
                Code::UnknownColumn,
                name.span,
                format!("no field `{}` in struct `{}`", name.text, reference.definition.name),
            );
            let names: Vec<String> = fields.iter().map(|field| field.column().to_owned()).collect();
            Err(Box::new(match nearest(&name.text, names.iter().map(String::as_str)) {
                Some(near) => error.help(format!("a field with a similar name exists: `{near}`")),
                None => error.note(format!("its fields are {}", list(&names))),
            }))
        }
        Type::Map(item) => Ok(member(value, &name.text, item.ty, span)),
        Type::Json | Type::Document => Ok(member(value, &name.text, Type::Json, span)),
        Type::Geometry(geometry) => geometry_key(value, geometry, name, span),
        Type::Event(part) => part_field(value, &part, name),
        Type::Array(_) => Err(Box::new(
            Diagnostic::error(
                Code::TypeMismatch,
                name.span,
                format!("`{}` is asked of an array", name.text),
            )
            .label(format!("this is of type `{}`", value.ty))
            .help("take one item with a subscript, as in `items[1].sku`, or all with `FROM .., UNNEST(items) AS item`"),
        )),
        Type::Boolean | Type::Integer | Type::Bigint | Type::Double | Type::Numeric | Type::Text
        | Type::Timestamp | Type::Date | Type::Interval | Type::Uuid | Type::ObjectId
        | Type::Bytea | Type::Enum(_) | Type::Unknown => Err(Box::new(no_field(&value, name))),
    }
}

/// The error for a field of a value that has none.
fn no_field(value: &Expression, name: &Name) -> Diagnostic {
    let of = match &value.kind {
        ExpressionKind::Parameter(_) => "a parameter".to_owned(),
        _ => format!("a value of type `{}`", value.ty),
    };
    let message = format!("{of} has no field `{}`", name.text);
    let error = Diagnostic::error(Code::TypeMismatch, name.span, message);
    match &value.kind {
        ExpressionKind::Parameter(_) => error.help(format!(
            "give the field a name of its own: `sql!(\".. :{field}\", {field} = value.{field})`",
            field = name.text
        )),
        _ => error,
    }
}

/// A key that the schema does not list.
pub(crate) fn member(document: Expression, key: &str, ty: Type, span: Span) -> Expression {
    let kind = ExpressionKind::Member {
        document: Box::new(document),
        key: key.to_owned(),
    };
    Expression {
        kind,
        ty,
        nullable: true,
        span,
    }
}

/// A key of a geometry, which is stored as GeoJSON.
fn geometry_key(
    value: Expression,
    geometry: GeometryType,
    name: &Name,
    span: Span,
) -> Result<Expression> {
    let Some((ty, required)) = geometry.key(&name.text) else {
        let message = format!("no field `{}` in a `{}`", name.text, geometry.name());
        let error = Diagnostic::error(Code::UnknownColumn, name.span, message);
        return Err(Box::new(match nearest(&name.text, GeometryType::KEYS) {
            Some(near) => error.help(format!("a field with a similar name exists: `{near}`")),
            None => error.note("its fields are those of GeoJSON: `type` and `coordinates`"),
        }));
    };
    let nullable = value.nullable || !required;
    Ok(match value.kind {
        ExpressionKind::Path(mut path) => {
            path.steps.push(PathStep {
                name: name.text.clone(),
                nullable: !required,
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
            ..member(Expression { kind, ..value }, &name.text, ty, span)
        },
    })
}

/// A declared field of a struct value.
pub(super) fn struct_field(
    value: Expression,
    reference: &Reference<crate::types::StructType>,
    number: usize,
    span: Span,
) -> Option<Expression> {
    let field = reference.definition.fields.get(number)?;
    let mut rust = reference.rust.clone()?;
    rust.steps.push(Step::Field(number));
    let nullable = value.nullable;
    Some(match value.kind {
        ExpressionKind::Path(path) => field_expression(path, field, rust, nullable, span),
        kind => {
            let document = Expression { kind, ..value };
            let ty = localize(&field.ty, &rust);
            let mut result = member(document, &field.name, ty, span);
            result.nullable = nullable || field.nullable;
            result
        }
    })
}

/// A field at the end of a path.
pub(super) fn field_expression(
    mut path: Path,
    field: &Field,
    rust: FieldPath,
    outer_nullable: bool,
    span: Span,
) -> Expression {
    let ty = localize(&field.ty, &rust);
    path.steps.push(PathStep {
        name: field.name.clone(),
        nullable: field.nullable,
    });
    path.rust = (field.own || is_declared_by_user(&field.ty)).then_some(rust);
    Expression {
        kind: ExpressionKind::Path(path),
        ty,
        nullable: outer_nullable || field.nullable,
        span,
    }
}

/// Whether a Rust type of the user's own is part of a type.
pub(crate) fn is_declared_by_user(ty: &Type) -> bool {
    match ty {
        Type::Struct(_) | Type::Enum(_) => true,
        Type::Array(item) | Type::Map(item) => item.own || is_declared_by_user(&item.ty),
        Type::Boolean
        | Type::Integer
        | Type::Bigint
        | Type::Double
        | Type::Numeric
        | Type::Text
        | Type::Timestamp
        | Type::Date
        | Type::Interval
        | Type::Uuid
        | Type::ObjectId
        | Type::Bytea
        | Type::Json
        | Type::Document
        | Type::Geometry(_)
        | Type::Event(_)
        | Type::Unknown => false,
    }
}

/// A declared type as seen from a field of the query.
pub(crate) fn localize(ty: &Type, rust: &FieldPath) -> Type {
    match ty {
        Type::Struct(reference) => Type::Struct(Reference {
            definition: Arc::clone(&reference.definition),
            rust: Some(rust.clone()),
        }),
        Type::Enum(reference) => Type::Enum(Reference {
            definition: Arc::clone(&reference.definition),
            rust: Some(rust.clone()),
        }),
        Type::Array(item) => Type::Array(localize_item(item, rust)),
        Type::Map(item) => Type::Map(localize_item(item, rust)),
        Type::Boolean
        | Type::Integer
        | Type::Bigint
        | Type::Double
        | Type::Numeric
        | Type::Text
        | Type::Timestamp
        | Type::Date
        | Type::Interval
        | Type::Uuid
        | Type::ObjectId
        | Type::Bytea
        | Type::Json
        | Type::Document
        | Type::Geometry(_)
        | Type::Event(_)
        | Type::Unknown => ty.clone(),
    }
}

fn localize_item(item: &Item, rust: &FieldPath) -> Box<Item> {
    let mut inner = rust.clone();
    inner.steps.push(Step::Item);
    Box::new(Item {
        ty: localize(&item.ty, &inner),
        nullable: item.nullable,
        own: item.own,
    })
}
