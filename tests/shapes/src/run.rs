//! Compiles queries, and runs commands.

use crate::command::command;
use crate::schema::TABLES;
use crate::shape::Shape;
use futures::TryStreamExt;
use queryleaf::__private as generated;
use queryleaf::bson::{Bson, Document, RawDocumentBuf, doc};
use queryleaf::mongodb::{Database, error::Result};
use queryleaf_plan::encode;

/// A shape as both sides send it.
#[derive(Debug)]
pub struct Compiled {
    /// What QueryLeaf sends.
    pub own: Document,
    /// Where the columns are in the documents that it gets.
    pub paths: Vec<Vec<String>>,
    /// What the expert sends.
    pub expert: Document,
}

/// Compiles a shape, or gives the errors.
pub fn compile(shape: &Shape) -> std::result::Result<Compiled, String> {
    let query = queryleaf_compiler::compile(shape.sql, &TABLES).map_err(|errors| {
        let messages = errors.into_iter().map(|error| error.message);
        messages.collect::<Vec<_>>().join("; ")
    })?;
    let plan = Box::leak(Box::new(generated::Plan::new(
        shape.sql,
        "shapes",
        encode(&query.command, &query.computed).leak(),
        &[],
        &[],
        &[],
    )));
    let own = generated::Query::<()>::new(plan, Vec::new(), |_| Ok(()));
    Ok(Compiled {
        own: own.command().map_err(|error| error.to_string())?,
        paths: query
            .columns
            .into_iter()
            .map(|column| column.path)
            .collect(),
        expert: command(shape.command),
    })
}

/// All result documents of a command.
pub async fn fetch(database: &Database, command: &Document) -> Result<Vec<RawDocumentBuf>> {
    let cursor = database.run_cursor_command(command.clone()).await?;
    let mut cursor = cursor.with_type::<RawDocumentBuf>();
    let mut rows = Vec::new();
    while let Some(row) = cursor.try_next().await? {
        rows.push(row);
    }
    Ok(rows)
}

/// What the server says that it does for a command.
pub async fn explain(database: &Database, command: &Document) -> Result<Document> {
    database
        .run_command(doc! { "explain": command.clone(), "verbosity": "executionStats" })
        .await
}

impl Compiled {
    /// The rows of QueryLeaf's command in a form that can be compared.
    pub fn own_rows(&self, shape: &Shape, documents: &[RawDocumentBuf]) -> Vec<String> {
        rows(shape, &self.paths, documents)
    }

    /// The rows of the expert's command in a form that can be compared.
    pub fn expert_rows(&self, shape: &Shape, documents: &[RawDocumentBuf]) -> Vec<String> {
        let paths = shape.columns.iter();
        let paths: Vec<Vec<String>> = paths
            .map(|path| path.split('.').map(str::to_owned).collect())
            .collect();
        rows(shape, &paths, documents)
    }
}

fn rows(shape: &Shape, paths: &[Vec<String>], documents: &[RawDocumentBuf]) -> Vec<String> {
    let mut rows: Vec<String> = documents
        .iter()
        .map(|document| {
            let document = Document::try_from(document.as_ref()).expect("a document");
            let document = Bson::Document(document);
            let values = paths.iter().map(|path| comparable(at(&document, path)));
            values.collect::<Vec<_>>().join(" | ")
        })
        .collect();
    if !shape.ordered {
        rows.sort_unstable();
    }
    rows
}

fn at<'a>(value: &'a Bson, path: &[String]) -> &'a Bson {
    path.iter().fold(value, |value, name| match value {
        Bson::Document(document) => document.get(name).unwrap_or(&Bson::Null),
        _ => &Bson::Null,
    })
}

/// A value as text. Numbers of every type are the same; sums of fractions depend on the order of
/// the rows, so not all of their digits count.
fn comparable(value: &Bson) -> String {
    let number = match value {
        Bson::Int32(number) => f64::from(*number),
        Bson::Int64(number) => *number as f64,
        Bson::Double(number) => *number,
        Bson::Decimal128(number) => number.to_string().parse().expect("a number"),
        other => return other.to_string(),
    };
    format!("{number:.9e}")
}
