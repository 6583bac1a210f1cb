//! Constants that a field does not take, wherever in its value they stand.

use crate::diagnostic::Span;
use crate::plan::{Expression, ExpressionKind};
use crate::schema::exceeded;
use crate::types::{Limits, Type};

/// A constant that does not keep to the limits of its field.
pub(super) struct Misfit {
    /// Where in the value it stands; empty for the value itself.
    pub(super) path: Vec<String>,
    pub(super) span: Span,
    pub(super) message: String,
}

/// The first constant in a value that does not keep to the limits.
pub(super) fn misfit(value: &Expression, ty: &Type, limits: &Limits) -> Option<Misfit> {
    match &value.kind {
        ExpressionKind::Literal(literal) => Some(Misfit {
            path: Vec::new(),
            span: value.span,
            message: exceeded(literal, limits)?,
        }),
        ExpressionKind::Array(items) => {
            let Type::Array(of_item) = ty else {
                return None;
            };
            items.iter().enumerate().find_map(|(place, item)| {
                within(misfit(item, &of_item.ty, limits), &place.to_string())
            })
        }
        ExpressionKind::Object(entries) => entries.iter().find_map(|(key, value)| match ty {
            Type::Struct(reference) => {
                let mut fields = reference.definition.fields.iter();
                let field = fields.find(|field| field.name == *key)?;
                within(misfit(value, &field.ty, &field.limits), key)
            }
            Type::Map(of_value) => within(misfit(value, &of_value.ty, limits), key),
            _ => None,
        }),
        _ => None,
    }
}

fn within(misfit: Option<Misfit>, step: &str) -> Option<Misfit> {
    let mut misfit = misfit?;
    misfit.path.insert(0, step.to_owned());
    Some(misfit)
}
