//! The types whose values the server orders and groups as SQL does.

use crate::types::Type;

/// Whether `ORDER BY` and its kin may use values of this type.
///
/// `bytea` is compared by length first on the server, `interval` field by field, documents by the
/// order of their keys, and arrays, where they are sort keys, by their least item.
pub(crate) fn is_orderable(ty: &Type) -> bool {
    match ty {
        Type::Boolean
        | Type::Integer
        | Type::Bigint
        | Type::Double
        | Type::Numeric
        | Type::Text
        | Type::Timestamp
        | Type::Date
        | Type::Uuid
        | Type::ObjectId
        | Type::Enum(_)
        | Type::Unknown => true,
        Type::Interval
        | Type::Bytea
        | Type::Json
        | Type::Document
        | Type::Geometry(_)
        | Type::Event(_)
        | Type::Array(_)
        | Type::Map(_)
        | Type::Struct(_) => false,
    }
}

/// Whether values of this type are equal on the server exactly when SQL says so.
///
/// Documents with the same fields in another order are equal in SQL only, and so are intervals such
/// as `1 day` and `24 hours`.
pub(crate) fn is_groupable(ty: &Type) -> bool {
    match ty {
        Type::Boolean
        | Type::Integer
        | Type::Bigint
        | Type::Double
        | Type::Numeric
        | Type::Text
        | Type::Timestamp
        | Type::Date
        | Type::Uuid
        | Type::ObjectId
        | Type::Bytea
        | Type::Enum(_)
        | Type::Unknown => true,
        Type::Array(item) => is_groupable(&item.ty),
        // One struct is always written in one order. A field that may be missing in one document
        // and null in another makes two of what is one value.
        Type::Struct(reference) => reference
            .definition
            .fields
            .iter()
            .all(|field| !field.nullable && is_groupable(&field.ty)),
        Type::Interval
        | Type::Json
        | Type::Document
        | Type::Geometry(_)
        | Type::Event(_)
        | Type::Map(_) => false,
    }
}
