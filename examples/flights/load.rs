//! Filling the database, once.

use std::fs::File;
use std::iter::Take;
use std::marker::PhantomData;
use std::path::Path;
use std::time::Duration;

use csv::{Reader, StringRecord, StringRecordsIntoIter};
use futures::stream;
use indicatif::{ProgressBar, ProgressStyle};
use mongodb::bson::{Document, doc};
use mongodb::{Collection, Database};
use queryleaf::ensure;
use queryleaf::prelude::sql;

use crate::Result;
use crate::dataset::{Dataset, PACKAGE, count_records};
use crate::models::{airlines, airports, flights, planes, weather};
use crate::records::{FromRecord, Record};

/// To be raised when the documents change, so that earlier ones are loaded again.
const LAYOUT: i32 = 2;

/// The collection that tells what has been loaded completely.
const LOADED: &str = "loaded";

/// The collections that are loaded.
const COLLECTIONS: [&str; 5] = ["airlines", "airports", "planes", "weather", "flights"];

/// Inserts the records of a file into a table while the file is read.
macro_rules! load_table {
    ($database:expr, $table:ident, $records:expr) => {{
        let records = $records;
        let progress = progress_bar(stringify!($table), records.total);
        let bar = progress.clone();
        let rows = queryleaf::rows(stream::iter(records));
        sql!(INSERT INTO $table VALUES (:rows))
            .on_progress(move |progress| bar.set_position(progress.rows))
            .execute($database)
            .await?;
        progress.finish();
    }};
}

/// Loads all collections, with the first `sample` flights, unless an earlier run has.
pub(crate) async fn load(database: &Database, sample: Option<usize>) -> Result<()> {
    if is_loaded(database).await? {
        return Ok(());
    }
    let dataset = Dataset::fetch().await?;
    for name in COLLECTIONS {
        database.collection::<Document>(name).drop().await?;
    }
    ensure!(database, airlines, airports, planes, weather, flights).await?;
    load_table!(
        database,
        airlines,
        Records::open(&dataset.file("airlines"), None)?
    );
    load_table!(
        database,
        airports,
        Records::open(&dataset.file("airports"), None)?
    );
    load_table!(
        database,
        planes,
        Records::open(&dataset.file("planes"), None)?
    );
    load_table!(
        database,
        weather,
        Records::open(&dataset.file("weather"), None)?
    );
    load_table!(
        database,
        flights,
        Records::open(&dataset.file("flights"), sample)?
    );
    mark_loaded(database).await
}

/// The documents that a file holds, read line by line.
struct Records<T> {
    /// How many they are.
    total: usize,
    /// The file, for errors.
    file: String,
    header: StringRecord,
    lines: Take<StringRecordsIntoIter<File>>,
    document: PhantomData<fn() -> T>,
}

impl<T> Records<T> {
    /// The first `limit` documents of a file, or all.
    fn open(file: &Path, limit: Option<usize>) -> Result<Self> {
        let total = count_records(file)?.min(limit.unwrap_or(usize::MAX));
        let mut reader = Reader::from_path(file)?;
        Ok(Records {
            total,
            file: file.display().to_string(),
            header: reader.headers()?.clone(),
            lines: reader.into_records().take(total),
            document: PhantomData,
        })
    }
}

impl<T: FromRecord> Iterator for Records<T> {
    type Item = Result<T>;

    fn next(&mut self) -> Option<Result<T>> {
        let line = self.lines.next()?;
        let document = line.map_err(Into::into).and_then(|values| {
            T::from_record(&Record {
                header: &self.header,
                values: &values,
            })
        });
        Some(document.map_err(|error| format!("{}: {error}", self.file).into()))
    }
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
    for name in COLLECTIONS {
        let collection = database.collection::<Document>(name);
        let count = collection.estimated_document_count().await?;
        counts.insert(name, i64::try_from(count)?);
    }
    Ok(counts)
}
