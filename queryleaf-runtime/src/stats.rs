//! How full collections are, and what becomes of rows that expire.
//!
//! ```no_run
//! # async fn run(db: &queryleaf::mongodb::Database) -> queryleaf::Result<()> {
//! use queryleaf::stats;
//!
//! for logs in stats::capped_collections(db).await? {
//!     println!("{} is {:.0} % full", logs.name, logs.fill() * 100.0);
//! }
//! for index in stats::ttl_indexes(db).await? {
//!     println!("{} documents of {} are overdue", index.overdue, index.collection);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Errors
//!
//! Each of them gives [`Error::Driver`], with the name of the server's command in
//! place of a query, when the server refuses it or cannot be reached. They need the rights to read the
//! database; [`ttl_monitor`] needs those of `clusterMonitor`.

use crate::error::{Error, Result};
use futures::TryStreamExt;
use mongodb::Database;
use mongodb::bson::{Bson, DateTime, Document, doc};
use std::time::Duration;

/// How much a collection holds.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CollectionSize {
    /// Its name.
    pub name: String,
    /// How many documents it has.
    pub documents: i64,
    /// How many bytes its documents are, before compression.
    pub data_bytes: i64,
    /// How many bytes they take on the disk, free space for more included.
    pub storage_bytes: i64,
    /// How many bytes its indexes take on the disk.
    pub index_bytes: i64,
    /// How many indexes it has.
    pub indexes: i64,
}

/// How full a capped collection is.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CappedCollection {
    /// Its name.
    pub name: String,
    /// How many documents it has.
    pub documents: i64,
    /// How many it may have at the most, if that is limited.
    pub max_documents: Option<i64>,
    /// How many bytes its documents are.
    pub data_bytes: i64,
    /// How many they may be at the most.
    pub max_bytes: i64,
}

impl CappedCollection {
    /// How full it is, from 0 to 1: by bytes or by documents, whichever is more. A full one has room
    /// for a new document by the loss of the oldest ones.
    pub fn fill(&self) -> f64 {
        let share = |part: i64, whole: i64| match whole {
            ..=0 => 0.0,
            whole => part as f64 / whole as f64,
        };
        let documents = self.max_documents.map(|most| share(self.documents, most));
        share(self.data_bytes, self.max_bytes).max(documents.unwrap_or(0.0))
    }
}

/// An index by which documents expire.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TtlIndex {
    /// The collection.
    pub collection: String,
    /// The name of the index.
    pub index: String,
    /// The stored path of the time.
    pub path: String,
    /// How long after that time a document expires.
    pub expire_after: Duration,
    /// Which documents it is about, if not all.
    pub condition: Option<Document>,
    /// How many documents are past their time and still there. The server deletes them once a minute:
    /// a number that stays high says that it does not keep up.
    pub overdue: u64,
}

/// What the server has done about documents that expire, since it was started.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TtlMonitor {
    /// Whether it deletes them at all.
    pub enabled: bool,
    /// How long it waits before it looks for them again.
    pub interval: Duration,
    /// How often it has looked.
    pub passes: i64,
    /// How many it has deleted.
    pub deleted_documents: i64,
}

/// The sizes of all collections, by their names.
///
/// # Errors
///
/// See the [module](self#errors).
pub async fn collections(database: &Database) -> Result<Vec<CollectionSize>> {
    let mut sizes = Vec::new();
    for (name, storage) in storage(database, doc! { "type": "collection" }).await? {
        sizes.push(CollectionSize {
            documents: number(&storage, "count"),
            data_bytes: number(&storage, "size"),
            storage_bytes: number(&storage, "storageSize"),
            index_bytes: number(&storage, "totalIndexSize"),
            indexes: number(&storage, "nindexes"),
            name,
        });
    }
    Ok(sizes)
}

/// How full the capped collections are, by their names.
///
/// # Errors
///
/// See the [module](self#errors).
pub async fn capped_collections(database: &Database) -> Result<Vec<CappedCollection>> {
    let mut capped = Vec::new();
    for (name, storage) in storage(database, doc! { "options.capped": true }).await? {
        capped.push(CappedCollection {
            documents: number(&storage, "count"),
            // No limit is -1 or 0, by the version of the server.
            max_documents: Some(number(&storage, "max")).filter(|most| *most > 0),
            data_bytes: number(&storage, "size"),
            max_bytes: number(&storage, "maxSize"),
            name,
        });
    }
    Ok(capped)
}

