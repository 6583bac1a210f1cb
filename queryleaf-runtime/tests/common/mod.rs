//! Plans as `sql!` would place them in the binary, written by hand.

#![allow(dead_code, unreachable_pub)]

pub mod changes;
pub mod handled;
pub mod loans;

use futures::TryStreamExt;
use queryleaf_plan::{Form, Template, Value, encode};
use queryleaf_runtime::bson::{Bson, Document, doc};
use queryleaf_runtime::mongodb::Database;
use queryleaf_runtime::mongodb::IndexModel;
use queryleaf_runtime::mongodb::options::IndexOptions;
use queryleaf_runtime::private::{Plan, Statement};
use queryleaf_runtime::{Error, WriteError};
use std::fmt::Debug;

/// A plan of this command; every column is at the path of its name, at its dots.
pub fn plan(
    command: &Template,
    parameters: &'static [&'static str],
    columns: &'static [&'static str],
) -> &'static Plan {
    let paths: Vec<&'static [&'static str]> = columns
        .iter()
        .map(|column| &*column.split('.').collect::<Vec<_>>().leak())
        .collect();
    Box::leak(Box::new(Plan::new(
        "SELECT .. FROM books",
        "books",
        encode(command, &[]).leak(),
        parameters,
        columns,
        paths.leak(),
    )))
}

/// A `find` of all books that pass the filter, in the order of `_id`.
pub fn find(filter: Template) -> Template {
    Template::document([
        ("find", Template::string("books")),
        ("filter", filter),
        ("sort", Template::entry("_id", Template::from(1))),
    ])
}

/// An aggregation over the books.
pub fn aggregate(stages: impl IntoIterator<Item = Template>) -> Template {
    Template::document([
        ("aggregate", Template::string("books")),
        ("pipeline", Template::array(stages)),
    ])
}

/// `{field: {operator: parameter}}`.
pub fn compared(field: &str, operator: &str, parameter: u16) -> Template {
    Template::entry(
        field,
        Template::entry(operator, Template::parameter(parameter)),
    )
}

/// The value of a parameter in this form.
pub fn hole(parameter: u16, form: Form) -> Template {
    Template::Hole { parameter, form }
}

/// Stores the books.
pub async fn store(database: &Database, books: impl IntoIterator<Item = Document>) {
    database
        .collection::<Document>("books")
        .insert_many(books)
        .await
        .expect("books are stored");
}

/// A document as a template.
pub fn template(document: &Document) -> Template {
    Template::document(
        document
            .iter()
            .map(|(key, value)| (key.clone(), template_value(value))),
    )
}

fn template_value(value: &Bson) -> Template {
    match value {
        Bson::Document(document) => template(document),
        Bson::Array(items) => Template::array(items.iter().map(template_value)),
        Bson::Null => Template::null(),
        Bson::Boolean(value) => (*value).into(),
        Bson::Int32(value) => (*value).into(),
        Bson::Int64(value) => (*value).into(),
        Bson::Double(value) => Value::Double(*value).into(),
        Bson::String(value) => Template::string(value.clone()),
        other => panic!("{other} as a template"),
    }
}

/// A statement without parameters.
pub fn statement(program: &Document) -> Statement {
    Statement::new(plan(&template(program), &[], &[]), Vec::new())
}

/// The stored books in the order of `_id`.
pub async fn stored(database: &Database) -> Vec<Document> {
    all(database, "books").await
}

/// Stores documents in a collection.
pub async fn fill(database: &Database, collection: &str, documents: &[Document]) {
    let collection = database.collection::<Document>(collection);
    let stored = collection.insert_many(documents).await;
    stored.expect("documents are stored");
}

/// The documents of a collection in the order of `_id`.
pub async fn all(database: &Database, collection: &str) -> Vec<Document> {
    let documents = database.collection::<Document>(collection);
    let documents = documents.find(doc! {}).sort(doc! { "_id": 1 });
    let documents = documents.await.expect("documents are read");
    documents.try_collect().await.expect("documents are read")
}

/// Makes a field of the books unique.
pub async fn unique(database: &Database, field: &str) {
    let index = IndexModel::builder()
        .keys(doc! { field: 1 })
        .options(IndexOptions::builder().unique(true).build())
        .build();
    let books = database.collection::<Document>("books");
    books.create_index(index).await.expect("an index is made");
}

/// The error of a statement that wrote less than it should have.
pub fn write_error<T: Debug>(result: Result<T, Error>) -> Box<WriteError> {
    match result {
        Err(Error::Write(error)) => error,
        other => panic!("{other:?}"),
    }
}
