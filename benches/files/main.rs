//! What files of buckets take: 256 MiB up and down, through QueryLeaf and through the driver's own streams
//! with several buffer sizes, and the end of a large file.
//!
//! ```text
//! cargo bench --bench files -- [--mebibytes 256] [--runs 5] [--large 1024]
//! ```
//!
//! All move the same bytes to and from the same server, in turn; half of the runs in the opposite order.
//! Memory is the most that a process of its own holds resident while it does nothing else.

#![expect(clippy::print_stdout, reason = "a bench reports there")]

#[path = "../measure/mod.rs"]
mod measure;
mod memory;
mod way;

use futures::{AsyncReadExt, AsyncSeekExt};
use measure::{UsageWho, median, processor_time};
use queryleaf::gridfs::{Bucket, Source};
use queryleaf::mongodb::{Client, Database};
use queryleaf::prelude::{Deserialize, ObjectId, Serialize};
use std::env;
use std::error::Error;
use std::io::SeekFrom;
use std::time::Instant;
use way::{Way, content};

/// How many bytes a mebibyte has.
const MEBIBYTE: u64 = 1024 * 1024;

/// The bucket through which QueryLeaf goes; the driver's is another.
#[derive(Serialize, Deserialize)]
struct Recording {}

impl Bucket for Recording {
    const NAME: &'static str = "recordings";
    const FILES: &'static str = "recordings.files";
    const CHUNKS: &'static str = "recordings.chunks";
}

/// What the runs of one way took.
#[derive(Default)]
struct Times {
    /// Seconds.
    up: Vec<f64>,
    down: Vec<f64>,
    /// Seconds of processor time of this process.
    processor_up: Vec<f64>,
    processor_down: Vec<f64>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    if memory::is_child() {
        return memory::child().await;
    }
    let length = argument("--mebibytes").unwrap_or(256) * MEBIBYTE;
    let runs = argument("--runs").unwrap_or(5);
    let client = Client::with_uri_str(queryleaf_testkit::uri().await).await?;
    let ways = Way::all();
    let mut times: Vec<Times> = ways.iter().map(|_| Times::default()).collect();
    for run in 0..=runs {
        let mut order: Vec<usize> = (0..ways.len()).collect();
        if run % 2 == 1 {
            order.reverse();
        }
        for place in order {
            let database = client.database(&format!("bench_{run}_{place}"));
            let measured = one(&ways[place], &database, length).await?;
            database.drop().await?;
            // The first run warms up.
            if run > 0 {
                times[place].push(measured);
            }
        }
    }
    println!("{} MiB, median of {runs} runs", length / MEBIBYTE);
    println!(
        "{:<26} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}",
        "", "up MiB/s", "CPU s", "RSS MiB", "down", "CPU s", "RSS MiB"
    );
    for (way, times) in ways.iter().zip(times) {
        let memory = memory::of(way, length)?;
        let rate = |seconds: Vec<f64>| length as f64 / MEBIBYTE as f64 / median(seconds);
        println!(
            "{:<26} {:>9.0} {:>9.2} {:>9.1} {:>9.0} {:>9.2} {:>9.1}",
            way.to_string(),
            rate(times.up),
            median(times.processor_up),
            memory.up,
            rate(times.down),
            median(times.processor_down),
            memory.down,
        );
    }
    let large = argument("--large").unwrap_or(1024) * MEBIBYTE;
    end_of_large_file(&client.database("bench_large"), large).await
}

impl Times {
    fn push(&mut self, [up, processor_up, down, processor_down]: [f64; 4]) {
        self.up.push(up);
        self.processor_up.push(processor_up);
        self.down.push(down);
        self.processor_down.push(processor_down);
    }
}

/// Seconds and processor time of an upload and of a download.
async fn one(way: &Way, database: &Database, length: u64) -> Result<[f64; 4], Box<dyn Error>> {
    let (start, processor) = (Instant::now(), processor_time(UsageWho::RUSAGE_SELF));
    let file_id = way.upload(database, length).await?;
    let up = start.elapsed().as_secs_f64();
    let processor_up = (processor_time(UsageWho::RUSAGE_SELF) - processor).as_secs_f64();

    let (start, processor) = (Instant::now(), processor_time(UsageWho::RUSAGE_SELF));
    let read = way.download(database, file_id).await?;
    let down = start.elapsed().as_secs_f64();
    let processor_down = (processor_time(UsageWho::RUSAGE_SELF) - processor).as_secs_f64();
    assert_eq!(read, length, "all of it was read");
    Ok([up, processor_up, down, processor_down])
}

/// How long the last mebibyte of a large file takes.
async fn end_of_large_file(database: &Database, length: u64) -> Result<(), Box<dyn Error>> {
    let recordings = Recording::files(database);
    let source = Source::reader(content(length));
    let file = recordings.upload("large", source, Recording {}).await?;
    let file_id: ObjectId = file.file_id;
    let mut times = Vec::new();
    for _ in 0..20 {
        let start = Instant::now();
        let mut stream = recordings.open(file_id).await?;
        stream.seek(SeekFrom::End(-(MEBIBYTE as i64))).await?;
        let mut end = Vec::new();
        stream.read_to_end(&mut end).await?;
        times.push(start.elapsed().as_secs_f64() * 1000.0);
        assert_eq!(end.len() as u64, MEBIBYTE, "all of it was read");
    }
    let slowest = times.iter().copied().fold(0.0, f64::max);
    println!(
        "the last MiB of {} MiB: {:.1} ms, at most {slowest:.1}",
        length / MEBIBYTE,
        median(times)
    );
    database.drop().await?;
    Ok(())
}

fn argument(name: &str) -> Option<u64> {
    let mut arguments = env::args().skip_while(|argument| argument != name);
    arguments.nth(1)?.parse().ok()
}
