//! Values as MongoDB stores them, by the types that the compiler knows.

use crate::json::Json;
use crate::number::Number;
use crate::random::Random;
use crate::value::Value;
use queryleaf::bson::{Binary, Bson, DateTime, Document, Uuid, doc, oid::ObjectId};
use queryleaf::bson::{RawDocumentBuf, spec::BinarySubtype};
use queryleaf::{__private as generated, types as sql};
use queryleaf_compiler::types::{Field, StoredVariant, Type};
use queryleaf_plan::ParameterValue;
use queryleaf_plan::bson::elements;
use std::collections::BTreeMap;

/// A document with these fields; a `NULL` is stored as null or not at all, as it comes.
pub fn document(fields: &[Field], values: &[Value], random: &mut Random) -> Document {
    let mut document = Document::new();
    for (field, value) in fields.iter().zip(values) {
        let is_missing = matches!(value, Value::Null) && random.percent(50);
        if !is_missing {
            document.insert(&field.name, to_bson(value, &field.ty, random));
        }
    }
    document
}

/// A value as it is stored in a place of this type.
pub fn to_bson(value: &Value, ty: &Type, random: &mut Random) -> Bson {
    match (value, ty) {
        (Value::Null, _) => Bson::Null,
        (Value::Boolean(value), _) => Bson::Boolean(*value),
        (Value::Integer(number), Type::Integer) => {
            Bson::Int32(i32::try_from(*number).expect("an integer"))
        }
        (Value::Integer(number), Type::Double) => Bson::Double(*number as f64),
        (Value::Integer(number), Type::Numeric) => decimal(&Number::from(*number)),
        (Value::Integer(number), _) => Bson::Int64(*number),
        (Value::Double(number), _) => Bson::Double(*number),
        (Value::Numeric(number), _) => decimal(number),
        (Value::Text(name), Type::Enum(reference)) => {
            let variants = &reference.definition.variants;
            let variant = variants.iter().find(|variant| variant.name == *name);
            match &variant.expect("a variant").stored {
                StoredVariant::Text(text) => Bson::String(text.clone()),
                StoredVariant::Integer(number) => Bson::Int32(*number as i32),
            }
        }
        (Value::Text(text), _) => Bson::String(text.clone()),
        (Value::Timestamp(milliseconds) | Value::Date(milliseconds), _) => {
            Bson::DateTime(DateTime::from_millis(*milliseconds))
        }
        (Value::Interval(interval), _) => Bson::Document(doc! {
            "months": interval.months,
            "days": interval.days,
            "milliseconds": interval.milliseconds,
        }),
        (Value::Uuid(bytes), _) => Bson::Binary(Binary::from_uuid(Uuid::from_bytes(*bytes))),
        (Value::ObjectId(bytes), _) => Bson::ObjectId(ObjectId::from_bytes(*bytes)),
        (Value::Bytea(bytes), _) => Bson::Binary(Binary {
            subtype: BinarySubtype::Generic,
            bytes: bytes.clone(),
        }),
        (Value::Json(json), _) => json_to_bson(json),
        (Value::Array(items), Type::Array(item)) => items
            .iter()
            .map(|value| to_bson(value, &item.ty, random))
            .collect(),
        (Value::Struct(values), Type::Struct(reference)) => {
            Bson::Document(document(&reference.definition.fields, values, random))
        }
        (value, ty) => panic!("{value:?} is no {ty}"),
    }
}

/// A decimal with the scale with which it was written.
fn decimal(number: &Number) -> Bson {
    let text = number.as_written();
    Bson::Decimal128(text.parse().expect("at most 34 digits"))
}

fn json_to_bson(json: &Json) -> Bson {
    match json {
        Json::Null => Bson::Null,
        Json::Boolean(value) => Bson::Boolean(*value),
        Json::Number(number) => match number.to_i64() {
            Some(whole) => i32::try_from(whole).map_or(Bson::Int64(whole), Bson::Int32),
            None => Bson::Double(number.to_f64()),
        },
        Json::Text(text) => Bson::String(text.clone()),
        Json::Array(items) => items.iter().map(json_to_bson).collect(),
        Json::Object(entries) => Bson::Document(
            entries
                .iter()
                .map(|(key, value)| (key.clone(), json_to_bson(value)))
                .collect(),
        ),
    }
}

/// The value of a parameter of this type.
pub fn parameter(value: &Value, ty: &Type, list: bool) -> ParameterValue {
    // A value has no missing fields, so that no random number is drawn.
    let random = &mut Random::new(0, "");
    let bson = match value {
        Value::Array(items) if list => items.iter().map(|item| to_bson(item, ty, random)).collect(),
        value => to_bson(value, ty, random),
    };
    let document = carry(bson);
    let element = elements(document.as_bytes()).next();
    let element = element.expect("one element").expect("valid BSON");
    ParameterValue {
        element_type: element.element_type,
        bytes: element.value.to_vec(),
    }
}

/// A document of one value.
fn carry(value: impl Into<Bson>) -> RawDocumentBuf {
    RawDocumentBuf::from_document(&doc! { "v": value.into() }).expect("a valid document")
}