/// The indexes by which documents expire, by their collections. Time-series collections, whose
/// documents expire by a rule of the collection, are none of them.
///
/// # Errors
///
/// See the [module](self#errors).
pub async fn ttl_indexes(database: &Database) -> Result<Vec<TtlIndex>> {
    let hello = run(database, doc! { "hello": 1 }).await?;
    let now = hello.get_datetime("localTime").copied();
    let now = now.unwrap_or_else(|_| DateTime::now());
    let mut found = Vec::new();
    for name in names(database, doc! { "type": "collection" }).await? {
        let collection = database.collection::<Document>(&name);
        let error = driver("listIndexes");
        let indexes = collection.list_indexes().await.map_err(error)?;
        let indexes: Vec<_> = indexes.try_collect().await.map_err(driver("listIndexes"))?;
        for index in indexes {
            let Some(options) = index.options else {
                continue;
            };
            let (Some(expire_after), Some(path)) =
                (options.expire_after, index.keys.keys().next().cloned())
            else {
                continue;
            };
            let after = i64::try_from(expire_after.as_millis()).unwrap_or(i64::MAX);
            let limit = DateTime::from_millis(now.timestamp_millis().saturating_sub(after));
            let past = doc! { &path: { "$lt": limit } };
            let filter = match &options.partial_filter_expression {
                Some(condition) => doc! { "$and": [past, condition.clone()] },
                None => past,
            };
            let overdue = collection.count_documents(filter).await;
            found.push(TtlIndex {
                collection: name.clone(),
                index: options.name.unwrap_or_default(),
                path,
                expire_after,
                condition: options.partial_filter_expression,
                overdue: overdue.map_err(driver("aggregate"))?,
            });
        }
    }
    Ok(found)
}

/// What the server has done about documents that expire; it is the same for all databases.
///
/// # Errors
///
/// See the [module](self#errors).
pub async fn ttl_monitor(database: &Database) -> Result<TtlMonitor> {
    let admin = database.client().database("admin");
    let parameters = doc! { "getParameter": 1, "ttlMonitorEnabled": 1, "ttlMonitorSleepSecs": 1 };
    let parameters = run(&admin, parameters).await?;
    let status = run(&admin, doc! { "serverStatus": 1 }).await?;
    let metrics = status
        .get_document("metrics")
        .and_then(|metrics| metrics.get_document("ttl"));
    let metrics = metrics.cloned().unwrap_or_default();
    let seconds = number(&parameters, "ttlMonitorSleepSecs");
    Ok(TtlMonitor {
        enabled: parameters.get_bool("ttlMonitorEnabled").unwrap_or(true),
        interval: Duration::from_secs(u64::try_from(seconds).unwrap_or(0)),
        passes: number(&metrics, "passes"),
        deleted_documents: number(&metrics, "deletedDocuments"),
    })
}

/// The names of the collections that are so, in order.
async fn names(database: &Database, filter: Document) -> Result<Vec<String>> {
    let listed = database.list_collections().filter(filter).await;
    let listed = listed.map_err(driver("listCollections"))?;
    let listed: Vec<_> = listed
        .try_collect()
        .await
        .map_err(driver("listCollections"))?;
    let names = listed.into_iter().map(|collection| collection.name);
    // The server's own are not the user's.
    let mut names: Vec<String> = names.filter(|name| !name.starts_with("system.")).collect();
    names.sort_unstable();
    Ok(names)
}

/// What the server tells of how these collections are stored.
async fn storage(database: &Database, filter: Document) -> Result<Vec<(String, Document)>> {
    let mut found = Vec::new();
    for name in names(database, filter).await? {
        let stage = doc! { "$collStats": { "storageStats": {} } };
        let collection = database.collection::<Document>(&name);
        let answer = collection.aggregate([stage]).await;
        let answer: Vec<Document> = match answer {
            Ok(answer) => answer.try_collect().await.map_err(driver("aggregate"))?,
            Err(error) => return Err(driver("aggregate")(error)),
        };
        // One for each part of a sharded collection.
        let mut sum = Document::new();
        for part in &answer {
            for (key, value) in part.get_document("storageStats").into_iter().flatten() {
                let limit = matches!(key.as_str(), "nindexes" | "max" | "maxSize");
                let before = if limit { 0 } else { number(&sum, key) };
                if let Some(value) = integer(value) {
                    sum.insert(key, before.saturating_add(value));
                }
            }
        }
        // Nothing where it was dropped meanwhile.
        if !answer.is_empty() {
            found.push((name, sum));
        }
    }
    Ok(found)
}

async fn run(database: &Database, command: Document) -> Result<Document> {
    database
        .run_command(command)
        .await
        .map_err(driver("serverStatus"))
}

fn driver(command: &'static str) -> impl Fn(mongodb::error::Error) -> Error {
    move |error| Error::Driver {
        sql: command,
        source: Box::new(error),
    }
}

/// A number that the server may write in any form; 0 where it does not tell it.
fn number(document: &Document, key: &str) -> i64 {
    document.get(key).and_then(integer).unwrap_or(0)
}

fn integer(value: &Bson) -> Option<i64> {
    match value {
        Bson::Int32(value) => Some(i64::from(*value)),
        Bson::Int64(value) => Some(*value),
        Bson::Double(value) => Some(*value as i64),
        _ => None,
    }
}
