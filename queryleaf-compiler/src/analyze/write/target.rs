//! The fields that a statement writes, by their names.

use super::super::Analyzer;
use super::super::content_type;
use super::super::field::field;
use super::super::scope::Name;
use super::WrittenTable;
use super::bucket::{check_column, check_not_bytes};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Expression, ExpressionKind, Literal, PathStep, Target, TargetItem};
use crate::schema::Collection;
use crate::syntax::name_and_subscript;
use crate::types::{Field, Item, Type};
use sqlparser::ast;

impl Analyzer<'_> {
    /// The field of a dotted name.
    pub(super) fn written_field(
        &mut self,
        name: &ast::ObjectName,
        table: &WrittenTable,
    ) -> Result<Target> {
        let parts: Vec<Name> = name
            .0
            .iter()
            .filter_map(|part| part.as_ident().map(|ident| self.name(ident)))
            .collect();
        let span = match (parts.first(), parts.last()) {
            (Some(first), Some(last)) => first.span.to(last.span),
            _ => table.span,
        };
        if let [first, rest @ ..] = &parts[..]
            && !rest.is_empty()
            && name_and_subscript(&first.text).1.is_none()
            && !table.scope.has_column(first)
            && table
                .scope
                .sources
                .iter()
                .any(|source| source.name == first.text)
        {
            let column: Vec<&str> = rest.iter().map(|name| name.text.as_str()).collect();
            return Err(Box::new(
                Diagnostic::error(
                    Code::InvalidTarget,
                    first.span,
                    format!(
                        "`{}` before the name of a column that is written",
                        first.text
                    ),
                )
                .label("only one table is written, so its columns stand alone")
                .help(format!("write `{}`", column.join("."))),
            ));
        }
        self.field_of(&parts, table, span)
    }

    fn field_of(&self, parts: &[Name], table: &WrittenTable, span: Span) -> Result<Target> {
        let mut whole = Vec::with_capacity(parts.len());
        let mut rest = parts.iter();
        for part in rest.by_ref() {
            let (name, subscript) = name_and_subscript(&part.text);
            whole.push(Name {
                text: name.to_owned(),
                span: part.span,
            });
            if let Some(subscript) = subscript {
                let target = self.stored_field(&whole, table, span)?;
                return self.item_of(target, subscript, rest.as_slice(), span);
            }
        }
        self.stored_field(&whole, table, span)
    }

    /// `items[2].quantity`: an item of an array, or a field in it.
    fn item_of(&self, array: Target, subscript: &str, rest: &[Name], span: Span) -> Result<Target> {
        let Type::Array(item) = &array.ty else {
            let message = format!("`{}` is of type `{}`, no array", array.path(), array.ty);
            return Err(Box::new(Diagnostic::error(
                Code::TypeMismatch,
                span,
                message,
            )));
        };
        let position = subscript.parse::<u32>().ok();
        let Some(position) = position.filter(|position| (1..=10_000).contains(position)) else {
            let message = format!("the position {subscript} of an array that is written");
            return Err(Box::new(
                Diagnostic::error(Code::InvalidLiteral, span, message)
                    .help("positions are counted from 1, up to 10000"),
            ));
        };
        let (steps, ty, field) = within_item(&item.ty, rest, span)?;
        Ok(Target {
            item: Some(TargetItem {
                position,
                steps: steps.clone(),
                nullable_items: item.nullable,
            }),
            nullable: steps.last().map_or(item.nullable, |step| step.nullable),
            limits: field.map_or(array.limits, |field| field.limits),
            absent: field.is_some_and(|field| field.absent),
            content_types: Vec::new(),
            of_file: None,
            ty,
            steps: array.steps,
            span,
        })
    }

    /// A field of the items of an array, for `UPDATE .. FROM UNNEST(..)`.
    pub(super) fn field_of_items(&self, item: &Item, parts: &[Name], span: Span) -> Result<Target> {
        let (steps, ty, field) = within_item(&item.ty, parts, span)?;
        Ok(Target {
            limits: field.map(|field| field.limits).unwrap_or_default(),
            absent: field.is_some_and(|field| field.absent),
            content_types: Vec::new(),
            of_file: None,
            item: None,
            nullable: steps.last().map_or(item.nullable, |step| step.nullable),
            steps,
            ty,
            span,
        })
    }

    fn stored_field(&self, parts: &[Name], table: &WrittenTable, span: Span) -> Result<Target> {
        check_not_bytes(&table.collection, parts, span)?;
        let value = table.scope.resolve(parts)?;
        let mut steps = Vec::new();
        let mut kind = &value.kind;
        // Keys that no schema lists may be there or not.
        while let ExpressionKind::Member { document, key } = kind {
            if is_open(&document.ty) {
                return Err(inside_anything(key, span));
            }
            steps.push(PathStep {
                name: key.clone(),
                nullable: true,
            });
            kind = &document.kind;
        }
        steps.reverse();
        let ExpressionKind::Path(path) = kind else {
            return self.unsupported(span, "writing to this");
        };
        let steps: Vec<PathStep> = path.steps.iter().cloned().chain(steps).collect();
        if steps.is_empty() {
            let message = "a whole document is written field by field";
            return Err(Box::new(Diagnostic::error(
                Code::InvalidTarget,
                span,
                message,
            )));
        }
        if let Some(step) = steps.iter().find(|step| {
            step.name.is_empty() || step.name.starts_with('$') || step.name.contains(['.', '\0'])
        }) {
            let message = format!("the server cannot write a field called `{}`", step.name);
            return Err(Box::new(Diagnostic::error(
                Code::InvalidTarget,
                span,
                message,
            )));
        }
        let target = self.target_at(steps, value.ty, table, span);
        check_column(&table.collection, &target)?;
        Ok(target)
    }

    fn target_at(
        &self,
        mut steps: Vec<PathStep>,
        ty: Type,
        table: &WrittenTable,
        span: Span,
    ) -> Target {
        let field = declared_field(&table.collection.fields, &steps);
        if let [metadata, _, ..] = &mut steps[..]
            && table.collection.bucket().is_some()
        {
            // Some drivers store a null where nobody has given any.
            let whole = std::slice::from_ref(&*metadata);
            let declared = declared_field(&table.collection.fields, whole);
            metadata.nullable |= declared.is_some_and(Field::may_be_left_out);
        }
        let content_types = content_type::of_target(&table.collection, &steps);
        // Text of whatever origin: what the bucket takes is looked at when it is written.
        let ty = match content_types {
            [] => ty,
            _ => Type::Text,
        };
        Target {
            limits: field.map(|field| field.limits).unwrap_or_default(),
            absent: field.is_some_and(|field| field.absent),
            content_types: content_types.to_vec(),
            of_file: column_of_file(&table.collection, &steps),
            item: None,
            nullable: steps.last().is_none_or(|step| step.nullable),
            steps,
            ty,
            span,
        }
    }

    /// All declared fields of a table, in their order.
    pub(super) fn all_targets(&self, table: &WrittenTable) -> Vec<Target> {
        let fields = table.scope.all_columns(table.span);
        fields
            .into_iter()
            .filter_map(|(_, value)| match value.kind {
                ExpressionKind::Path(path) => {
                    Some(self.target_at(path.steps, value.ty, table, table.span))
                }
                _ => None,
            })
            .collect()
    }

    /// Finds two targets of which one is the other or a part of it.
    pub(super) fn check_targets(&self, targets: &[Target]) -> Result<()> {
        for (index, target) in targets.iter().enumerate() {
            let before = targets.iter().take(index);
            let clash = before.into_iter().find(|other| {
                let shorter = other.steps.len().min(target.steps.len());
                let same = other.steps.iter().zip(&target.steps).take(shorter);
                same.clone().count() == shorter && same.into_iter().all(|(a, b)| a.name == b.name)
            });
            if let Some(other) = clash {
                let (path, other) = (target.path(), other.path());
                let message = if path == other {
                    format!("`{path}` is written twice")
                } else {
                    format!(
                        "`{path}` and `{other}` are written, of which one is a part of the other"
                    )
                };
                return Err(Box::new(Diagnostic::error(
                    Code::InvalidTarget,
                    target.span,
                    message,
                )));
            }
        }
        Ok(())
    }
}

