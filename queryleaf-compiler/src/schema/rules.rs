//! What the values of a collection are held to before they are sent.

use super::{Collection, Storage, Validation};
use crate::types::{Field, Limits, Type};
use queryleaf_plan::Rules;

/// What the rows of a collection are held to; nothing where the server lets every document pass.
pub fn rules(collection: &Collection) -> Rules {
    let is_held = match collection.options.validation {
        Validation::Strict | Validation::Moderate => true,
        Validation::Warn | Validation::Off => false,
    };
    let takes_rows = match &collection.storage {
        Storage::Plain
        | Storage::Clustered
        | Storage::Capped { .. }
        | Storage::TimeSeries { .. } => true,
        Storage::View | Storage::Bucket { .. } => false,
    };
    match is_held && takes_rows {
        true => of_fields(&collection.fields),
        false => Rules::None,
    }
}

fn of_fields(fields: &[Field]) -> Rules {
    Rules::fields(
        fields
            .iter()
            .map(|field| (field.name.clone(), rules_of(&field.ty, &field.limits))),
    )
}

/// What a value of this type and with these limits is held to.
pub(crate) fn rules_of(ty: &Type, limits: &Limits) -> Rules {
    match ty {
        // Not every time that BSON has is one in SQL.
        Type::Timestamp | Type::Date => Rules::Value(written(limits)),
        Type::Integer | Type::Bigint | Type::Numeric | Type::Text => {
            match *limits == Limits::default() {
                true => Rules::None,
                false => Rules::Value(written(limits)),
            }
        }
        Type::Array(item) | Type::Map(item) => Rules::items(rules_of(&item.ty, limits)),
        Type::Struct(reference) => of_fields(&reference.definition.fields),
        Type::Geometry(_) => Rules::Geometry,
        Type::Boolean
        | Type::Double
        | Type::Interval
        | Type::Uuid
        | Type::ObjectId
        | Type::Bytea
        | Type::Json
        | Type::Document
        | Type::Enum(_)
        | Type::Event(_)
        | Type::Unknown => Rules::None,
    }
}

/// The limits as the binary holds them.
pub(crate) fn written(limits: &Limits) -> queryleaf_plan::Limits {
    queryleaf_plan::Limits {
        max_length: limits.max_length,
        digits: limits.precision.map(|precision| {
            let before = precision.precision.saturating_sub(precision.scale);
            (before, precision.scale)
        }),
        range: limits.range,
    }
}
