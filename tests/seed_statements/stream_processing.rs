//! Topic 11: a log of what change streams have processed.

use crate::compare::statement;
use crate::moments::{DAY, HOUR, SEED, ago};
use crate::random::Random;
use crate::servers::Servers;
use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "change_stream_processing_log")]
struct Processed {
    stream_name: String,
    collection_name: Option<String>,
    processed_successfully: Option<bool>,
    processing_duration_ms: Option<i32>,
    processed_at: Option<DateTime>,
    event_timestamp: DateTime,
    error_message: Option<String>,
}

const DEFINITIONS: &str = "
    CREATE TABLE change_stream_processing_log (stream_name text, collection_name text,
        processed_successfully boolean, processing_duration_ms integer, processed_at timestamptz,
        event_timestamp timestamptz, error_message text);";

fn log(random: &mut Random, now: DateTime) -> Vec<Processed> {
    let messages = ["timeout", "$lookup", "", "a; b", "Ärger 😀"];
    (0..600)
        .map(|_| {
            let event_timestamp = match random.below(4) {
                0 => ago(random, now, 0..HOUR + 30),
                1 => ago(random, now, 0..DAY + HOUR),
                _ => ago(random, now, 0..8 * DAY),
            };
            let latency = random.between(-20, 9000);
            Processed {
                stream_name: random.choose(&["users", "$orders", "Ü", ""]).to_owned(),
                collection_name: random
                    .pick(&[None, Some("users"), Some("a.b")])
                    .map(str::to_owned),
                processed_successfully: random.pick(&[None, Some(false), Some(true), Some(true)]),
                processing_duration_ms: random
                    .percent(80)
                    .then(|| random.between(0, 11_000) as i32),
                processed_at: random
                    .percent(85)
                    .then(|| DateTime::from_millis(event_timestamp.timestamp_millis() + latency)),
                event_timestamp,
                error_message: random
                    .percent(40)
                    .then(|| random.choose(&messages).to_owned()),
            }
        })
        .collect()
}

#[tokio::test]
async fn stream_performance() {
    let Some(servers) = Servers::start(DEFINITIONS).await else {
        return;
    };
    let random = &mut Random::new(SEED, "stream processing");
    let log = log(random, servers.now().await);
    servers
        .store(random, "change_stream_processing_log", &log)
        .await;
    statement(
        "11-07-stream-performance",
        include_str!("sql/11-07-stream-performance.sql"),
    )
    .ordered_by(&["total_events_processed"])
    .check(&servers, 12, async || {
        sql!(file "tests/seed_statements/sql/11-07-stream-performance.sql")
            .fetch_all(&servers.mongo)
            .await
    })
    .await;
}
