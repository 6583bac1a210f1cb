//! What changes take as they come through `sql!`, and through the driver's typed change stream.
//!
//! ```text
//! cargo bench --bench watch -- [--inserts 300] [--changes 100000] [--runs 6]
//! ```
//!
//! First the latency: from the start of an insert to when its change is handled, with one stream open at
//! a time. Then the throughput: changes that are there already, read from the same place again and again.
//! All ways get the same inserts on the same server, in turn; each run begins with another one, so that the
//! number of runs is a multiple of three.

#![expect(clippy::print_stdout, reason = "a bench reports there")]

#[path = "../measure/mod.rs"]
mod measure;
mod way;

use measure::{UsageWho, median, processor_time};
use queryleaf::mongodb::{self, Database};
use queryleaf::prelude::{Collection, DateTime, Deserialize, Serialize};
use std::env;
use std::error::Error;
use std::ops::Range;
use std::time::{Duration, Instant};
use way::{Follower, Place, Way};

/// What a shop sold.
#[derive(Debug, Clone, Serialize, Deserialize, Collection)]
#[leaf(name = "sales")]
struct Sale {
    #[serde(rename = "_id")]
    id: i64,
    shop: String,
    at: DateTime,
    amount: f64,
    items: i32,
}

/// Between two inserts, for the stream to ask the server for what is next.
const BETWEEN_INSERTS: Duration = Duration::from_millis(5);

/// How many documents are inserted at once to be read later.
const INSERTED_AT_ONCE: usize = 10_000;

/// What the runs of one way took.
#[derive(Default)]
struct Times {
    /// Milliseconds from the start of each insert to its handler.
    latency: Vec<f64>,
    /// Milliseconds in which all changes were read.
    wall: Vec<f64>,
    /// Milliseconds of processor time of this process meanwhile.
    processor: Vec<f64>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let inserts = argument("--inserts").unwrap_or(300);
    let changes = argument("--changes").unwrap_or(100_000);
    let runs = argument("--runs").unwrap_or(6).next_multiple_of(3);
    // The documents are written through another client, so that no connection is shared.
    let database = queryleaf_testkit::database().await;
    let writer = queryleaf_testkit::client().await.database(database.name());
    writer.create_collection("sales").await?;

    let mut times: [Times; 3] = Default::default();
    let mut ids = 0..0;
    // The first run warms up.
    for run in 0..=runs {
        for way in Way::in_turn(run) {
            ids = ids.end..ids.end + inserts as i64;
            let latency = latency(way, &database, &writer, ids.clone()).await?;
            if run > 0 {
                times[way as usize].latency.extend(latency);
            }
        }
    }

    let place = Place::now(&database).await?;
    let ids = ids.end..ids.end + changes as i64;
    insert(&writer, ids.clone()).await?;
    for run in 0..=runs {
        for way in Way::in_turn(run) {
            let (wall, processor) = read(way, &database, &place, ids.clone()).await?;
            if run > 0 {
                times[way as usize].wall.push(wall);
                times[way as usize].processor.push(processor);
            }
        }
    }

    println!("{inserts} inserts, then {changes} changes to read, {runs} runs in turn: medians\n");
    println!(
        "{:<24}{:>12}{:>12}{:>12}{:>22}",
        "", "p50 ms", "p99 ms", "events/s", "client CPU ns/event"
    );
    let [sql, worker, driver] = times;
    let sql = report(Way::Sql, changes, sql);
    let worker = report(Way::Worker, changes, worker);
    let driver = report(Way::Driver, changes, driver);
    println!("\nof that of the driver:");
    for (way, [latency, wall]) in [(Way::Sql, sql), (Way::Worker, worker)] {
        let (latency, throughput) = (latency / driver[0], driver[1] / wall);
        println!(
            "{:<24}latency {latency:.2}, throughput {throughput:.2}",
            way.name()
        );
    }
    Ok(())
}

/// Milliseconds from the start of each insert to its handler.
async fn latency(
    way: Way,
    database: &Database,
    writer: &Database,
    ids: Range<i64>,
) -> Result<Vec<f64>, Box<dyn Error>> {
    let mut follower = Follower::start(way, database, None, &ids).await?;
    let sales = writer.collection::<Sale>("sales");
    let mut latency = Vec::new();
    for id in ids {
        let sale = sale(id);
        tokio::time::sleep(BETWEEN_INSERTS).await;
        let start = Instant::now();
        sales.insert_one(sale).await?;
        let (handled, at) = follower.next().await?;
        assert_eq!(handled, id, "the changes come in order");
        latency.push((at - start).as_secs_f64() * 1000.0);
    }
    follower.stop().await?;
    Ok(latency)
}

/// Milliseconds, also of processor time, in which the changes that these inserts made are handled.
async fn read(
    way: Way,
    database: &Database,
    place: &Place,
    ids: Range<i64>,
) -> Result<(f64, f64), Box<dyn Error>> {
    let (start, processor) = (Instant::now(), processor_time(UsageWho::RUSAGE_SELF));
    let mut follower = Follower::start(way, database, Some(place), &ids).await?;
    // A worker handles different documents side by side.
    let (mut left, mut sum) = (ids.end - ids.start, 0);
    while left > 0 {
        let (id, _) = follower.next().await?;
        if ids.contains(&id) {
            left -= 1;
            sum += id;
        }
    }
    let processor = processor_time(UsageWho::RUSAGE_SELF) - processor;
    let wall = start.elapsed();
    assert_eq!(sum, ids.sum::<i64>(), "each change comes once");
    follower.stop().await?;
    Ok((
        wall.as_secs_f64() * 1000.0,
        processor.as_secs_f64() * 1000.0,
    ))
}

async fn insert(writer: &Database, ids: Range<i64>) -> mongodb::error::Result<()> {
    let sales = writer.collection::<Sale>("sales");
    for start in ids.clone().step_by(INSERTED_AT_ONCE) {
        let end = ids.end.min(start + INSERTED_AT_ONCE as i64);
        sales.insert_many((start..end).map(sale)).await?;
    }
    Ok(())
}

/// Prints a line and gives the medians of the latency and of the milliseconds.
fn report(way: Way, changes: usize, times: Times) -> [f64; 2] {
    let name = way.name();
    let changes = changes as f64;
    let slow = percentile(times.latency.clone(), 99);
    let (latency, wall) = (median(times.latency), median(times.wall));
    let (per_second, per_event) = (
        changes / wall * 1e3,
        median(times.processor) / changes * 1e6,
    );
    println!("{name:<24}{latency:>12.3}{slow:>12.3}{per_second:>12.0}{per_event:>22.0}");
    [latency, wall]
}

fn percentile(mut values: Vec<f64>, percent: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    let place = values.len() * percent / 100;
    values.get(place).copied().unwrap_or(f64::NAN)
}

/// The number after an option.
fn argument(name: &str) -> Option<usize> {
    env::args()
        .skip_while(|argument| argument != name)
        .nth(1)?
        .parse()
        .ok()
}

fn sale(id: i64) -> Sale {
    Sale {
        id,
        shop: format!("shop {}", id % 97),
        at: DateTime::from_millis(1_700_000_000_000 + id * 60_000),
        amount: (id % 613) as f64 / 10.0,
        items: (id % 11) as i32,
    }
}