/// Reads a result, as strictly as a program with a column of this type would.
pub fn from_bson(stored: &Bson, ty: &Type, nullable: bool) -> Result<Value, String> {
    if matches!(stored, Bson::Null | Bson::Undefined) {
        return if nullable {
            Ok(Value::Null)
        } else {
            Err(format!("NULL where a `{ty}` cannot be NULL"))
        };
    }
    let wrong = || format!("{stored:?} is no `{ty}`");
    Ok(match ty {
        Type::Boolean => Value::Boolean(read::<sql::Boolean, _>(stored)?),
        Type::Integer => Value::Integer(i64::from(read::<sql::Integer, i32>(stored)?)),
        Type::Bigint => Value::Integer(read::<sql::Bigint, _>(stored)?),
        Type::Double => Value::Double(read::<sql::Double, _>(stored)?),
        Type::Numeric => {
            let decimal = read::<sql::Numeric, queryleaf::bson::Decimal128>(stored)?;
            Value::Numeric(Number::parse(&decimal.to_string()).ok_or_else(wrong)?)
        }
        Type::Text => Value::Text(read::<sql::Text, _>(stored)?),
        Type::Timestamp => {
            Value::Timestamp(read::<sql::Timestamp, DateTime>(stored)?.timestamp_millis())
        }
        Type::Date => Value::Date(read::<sql::Date, DateTime>(stored)?.timestamp_millis()),
        Type::Interval => Value::Interval(read::<sql::Interval, _>(stored)?),
        Type::Uuid => Value::Uuid(read::<sql::Uuid, Uuid>(stored)?.bytes()),
        Type::ObjectId => Value::ObjectId(read::<sql::ObjectId, ObjectId>(stored)?.bytes()),
        Type::Bytea => Value::Bytea(read::<sql::Bytea, Vec<u8>>(stored)?),
        Type::Json => Value::Json(json_from_bson(stored)?),
        Type::Document | Type::Geometry(_) | Type::Map(_) => match stored {
            Bson::Document(_) => Value::Json(json_from_bson(stored)?),
            _ => return Err(wrong()),
        },
        Type::Array(item) => match stored {
            Bson::Array(items) => Value::Array(
                items
                    .iter()
                    .map(|value| from_bson(value, &item.ty, item.nullable))
                    .collect::<Result<_, _>>()?,
            ),
            _ => return Err(wrong()),
        },
        Type::Struct(reference) => match stored {
            Bson::Document(document) => Value::Struct(
                reference
                    .definition
                    .fields
                    .iter()
                    .map(|field| {
                        let value = document.get(&field.name).unwrap_or(&Bson::Null);
                        from_bson(value, &field.ty, field.nullable)
                    })
                    .collect::<Result<_, _>>()?,
            ),
            _ => return Err(wrong()),
        },
        Type::Enum(reference) => {
            let variants = &reference.definition.variants;
            let found = variants.iter().find(|variant| match &variant.stored {
                StoredVariant::Text(text) => stored.as_str() == Some(text),
                StoredVariant::Integer(number) => {
                    read::<sql::Bigint, i64>(stored).ok() == Some(*number)
                }
            });
            Value::Text(found.ok_or_else(wrong)?.name.clone())
        }
        Type::Event(_) | Type::Unknown => return Err("a column without a type".to_owned()),
    })
}

/// A value as the runtime reads it.
fn read<S, T: generated::Decode<S>>(stored: &Bson) -> Result<T, String> {
    let document = carry(stored.clone());
    let element = elements(document.as_bytes()).next();
    let element = element.expect("one element").expect("valid BSON");
    T::decode(element.into()).map_err(|_| {
        let ty = std::any::type_name::<S>();
        format!("the runtime does not read {stored:?} as {ty}")
    })
}

/// A document's value as JSON: what JSON lacks becomes the text that PostgreSQL writes for it.
fn json_from_bson(stored: &Bson) -> Result<Json, String> {
    let number = |text: String| {
        Number::parse(&text)
            .map(Json::Number)
            .ok_or_else(|| format!("{text} in a document"))
    };
    Ok(match stored {
        Bson::Null => Json::Null,
        Bson::Boolean(value) => Json::Boolean(*value),
        Bson::Int32(value) => Json::Number(Number::from(i64::from(*value))),
        Bson::Int64(value) => Json::Number(Number::from(*value)),
        Bson::Double(value) => number(format!("{value:?}"))?,
        Bson::Decimal128(value) => number(value.to_string())?,
        Bson::String(text) => Json::Text(text.clone()),
        Bson::DateTime(at) => Json::Text(crate::calendar::timestamp_text(at.timestamp_millis())),
        Bson::ObjectId(id) => Json::Text(id.to_hex()),
        Bson::Binary(binary) => match binary.to_uuid() {
            Ok(uuid) => Json::Text(uuid.to_string()),
            Err(_) => return Err(format!("{binary:?} in a document")),
        },
        Bson::Array(items) => {
            Json::Array(items.iter().map(json_from_bson).collect::<Result<_, _>>()?)
        }
        Bson::Document(document) => Json::Object(
            document
                .iter()
                .map(|(key, value)| Ok((key.clone(), json_from_bson(value)?)))
                .collect::<Result<BTreeMap<_, _>, String>>()?,
        ),
        other => return Err(format!("{other:?} in a document")),
    })
}
