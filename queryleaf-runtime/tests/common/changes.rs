//! A query of changes as `sql!` would place it in the binary, written by hand.

use super::{plan, template};
use futures::TryStreamExt;
use queryleaf_plan::Template;
use queryleaf_runtime::Result;
use queryleaf_runtime::bson::{Document, doc};
use queryleaf_runtime::private::{Bound, RowReader, WatchQuery, bind, types};
use queryleaf_runtime::watch::{ClusterTime, OperationType, Watch};
use std::time::Duration;

type Own<T> = types::Own<T>;

#[derive(Debug, PartialEq)]
pub struct Row {
    pub operation_type: OperationType,
    pub cluster_time: ClusterTime,
    pub id: Option<i32>,
    pub title: Option<String>,
}

fn decode(row: &mut RowReader<'_>) -> Result<Row> {
    Ok(Row {
        operation_type: row.column::<Own<OperationType>, _>(0)?,
        cluster_time: row.column::<Own<ClusterTime>, _>(1)?,
        id: row.column::<types::Nullable<types::Integer>, _>(2)?,
        title: row.column::<types::Nullable<types::Text>, _>(3)?,
    })
}

const COLUMNS: &[&str] = &[
    "operationType",
    "clusterTime",
    "documentKey._id",
    "fullDocument.title",
];

/// The changes of the books that pass the filter; its parameter is `insert`.
pub fn changes(collection: Template, filter: Template) -> WatchQuery<Row> {
    query(collection, filter, bind::<types::Text, _>("insert"))
}

/// The changes of the books that pass the filter.
pub fn changes_where(filter: &Document) -> WatchQuery<Row> {
    changes(books(), template(filter))
}

/// The changes of the books that pass the filter with this parameter.
pub fn changes_with(filter: Template, parameter: i64) -> WatchQuery<Row> {
    query(books(), filter, bind::<types::Bigint, _>(&parameter))
}

fn query(collection: Template, filter: Template, parameter: Bound) -> WatchQuery<Row> {
    let options = Template::entry("fullDocument", Template::string("updateLookup"));
    let command = Template::document([
        ("aggregate", collection),
        (
            "pipeline",
            Template::array([
                Template::entry("$changeStream", options),
                Template::entry("$match", filter),
                template(&doc! { "$project": {
                    "operationType": 1, "clusterTime": 1, "wallTime": 1, "ns": 1, "documentKey": 1,
                    "fullDocument.title": 1,
                } }),
            ]),
        ),
        ("cursor", template(&doc! {})),
    ]);
    let parameters = vec![parameter];
    WatchQuery::new(plan(&command, &["type"], COLUMNS), parameters, decode)
}

pub fn all() -> Template {
    template(&doc! {})
}

pub fn books() -> Template {
    Template::string("books")
}

pub fn ids(ids: impl IntoIterator<Item = i32>) -> Vec<Document> {
    let books = ids.into_iter();
    books
        .map(|id| doc! { "_id": id, "title": format!("book {id}") })
        .collect()
}

pub async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(60), future)
        .await
        .expect("it takes too long")
}

pub async fn next(changes: &mut Watch<Row>) -> Row {
    soon(changes.try_next()).await.unwrap().expect("a change")
}
