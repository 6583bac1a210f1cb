//! What the server tells of the collections of a database, as rows: `SHOW TABLES`, `SHOW TTL STATUS`.
//!
//! The server has no query that gives these rows, so they are put together here and sent back to it as
//! the documents of a pipeline: the answer is then read like any other.

use futures::stream::TryStreamExt;
use mongodb::Database;
use mongodb::bson::{Bson, Document, doc};
use mongodb::error::{Error, ErrorKind, Result};

/// What there is to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Catalog {
    /// The collections and views.
    Tables,
    /// The rules by which documents expire.
    Ttl,
}

/// The server's answer for a collection that is not there any more.
const NAMESPACE_NOT_FOUND: i32 = 26;

impl Catalog {
    /// The catalog of this name in a template.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        match name {
            "tables" => Some(Catalog::Tables),
            "ttl" => Some(Catalog::Ttl),
            _ => None,
        }
    }

    /// The command that it is made of for the most part.
    pub(crate) fn command(self) -> &'static str {
        match self {
            Catalog::Tables => "listCollections",
            Catalog::Ttl => "listIndexes",
        }
    }

    /// The rows, as the first stage of a pipeline.
    pub(crate) async fn stage(self, database: &Database) -> Result<Document> {
        let rows = self.rows(database).await?;
        let rows = rows.into_iter().map(|row| doc! { "$literal": row });
        Ok(doc! { "$documents": rows.collect::<Vec<_>>() })
    }

    /// The rows in the order of their names.
    pub(crate) async fn rows(self, database: &Database) -> Result<Vec<Document>> {
        let mut rows = Vec::new();
        for collection in collections(database).await? {
            match self {
                Catalog::Tables => rows.push(doc! {
                    "table_name": collection.name,
                    "table_type": collection.kind,
                    "options": collection.options,
                }),
                Catalog::Ttl => rows.extend(collection.expiries(database).await?),
            }
        }
        Ok(rows)
    }
}

/// A collection as `listCollections` tells it.
struct Listed {
    name: String,
    kind: String,
    options: Document,
}

/// The collections and views that are not the server's own, in the order of their names.
async fn collections(database: &Database) -> Result<Vec<Listed>> {
    let cursor = database.run_cursor_command(doc! { "listCollections": 1 });
    let found: Vec<Document> = cursor.await?.try_collect().await?;
    let text =
        |document: &Document, key: &str| document.get_str(key).unwrap_or_default().to_owned();
    let mut listed: Vec<Listed> = found
        .into_iter()
        .map(|document| Listed {
            name: text(&document, "name"),
            kind: text(&document, "type"),
            options: document
                .get_document("options")
                .cloned()
                .unwrap_or_default(),
        })
        .filter(|collection| !collection.name.starts_with("system."))
        .collect();
    listed.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(listed)
}

impl Listed {
    /// The rules by which its documents expire.
    async fn expiries(&self, database: &Database) -> Result<Vec<Document>> {
        if self.kind == "view" {
            return Ok(Vec::new());
        }
        if let Ok(series) = self.options.get_document("timeseries") {
            let after = self.options.get("expireAfterSeconds").and_then(seconds);
            let row = after.map(|after| {
                doc! {
                    "table_name": &self.name,
                    "column_name": series.get_str("timeField").unwrap_or_default(),
                    "expire_after_seconds": after,
                }
            });
            return Ok(row.into_iter().collect());
        }
        let command = doc! { "listIndexes": &self.name };
        let indexes: Vec<Document> = match database.run_cursor_command(command).await {
            Ok(cursor) => cursor.try_collect().await?,
            Err(error) if code(&error) == Some(NAMESPACE_NOT_FOUND) => Vec::new(),
            Err(error) => return Err(error),
        };
        Ok(indexes
            .iter()
            .filter_map(|index| self.expiry(index))
            .collect())
    }

    fn expiry(&self, index: &Document) -> Option<Document> {
        let after = index.get("expireAfterSeconds").and_then(seconds)?;
        let column = index.get_document("key").ok()?.keys().next()?;
        let mut row = doc! {
            "table_name": &self.name,
            "index_name": index.get_str("name").ok()?,
            "column_name": column,
            "expire_after_seconds": after,
        };
        if let Ok(condition) = index.get_document("partialFilterExpression") {
            row.insert("condition", condition);
        }
        Some(row)
    }
}

fn seconds(value: &Bson) -> Option<i64> {
    match value {
        Bson::Int32(value) => Some(i64::from(*value)),
        Bson::Int64(value) => Some(*value),
        #[expect(clippy::cast_possible_truncation, reason = "it counts seconds")]
        Bson::Double(value) => Some(*value as i64),
        _ => None,
    }
}

/// The code of the server's refusal.
pub(crate) fn code(error: &Error) -> Option<i32> {
    match &*error.kind {
        ErrorKind::Command(error) => Some(error.code),
        _ => None,
    }
}
