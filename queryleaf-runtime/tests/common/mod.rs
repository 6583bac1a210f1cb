//! Plans as `sql!` would place them in the binary, written by hand.

#![allow(dead_code, unreachable_pub)]

use futures::TryStreamExt;
use queryleaf_plan::{Form, Template, Value, encode};
use queryleaf_runtime::bson::{Bson, Document, doc};
use queryleaf_runtime::mongodb::Database;
use queryleaf_runtime::private::{Plan, Statement};

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
    let books = database.collection::<Document>("books");
    let books = books.find(doc! {}).sort(doc! { "_id": 1 });
    let books = books.await.expect("books are read");
    books.try_collect().await.expect("books are read")
}
