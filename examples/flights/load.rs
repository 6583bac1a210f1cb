//! Filling the database, once.

use std::path::Path;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use mongodb::bson::{Document, doc};
use mongodb::options::IndexOptions;
use mongodb::{Collection, Database, IndexModel};
use serde::Serialize;
use tokio::task::JoinSet;

use crate::Result;
use crate::dataset::{Dataset, PACKAGE, count_records};
use crate::models::{Airline, Airport, Flight, Plane, Weather};
use crate::records::{FromRecord, Record};

/// To be raised when the documents change, so that earlier ones are loaded again.
const LAYOUT: i32 = 1;

/// The collection that tells what has been loaded completely.
const LOADED: &str = "loaded";

/// How many documents one insert carries, and how many inserts run side by side.
const BATCH: usize = 5_000;
const INSERTS: usize = 2;

/// The collections with the indexes that their structs in `models.rs` declare.
const COLLECTIONS: [(&str, &[Index]); 5] = [
    ("airlines", &[Index::unique(&["carrier"])]),
    ("airports", &[Index::unique(&["faa"])]),
    (
        "planes",
        &[
            Index::unique(&["tailnum"]),
            Index::on(&["manufacturer", "model"]),
        ],
    ),
    ("weather", &[Index::unique(&["origin", "time_hour"])]),
    (
        "flights",
        &[
            Index::on(&["origin", "time_hour"]),
            Index::on(&["carrier", "-dep_delay"]),
            Index::on(&["dest", "time_hour"]),
            Index::on(&["tailnum", "time_hour"]),
            Index::on(&["time_hour"]),
        ],
    ),
];

/// Loads all collections, with the first `sample` flights, unless an earlier run has.
pub(crate) async fn load(database: &Database, sample: Option<usize>) -> Result<()> {
    if is_loaded(database).await? {
        return Ok(());
    }
    let dataset = Dataset::fetch().await?;
    for (name, indexes) in COLLECTIONS {
        database.collection::<Document>(name).drop().await?;
        create_indexes(database, name, indexes).await?;
    }
    let file = |name| dataset.file(name);
    load_collection::<Airline>(database, "airlines", &file("airlines"), None).await?;
    load_collection::<Airport>(database, "airports", &file("airports"), None).await?;
    load_collection::<Plane>(database, "planes", &file("planes"), None).await?;
    load_collection::<Weather>(database, "weather", &file("weather"), None).await?;
    load_collection::<Flight>(database, "flights", &file("flights"), sample).await?;
    mark_loaded(database).await
}

/// Reads a file line by line and inserts its records while it reads on.
async fn load_collection<T>(
    database: &Database,
    name: &str,
    file: &Path,
    limit: Option<usize>,
) -> Result<()>
where
    T: FromRecord + Serialize + Send + Sync + 'static,
{
    let total = count_records(file)?.min(limit.unwrap_or(usize::MAX));
    let progress = progress_bar(name, total);
    let collection: Collection<T> = database.collection(name);
    let mut reader = csv::Reader::from_path(file)?;
    let header = reader.headers()?.clone();
    let mut batch = Vec::new();
    let mut inserts = JoinSet::new();
    for (number, values) in reader.into_records().take(total).enumerate() {
        let record = Record {
            header: &header,
            values: &values?,
        };
        let document = T::from_record(&record);
        batch.push(document.map_err(|error| format!("{}: {error}", file.display()))?);
        if batch.len() == BATCH || number + 1 == total {
            if inserts.len() == INSERTS {
                finish_one(&mut inserts, &progress).await?;
            }
            inserts.spawn(insert(collection.clone(), std::mem::take(&mut batch)));
        }
    }
    while !inserts.is_empty() {
        finish_one(&mut inserts, &progress).await?;
    }
    progress.finish();
    Ok(())
}

/// Inserts the documents and answers how many they were.
async fn insert<T: Serialize + Send + Sync>(
    collection: Collection<T>,
    documents: Vec<T>,
) -> Result<u64> {
    // Nobody minds in which order they arrive.
    let inserted = collection.insert_many(&documents).ordered(false).await?;
    Ok(inserted.inserted_ids.len() as u64)
}

/// Waits for one of the inserts.
async fn finish_one(inserts: &mut JoinSet<Result<u64>>, progress: &ProgressBar) -> Result<()> {
    if let Some(inserted) = inserts.join_next().await {
        progress.inc(inserted??);
    }
    Ok(())
}

fn progress_bar(name: &str, total: usize) -> ProgressBar {
    const TEMPLATE: &str = "{prefix:>9} {bar:40} {human_pos:>7}/{human_len} {elapsed:>4}";
    let bar = ProgressBar::new(total as u64).with_prefix(name.to_owned());
    bar.enable_steady_tick(Duration::from_millis(100));
    match ProgressStyle::with_template(TEMPLATE) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// Whether an earlier run has loaded everything, and it is still there.
async fn is_loaded(database: &Database) -> Result<bool> {
    let key = doc! { "_id": PACKAGE.requirement, "layout": LAYOUT };
    let Some(loaded) = marks(database).find_one(key).await? else {
        return Ok(false);
    };
    Ok(loaded.get_document("counts")? == &counts(database).await?)
}

/// Notes that everything is there.
async fn mark_loaded(database: &Database) -> Result<()> {
    let key = doc! { "_id": PACKAGE.requirement };
    let mark = doc! { "layout": LAYOUT, "counts": counts(database).await? };
    marks(database).replace_one(key, mark).upsert(true).await?;
    Ok(())
}

fn marks(database: &Database) -> Collection<Document> {
    database.collection(LOADED)
}

/// The number of documents in each collection.
async fn counts(database: &Database) -> Result<Document> {
    let mut counts = Document::new();
    for (name, _) in COLLECTIONS {
        let collection = database.collection::<Document>(name);
        let count = collection.estimated_document_count().await?;
        counts.insert(name, i64::try_from(count)?);
    }
    Ok(counts)
}

/// An index to create; a `-` before a field stands for descending order.
struct Index {
    fields: &'static [&'static str],
    unique: bool,
}

impl Index {
    const fn on(fields: &'static [&'static str]) -> Self {
        let unique = false;
        Index { fields, unique }
    }

    const fn unique(fields: &'static [&'static str]) -> Self {
        let unique = true;
        Index { fields, unique }
    }

    fn model(&self) -> IndexModel {
        let keys = self
            .fields
            .iter()
            .map(|field| match field.strip_prefix('-') {
                Some(field) => (field.to_owned(), (-1).into()),
                None => ((*field).to_owned(), 1.into()),
            });
        IndexModel::builder()
            .keys(keys.collect::<Document>())
            .options(IndexOptions::builder().unique(self.unique).build())
            .build()
    }
}

async fn create_indexes(database: &Database, name: &str, indexes: &[Index]) -> Result<()> {
    let collection = database.collection::<Document>(name);
    collection
        .create_indexes(indexes.iter().map(Index::model))
        .await?;
    Ok(())
}
