//! Which types the special kinds of indexes can hold.

use crate::types::Type;

pub(super) fn holds_text(ty: &Type) -> bool {
    match ty {
        Type::Text | Type::Enum(_) | Type::Json | Type::Unknown => true,
        Type::Array(item) | Type::Map(item) => holds_text(&item.ty),
        Type::Boolean
        | Type::Integer
        | Type::Bigint
        | Type::Double
        | Type::Numeric
        | Type::Timestamp
        | Type::Date
        | Type::Interval
        | Type::Uuid
        | Type::ObjectId
        | Type::Bytea
        | Type::Document
        | Type::Geometry(_)
        | Type::Event(_)
        | Type::Struct(_) => false,
    }
}

/// Whether a 2dsphere index takes a field of this type, or of an array of it: two numbers are a
/// point, too.
pub(super) fn holds_geometry(ty: &Type, is_array: bool) -> bool {
    match ty {
        Type::Geometry(_)
        | Type::Event(_)
        | Type::Json
        | Type::Document
        | Type::Struct(_)
        | Type::Map(_)
        | Type::Unknown => true,
        Type::Integer | Type::Bigint | Type::Double | Type::Numeric => is_array,
        Type::Boolean
        | Type::Text
        | Type::Timestamp
        | Type::Date
        | Type::Interval
        | Type::Uuid
        | Type::ObjectId
        | Type::Bytea
        | Type::Array(_)
        | Type::Enum(_) => false,
    }
}

pub(super) fn holds_time(ty: &Type) -> bool {
    match ty {
        Type::Timestamp | Type::Date | Type::Json | Type::Unknown => true,
        Type::Array(item) => holds_time(&item.ty),
        Type::Boolean
        | Type::Integer
        | Type::Bigint
        | Type::Double
        | Type::Numeric
        | Type::Text
        | Type::Interval
        | Type::Uuid
        | Type::ObjectId
        | Type::Bytea
        | Type::Document
        | Type::Geometry(_)
        | Type::Event(_)
        | Type::Map(_)
        | Type::Struct(_)
        | Type::Enum(_) => false,
    }
}
