//! What a row costs when a program runs: 100,000 small documents through `sql!`, and through the
//! driver's `Collection<T>` with serde.
//!
//! ```text
//! cargo bench --bench rows -- [--rows 100000] [--runs 15]
//! ```
//!
//! Both send the same command to the same server, in turn, from one thread, and both collect
//! every row: `fetch_all` of `sql!` against `find(..).await?.try_collect()`. The command is taken
//! from the query itself. The server is one that the tests use as well; its processor time is not
//! counted.

#![expect(clippy::print_stdout, reason = "a bench reports there")]

mod measure;

use futures::TryStreamExt;
use measure::{UsageWho, median, processor_time};
use queryleaf::mongodb::bson::Document;
use queryleaf::mongodb::options::FindOptions;
use queryleaf::mongodb::{self, Database};
use queryleaf::prelude::{Bson, Collection, DateTime, Deserialize, ObjectId, Serialize, sql};
use std::env;
use std::error::Error;
use std::time::Instant;

/// What a weather station measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Collection)]
#[leaf(name = "readings")]
struct Reading {
    #[serde(rename = "_id")]
    id: ObjectId,
    station: String,
    at: DateTime,
    celsius: f64,
    humidity: i32,
}

/// One way to read the rows, and what it took.
#[derive(Default)]
struct Times {
    /// Milliseconds.
    wall: Vec<f64>,
    /// Milliseconds of processor time of this process.
    processor: Vec<f64>,
}

impl Times {
    /// Runs something and notes what it took, without dropping what it gives.
    async fn measure<T>(&mut self, work: impl Future<Output = T>) -> T {
        let (start, processor) = (Instant::now(), processor_time(UsageWho::RUSAGE_SELF));
        let result = work.await;
        let processor = processor_time(UsageWho::RUSAGE_SELF) - processor;
        self.wall.push(start.elapsed().as_secs_f64() * 1000.0);
        self.processor.push(processor.as_secs_f64() * 1000.0);
        result
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let rows = argument("--rows").unwrap_or(100_000);
    let runs = argument("--runs").unwrap_or(15);
    let database = queryleaf_testkit::database().await;
    fill(&database, rows).await?;

    let query = sql!("SELECT * FROM readings WHERE humidity >= 0");
    let (filter, options) = find(query.command()?);
    let collection = database.collection::<Reading>("readings");

    let (mut own, mut driver) = (Times::default(), Times::default());
    for run in 0..=runs {
        let found = own.measure(query.fetch_all(&database)).await?;
        assert_eq!(found.len(), rows);
        drop(found);
        let find = async {
            let cursor = collection
                .find(filter.clone())
                .with_options(options.clone());
            cursor.await?.try_collect::<Vec<_>>().await
        };
        let found = driver.measure(find).await?;
        assert_eq!(found.len(), rows);
        if run == 0 {
            // The first connection and cold caches.
            (own, driver) = (Times::default(), Times::default());
        }
    }

    println!("{rows} rows of five columns, medians of {runs} runs in turn\n");
    println!("{:<24}{:>16}{:>22}", "", "rows/s", "client CPU ns/row");
    let own = report("sql!", rows, own);
    let driver = report("Collection<T>, serde", rows, driver);
    let (wall, processor) = (own.0 / driver.0, own.1 / driver.1);
    println!("\nwall time {wall:.2}, client CPU {processor:.2} of those of Collection<T>");
    Ok(())
}

/// Prints a line and gives the medians: milliseconds, and milliseconds of processor time.
fn report(name: &str, rows: usize, times: Times) -> (f64, f64) {
    let (wall, processor) = (median(times.wall), median(times.processor));
    let rows = rows as f64;
    let (per_second, per_row) = (rows / wall * 1e3, processor / rows * 1e6);
    println!("{name:<24}{per_second:>16.0}{per_row:>22.0}");
    (wall, processor)
}

/// The number after an option.
fn argument(name: &str) -> Option<usize> {
    env::args()
        .skip_while(|argument| argument != name)
        .nth(1)?
        .parse()
        .ok()
}

/// The documents: five small fields each.
async fn fill(database: &Database, rows: usize) -> mongodb::error::Result<()> {
    let readings: Vec<Reading> = (0..rows as i64)
        .map(|number| Reading {
            id: ObjectId::new(),
            station: format!("station {}", number % 97),
            at: DateTime::from_millis(1_700_000_000_000 + number * 60_000),
            celsius: (number % 613) as f64 / 10.0 - 20.0,
            humidity: (number % 101) as i32,
        })
        .collect();
    let collection = database.collection::<Reading>("readings");
    for readings in readings.chunks(20_000) {
        collection.insert_many(readings).await?;
    }
    Ok(())
}

/// A `find` command in the terms of the driver.
fn find(command: Document) -> (Document, FindOptions) {
    let mut options = FindOptions::default();
    let mut filter = Document::new();
    for (name, value) in command {
        match (name.as_str(), value) {
            ("find", _) => {}
            ("filter", Bson::Document(document)) => filter = document,
            ("projection", Bson::Document(document)) => options.projection = Some(document),
            (name, value) => panic!("`{name}: {value}` in the command"),
        }
    }
    (filter, options)
}
