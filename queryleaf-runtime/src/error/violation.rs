//! The rules of a validator that a document breaks, as the server tells them.

use crate::bridge;
use crate::raw::RawValue;
use mongodb::bson::{Binary, Bson, Document, spec::BinarySubtype};
use mongodb::error::{ErrorKind, WriteFailure};
use queryleaf_plan::{Misfit, ParameterValue};
use std::fmt;

/// A rule of the validator that a document breaks.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Violation {
    /// Where in the document: `address.city`, `items.3.sku`; empty for the document itself.
    pub path: String,
    /// The keyword of `$jsonSchema` or the operator: `required`, `bsonType`, `maxLength`; `uuid`
    /// where bytes are no UUID; `check` where the condition of a `CHECK` is false; `date`, `longitude`, `latitude`, `line` and `ring` where the server has no
    /// such rule, and the row was not sent.
    pub rule: String,
    /// What the rule asks for, as the validator has it: `"int"` for `bsonType`, the names of the
    /// missing fields for `required`, the condition for `check`.
    pub expected: Option<Bson>,
    /// The value that breaks it, where there is one; for `additionalProperties` the names of the
    /// fields that are not declared.
    pub found: Option<Bson>,
}

impl Violation {
    /// The rules that a document breaks, from the error with which the driver refused to write it;
    /// none where it was refused for another reason.
    ///
    /// ```no_run
    /// # async fn run(orders: &mongodb::Collection<mongodb::bson::Document>) {
    /// use mongodb::bson::doc;
    /// use queryleaf_runtime::Violation;
    ///
    /// if let Err(error) = orders.insert_one(doc! { "number": "seven" }).await {
    ///     for violation in Violation::of(&error) {
    ///         println!("{}: {}", violation.path, violation.rule);
    ///     }
    /// }
    /// # }
    /// ```
    pub fn of(error: &mongodb::error::Error) -> Vec<Violation> {
        let details = match &*error.kind {
            ErrorKind::Write(WriteFailure::WriteError(error)) => error.details.as_ref(),
            _ => None,
        };
        details.map(violations).unwrap_or_default()
    }
}

impl Violation {
    /// What a value breaks that was looked at before it was sent.
    pub(crate) fn from_misfit(misfit: &Misfit) -> Self {
        Violation {
            path: misfit.path.clone(),
            rule: misfit.rule.to_owned(),
            expected: bson(&misfit.expected),
            found: bson(&misfit.found),
        }
    }
}

fn bson(value: &ParameterValue) -> Option<Bson> {
    let value = RawValue {
        element_type: value.element_type,
        bytes: &value.bytes,
    };
    bridge::to_bson(value).ok()
}

/// The rules that a document breaks, as the server's `errInfo` tells them.
pub(crate) fn violations(details: &Document) -> Vec<Violation> {
    let mut found = Vec::new();
    if let Ok(details) = details.get_document("details") {
        visit(details, "", &mut found);
    }
    // A UUID that may be missing is null or a UUID; only the latter is worth telling.
    if found.iter().any(|violation| violation.rule == UUID) {
        found.retain(|violation| violation.rule != "$eq");
    }
    found
}

/// The names of the rules for which a schema has no keyword.
const UUID: &str = "uuid";
const CHECK: &str = "check";

