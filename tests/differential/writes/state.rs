//! What is stored, on both sides.

use crate::postgres::{self, Failure};
use crate::schema::TestTable;
use crate::stored::from_bson;
use crate::value::Value;
use futures::TryStreamExt;
use queryleaf::bson::spec::{BinarySubtype, ElementType};
use queryleaf::bson::{Bson, DateTime, Document, doc};
use queryleaf::mongodb::Database;
use queryleaf_compiler::types::{Field, StoredVariant, Type};
use queryleaf_testkit::postgres::tokio_postgres::Client;
use std::sync::LazyLock;

/// When the tests began.
static BEGAN: LazyLock<i64> = LazyLock::new(|| DateTime::now().timestamp_millis());

/// What is nearer to the beginning of the tests than this was made by them, or computed from what
/// was: expressions add a year at the most.
const NEAR: i64 = 400 * 86_400_000;

/// The rows of a table in PostgreSQL.
pub async fn expected(client: &Client, table: &TestTable) -> Vec<Vec<Value>> {
    let fields = &table.collection.fields;
    let columns: Vec<(String, Type)> = fields
        .iter()
        .map(|field| (field.name.clone(), field.ty.clone()))
        .collect();
    let sql = format!("SELECT * FROM {}", table.collection.name);
    match postgres::answer(client, &sql, &columns).await {
        Ok(rows) => rows,
        Err(Failure::Raised(error) | Failure::Incomparable(error)) => panic!("{sql}: {error}"),
    }
}

/// The rows of a collection; an error when a document is not as the struct would be stored.
pub async fn found(database: &Database, table: &TestTable) -> Result<Vec<Vec<Value>>, String> {
    let collection = database.collection::<Document>(&table.collection.name);
    let documents: Vec<Document> = collection
        .find(doc! {})
        .await
        .expect("documents")
        .try_collect()
        .await
        .expect("documents");
    let fields = &table.collection.fields;
    let rows: Result<Vec<Vec<Value>>, String> = documents
        .iter()
        .map(|document| row(document, fields).map_err(|error| format!("{error} in {document}")))
        .collect();
    rows.map(made_equal)
}

/// The values of a document.
fn row(document: &Document, fields: &[Field]) -> Result<Vec<Value>, String> {
    check_document(document, fields)?;
    if document.keys().next().is_some_and(|first| first != "_id") {
        return Err("the `_id` is not the first field".to_owned());
    }
    fields
        .iter()
        .map(|field| {
            let value = document.get(&field.name).unwrap_or(&Bson::Null);
            from_bson(value, &field.ty, field.nullable)
                .map_err(|error| format!("field `{}`: {error}", field.name))
        })
        .collect()
}

/// Whether a document has the fields, in the form in which a struct stores them.
fn check_document(document: &Document, fields: &[Field]) -> Result<(), String> {
    for (name, value) in document {
        let field = fields.iter().find(|field| field.name == *name);
        let Some(field) = field else {
            return Err(format!("a field `{name}` that nobody declared"));
        };
        check_form(value, &field.ty).map_err(|error| format!("field `{name}`: {error}"))?;
    }
    Ok(())
}

/// Whether a value has the BSON type in which it is stored.
fn check_form(value: &Bson, ty: &Type) -> Result<(), String> {
    let expected = match (ty, value) {
        (_, Bson::Null) | (Type::Json, _) => return Ok(()),
        (Type::Array(item), Bson::Array(items)) => {
            return items
                .iter()
                .try_for_each(|value| check_form(value, &item.ty));
        }
        (Type::Struct(reference), Bson::Document(document)) => {
            return check_document(document, &reference.definition.fields);
        }
        (Type::Map(ty), Bson::Document(document)) => {
            return document
                .iter()
                .try_for_each(|(_, value)| check_form(value, &ty.ty));
        }
        (Type::Uuid | Type::Bytea, Bson::Binary(binary)) => {
            let is_uuid = binary.subtype == BinarySubtype::Uuid;
            return match is_uuid == (*ty == Type::Uuid) {
                true => Ok(()),
                false => Err(format!("{:?} for a `{ty}`", binary.subtype)),
            };
        }
        (Type::Boolean, _) => ElementType::Boolean,
        (Type::Integer, _) => ElementType::Int32,
        (Type::Bigint, _) => ElementType::Int64,
        (Type::Double, _) => ElementType::Double,
        (Type::Numeric, _) => ElementType::Decimal128,
        (Type::Text, _) => ElementType::String,
        (Type::Timestamp | Type::Date, _) => ElementType::DateTime,
        (Type::Uuid | Type::Bytea, _) => ElementType::Binary,
        (Type::ObjectId, _) => ElementType::ObjectId,
        (Type::Array(_), _) => ElementType::Array,
        (
            Type::Interval | Type::Document | Type::Geometry(_) | Type::Map(_) | Type::Struct(_),
            _,
        ) => ElementType::EmbeddedDocument,
        (Type::Enum(reference), _) => match reference.definition.variants.first() {
            Some(variant) if matches!(variant.stored, StoredVariant::Integer(_)) => {
                ElementType::Int32
            }
            _ => ElementType::String,
        },
        (Type::Event(_) | Type::Unknown, _) => return Err("a column without a type".to_owned()),
    };
    match value.element_type() == expected {
        true => Ok(()),
        false => Err(format!(
            "{value:?} where a `{ty}` is stored as {expected:?}"
        )),
    }
}

/// The rows with one value in place of all that a server or a client has just made.
pub fn made_equal(mut rows: Vec<Vec<Value>>) -> Vec<Vec<Value>> {
    for value in rows.iter_mut().flatten() {
        make_equal(value);
    }
    rows
}

fn make_equal(value: &mut Value) {
    match value {
        Value::Timestamp(milliseconds) => {
            if (*milliseconds - *BEGAN).abs() < NEAR {
                *milliseconds = *BEGAN;
            }
        }
        // Random ones, and none that the tests store, have the version 4.
        Value::Uuid(bytes) if bytes[6] >> 4 == 4 && bytes[8] >> 6 == 2 => *bytes = [4; 16],
        Value::ObjectId(bytes) => {
            let [a, b, c, d, ..] = *bytes;
            let seconds = i64::from(u32::from_be_bytes([a, b, c, d]));
            if seconds == i64::from(u32::MAX) || (seconds * 1000 - *BEGAN).abs() < NEAR {
                *bytes = [255; 12];
            }
        }
        Value::Array(items) | Value::Struct(items) => items.iter_mut().for_each(make_equal),
        Value::Null
        | Value::Boolean(_)
        | Value::Integer(_)
        | Value::Double(_)
        | Value::Numeric(_)
        | Value::Text(_)
        | Value::Date(_)
        | Value::Interval(_)
        | Value::Uuid(_)
        | Value::Bytea(_)
        | Value::Json(_) => {}
    }
}
