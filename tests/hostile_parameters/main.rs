//! Parameters are data, wherever they stand.

mod conditions;
mod documents;
mod orders;
mod patterns;
mod results;
mod writes;

use queryleaf::bson::doc;
use queryleaf::prelude::*;

#[derive(Debug, Clone, Serialize, Deserialize, Collection)]
#[leaf(name = "notes", index(text))]
struct Note {
    #[serde(rename = "_id")]
    id: i32,
    text: String,
    other: Option<String>,
    tags: Vec<String>,
    more: Document,
    json: Option<Bson>,
    at: DateTime,
}

/// Strings that mean something to MongoDB, to SQL or to a regular expression.
const HOSTILE: [&str; 12] = [
    "$text",
    "$$ROOT",
    "{\"$gt\": \"\"}",
    "a.b",
    "%_\\",
    "'; DROP TABLE notes; --",
    ".*",
    "^",
    "(",
    "\u{0}",
    "$where",
    "",
];

/// A document that has the text as a value and, unless BSON cannot, as a key.
fn document(id: i32, text: &str) -> Document {
    let mut document = doc! { "key": text };
    if !text.contains('\0') {
        document.insert(text, id);
    }
    document
}

async fn database() -> mongodb::Database {
    let database = queryleaf_testkit::database().await;
    let notes: Vec<Note> = HOSTILE
        .iter()
        .enumerate()
        .map(|(id, text)| Note {
            id: i32::try_from(id).unwrap(),
            text: (*text).to_owned(),
            other: Some("plain".to_owned()),
            tags: vec![(*text).to_owned()],
            more: document(i32::try_from(id).unwrap(), text),
            json: Some(Bson::Document(document(i32::try_from(id).unwrap(), text))),
            at: DateTime::from_millis(0),
        })
        .collect();
    database
        .collection::<Note>("notes")
        .insert_many(&notes)
        .await
        .unwrap();
    database
}

/// The ids that a query gives.
macro_rules! ids {
    ($database:expr, $($query:tt)+) => {
        sql!($($query)+)
            .fetch_all($database)
            .await
            .unwrap()
            .into_iter()
            .map(|row| row._id)
            .collect::<Vec<i32>>()
    };
}

pub(crate) use ids;
