//! What a `$jsonSchema` cannot say of a UUID: that its bytes are marked as one, and are sixteen.
//!
//! The server compares binary values by their length, then by their subtype, then by their bytes, so
//! that a range from the smallest UUID to the largest holds all UUIDs and nothing else. Of values in
//! maps, whose keys are not known, it cannot be asked.

use super::null;
use crate::types::{Field, Item, Type};
use queryleaf_plan::{Template, Value};

/// The filters that a document passes in which every UUID is one.
pub(super) fn clauses(fields: &[Field]) -> Vec<Template> {
    let mut clauses = Vec::new();
    collect(fields, "", false, &mut clauses);
    clauses
}

/// The same for the fields at a path, which may lead nowhere.
fn collect(fields: &[Field], prefix: &str, may_be_missing: bool, clauses: &mut Vec<Template>) {
    for field in fields {
        let path = format!("{prefix}{}", field.name);
        let may_be_missing = may_be_missing || field.nullable;
        match &field.ty {
            Type::Uuid => {
                let is_uuid = Template::entry(&*path, Template::document(uuids()));
                clauses.push(if may_be_missing {
                    let is_null = Template::entry(path, null());
                    Template::entry("$or", Template::array([is_null, is_uuid]))
                } else {
                    is_uuid
                });
            }
            Type::Struct(reference) => {
                let fields = &reference.definition.fields;
                collect(fields, &format!("{path}."), may_be_missing, clauses);
            }
            Type::Array(item) => clauses.extend(misfit(item).map(|misfit| {
                let found = Template::entry("$elemMatch", misfit);
                Template::entry(path, Template::entry("$not", found))
            })),
            Type::Boolean
            | Type::Integer
            | Type::Bigint
            | Type::Double
            | Type::Numeric
            | Type::Text
            | Type::Timestamp
            | Type::Date
            | Type::Interval
            | Type::ObjectId
            | Type::Bytea
            | Type::Json
            | Type::Document
            | Type::Geometry(_)
            | Type::Event(_)
            | Type::Map(_)
            | Type::Enum(_)
            | Type::Unknown => {}
        }
    }
}

/// The operand of an `$elemMatch` that finds an item in which something is no UUID.
fn misfit(item: &Item) -> Option<Template> {
    match &item.ty {
        Type::Uuid => {
            let mut conditions = vec![("$not", Template::document(uuids()))];
            if item.nullable {
                conditions.push(("$ne", null()));
            }
            Some(Template::document(conditions))
        }
        Type::Array(inner) => Some(Template::entry("$elemMatch", misfit(inner)?)),
        Type::Struct(reference) => {
            let mut clauses = clauses(&reference.definition.fields);
            let all = match clauses.len() {
                0 => return None,
                1 => clauses.remove(0),
                _ => Template::entry("$and", Template::Array(clauses)),
            };
            Some(Template::entry("$nor", Template::array([all])))
        }
        _ => None,
    }
}

/// The range of all UUIDs.
fn uuids() -> [(&'static str, Template); 2] {
    let bound = |byte: u8| {
        Template::Value(Value::Binary {
            subtype: 4,
            bytes: vec![byte; 16],
        })
    };
    [("$gte", bound(0)), ("$lte", bound(u8::MAX))]
}
