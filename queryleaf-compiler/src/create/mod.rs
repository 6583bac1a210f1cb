//! What a collection is created with: its validator, its options and its indexes.
//!
//! [`definition`] writes them in the server's own words, as the parameters of `create` and
//! `createIndexes`:
//!
//! ```text
//! {name: "orders", options: {validator: {..}, capped: true, ..}, indexes: [{key: {..}, ..}]}
//! ```
//!
//! The derive places that in the binary, and the runtime sends it or compares it with what is there.

mod binary;
mod check;
mod condition;
mod index;
mod partial;
mod storage;
mod validator;

pub use check::check_clause;
pub use partial::partial_filter;
pub(crate) use storage::collation;

use crate::diagnostic::Diagnostic;
use crate::schema::{CHUNKS, Collection, Storage, Validation};
use queryleaf_plan::{Template, Value};

/// A condition that a collection is created with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// That of the partial index of this number.
    Index(usize),
    /// That of the `CHECK` of this number.
    Check(usize),
}

/// The errors in a condition, with places in its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionErrors {
    /// Which condition it is.
    pub condition: Condition,
    /// What is wrong with it.
    pub errors: Vec<Diagnostic>,
}

/// What a collection is created with.
///
/// # Errors
///
/// The conditions of partial indexes and of `CHECK`s that the server cannot hold. What else can be wrong with a
/// collection, [`check`](crate::schema::check) tells.
pub fn definition(collection: &Collection) -> Result<Template, Vec<ConditionErrors>> {
    let mut indexes = Vec::new();
    let mut errors = Vec::new();
    for (number, declared) in collection.indexes.iter().enumerate() {
        match index::index(declared, collection) {
            Ok(index) => indexes.push(index),
            Err(found) => errors.push(ConditionErrors {
                condition: Condition::Index(number),
                errors: found,
            }),
        }
    }
    let mut checks = Vec::new();
    for (number, condition) in collection.checks.iter().enumerate() {
        match check_clause(condition, collection) {
            Ok(clause) => checks.push(clause),
            Err(found) => errors.push(ConditionErrors {
                condition: Condition::Check(number),
                errors: found,
            }),
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(Template::document([
        ("name", Template::string(&*collection.name)),
        ("options", options(collection, checks)),
        ("indexes", Template::Array(indexes)),
    ]))
}

/// What the collection of a bucket's chunks is created with; none for other collections.
pub fn chunks(collection: &Collection) -> Option<Template> {
    let bucket = collection.bucket()?;
    let key = Template::document([("files_id", Template::from(1)), ("n", Template::from(1))]);
    let index = Template::document([
        ("name", Template::from("files_id_1_n_1")),
        ("key", key),
        ("unique", Template::from(true)),
    ]);
    let options: Vec<(&str, Template)> = storage::engine(collection).into_iter().collect();
    Some(Template::document([
        ("name", Template::string(format!("{bucket}{CHUNKS}"))),
        ("options", Template::document(options)),
        ("indexes", Template::Array(vec![index])),
    ]))
}

fn options(collection: &Collection, checks: Vec<Template>) -> Template {
    let mut entries = storage::entries(collection);
    // A time series keeps its measurements in documents of another form.
    let measured = matches!(collection.storage, Storage::TimeSeries { .. });
    let validation = collection.options.validation;
    if validation != Validation::Off && !measured {
        entries.push(("validator", validator::validator(collection, checks)));
    }
    match validation {
        Validation::Strict | Validation::Off => {}
        Validation::Moderate => entries.push(("validationLevel", "moderate".into())),
        Validation::Warn => entries.push(("validationAction", "warn".into())),
    }
    Template::document(entries)
}

/// A number as the server's options have it.
fn number(value: u64) -> Template {
    match i32::try_from(value) {
        Ok(value) => Template::from(value),
        Err(_) => Template::from(i64::try_from(value).unwrap_or(i64::MAX)),
    }
}

fn null() -> Template {
    Template::Value(Value::Null)
}

#[cfg(test)]
mod tests;