/// The server would write the field into each item of an array, and in place of a number.
fn inside_anything(key: &str, span: Span) -> Box<Diagnostic> {
    let message = format!("the field `{key}` of a value that may be no document");
    Box::new(
        Diagnostic::error(Code::InvalidTarget, span, message)
            .note("where it is an array or a number, there is no such field to write")
            .help("write the whole value, or declare it as a struct"),
    )
}

/// The way to a field of an item, its type, and its declaration if it has one.
fn within_item<'a>(
    item: &'a Type,
    names: &[Name],
    span: Span,
) -> Result<(Vec<PathStep>, Type, Option<&'a Field>)> {
    let mut value = Expression::literal(Literal::Null, item.clone(), span);
    let mut steps = Vec::with_capacity(names.len());
    let mut found = None;
    let mut around = item;
    for name in names {
        value = field(value, name)?;
        found = match around {
            Type::Struct(reference) => {
                let mut fields = reference.definition.fields.iter();
                fields.find(|field| field.column() == name.text)
            }
            _ => None,
        };
        if let Some(field) = found {
            around = &field.ty;
        }
        steps.push(PathStep {
            name: found.map_or_else(|| name.text.clone(), |field| field.name.clone()),
            nullable: found.is_none_or(|field| field.nullable),
        });
    }
    Ok((steps, value.ty, found))
}

/// The declaration of the field at this path, if it has one.
pub(super) fn declared_field<'a>(fields: &'a [Field], steps: &[PathStep]) -> Option<&'a Field> {
    let (step, rest) = steps.split_first()?;
    let field = fields.iter().find(|field| field.name == step.name)?;
    match (&field.ty, rest) {
        (_, []) => Some(field),
        (Type::Struct(reference), rest) => declared_field(&reference.definition.fields, rest),
        _ => None,
    }
}

/// What SQL calls a field of a file.
fn column_of_file(collection: &Collection, steps: &[PathStep]) -> Option<String> {
    collection.bucket()?;
    let columns = (1..=steps.len()).map(|length| {
        let (way, name) = (steps.get(..length)?, &steps.get(length - 1)?.name);
        let field = declared_field(&collection.fields, way);
        Some(field.map_or(name.as_str(), Field::column))
    });
    let columns: Vec<&str> = columns.collect::<Option<_>>()?;
    Some(columns.join("."))
}

/// Whether values of this type may be any BSON.
pub(super) fn is_open(ty: &Type) -> bool {
    matches!(ty, Type::Json)
}
