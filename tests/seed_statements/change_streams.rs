//! Topic 01: a log of events of change streams, and the table of their resume tokens.

use crate::compare::statement;
use crate::moments::{HOUR, SEED, ago};
use crate::random::Random;
use crate::servers::Servers;
use queryleaf::prelude::*;

#[derive(Clone, Copy, Serialize, Deserialize, SqlEnum)]
#[serde(rename_all = "lowercase")]
enum Operation {
    Insert,
    Update,
    Replace,
    Delete,
}

#[derive(Serialize, Deserialize, Embedded)]
struct DocumentKey {
    #[serde(rename = "_id")]
    id: ObjectId,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "change_stream_events")]
struct Event {
    stream_name: String,
    operation_type: Operation,
    collection_name: Option<String>,
    change_timestamp: DateTime,
    document_key: DocumentKey,
    processing_time_ms: Option<i32>,
    changed_fields: Option<String>,
    processing_status: String,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "change_stream_resume_tokens")]
struct ResumeToken {
    stream_name: String,
    resume_token: String,
    last_updated: Option<DateTime>,
    collection_name: Option<String>,
    events_processed: Option<i64>,
    last_event_timestamp: Option<DateTime>,
    stream_status: Option<String>,
    avg_processing_latency_ms: Option<i32>,
    last_error_message: Option<String>,
    last_error_timestamp: Option<DateTime>,
    consecutive_errors: Option<i32>,
}

const DEFINITIONS: &str = "
    CREATE TYPE document_key AS (_id text);
    CREATE TABLE change_stream_events (stream_name text, operation_type text,
        collection_name text, change_timestamp timestamptz, document_key document_key,
        processing_time_ms integer, changed_fields text, processing_status text);
    CREATE TABLE change_stream_resume_tokens (stream_name text, resume_token text,
        last_updated timestamptz, collection_name text, events_processed bigint,
        last_event_timestamp timestamptz, stream_status text, avg_processing_latency_ms integer,
        last_error_message text, last_error_timestamp timestamptz, consecutive_errors integer);";

const STREAMS: [&str; 5] = ["orders", "$orders", "{\"$gt\": \"\"}", "Ünïcode 😀", ""];
const FIELDS: [&str; 5] = ["status", "a.b", "$set", "ß,ß", ""];

fn events(random: &mut Random, now: DateTime) -> Vec<Event> {
    let keys: Vec<ObjectId> = (0..40).map(|_| ObjectId::new()).collect();
    let operations = [
        Operation::Insert,
        Operation::Update,
        Operation::Replace,
        Operation::Delete,
    ];
    (0..900)
        .map(|_| {
            let stream = random.below(STREAMS.len());
            Event {
                stream_name: STREAMS[stream].to_owned(),
                operation_type: random.pick(&operations),
                collection_name: random
                    .pick(&[None, Some("users"), Some("a.b")])
                    .map(str::to_owned),
                change_timestamp: ago(random, now, 0..HOUR + 20),
                document_key: DocumentKey {
                    id: random.pick(&keys),
                },
                processing_time_ms: random
                    .percent(80)
                    .then(|| random.between(-5, 450 * (1 + stream as i64)) as i32),
                changed_fields: random
                    .percent(70)
                    .then(|| random.choose(&FIELDS).to_owned()),
                processing_status: random
                    .choose(&["done", "done", "done", "done", "done", "error", "retry"])
                    .to_owned(),
            }
        })
        .collect()
}

fn tokens(random: &mut Random, now: DateTime) -> Vec<ResumeToken> {
    (0..120)
        .map(|number| ResumeToken {
            stream_name: format!("{} {number}", random.choose(&STREAMS)),
            resume_token: format!("{:016X}", random.bits()),
            last_updated: random.percent(80).then(|| ago(random, now, -5..600)),
            collection_name: random
                .percent(80)
                .then(|| random.choose(&STREAMS).to_owned()),
            events_processed: random.percent(90).then(|| random.between(-3, 20) << 31),
            last_event_timestamp: random.percent(80).then(|| ago(random, now, -3..12)),
            stream_status: random
                .pick(&[
                    None,
                    Some("active"),
                    Some("active"),
                    Some("active"),
                    Some("paused"),
                ])
                .map(str::to_owned),
            avg_processing_latency_ms: random.percent(70).then(|| random.between(0, 2000) as i32),
            last_error_message: random
                .percent(30)
                .then(|| random.choose(&FIELDS).to_owned()),
            last_error_timestamp: random.percent(30).then(|| ago(random, now, 0..600)),
            consecutive_errors: random.percent(70).then(|| random.between(0, 7) as i32),
        })
        .collect()
}

async fn servers() -> Option<Servers> {
    let servers = Servers::start(DEFINITIONS).await?;
    let (now, random) = (
        servers.now().await,
        &mut Random::new(SEED, "change streams"),
    );
    let events = events(random, now);
    servers.store(random, "change_stream_events", &events).await;
    let tokens = tokens(random, now);
    servers
        .store(random, "change_stream_resume_tokens", &tokens)
        .await;
    Some(servers)
}

#[tokio::test]
async fn stream_analytics() {
    let Some(servers) = servers().await else {
        return;
    };
    statement(
        "01-04-stream-analytics",
        include_str!("sql/01-04-stream-analytics.sql"),
    )
    .in_postgres("document_key._id", "(document_key)._id")
    .in_postgres(
        "ROUND(sp.max_p95_processing_time, 1)",
        "ROUND(sp.max_p95_processing_time::numeric, 1)",
    )
    .ordered_by(&["total_changes"])
    .check(&servers, 5, async || {
        sql!(file "tests/seed_statements/sql/01-04-stream-analytics.sql")
            .fetch_all(&servers.mongo)
            .await
    })
    .await;
}

#[tokio::test]
async fn stream_health() {
    let Some(servers) = servers().await else {
        return;
    };
    statement(
        "01-08-stream-health",
        include_str!("sql/01-08-stream-health.sql"),
    )
    .in_postgres(
        "SELECT \n  cst.stream_name",
        "SELECT * FROM (SELECT cst.stream_name",
    )
    .in_postgres("resume_tokens cst\n", "resume_tokens cst) AS cst\n")
    .ordered_by(&["health_status", "events_processed"])
    .check(&servers, 120, async || {
        sql!(file "tests/seed_statements/sql/01-08-stream-health.sql")
            .fetch_all(&servers.mongo)
            .await
    })
    .await;
}
