//! What changes take as they come through `sql!`, and through the driver's typed change stream.
//!
//! ```text
//! cargo bench --bench watch -- [--inserts 300] [--changes 100000] [--runs 7]
//! ```
//!
//! First the latency: from the start of an insert to when its change is handled, with one stream open at
//! a time. Then the throughput: changes that are there already, read from the same place again and again.
//! Both ways get the same inserts on the same server, in turn; half of the runs in the opposite order.

#![expect(clippy::print_stdout, reason = "a bench reports there")]

mod measure;

use futures::{Stream, StreamExt, TryStreamExt};
use measure::{UsageWho, median, processor_time};
use queryleaf::mongodb::change_stream::event::ResumeToken as DriverToken;
use queryleaf::mongodb::options::FullDocumentType;
use queryleaf::mongodb::{self, Database};
use queryleaf::prelude::{Collection, DateTime, Deserialize, Serialize, sql};
use queryleaf::watch::ResumeToken;
use std::env;
use std::error::Error;
use std::ops::Range;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

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

/// For how long the server may still wait for changes on behalf of a stream that is gone.
const STREAM_GOES: Duration = Duration::from_millis(1200);

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

/// The two ways to follow the changes.
#[derive(Clone, Copy)]
enum Way {
    Sql,
    Driver,
}

/// A place in the stream, as each of the ways says it.
struct Place {
    sql: ResumeToken,
    driver: DriverToken,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let inserts = argument("--inserts").unwrap_or(300);
    let changes = argument("--changes").unwrap_or(100_000);
    let runs = argument("--runs").unwrap_or(7);
    // The documents are written through another client, so that no connection is shared.
    let database = queryleaf_testkit::database().await;
    let writer = queryleaf_testkit::client().await.database(database.name());
    writer.create_collection("sales").await?;

    let mut times: [Times; 2] = Default::default();
    let mut ids = 0..0;
    for run in 0..=runs {
        for way in order(run) {
            ids = ids.end..ids.end + inserts as i64;
            let latency = latency(way, &database, &writer, ids.clone()).await?;
            // The first run warms up.
            if run > 0 {
                times[way as usize].latency.extend(latency);
            }
        }
    }

    let place = Place::now(&database).await?;
    let ids = ids.end..ids.end + changes as i64;
    insert(&writer, ids.clone()).await?;
    for run in 0..=runs {
        for way in order(run) {
            let mut warming_up = Times::default();
            let times = match run {
                0 => &mut warming_up,
                _ => &mut times[way as usize],
            };
            let ids = ids.clone();
            times.measure(read(way, &database, &place, ids)).await?;
        }
    }

    println!("{inserts} inserts, then {changes} changes to read, {runs} runs in turn: medians\n");
    println!(
        "{:<24}{:>12}{:>12}{:>12}{:>22}",
        "", "p50 ms", "p99 ms", "events/s", "client CPU ns/event"
    );
    let [sql, driver] = times;
    let [sql_latency, sql_wall] = report("CHANGE_STREAM(sales)", changes, sql);
    let [driver_latency, driver_wall] = report("Collection::watch", changes, driver);
    println!(
        "\nlatency {:.2}, throughput {:.2} of that of the driver",
        sql_latency / driver_latency,
        driver_wall / sql_wall
    );
    Ok(())
}

fn order(run: usize) -> [Way; 2] {
    match run % 2 {
        0 => [Way::Sql, Way::Driver],
        _ => [Way::Driver, Way::Sql],
    }
}

impl Place {
    /// The place behind all that has happened.
    async fn now(database: &Database) -> Result<Place, Box<dyn Error>> {
        let mut changes = sql!("SELECT full_document FROM CHANGE_STREAM(sales)").watch(database);
        changes.open().await?;
        let driver = database.collection::<Sale>("sales").watch().await?;
        Ok(Place {
            sql: changes.token().ok_or("a place")?,
            driver: driver.resume_token().ok_or("a place")?,
        })
    }
}

/// What was inserted, from a place on or from now on. The driver's event has these columns and more.
async fn follow(
    database: &Database,
    place: Option<&Place>,
) -> queryleaf::Result<impl Stream<Item = queryleaf::Result<Sale>> + Send + Unpin + use<>> {
    let mut changes = sql!(
        "SELECT operation_type, cluster_time, wall_time, document_key, full_document
         FROM CHANGE_STREAM(sales)"
    )
    .watch(database);
    if let Some(place) = place {
        changes = changes.resume_after(&place.sql);
    }
    changes.open().await?;
    Ok(changes.map_ok(|change| change.full_document.expect("a document is inserted")))
}

/// The same with the driver.
async fn follow_with_driver(
    database: &Database,
    place: Option<&Place>,
) -> mongodb::error::Result<impl Stream<Item = mongodb::error::Result<Sale>> + Send + Unpin + use<>>
{
    let sales = database.collection::<Sale>("sales");
    let mut watch = sales.watch().full_document(FullDocumentType::UpdateLookup);
    if let Some(place) = place {
        watch = watch.start_after(place.driver.clone());
    }
    let changes = watch.await?;
    Ok(changes.map_ok(|event| event.full_document.expect("a document is inserted")))
}

/// Milliseconds from the start of each insert to its handler.
async fn latency(
    way: Way,
    database: &Database,
    writer: &Database,
    ids: Range<i64>,
) -> Result<Vec<f64>, Box<dyn Error>> {
    let latency = match way {
        Way::Sql => handled(follow(database, None).await?, writer, ids).await?,
        Way::Driver => handled(follow_with_driver(database, None).await?, writer, ids).await?,
    };
    tokio::time::sleep(STREAM_GOES).await;
    Ok(latency)
}

async fn handled<E: Error + Send + 'static>(
    mut changes: impl Stream<Item = Result<Sale, E>> + Send + Unpin + 'static,
    writer: &Database,
    ids: Range<i64>,
) -> Result<Vec<f64>, Box<dyn Error>> {
    let (sender, mut handled) = mpsc::unbounded_channel();
    let handler = tokio::spawn(async move {
        while let Some(sale) = changes.next().await {
            let sale = sale.map(|sale| (sale.id, Instant::now()));
            if sender.send(sale).is_err() {
                break;
            }
        }
    });
    let sales = writer.collection::<Sale>("sales");
    let mut latency = Vec::new();
    for id in ids {
        let sale = sale(id);
        tokio::time::sleep(BETWEEN_INSERTS).await;
        let start = Instant::now();
        sales.insert_one(sale).await?;
        let (handled_id, at) = handled.recv().await.ok_or("the stream has ended")??;
        assert_eq!(handled_id, id, "the changes come in order");
        latency.push((at - start).as_secs_f64() * 1000.0);
    }
    handler.abort();
    Ok(latency)
}

/// Reads the changes that these inserts made.
async fn read(
    way: Way,
    database: &Database,
    place: &Place,
    ids: Range<i64>,
) -> Result<(), Box<dyn Error>> {
    match way {
        Way::Sql => count(follow(database, Some(place)).await?, ids).await?,
        Way::Driver => count(follow_with_driver(database, Some(place)).await?, ids).await?,
    }
    Ok(())
}

async fn count<E>(
    mut changes: impl Stream<Item = Result<Sale, E>> + Unpin,
    ids: Range<i64>,
) -> Result<(), E> {
    for id in ids {
        let sale = changes.try_next().await?;
        assert_eq!(
            sale.map(|sale| sale.id),
            Some(id),
            "the changes come in order"
        );
    }
    Ok(())
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
fn report(name: &str, changes: usize, times: Times) -> [f64; 2] {
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
