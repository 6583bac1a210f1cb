//! The user's own types, read as `serde` reads them.

use super::scalar_deserializer::Scalar;
use super::{Decode, Fill, Mismatch};
use crate::raw::RawValue;
use crate::{bridge, types::Own};
use queryleaf_plan::bson::{element_type, elements};
use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned> Decode<Own<T>> for T {
    fn decode(value: RawValue<'_>) -> Result<Self, Mismatch> {
        if let Some(own) = Scalar::of(value).and_then(|scalar| T::deserialize(scalar).ok()) {
            return Ok(own);
        }
        match bridge::deserialize(value) {
            Ok(own) => Ok(own),
            Err(reason) => Err(mismatch(value, bridge::locate::<T>(value), &reason)),
        }
    }
}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned> Fill<Own<T>> for T {
    fn fill(value: RawValue<'_>) -> Result<Self, Mismatch> {
        <T as Decode<Own<T>>>::decode(value)
    }
}

/// A column that cannot be `NULL` fills an `Option` too.
#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned> Fill<Own<T>> for Option<T> {
    fn fill(value: RawValue<'_>) -> Result<Self, Mismatch> {
        <T as Decode<Own<T>>>::decode(value).map(Some)
    }
}

/// Puts what `serde` says of a value, and where, in the terms of a [`Mismatch`].
#[cold]
fn mismatch(
    value: RawValue<'_>,
    located: Option<(serde_path_to_error::Path, String)>,
    reason: &str,
) -> Mismatch {
    let (mut steps, reason) = match &located {
        Some((path, reason)) => (steps(path), reason.as_str()),
        None => (Vec::new(), reason),
    };
    let mut found = steps.iter().fold(value, |value, step| child(value, step));
    let expected = if let Some(field) = missing_field(reason) {
        steps.push(field.to_owned());
        found = RawValue::MISSING;
        "a value"
    } else {
        reason
            .split_once(", expected ")
            .map_or("a value that fits", |(_, expected)| expected)
    };
    let found = match reason.split_once(", expected ") {
        // `unknown variant `x`` and the like say more than the type.
        Some((what, _)) if !what.starts_with("invalid type") => {
            format!("{} ({what})", found.type_name())
        }
        _ if expected == "a value that fits" => format!("{} ({reason})", found.type_name()),
        _ => found.type_name().to_owned(),
    };
    steps
        .into_iter()
        .rev()
        .fold(Mismatch::described(expected, found), Mismatch::inside)
}

/// The name in "missing field `name`".
fn missing_field(reason: &str) -> Option<&str> {
    reason.strip_prefix("missing field `")?.strip_suffix('`')
}

/// The steps of a path that documents and arrays have too.
fn steps(path: &serde_path_to_error::Path) -> Vec<String> {
    path.iter()
        .filter_map(|segment| match segment {
            Segment::Seq { index } => Some(index.to_string()),
            Segment::Map { key } => Some(key.clone()),
            Segment::Enum { .. } | Segment::Unknown => None,
        })
        .collect()
}

/// The value inside a document or array.
fn child<'a>(value: RawValue<'a>, step: &str) -> RawValue<'a> {
    match value.element_type {
        element_type::DOCUMENT | element_type::ARRAY => elements(value.bytes)
            .flatten()
            .find(|element| element.name == step.as_bytes())
            .map_or(RawValue::MISSING, RawValue::from),
        _ => RawValue::MISSING,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mongodb::bson::{Bson, Document, doc};
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[allow(dead_code)]
    struct Shelf {
        books: Vec<Book>,
    }

    #[derive(Debug, Deserialize)]
    #[allow(dead_code)]
    struct Book {
        pages: i32,
        kind: Kind,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Kind {
        Novel,
    }

    /// Path, expectation and finding of what is wrong with the second book.
    fn wrong(book: Document) -> (String, String, String) {
        let shelf = doc! { "books": [{ "pages": 5, "kind": "novel" }, book] };
        let (element_type, bytes) = bridge::serialize(&Bson::from(shelf)).unwrap();
        let value = RawValue {
            element_type,
            bytes: &bytes,
        };
        let mismatch = <Shelf as Decode<Own<Shelf>>>::decode(value)
            .unwrap_err()
            .into_parts();
        let path: Vec<_> = mismatch.inside.into_iter().rev().collect();
        (path.join("."), mismatch.expected, mismatch.found)
    }

    #[test]
    fn says_where_inside_and_what() {
        let (path, expected, found) = wrong(doc! { "pages": "many", "kind": "novel" });
        assert_eq!(
            (&*path, &*expected, &*found),
            ("books.1.pages", "i32", "string")
        );

        let (path, expected, found) = wrong(doc! { "kind": "novel" });
        assert_eq!(
            (&*path, &*expected, &*found),
            ("books.1.pages", "a value", "missing")
        );

        let (path, expected, found) = wrong(doc! { "pages": 5, "kind": "poem" });
        assert_eq!(path, "books.1.kind");
        assert!(expected.contains("`novel`"), "{expected}");
        assert_eq!(found, "string (unknown variant `poem`)");
    }

    #[test]
    fn an_option_takes_a_missing_value() {
        let decoded = <Option<Kind> as Decode<Own<Option<Kind>>>>::decode(RawValue::MISSING);
        assert!(decoded.unwrap().is_none());
        assert!(<Kind as Decode<Own<Kind>>>::decode(RawValue::MISSING).is_err());
    }
}
