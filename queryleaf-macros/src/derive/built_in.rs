//! The types of Rust's own and of `bson`, by their names.

use super::foreign::Foreign;
use super::stored_type::Scalar;
use super::type_syntax::{type_path, ungroup};
use syn::{Path, PathArguments, Type};

/// The SQL type of a type without structure.
pub(super) fn natural(ty: &Type) -> Option<Scalar> {
    let (path, last) = type_path(ungroup(ty))?;
    if !matches!(last.arguments, PathArguments::None) {
        return None;
    }
    // `uuid::Uuid` and its like are other types of the same name.
    let first = path.segments.first()?;
    if path.segments.len() > 1 && Foreign::is_crate(&first.ident) {
        return None;
    }
    Some(match last.ident.to_string().as_str() {
        "bool" => Scalar::Boolean,
        "i32" => Scalar::Integer,
        "i64" => Scalar::Bigint,
        "f64" => Scalar::Double,
        "Decimal128" => Scalar::Numeric,
        "String" => Scalar::Text,
        "DateTime" => Scalar::Timestamp,
        "Uuid" => Scalar::Uuid,
        "ObjectId" => Scalar::ObjectId,
        "Binary" => Scalar::Bytea,
        "Bson" => Scalar::Json,
        "Document" => Scalar::Document,
        _ => return None,
    })
}

/// What to use instead of a type of Rust's own that has no stored form, or none that is known here.
pub(super) fn without_form(name: &str, path: &Path) -> Option<&'static str> {
    let standard = path.segments.first().is_some_and(|first| {
        path.segments.len() > 1
            && ["std", "core", "alloc"]
                .iter()
                .any(|own| first.ident == own)
    });
    match name {
        "i128" | "u128" => Some("use `i64`, or `Decimal128` for whole numbers of up to 34 digits"),
        "isize" | "usize" => Some("use `i64` or `u64`, which are the same on every machine"),
        "char" => Some("use `String`, or say `#[leaf(as = \"text\")]`"),
        "SystemTime" | "Instant" if standard => Some("use `DateTime`"),
        "Duration" if standard => Some(
            "use `i64` for a number of milliseconds, or `queryleaf::Interval` for a span of calendar \
             time",
        ),
        _ if standard => {
            Some("say how it is stored with `#[leaf(as = \"..\")]`, or use `#[leaf(opaque)]`")
        }
        _ => None,
    }
}
