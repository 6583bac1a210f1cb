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
mod index;
mod partial;
mod storage;
mod validator;

pub use partial::partial_filter;
pub(crate) use storage::collation;

use crate::diagnostic::Diagnostic;
use crate::schema::{CHUNKS, Collection, Storage, Validation};
use queryleaf_plan::{Template, Value};

/// The errors in the condition of a partial index, with places in its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartialErrors {
    /// The number of the index.
    pub index: usize,
    /// What is wrong with its condition.
    pub errors: Vec<Diagnostic>,
}

/// What a collection is created with.
///
/// # Errors
///
/// The conditions of partial indexes that the server cannot hold. What else can be wrong with a
/// collection, [`check`](crate::schema::check) tells.
pub fn definition(collection: &Collection) -> Result<Template, Vec<PartialErrors>> {
    let mut indexes = Vec::new();
    let mut errors = Vec::new();
    for (number, declared) in collection.indexes.iter().enumerate() {
        match index::index(declared, collection) {
            Ok(index) => indexes.push(index),
            Err(found) => errors.push(PartialErrors {
                index: number,
                errors: found,
            }),
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(Template::document([
        ("name", Template::string(&*collection.name)),
        ("options", options(collection)),
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

fn options(collection: &Collection) -> Template {
    let mut entries = storage::entries(collection);
    // A time series keeps its measurements in documents of another form.
    let measured = matches!(collection.storage, Storage::TimeSeries { .. });
    let validation = collection.options.validation;
    if validation != Validation::Off && !measured {
        entries.push(("validator", validator::validator(collection)));
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
