//! Fields without which an embedded document cannot be read.
//!
//! `SET casing.colour = 'red'` makes a document of a `NULL`, which lacks whatever else a `casing` must
//! have.

use super::document::names;
use crate::plan::{PathStep, Target};
use crate::types::{Field, Type};

/// An embedded document that may be `NULL`, and a field that it then would lack.
pub(super) struct Lacking {
    /// The way to the document.
    pub(super) document: Vec<PathStep>,
    /// The path of the field.
    pub(super) field: String,
}

impl Lacking {
    /// The stored path of the document.
    pub(super) fn path(&self) -> String {
        let names: Vec<&str> = self.document.iter().map(|step| &*step.name).collect();
        names.join(".")
    }
}

/// What would be lacking around a field, if all of these and no others are given values.
pub(super) fn lacking(fields: &[Field], target: &Target, all: &[&Target]) -> Option<Lacking> {
    let mut fields = fields;
    let way = target.steps.len().saturating_sub(1);
    for (place, step) in target.steps.iter().enumerate().take(way) {
        let field = fields.iter().find(|field| field.name == step.name)?;
        let Type::Struct(reference) = &field.ty else {
            return None;
        };
        fields = &reference.definition.fields;
        let document = target.steps.get(..=place).unwrap_or_default();
        if step.nullable {
            let mut prefix: Vec<&str> = document.iter().map(|step| &*step.name).collect();
            if let Some(field) = not_given(fields, &mut prefix, all) {
                return Some(Lacking {
                    document: document.to_vec(),
                    field,
                });
            }
        }
    }
    None
}

/// The first field that must have a value and is given none.
fn not_given<'f>(
    fields: &'f [Field],
    prefix: &mut Vec<&'f str>,
    all: &[&Target],
) -> Option<String> {
    for field in fields.iter().filter(|field| !field.nullable) {
        prefix.push(&field.name);
        let is_given = all.iter().any(|target| names(target) == *prefix);
        let inside = all.iter().any(|target| names(target).starts_with(prefix));
        let lacks = match &field.ty {
            _ if is_given => None,
            Type::Struct(reference) if inside => {
                not_given(&reference.definition.fields, prefix, all)
            }
            _ => Some(prefix.join(".")),
        };
        prefix.pop();
        if lacks.is_some() {
            return lacks;
        }
    }
    None
}
