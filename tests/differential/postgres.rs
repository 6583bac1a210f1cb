//! The oracle: the same rows in PostgreSQL, and its answers.

use crate::json::Json;
use crate::number::Number;
use crate::schema::TestTable;
use crate::sql_text::{literal, type_name};
use crate::value::Value;
use queryleaf::Interval;
use queryleaf_compiler::schema::Collection;
use queryleaf_compiler::types::{Field, Precision, StoredVariant, StructType, Type};
use queryleaf_testkit::postgres::tokio_postgres;
use std::collections::BTreeMap;
use tokio_postgres::types::{Kind, Type as PostgresType};
use tokio_postgres::{Client, SimpleQueryMessage};

/// What creates the types that only some columns have, and the functions that only MongoDB has.
pub const PREAMBLE: &str = "CREATE DOMAIN objectid AS text;
CREATE FUNCTION generate_uuid() RETURNS uuid LANGUAGE sql AS 'SELECT gen_random_uuid()';
";

/// The `_id` of a row that gives none; what the client makes begins otherwise, with the time.
const NEW_OBJECT_ID: &str = "'ffffffff' || left(md5(random()::text), 16)";

/// What creates the table of a collection and the types of its columns, those that `known` lists
/// excepted.
pub fn definition(table: &TestTable, known: &mut Vec<String>) -> String {
    let collection = &table.collection;
    let mut text = String::new();
    for field in &collection.fields {
        define_types(&field.ty, known, &mut text);
    }
    let mut parts: Vec<String> = collection
        .fields
        .iter()
        .map(|field| column(field, table.enforced))
        .collect();
    let unique = collection.indexes.iter().filter(|index| index.unique);
    for index in unique.filter(|_| table.enforced) {
        let keys: Vec<String> = index.keys.iter().map(|key| key.path.join(".")).collect();
        parts.push(format!("UNIQUE ({})", keys.join(", ")));
    }
    let name = &collection.name;
    text + &format!("CREATE TABLE {name} (\n    {}\n);\n", parts.join(",\n    "))
}

fn column(field: &Field, enforced: bool) -> String {
    let name = &field.name;
    let mut text = format!("{name} {}", type_name(&field.ty));
    if enforced {
        match (field.limits.max_length, field.limits.precision) {
            (Some(length), _) => text = format!("{name} varchar({length})"),
            (None, Some(Precision { precision, scale })) => {
                text = format!("{name} numeric({precision}, {scale})");
            }
            (None, None) => {}
        }
        if let Some((low, high)) = field.limits.range {
            text += &format!(" CHECK ({name} BETWEEN {low} AND {high})");
        }
        let is_made = name == "_id" && field.ty == Type::ObjectId;
        let default = field.default.as_deref();
        if let Some(default) = default.or(is_made.then_some(NEW_OBJECT_ID)) {
            text += &format!(" DEFAULT ({})", in_milliseconds(default));
        }
        if name == "_id" {
            text += " PRIMARY KEY";
        }
    }
    text + if field.nullable { "" } else { " NOT NULL" }
}

/// A text in which the time is no more exact than MongoDB's.
pub fn in_milliseconds(sql: &str) -> String {
    sql.replace("CURRENT_TIMESTAMP", "CURRENT_TIMESTAMP(3)")
}

fn define_types(ty: &Type, known: &mut Vec<String>, text: &mut String) {
    match ty {
        Type::Array(item) => define_types(&item.ty, known, text),
        Type::Struct(reference) => {
            for field in &reference.definition.fields {
                define_types(&field.ty, known, text);
            }
            define(ty, known, text, |name| {
                let fields = &reference.definition.fields;
                let fields = fields
                    .iter()
                    .map(|field| format!("{} {}", field.name, type_name(&field.ty)));
                let fields: Vec<String> = fields.collect();
                format!("CREATE TYPE {name} AS ({});\n", fields.join(", "))
            });
        }
        // An enum compares as what is stored: one stored as text is text, one stored as an integer
        // has its names in the order of the integers.
        Type::Enum(reference) => {
            let mut variants: Vec<(i64, &str)> = Vec::new();
            for variant in &reference.definition.variants {
                match variant.stored {
                    StoredVariant::Text(_) => return,
                    StoredVariant::Integer(number) => variants.push((number, &variant.name)),
                }
            }
            variants.sort_unstable();
            define(ty, known, text, |name| {
                let names: Vec<String> = variants
                    .iter()
                    .map(|(_, name)| format!("'{name}'"))
                    .collect();
                format!("CREATE TYPE {name} AS ENUM ({});\n", names.join(", "))
            });
        }
        _ => {}
    }
}

fn define(ty: &Type, known: &mut Vec<String>, text: &mut String, sql: impl Fn(&str) -> String) {
    let name = type_name(ty);
    if !known.contains(&name) {
        text.push_str(&sql(&name));
        known.push(name);
    }
}