/// Goes down to the rules that have no others inside.
fn visit(rule: &Document, path: &str, found: &mut Vec<Violation>) {
    let mut path = path.to_owned();
    for key in ["propertyName", "failingProperty"] {
        if let Ok(name) = rule.get_str(key) {
            step(&mut path, name);
        }
    }
    if let Some(index) = rule.get("itemIndex").and_then(integer) {
        step(&mut path, &index.to_string());
    }
    let mut inner = false;
    for (key, value) in rule {
        let rules = match (key.as_str(), value) {
            ("specifiedAs" | "consideredValue" | "missingProperties", _) => continue,
            (_, Bson::Array(items)) => items.iter().filter_map(Bson::as_document).collect(),
            ("details", Bson::Document(rule)) => vec![rule],
            _ => continue,
        };
        for rule in rules {
            inner = true;
            visit(rule, &path, found);
        }
    }
    if inner {
        return;
    }
    let Ok(name) = rule.get_str("operatorName") else {
        return;
    };
    let list = |key: &str| rule.get_array(key).ok().cloned().map(Bson::Array);
    let specified = rule.get_document("specifiedAs").ok();
    let considered = || rule.get("consideredValue").cloned();
    let mut violation = Violation {
        path,
        rule: name.to_owned(),
        expected: None,
        found: None,
    };
    if let Some(condition) = specified.and_then(condition_of_check) {
        CHECK.clone_into(&mut violation.rule);
        violation.expected = Some(condition.clone());
    } else if let Some(missing) = list("missingProperties") {
        violation.expected = Some(missing);
    } else if let Some(field) = specified.and_then(field_of_uuids) {
        step(&mut violation.path, field);
        UUID.clone_into(&mut violation.rule);
        violation.found = considered();
        if let Some((index, item)) = violation.found.as_ref().and_then(no_uuid) {
            step(&mut violation.path, &index.to_string());
            violation.found = Some(item);
        }
    } else {
        violation.expected = specified.map(|specified| match specified.get(name) {
            Some(value) if specified.len() == 1 => value.clone(),
            _ => Bson::Document(specified.clone()),
        });
        violation.found = list("additionalProperties").or_else(considered);
    }
    if !found.contains(&violation) {
        found.push(violation);
    }
}

/// The text of the condition in the clause of a `CHECK`.
fn condition_of_check(clause: &Document) -> Option<&Bson> {
    let holds = clause
        .get_document("$expr")
        .ok()?
        .get_document("$let")
        .ok()?;
    let text = holds
        .get_document("vars")
        .ok()?
        .get_document("check")
        .ok()?;
    text.get("$literal")
}

/// The field of a filter that asks for UUIDs, which is a range of bytes.
fn field_of_uuids(filter: &Document) -> Option<&str> {
    let (field, condition) = filter.iter().next()?;
    let is_path = filter.len() == 1 && !field.starts_with('$');
    (is_path && holds_uuid(condition)).then_some(field.as_str())
}

/// The first item of a list that is bytes, but no UUID.
fn no_uuid(list: &Bson) -> Option<(usize, Bson)> {
    let mut items = list.as_array()?.iter().enumerate();
    let (index, item) = items.find(|(_, item)| match item {
        Bson::Binary(Binary { subtype, bytes }) => {
            *subtype != BinarySubtype::Uuid || bytes.len() != 16
        }
        _ => false,
    })?;
    Some((index, item.clone()))
}

fn holds_uuid(condition: &Bson) -> bool {
    match condition {
        Bson::Binary(Binary { subtype, bytes }) => {
            let bound =
                bytes.iter().all(|byte| *byte == 0) || bytes.iter().all(|byte| *byte == 255);
            *subtype == BinarySubtype::Uuid && bound
        }
        Bson::Document(inner) => inner.values().any(holds_uuid),
        Bson::Array(items) => items.iter().any(holds_uuid),
        _ => false,
    }
}

fn step(path: &mut String, name: &str) {
    if !path.is_empty() {
        path.push('.');
    }
    path.push_str(name);
}

fn integer(value: &Bson) -> Option<i64> {
    match value {
        Bson::Int32(value) => Some(i64::from(*value)),
        Bson::Int64(value) => Some(*value),
        _ => None,
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "`{}`: ", self.path)?;
        }
        f.write_str(&self.rule)?;
        if let Some(expected) = &self.expected {
            write!(f, " {expected}")?;
        }
        if let Some(found) = &self.found {
            write!(f, ", found {found}")?;
        }
        Ok(())
    }
}
