//! Rows whose values are known before they are sent: constants and parameters.

use super::stored::stored;
use super::{Context, no_form};
use crate::diagnostic::Diagnostic;
use crate::lower::expression::folded;
use crate::lower::literal::literal;
use crate::plan::{Expression, ExpressionKind, FIRST_GENERATED, Target};
use crate::types::{Limits, Type};
use queryleaf_plan::{Condition, Form, Generated, Template, Value};

impl Context<'_> {
    /// The documents of `VALUES`, or nothing where the server has to compute one of them.
    pub(super) fn documents(
        &mut self,
        columns: &[Target],
        rows: &[Vec<Expression>],
    ) -> Result<Option<Template>, Vec<Diagnostic>> {
        let mut documents = Vec::with_capacity(rows.len());
        for row in rows {
            let mut document = Vec::new();
            for (target, value) in columns.iter().zip(row) {
                let Some(value) = self.known_value(value, target)? else {
                    return Ok(None);
                };
                insert(&mut document, &names(target), unless_absent(value, target));
            }
            documents.push(id_first(document));
        }
        Ok(Some(Template::Array(documents)))
    }

    /// A value as it is stored, or nothing where the server has to compute it.
    pub(super) fn known_value(
        &mut self,
        value: &Expression,
        target: &Target,
    ) -> Result<Option<Template>, Vec<Diagnostic>> {
        self.known(value, &target.ty, &target.limits, target.nullable)
    }

    fn known(
        &mut self,
        value: &Expression,
        ty: &Type,
        limits: &Limits,
        nullable: bool,
    ) -> Result<Option<Template>, Vec<Diagnostic>> {
        Ok(Some(match &value.kind {
            ExpressionKind::Literal(constant) => {
                literal(constant, &value.ty).ok_or_else(|| no_form(value.span))?
            }
            ExpressionKind::Parameter(parameter) => Template::Hole {
                parameter: *parameter,
                form: match *parameter >= FIRST_GENERATED {
                    true => Form::Plain,
                    false => stored(ty, limits, nullable),
                },
            },
            ExpressionKind::CurrentTimestamp => return Ok(self.now()),
            ExpressionKind::Cast(operand) => match folded(operand, &value.ty) {
                Some(constant) => {
                    literal(&constant, &value.ty).ok_or_else(|| no_form(value.span))?
                }
                None => return Ok(None),
            },
            ExpressionKind::Array(items) => {
                let mut values = Vec::with_capacity(items.len());
                let (of_item, nullable) = match ty {
                    Type::Array(item) => (&item.ty, item.nullable),
                    _ => (&Type::Json, true),
                };
                for item in items {
                    let Some(item) = self.known(item, of_item, limits, nullable)? else {
                        return Ok(None);
                    };
                    values.push(item);
                }
                Template::Array(values)
            }
            ExpressionKind::Object(entries) => {
                let mut values = Vec::with_capacity(entries.len());
                for (key, value) in entries {
                    let (ty, limits, nullable) = of_entry(ty, limits, key);
                    let Some(value) = self.known(value, ty, &limits, nullable)? else {
                        return Ok(None);
                    };
                    values.push((key.clone(), value));
                }
                Template::Document(values)
            }
            _ => return Ok(None),
        }))
    }

    /// The time at which the statement began, where the client has been told to note it.
    fn now(&self) -> Option<Template> {
        let mut generated = self.generated.iter();
        let index = generated.position(|generated| *generated == Generated::Now)?;
        let index = u16::try_from(index).ok()?;
        Some(Template::parameter(FIRST_GENERATED.saturating_add(index)))
    }
}

/// The type of a value in a document of this type and with these limits, its limits and whether it may
/// be `NULL`.
fn of_entry<'t>(document: &'t Type, limits: &Limits, key: &str) -> (&'t Type, Limits, bool) {
    let field = match document {
        Type::Struct(reference) => {
            let mut fields = reference.definition.fields.iter();
            fields.find(|field| field.name == key)
        }
        Type::Map(item) => return (&item.ty, *limits, item.nullable),
        _ => None,
    };
    match field {
        Some(field) => (&field.ty, field.limits, field.nullable),
        None => (&Type::Json, Limits::default(), true),
    }
}

/// A known value, left out where it is a `NULL` that the field does not store.
fn unless_absent(value: Template, target: &Target) -> Template {
    match value {
        value if !target.absent => value,
        Template::Value(Value::Null) => Template::Omit,
        Template::Hole { parameter, form } => Template::When {
            condition: Condition::IsNull,
            parameter,
            then: Box::new(Template::Omit),
            otherwise: Box::new(Template::Hole { parameter, form }),
        },
        value => value,
    }
}

/// The names on the way to a field.
pub(super) fn names(target: &Target) -> Vec<&str> {
    target.steps.iter().map(|step| step.name.as_str()).collect()
}

/// Puts a value into a document, at a way that may lead through others.
pub(super) fn insert(document: &mut Vec<(String, Template)>, path: &[&str], value: Template) {
    let Some((name, rest)) = path.split_first() else {
        return;
    };
    if rest.is_empty() {
        document.push(((*name).to_owned(), value));
        return;
    }
    let found = document.iter_mut().find(|(key, _)| key == name);
    if let Some((_, Template::Document(inner))) = found {
        insert(inner, rest, value);
        return;
    }
    let mut inner = Vec::new();
    insert(&mut inner, rest, value);
    document.push(((*name).to_owned(), Template::Document(inner)));
}

/// The document with its `_id` in front, where the server would put it as well.
pub(super) fn id_first(mut document: Vec<(String, Template)>) -> Template {
    if let Some(at) = document.iter().position(|(key, _)| key == "_id") {
        let id = document.remove(at);
        document.insert(0, id);
    }
    Template::Document(document)
}
