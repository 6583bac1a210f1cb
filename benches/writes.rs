//! What bulk writes take: rows inserted and updated through `sql!`, and by hand with the driver.
//!
//! ```text
//! cargo bench --bench writes -- [--rows 100000] [--runs 8]
//! ```
//!
//! Both write the same values to the same server, in turn, into a collection of their own. Inserts by
//! hand are one unordered `insert_many` of all rows; updates by hand are `update` commands of 10,000
//! statements each, since the driver's `update_one` for each row would take thirty times as long.
//!
//! Whoever writes first finds a server with less to do in the background, so the two take turns at that,
//! and an odd number of runs is made even.

#![expect(clippy::print_stdout, reason = "a bench reports there")]

mod measure;

use measure::{UsageWho, median, processor_time};
use queryleaf::mongodb::bson::doc;
use queryleaf::mongodb::{self, Database};
use queryleaf::prelude::{Collection, DateTime, Deserialize, Document, Serialize, sql};
use std::env;
use std::error::Error;
use std::time::Instant;

/// What a weather station measured.
#[derive(Debug, Clone, Serialize, Deserialize, Collection)]
#[leaf(name = "readings")]
struct Reading {
    #[serde(rename = "_id")]
    id: i64,
    station: String,
    at: DateTime,
    celsius: f64,
    humidity: i32,
}

/// How many statements a command by hand has.
const STATEMENTS: usize = 10_000;

/// One way to write the rows, and what it took.
#[derive(Default)]
struct Times {
    /// Milliseconds.
    wall: Vec<f64>,
    /// Milliseconds of processor time of this process.
    processor: Vec<f64>,
}

impl Times {
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
    let runs = argument("--runs").unwrap_or(8).next_multiple_of(2);
    let database = queryleaf_testkit::database().await;
    let other = queryleaf_testkit::database().await;
    let readings = measured(rows);

    let mut times: [Times; 4] = Default::default();
    for run in 0..=runs {
        let [insert, insert_by_hand, update, update_by_hand] = &mut times;
        for database in [&database, &other] {
            database.collection::<Document>("readings").drop().await?;
            database.create_collection("readings").await?;
        }
        if run % 2 == 0 {
            insert.measure(insert_rows(&database, &readings)).await?;
        }
        insert_by_hand
            .measure(insert_rows_by_hand(&other, &readings))
            .await?;
        if run % 2 == 1 {
            insert.measure(insert_rows(&database, &readings)).await?;
        }
        if run % 2 == 0 {
            update.measure(update_rows(&database, rows, run)).await?;
        }
        update_by_hand
            .measure(update_rows_by_hand(&other, rows, run))
            .await?;
        if run % 2 == 1 {
            update.measure(update_rows(&database, rows, run)).await?;
        }
        if run == 0 {
            // The first connection and cold caches.
            times = Default::default();
        }
    }

    println!("{rows} rows of five columns, medians of {runs} runs in turn\n");
    println!("{:<32}{:>12}{:>22}", "", "rows/s", "client CPU ns/row");
    let [insert, insert_by_hand, update, update_by_hand] = times;
    let insert = report("INSERT .. VALUES (:rows)", rows, insert);
    let insert_by_hand = report("insert_many", rows, insert_by_hand);
    let update = report("bulk() of UPDATE", rows, update);
    let update_by_hand = report("update commands by hand", rows, update_by_hand);
    println!(
        "\nthroughput of inserts {:.2}, of updates {:.2} of that by hand",
        insert_by_hand / insert,
        update_by_hand / update
    );
    Ok(())
}

async fn insert_rows(database: &Database, readings: &[Reading]) -> queryleaf::Result<()> {
    let affected = sql!("INSERT INTO readings VALUES (:readings)")
        .execute(database)
        .await?;
    assert_eq!(affected.inserted, Some(readings.len() as u64));
    Ok(())
}

async fn insert_rows_by_hand(
    database: &Database,
    readings: &[Reading],
) -> mongodb::error::Result<()> {
    let collection = database.collection::<Reading>("readings");
    let result = collection.insert_many(readings).ordered(false).await?;
    assert_eq!(result.inserted_ids.len(), readings.len());
    Ok(())
}

/// Another value in each run, so that every document changes.
fn celsius(id: i64, run: usize) -> f64 {
    (id % 613) as f64 / 7.0 + run as f64
}

async fn update_rows(database: &Database, rows: usize, run: usize) -> queryleaf::Result<()> {
    let updates = (0..rows as i64).map(|id| {
        let celsius = celsius(id, run);
        sql!("UPDATE readings SET celsius = :celsius WHERE _id = :id")
    });
    let affected = queryleaf::bulk()
        .statements(updates)
        .execute(database)
        .await?;
    assert_eq!(affected.matched, Some(rows as u64));
    Ok(())
}

async fn update_rows_by_hand(
    database: &Database,
    rows: usize,
    run: usize,
) -> mongodb::error::Result<()> {
    for start in (0..rows).step_by(STATEMENTS) {
        let ids = start as i64..rows.min(start + STATEMENTS) as i64;
        let updates: Vec<Document> = ids
            .map(|id| {
                let set = doc! { "$set": { "celsius": celsius(id, run) } };
                doc! { "q": { "_id": id }, "u": set }
            })
            .collect();
        let count = updates.len();
        let reply = database
            .run_command(doc! { "update": "readings", "updates": updates })
            .await?;
        assert_eq!(reply.get_i32("n").ok(), i32::try_from(count).ok());
    }
    Ok(())
}

/// Prints a line and gives the median of the milliseconds.
fn report(name: &str, rows: usize, times: Times) -> f64 {
    let (wall, processor) = (median(times.wall), median(times.processor));
    let rows = rows as f64;
    let (per_second, per_row) = (rows / wall * 1e3, processor / rows * 1e6);
    println!("{name:<32}{per_second:>12.0}{per_row:>22.0}");
    wall
}

/// The number after an option.
fn argument(name: &str) -> Option<usize> {
    env::args()
        .skip_while(|argument| argument != name)
        .nth(1)?
        .parse()
        .ok()
}

fn measured(rows: usize) -> Vec<Reading> {
    (0..rows as i64)
        .map(|id| Reading {
            id,
            station: format!("station {}", id % 97),
            at: DateTime::from_millis(1_700_000_000_000 + id * 60_000),
            celsius: (id % 613) as f64 / 10.0 - 20.0,
            humidity: (id % 101) as i32,
        })
        .collect()
}
