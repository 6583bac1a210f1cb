//! The two servers, with the same rows.

use crate::random::Random;
use queryleaf::bson::{Bson, doc};
use queryleaf::prelude::*;
use serde_json::{Map, Number, Value};

/// A database on each side.
pub struct Servers {
    pub mongo: mongodb::Database,
    pub postgres: tokio_postgres::Client,
}

impl Servers {
    /// Both servers, with PostgreSQL's definitions of the tables; nothing where it is not installed.
    pub async fn start(definitions: &str) -> Option<Self> {
        let postgres = match queryleaf_testkit::postgres::client().await {
            Ok(client) => client,
            Err(unavailable) => {
                eprintln!("skipped: {unavailable}");
                return None;
            }
        };
        postgres.batch_execute(definitions).await.unwrap();
        let mongo = queryleaf_testkit::database().await;
        Some(Servers { mongo, postgres })
    }

    /// The time of the MongoDB server.
    pub async fn now(&self) -> DateTime {
        let hello = self.mongo.run_command(doc! { "hello": 1 }).await.unwrap();
        *hello.get_datetime("localTime").unwrap()
    }

    /// Stores the rows of a collection on both sides, in this order.
    ///
    /// `NULL` is null or a missing field: about half of each. PostgreSQL's rows can have a column
    /// `natural_position`, which says in what order they came.
    pub async fn store<T: Serialize>(&self, random: &mut Random, name: &str, rows: &[T]) {
        let mut documents = Vec::new();
        let mut lines = Vec::new();
        for (position, row) in rows.iter().enumerate() {
            let document = queryleaf::bson::to_document(row).unwrap();
            let mut line = plain_document(&document);
            line.insert("natural_position".to_owned(), position.into());
            lines.push(Value::Object(line));
            documents.push(without_some_nulls(document, random));
        }
        let collection = self.mongo.collection::<Document>(name);
        collection.insert_many(documents).await.unwrap();
        let insert = format!(
            "INSERT INTO {name} SELECT * FROM json_populate_recordset(NULL::{name}, $1::text::json)"
        );
        let lines = Value::Array(lines).to_string();
        self.postgres.execute(&insert, &[&lines]).await.unwrap();
    }
}

/// The document without about half of the fields that are null.
fn without_some_nulls(document: Document, random: &mut Random) -> Document {
    document
        .into_iter()
        .filter_map(|(key, value)| match value {
            Bson::Null => random.percent(50).then_some((key, Bson::Null)),
            Bson::Document(inner) => Some((key, without_some_nulls(inner, random).into())),
            other => Some((key, other)),
        })
        .collect()
}

/// A document as PostgreSQL reads it from JSON.
pub fn plain_document(document: &Document) -> Map<String, Value> {
    document
        .iter()
        .map(|(key, value)| (key.clone(), plain(value)))
        .collect()
}

/// A value as PostgreSQL reads it from JSON.
fn plain(value: &Bson) -> Value {
    match value {
        Bson::Document(document) => Value::Object(plain_document(document)),
        Bson::Array(items) => Value::Array(items.iter().map(plain).collect()),
        Bson::Null => Value::Null,
        Bson::String(text) => Value::String(text.clone()),
        Bson::Boolean(value) => Value::Bool(*value),
        Bson::Int32(value) => Value::from(*value),
        Bson::Int64(value) => Value::from(*value),
        Bson::Double(value) => Value::Number(Number::from_f64(*value).unwrap()),
        Bson::Decimal128(value) => Value::String(value.to_string()),
        Bson::ObjectId(id) => Value::String(id.to_hex()),
        Bson::DateTime(moment) => Value::String(moment.try_to_rfc3339_string().unwrap()),
        Bson::Binary(binary) => Value::String(binary.to_uuid().unwrap().to_string()),
        other => panic!("no test has a value like {other}"),
    }
}