/// What inserts these rows.
pub fn insertion(collection: &Collection, rows: &[Vec<Value>]) -> String {
    let rows: Vec<String> = rows
        .iter()
        .map(|row| {
            let values = row.iter().zip(&collection.fields);
            let values: Vec<String> = values
                .map(|(value, field)| literal(value, &field.ty))
                .collect();
            format!("({})", values.join(", "))
        })
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    format!(
        "INSERT INTO {} VALUES {};",
        collection.name,
        rows.join(",\n")
    )
}

/// Why there is no answer.
pub enum Failure {
    /// PostgreSQL raises an error, in these words.
    Raised(String),
    /// The answer cannot be compared: the columns are of other types than the compiler said.
    Incomparable(String),
}

impl From<tokio_postgres::Error> for Failure {
    fn from(error: tokio_postgres::Error) -> Self {
        match error.as_db_error() {
            Some(error) => Failure::Raised(error.message().to_owned()),
            None => panic!("{error}"),
        }
    }
}

/// The answer to a query. `columns` are those that the compiler found; that PostgreSQL's are of the
/// same types is checked.
pub async fn answer(
    client: &Client,
    sql: &str,
    columns: &[(String, Type)],
) -> Result<Vec<Vec<Value>>, Failure> {
    rows_of(client, sql, columns, |list, names| {
        format!("SELECT {list} FROM ({sql}\n) AS answer({names})")
    })
    .await
}

/// The rows of the `RETURNING` of a statement.
pub async fn returned(
    client: &Client,
    sql: &str,
    columns: &[(String, Type)],
) -> Result<Vec<Vec<Value>>, Failure> {
    rows_of(client, sql, columns, |list, names| {
        format!("WITH answer({names}) AS ({sql}\n) SELECT {list} FROM answer")
    })
    .await
}

/// The rows of a statement, read by one around it that gives a list of the columns of these names.
async fn rows_of(
    client: &Client,
    sql: &str,
    columns: &[(String, Type)],
    around: impl Fn(&str, &str) -> String,
) -> Result<Vec<Vec<Value>>, Failure> {
    let statement = client.prepare(sql).await?;
    let found = statement.columns();
    if found.len() != columns.len() {
        let (here, there) = (columns.len(), found.len());
        let message = format!("{here} columns, {there} in PostgreSQL");
        return Err(Failure::Incomparable(message));
    }
    for (column, (name, ty)) in found.iter().zip(columns) {
        if !is_same_type(ty, column.type_()) {
            let other = column.type_();
            let message = format!("column `{name}` is `{ty}`, in PostgreSQL `{other}`");
            return Err(Failure::Incomparable(message));
        }
    }
    let names: Vec<String> = (0..columns.len())
        .map(|number| format!("c{number}"))
        .collect();
    let list = names.iter().zip(columns).zip(found);
    let list: Vec<String> = list
        .map(|((name, (_, ty)), column)| readable(name, ty, column.type_()))
        .collect();
    let wrapped = around(&list.join(", "), &names.join(", "));
    let mut rows = Vec::new();
    for message in client.simple_query(&wrapped).await? {
        let SimpleQueryMessage::Row(row) = message else {
            continue;
        };
        let values = columns.iter().enumerate().map(|(number, (name, ty))| {
            let Some(text) = row.get(number) else {
                return Ok(Value::Null);
            };
            let unread = || format!("column `{name}` is {text} in PostgreSQL, which is no `{ty}`");
            read(text, ty).ok_or_else(|| Failure::Incomparable(unread()))
        });
        rows.push(values.collect::<Result<_, _>>()?);
    }
    Ok(rows)
}

/// A column in a form of text that loses nothing.
fn readable(name: &str, ty: &Type, postgres: &PostgresType) -> String {
    match ty {
        Type::Timestamp => format!("(EXTRACT(EPOCH FROM {name}) * 1000)::text"),
        Type::Date => format!("({name} - DATE '1970-01-01')::text"),
        Type::Interval => format!(
            "CASE WHEN {name} IS NOT NULL THEN jsonb_build_array(\
             EXTRACT(YEAR FROM {name}) * 12 + EXTRACT(MONTH FROM {name}), \
             EXTRACT(DAY FROM {name}), \
             (EXTRACT(HOUR FROM {name}) * 60 + EXTRACT(MINUTE FROM {name})) * 60000 \
             + EXTRACT(MILLISECONDS FROM {name}))::text END"
        ),
        Type::Bytea => format!("encode({name}, 'hex')"),
        Type::Json
        | Type::Document
        | Type::Geometry(_)
        | Type::Map(_)
        | Type::Array(_)
        | Type::Struct(_)
            if !matches!(postgres.name(), "json" | "jsonb") =>
        {
            format!("to_jsonb({name})::text")
        }
        _ => format!("{name}::text"),
    }
}

