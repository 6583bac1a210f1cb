//! Constants as BSON stores them.

use super::decimal::{decimal128, rounded};
use crate::plan::Literal;
use crate::types::{EnumType, StoredVariant, Type};
use queryleaf_plan::{Template, Value};

/// The BSON value of a constant of this type, for a place where every string is data: in an
/// aggregation expression, a text goes through [`operators::text`](super::operators::text).
///
/// `None` when BSON has no such value: a number of more than 34 digits.
pub(crate) fn literal(literal: &Literal, ty: &Type) -> Option<Template> {
    let value = match literal {
        Literal::Null => Value::Null,
        Literal::Boolean(value) => Value::Boolean(*value),
        Literal::Integer(value) => integer(*value, ty)?,
        Literal::Double(value) => Value::Double(*value),
        Literal::Numeric(text) => number(text, ty)?,
        Literal::Text(text) => match ty {
            Type::Enum(reference) => stored(text, &reference.definition),
            _ => Value::String(text.clone()),
        },
        Literal::Timestamp(milliseconds) => Value::DateTime(*milliseconds),
        Literal::Interval {
            months,
            days,
            milliseconds,
        } => {
            return Some(Template::document([
                ("months", Template::from(*months)),
                ("days", Template::from(*days)),
                ("milliseconds", Template::from(*milliseconds)),
            ]));
        }
        Literal::Uuid(bytes) => Value::Binary {
            subtype: 4,
            bytes: bytes.to_vec(),
        },
        Literal::ObjectId(bytes) => Value::ObjectId(*bytes),
        Literal::Bytea(bytes) => Value::Binary {
            subtype: 0,
            bytes: bytes.clone(),
        },
    };
    Some(Template::Value(value))
}

fn integer(value: i64, ty: &Type) -> Option<Value> {
    Some(match ty {
        Type::Double => Value::Double(value as f64),
        Type::Numeric => Value::Decimal128(decimal128(&value.to_string())?),
        Type::Bigint => Value::Int64(value),
        _ => i32::try_from(value).map_or(Value::Int64(value), Value::Int32),
    })
}

fn number(text: &str, ty: &Type) -> Option<Value> {
    match ty {
        Type::Double => {
            let value = text.parse::<f64>().ok()?;
            value.is_finite().then_some(Value::Double(value))
        }
        Type::Integer | Type::Bigint => integer(rounded(text)?, ty),
        _ => decimal128(text).map(Value::Decimal128),
    }
}

/// What is stored for a text that stands for a variant: the text itself, unless the enum is stored as
/// integers.
fn stored(text: &str, definition: &EnumType) -> Value {
    let variant = definition
        .variants
        .iter()
        .find(|variant| variant.name == text);
    match variant.map(|variant| &variant.stored) {
        Some(StoredVariant::Integer(value)) => {
            i32::try_from(*value).map_or(Value::Int64(*value), Value::Int32)
        }
        Some(StoredVariant::Text(_)) | None => Value::String(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{Reference, Variant};

    fn shown(constant: Literal, ty: Type) -> Option<String> {
        literal(&constant, &ty).map(|template| template.to_string())
    }

    #[test]
    fn numbers_take_the_form_of_their_type() {
        assert_eq!(
            shown(Literal::Integer(5), Type::Integer).as_deref(),
            Some("5")
        );
        assert_eq!(
            shown(Literal::Integer(5), Type::Bigint).as_deref(),
            Some("NumberLong(5)")
        );
        assert_eq!(
            shown(Literal::Integer(5), Type::Double).as_deref(),
            Some("5.0")
        );
        assert_eq!(
            shown(Literal::Numeric("1.50".into()), Type::Numeric).as_deref(),
            Some("NumberDecimal(\"1.50\")")
        );
        assert_eq!(
            shown(Literal::Numeric("1.5".into()), Type::Double).as_deref(),
            Some("1.5")
        );
        assert_eq!(shown(Literal::Numeric("1".repeat(35)), Type::Numeric), None);
    }

    #[test]
    fn an_enum_is_what_is_stored() {
        let variant = |name: &str, stored| Variant {
            name: name.into(),
            stored,
        };
        let rank = Type::Enum(Reference::new(EnumType {
            name: "Rank".into(),
            variants: vec![
                variant("Low", StoredVariant::Integer(-1)),
                variant("High", StoredVariant::Integer(1 << 40)),
            ],
        }));
        assert_eq!(
            shown(Literal::Text("Low".into()), rank.clone()).as_deref(),
            Some("-1")
        );
        assert_eq!(
            shown(Literal::Text("High".into()), rank.clone()).as_deref(),
            Some("NumberLong(1099511627776)")
        );
    }
}
