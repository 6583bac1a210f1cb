//! Functions on documents and other `jsonb` values.
//!
//! A `jsonb` value is any BSON value; JSON's null is SQL's `NULL`. Access by a key or a path that
//! the query spells out is no function: the analyser follows it through the schema.

mod contains;
mod delete;
mod lower;
mod path;
mod set;
mod signatures;

pub(super) use lower::lower;
pub(crate) use path::{JsonStep, json_path, text_array};
pub(super) use signatures::SIGNATURES;

use super::argument::constant_text;
use super::{ArgumentError, Signature};
use crate::plan::{Expression, ExpressionKind};
use crate::types::Type;

/// The functions of this family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonFunction {
    /// `jsonb_array_length(array)`.
    ArrayLength,
    /// `jsonb_typeof(value)`.
    TypeOf,
    /// `document ? key`.
    HasKey,
    /// `document ?| keys`.
    HasAnyKey,
    /// `document ?& keys`.
    HasAllKeys,
    /// `document -> key`, where the key is computed.
    Field,
    /// `array -> position`, counted from 0.
    Element,
    /// `jsonb_object_keys(document)`, as an array.
    Keys,
    /// `a || b`.
    Merge,
    /// `document - key`.
    Delete,
    /// `document - keys`.
    DeleteAll,
    /// `array - position`.
    DeleteAt,
    /// `document #- '{a,b}'`.
    DeletePath,
    /// `jsonb_set(document, '{a,b}', value, create)`.
    Set,
    /// `jsonb_insert(document, '{a,0}', value, after)`.
    Insert,
    /// `json_set(document, '$.a.b', value)`.
    SetPath,
    /// `to_jsonb(value)`.
    FromValue,
    /// `bson_size(document)`.
    Size,
    /// `document::text`: its JSON.
    Text,
    /// The array that a `jsonb` is, for `jsonb_array_elements(value)`.
    Elements,
    /// The array of a document's entries, for `jsonb_each(document)`.
    Entries,
    /// `document @> '{"a": 1}'`.
    Contains,
    /// The document of an array of `{k: key, v: value}`, for `jsonb_object_agg(key, value)`.
    FromEntries,
}

/// What is wrong with the constant arguments of a call, and with types that only fail later.
pub(super) fn check(function: JsonFunction, arguments: &[Expression]) -> Result<(), ArgumentError> {
    let error = |argument: usize, message: String, help: Option<&str>| {
        Err(ArgumentError {
            argument,
            message,
            help: help.map(str::to_owned),
        })
    };
    let path = constant_text(arguments.get(1)).unwrap_or_default();
    match function {
        JsonFunction::ArrayLength
            if arguments
                .first()
                .is_some_and(|value| value.ty.is_certain_document()) =>
        {
            error(0, "a document has no length".to_owned(), None)
        }
        JsonFunction::Contains => match contains::literal(path) {
            Ok(_) => Ok(()),
            Err(reason) => error(
                1,
                format!("`'{path}'` cannot be looked for in a document: {reason}"),
                Some("write JSON without nulls, as in `'{\"colour\": \"red\"}'`"),
            ),
        },
        JsonFunction::DeletePath if arguments.get(1).is_none_or(|path| !is_written_out(path)) => {
            error(
                1,
                "a path of computed keys is not supported".to_owned(),
                Some("write the keys from the outside in, as in `'{address,city}'`"),
            )
        }
        JsonFunction::Set | JsonFunction::Insert => match path::array_path(path) {
            Ok(_) => Ok(()),
            Err(reason) => error(
                1,
                format!("`'{path}'` is no path: {reason}"),
                Some("write the keys from the outside in, as in `'{address,city}'`"),
            ),
        },
        JsonFunction::SetPath => match path::keys_of_json_path(path) {
            Ok(_) => Ok(()),
            Err(reason) => error(
                1,
                format!("`'{path}'` is no path: {reason}"),
                Some("write it like `'$.address.city'`"),
            ),
        },
        JsonFunction::FromValue => match arguments.first().map(|value| &value.ty) {
            Some(
                ty @ (Type::Timestamp
                | Type::Date
                | Type::Interval
                | Type::Uuid
                | Type::ObjectId
                | Type::Bytea),
            ) => error(
                0,
                format!("`{ty}` has no form of its own in JSON"),
                Some("convert it to text first"),
            ),
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

/// Whether the keys of a path are constants.
fn is_written_out(path: &Expression) -> bool {
    match &path.kind {
        ExpressionKind::Array(items) => items.iter().all(|item| item.as_text().is_some()),
        _ => false,
    }
}

/// Whether a call is null by itself when an argument is.
pub(super) fn propagates_null(function: JsonFunction, _arguments: &[Expression]) -> bool {
    match function {
        JsonFunction::Keys
        | JsonFunction::FromValue
        | JsonFunction::FromEntries
        | JsonFunction::Entries
        | JsonFunction::Size => true,
        JsonFunction::ArrayLength
        | JsonFunction::TypeOf
        | JsonFunction::HasKey
        | JsonFunction::HasAnyKey
        | JsonFunction::HasAllKeys
        | JsonFunction::Field
        | JsonFunction::Element
        | JsonFunction::Merge
        | JsonFunction::Delete
        | JsonFunction::DeleteAll
        | JsonFunction::DeleteAt
        | JsonFunction::DeletePath
        | JsonFunction::Set
        | JsonFunction::Insert
        | JsonFunction::SetPath
        | JsonFunction::Text
        | JsonFunction::Contains
        | JsonFunction::Elements => false,
    }
}

#[cfg(test)]
mod tests;