/// Whether a column of this type here may be of that type in PostgreSQL.
fn is_same_type(ty: &Type, postgres: &PostgresType) -> bool {
    let name = postgres.name();
    match ty {
        Type::Boolean => name == "bool",
        Type::Integer => name == "int4",
        Type::Bigint => name == "int8",
        Type::Double => name == "float8",
        Type::Numeric => name == "numeric",
        Type::Text => matches!(name, "text" | "varchar" | "objectid"),
        Type::Timestamp => matches!(name, "timestamptz" | "timestamp"),
        Type::Date => name == "date",
        Type::Interval => name == "interval",
        Type::Uuid => name == "uuid",
        Type::ObjectId => matches!(name, "text" | "objectid"),
        Type::Bytea => name == "bytea",
        Type::Json | Type::Document | Type::Geometry(_) | Type::Map(_) => {
            matches!(name, "json" | "jsonb")
        }
        // `JSON_BUILD_ARRAY` makes an array here and JSON there.
        Type::Array(item) => match postgres.kind() {
            Kind::Array(postgres_item) => is_same_type(&item.ty, postgres_item),
            _ => matches!(name, "json" | "jsonb"),
        },
        Type::Struct(_) => matches!(postgres.kind(), Kind::Composite(_)),
        Type::Enum(_) => name == "text" || name == type_name(ty),
        // PostgreSQL has no change streams.
        Type::Event(_) | Type::Unknown => false,
    }
}

/// Reads the text of a column.
fn read(text: &str, ty: &Type) -> Option<Value> {
    Some(match ty {
        Type::Boolean => Value::Boolean(text == "true"),
        Type::Integer | Type::Bigint => Value::Integer(text.parse().ok()?),
        Type::Double => Value::Double(double(text)?),
        Type::Numeric => Value::Numeric(Number::parse(text)?),
        Type::Text | Type::Enum(_) => Value::text(text),
        Type::Timestamp => Value::Timestamp(Number::parse(text)?.to_i64()?),
        Type::Date => Value::Date(text.parse::<i64>().ok()? * 86_400_000),
        Type::Interval => interval(&Json::parse(text)?)?,
        Type::Uuid => Value::Uuid(bytes(&text.replace('-', ""))?.try_into().ok()?),
        Type::ObjectId => Value::ObjectId(bytes(text)?.try_into().ok()?),
        Type::Bytea => Value::Bytea(bytes(text)?),
        Type::Json
        | Type::Document
        | Type::Geometry(_)
        | Type::Map(_)
        | Type::Array(_)
        | Type::Struct(_) => from_json(&Json::parse(text)?, ty)?,
        Type::Event(_) | Type::Unknown => return None,
    })
}

/// Reads a value inside an array or composite, which PostgreSQL writes as JSON.
fn from_json(json: &Json, ty: &Type) -> Option<Value> {
    if *json == Json::Null {
        return Some(Value::Null);
    }
    Some(match (json, ty) {
        (json, Type::Json | Type::Document | Type::Geometry(_) | Type::Map(_)) => {
            Value::Json(json.clone())
        }
        (Json::Boolean(value), Type::Boolean) => Value::Boolean(*value),
        (Json::Number(number), Type::Integer | Type::Bigint) => Value::Integer(number.to_i64()?),
        (Json::Number(number), Type::Double) => Value::Double(number.to_f64()),
        (Json::Number(number), Type::Numeric) => Value::Numeric(number.clone()),
        (Json::Text(text), Type::Timestamp) => Value::Timestamp(crate::calendar::read(text)?),
        (Json::Text(text), Type::Date) => Value::Date(crate::calendar::read(text)?),
        (Json::Text(text), Type::Bytea) => Value::Bytea(bytes(text.strip_prefix("\\x")?)?),
        (Json::Text(text), ty) => read(text, ty)?,
        (Json::Array(items), Type::Array(item)) => Value::Array(
            items
                .iter()
                .map(|value| from_json(value, &item.ty))
                .collect::<Option<_>>()?,
        ),
        (Json::Object(entries), Type::Struct(reference)) => {
            Value::Struct(fields(entries, &reference.definition)?)
        }
        _ => return None,
    })
}

fn fields(entries: &BTreeMap<String, Json>, definition: &StructType) -> Option<Vec<Value>> {
    let fields = &definition.fields;
    fields
        .iter()
        .map(|field| from_json(entries.get(&field.name)?, &field.ty))
        .collect()
}

fn double(text: &str) -> Option<f64> {
    match text {
        "Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        text => text.parse().ok(),
    }
}

fn interval(json: &Json) -> Option<Value> {
    let Json::Array(parts) = json else {
        return None;
    };
    let mut numbers = parts.iter().map(|part| match part {
        Json::Number(number) => number.to_i64(),
        _ => None,
    });
    Some(Value::Interval(Interval::new(
        numbers.next()??.try_into().ok()?,
        numbers.next()??.try_into().ok()?,
        numbers.next()??,
    )))
}

fn bytes(hexadecimal: &str) -> Option<Vec<u8>> {
    (0..hexadecimal.len())
        .step_by(2)
        .map(|start| u8::from_str_radix(hexadecimal.get(start..start + 2)?, 16).ok())
        .collect()
}
