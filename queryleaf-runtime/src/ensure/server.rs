//! The commands about one collection.

use super::options::Stored;
use mongodb::Database;
use mongodb::bson::{Bson, Document, doc};
use mongodb::error::{Error, ErrorKind, Result};
use std::time::Duration;

/// The codes of the server's answers that are no failures here.
const NAMESPACE_NOT_FOUND: i32 = 26;
const INDEX_NOT_FOUND: i32 = 27;
const NAMESPACE_EXISTS: i32 = 48;

/// The codes of answers that are other ones a little later: another operation on the collection is
/// in progress, an index is being built, or its building was ended by somebody who removed it.
const BUSY: [i32; 3] = [117, 12_587, 276];

const FIRST_PAUSE: Duration = Duration::from_millis(5);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// A collection on the server, there or not.
#[derive(Debug)]
pub(super) struct Server<'a> {
    pub(super) database: &'a Database,
    pub(super) name: &'a str,
}

impl Server<'_> {
    /// The collection's kind and options; `None` where there is none of this name.
    pub(super) async fn stored(&self) -> Result<Option<Stored>> {
        let command = doc! { "listCollections": 1, "filter": { "name": self.name } };
        let listed = self.batch(command).await?;
        Ok(listed.into_iter().next().map(|mut collection| Stored {
            kind: collection
                .get_str("type")
                .unwrap_or("collection")
                .to_owned(),
            options: match collection.remove("options") {
                Some(Bson::Document(options)) => options,
                _ => Document::new(),
            },
        }))
    }

    /// All indexes of the collection, which has 64 at the most.
    pub(super) async fn indexes(&self) -> Result<Vec<Document>> {
        let batch = doc! { "batchSize": 1000 };
        let command = doc! { "listIndexes": self.name, "cursor": batch };
        match self.batch(command).await {
            Err(error) if code(&error) == Some(NAMESPACE_NOT_FOUND) => Ok(Vec::new()),
            indexes => indexes,
        }
    }

    /// Whether the collection holds no document.
    pub(super) async fn is_empty(&self) -> Result<bool> {
        let command = doc! { "find": self.name, "projection": { "_id": 1 }, "limit": 1 };
        Ok(self.batch(command).await?.is_empty())
    }

    /// How many documents do not fit this validator.
    pub(super) async fn count_unfit(&self, validator: &Document) -> Result<u64> {
        let unfit = doc! { "$match": { "$nor": [validator] } };
        let command = doc! {
            "aggregate": self.name,
            "pipeline": [unfit, { "$count": "count" }],
            "cursor": {},
        };
        let counted = self.batch(command).await?;
        let count = counted.first().and_then(|counted| counted.get("count"));
        Ok(match count {
            Some(Bson::Int32(count)) => u64::try_from(*count).unwrap_or_default(),
            Some(Bson::Int64(count)) => u64::try_from(*count).unwrap_or_default(),
            _ => 0,
        })
    }

    /// Creates the collection; false where another has done so first.
    pub(super) async fn create(&self, options: &Document) -> Result<bool> {
        let mut command = doc! { "create": self.name };
        command.extend(options.clone());
        match self.run(command).await {
            Ok(()) => Ok(true),
            Err(error) if code(&error) == Some(NAMESPACE_EXISTS) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Creates indexes, unless they are there.
    pub(super) async fn create_indexes(&self, indexes: &[Document]) -> Result<()> {
        if indexes.is_empty() {
            return Ok(());
        }
        self.run(doc! { "createIndexes": self.name, "indexes": indexes })
            .await
    }

    /// Removes an index, unless another has done so.
    pub(super) async fn drop_index(&self, name: &str) -> Result<()> {
        match self
            .run(doc! { "dropIndexes": self.name, "index": name })
            .await
        {
            Err(error) if code(&error) == Some(INDEX_NOT_FOUND) => Ok(()),
            result => result,
        }
    }

    /// Changes the collection in place.
    pub(super) async fn modify(&self, change: Document) -> Result<()> {
        let mut command = doc! { "collMod": self.name };
        command.extend(change);
        self.run(command).await
    }

    /// Runs a command that changes something, and waits until no failover can undo it.
    ///
    /// Where another process is building an index or changing the collection, it waits for that, too.
    async fn run(&self, mut command: Document) -> Result<()> {
        command.insert("writeConcern", doc! { "w": "majority" });
        let mut pause = FIRST_PAUSE;
        loop {
            match self.database.run_command(command.clone()).await {
                Err(error) if code(&error).is_some_and(|code| BUSY.contains(&code)) => {
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
                result => return result.map(drop),
            }
        }
    }

    async fn batch(&self, command: Document) -> Result<Vec<Document>> {
        let answer = self.database.run_command(command).await?;
        let batch = answer
            .get_document("cursor")
            .and_then(|cursor| cursor.get_array("firstBatch"));
        Ok(batch
            .map(|items| {
                items
                    .iter()
                    .filter_map(Bson::as_document)
                    .cloned()
                    .collect()
            })
            .unwrap_or_default())
    }
}

/// The code of the server's refusal.
fn code(error: &Error) -> Option<i32> {
    match &*error.kind {
        ErrorKind::Command(error) => Some(error.code),
        _ => None,
    }
}
