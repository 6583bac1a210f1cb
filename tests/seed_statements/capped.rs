//! Topic 06: capped collections.

use crate::compare::{Statement, statement};
use crate::moments::SEED;
use crate::random::Random;
use crate::servers::Servers;
use queryleaf::bson::doc;
use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, Embedded)]
struct LogMetadata {
    hostname: Option<String>,
    request_duration_ms: Option<i32>,
    memory_usage_mb: Option<f64>,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "application_logs", capped(size = "4MB", max = 100000))]
struct Log {
    #[serde(rename = "_id")]
    id: i64,
    timestamp: DateTime,
    application: String,
    level: String,
    message: Option<String>,
    user_id: Option<String>,
    session_id: Option<String>,
    metadata: Option<LogMetadata>,
}

#[derive(Serialize, Deserialize, Embedded)]
struct EventData {
    action: Option<String>,
    resource: Option<String>,
    metadata: Option<Document>,
    requires_processing: Option<bool>,
    priority: Option<String>,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "event_stream", capped(size = "4MB"))]
struct Event {
    #[serde(rename = "_id")]
    id: i64,
    event_id: Uuid,
    timestamp: DateTime,
    event_type: String,
    event_data: Option<EventData>,
    user_id: Option<String>,
    session_id: Option<String>,
    correlation_id: Option<Uuid>,
    source: Option<String>,
    tags: Vec<String>,
}

const DEFINITIONS: &str = "
    CREATE TYPE log_metadata AS (hostname text, request_duration_ms integer,
        memory_usage_mb double precision);
    CREATE TABLE application_logs (_id bigint, timestamp timestamptz, application text, level text,
        message text, user_id text, session_id text, metadata log_metadata,
        natural_position integer);
    CREATE TYPE event_data AS (action text, resource text, metadata jsonb,
        requires_processing boolean, priority text);
    CREATE TABLE event_stream (_id bigint, event_id uuid, timestamp timestamptz, event_type text,
        event_data event_data, user_id text, session_id text, correlation_id uuid, source text,
        tags text[], natural_position integer);";

const WORDS: [&str; 5] = ["a.b", "$level", "", "Fehler 😀", "{\"$gt\": 1}"];

/// One every five seconds; the ages have the same fraction of a second, so that few of them pass a
/// full minute while the statement runs. The order in which they are stored is that of no column.
fn logs(random: &mut Random, now: DateTime) -> Vec<Log> {
    let mut logs: Vec<Log> = (0..800)
        .map(|number| Log {
            id: random.between(0, 1 << 40) * 1000 + number,
            timestamp: DateTime::from_millis(now.timestamp_millis() - 30_250 - number * 5000),
            application: random.choose(&["shop", "shop", "$shop"]).to_owned(),
            level: random
                .choose(&["ERROR", "WARN", "INFO", "INFO", "DEBUG", "CRITICAL"])
                .to_owned(),
            message: random.percent(80).then(|| random.choose(&WORDS).to_owned()),
            user_id: random.percent(80).then(|| random.choose(&WORDS).to_owned()),
            session_id: random.percent(80).then(|| random.choose(&WORDS).to_owned()),
            metadata: random.percent(85).then(|| LogMetadata {
                hostname: random.percent(80).then(|| random.choose(&WORDS).to_owned()),
                request_duration_ms: random.percent(80).then(|| {
                    let most = if random.percent(10) { 9000 } else { 300 };
                    random.between(0, most) as i32
                }),
                memory_usage_mb: random.percent(80).then(|| {
                    let most = if random.percent(10) { 9000 } else { 300 };
                    random.between(0, most) as f64 / 8.0
                }),
            }),
        })
        .collect();
    for number in (1..logs.len()).rev() {
        logs.swap(number, random.below(number + 1));
    }
    logs
}

fn events(random: &mut Random, now: DateTime) -> Vec<Event> {
    let uuid =
        |random: &mut Random| Uuid::from_bytes((u128::from(random.bits()) << 11).to_be_bytes());
    let correlations: Vec<Uuid> = (0..4).map(|_| uuid(random)).collect();
    (0..500)
        .map(|number| Event {
            id: number * 3,
            event_id: uuid(random),
            timestamp: DateTime::from_millis(
                now.timestamp_millis() - 30_250 - random.between(0, 400) * 5000,
            ),
            event_type: random
                .choose(&["user_action", "system_alert", "security_event", "$other"])
                .to_owned(),
            event_data: random.percent(85).then(|| EventData {
                action: random.percent(80).then(|| random.choose(&WORDS).to_owned()),
                resource: random.percent(80).then(|| random.choose(&WORDS).to_owned()),
                metadata: random.percent(50).then(|| doc! { "$set": 1 }),
                requires_processing: random.pick(&[None, Some(true), Some(false)]),
                priority: random.pick(&[None, Some("high".to_owned()), Some("low".to_owned())]),
            }),
            user_id: random
                .percent(80)
                .then(|| random.choose(&WORDS[..2]).to_owned()),
            session_id: random.percent(80).then(|| random.choose(&WORDS).to_owned()),
            correlation_id: random.percent(80).then(|| random.pick(&correlations)),
            source: None,
            tags: vec!["realtime".to_owned()],
        })
        .collect()
}

async fn servers() -> Option<Servers> {
    let servers = Servers::start(DEFINITIONS).await?;
    for name in ["application_logs", "event_stream"] {
        let create = servers.mongo.create_collection(name);
        create.capped(true).size(4 << 20).await.unwrap();
    }
    let (now, random) = (servers.now().await, &mut Random::new(SEED, "capped"));
    let logs = logs(random, now);
    servers.store(random, "application_logs", &logs).await;
    let events = events(random, now);
    servers.store(random, "event_stream", &events).await;
    Some(servers)
}

/// The statement about logs, with its parameter written out. PostgreSQL has no natural order, no
/// aliases in the list in which they are defined, and none inside the keys of `ORDER BY`.
fn recent_logs(name: &'static str, text: &str, application: &str) -> Statement {
    let (_, after) = text.split_once("    -- Error rate analysis\n    ").unwrap();
    let (errors, _) = after.split_once(" as errors_this_minute").unwrap();
    statement(name, text)
        .in_postgres("$1", application)
        .in_postgres("$natural", "natural_position")
        .in_postgres(
            "JSON_EXTRACT(metadata, '$.hostname')",
            "(metadata).hostname",
        )
        .in_postgres(
            "JSON_EXTRACT(metadata, '$.request_duration_ms')",
            "(metadata).request_duration_ms",
        )
        .in_postgres(
            "JSON_EXTRACT(metadata, '$.memory_usage_mb')",
            "(metadata).memory_usage_mb",
        )
        .in_postgres(
            "WHEN errors_this_minute > 10",
            &format!("WHEN {errors} > 10"),
        )
        .in_postgres(
            "\nSELECT \n  timestamp,",
            "\nSELECT * FROM (SELECT timestamp,",
        )
        .in_postgres(
            "ORDER BY \n  -- Prioritize",
            ") AS rows ORDER BY \n  -- Prioritize",
        )
        .ordered_by(&["attention_level", "timestamp"])
}

#[tokio::test]
#[allow(deprecated, reason = "the warning about fields of intervals")]
async fn recent_logs_as_written() {
    let Some(servers) = servers().await else {
        return;
    };
    for (application, literal) in [(Some("$shop"), "'$shop'"), (None, "NULL::text")] {
        let text = include_str!("sql/06-06-recent-logs.sql");
        recent_logs("06-06-recent-logs", text, literal)
            .check(&servers, 40, async || {
                sql!(file "tests/seed_statements/sql/06-06-recent-logs.sql", application)
                    .fetch_all(&servers.mongo)
                    .await
            })
            .await;
    }
}

#[tokio::test]
async fn recent_logs_corrected() {
    let Some(servers) = servers().await else {
        return;
    };
    for (application, literal) in [(Some("$shop"), "'$shop'"), (None, "NULL::text")] {
        let text = include_str!("sql/06-06-recent-logs-corrected.sql");
        recent_logs("06-06-recent-logs-corrected", text, literal)
            .check(&servers, 40, async || {
                sql!(file "tests/seed_statements/sql/06-06-recent-logs-corrected.sql", application)
                    .fetch_all(&servers.mongo)
                    .await
            })
            .await;
    }
}

/// The statement about events. PostgreSQL has no natural order, and no aliases in the list in which they
/// are defined, nor inside the keys of `ORDER BY`.
fn live_events(name: &'static str, text: &str) -> Statement {
    let window = |comment: &str, alias: &str| {
        let (_, after) = text.split_once(comment).unwrap();
        let (call, _) = after.split_once(&format!(" as {alias}")).unwrap();
        call.trim().to_owned()
    };
    let similar = window("-- User behavior patterns\n", "recent_similar_events");
    let sequence = window("-- Correlation analysis\n", "correlation_sequence");
    let mut expected = statement(name, text)
        .in_postgres("$last_processed_id", "99")
        .in_postgres("$natural", "natural_position")
        .in_postgres(
            "WHEN recent_similar_events > 10",
            &format!("WHEN {similar} > 10"),
        )
        .in_postgres(
            "WHEN correlation_sequence > 50",
            &format!("WHEN {sequence} > 50"),
        )
        .in_postgres("JSON_OBJECT(", "JSON_BUILD_OBJECT(")
        .in_postgres(
            "\nSELECT \n  event_id,",
            "\nSELECT * FROM (SELECT event_id,",
        )
        .in_postgres(
            "ORDER BY \n  -- Process",
            ") AS rows ORDER BY \n  -- Process",
        )
        .ordered_by(&["next_action", "natural_order"]);
    for field in [
        "action",
        "resource",
        "metadata",
        "requires_processing",
        "priority",
    ] {
        let path = format!("JSON_EXTRACT(event_data, '$.{field}')");
        expected = expected.in_postgres(&path, &format!("(event_data).{field}"));
    }
    expected
}

#[tokio::test]
#[allow(deprecated, reason = "the warning about fields of intervals")]
async fn live_event_stream_as_written() {
    let Some(servers) = servers().await else {
        return;
    };
    let text = include_str!("sql/06-07-live-event-stream.sql");
    let last_processed_id = 99;
    live_events("06-07-live-event-stream", text)
        .check(&servers, 100, async || {
            sql!(file "tests/seed_statements/sql/06-07-live-event-stream.sql", last_processed_id = last_processed_id)
                .fetch_all(&servers.mongo)
                .await
        })
        .await;
}

#[tokio::test]
async fn live_event_stream() {
    let Some(servers) = servers().await else {
        return;
    };
    let text = include_str!("sql/06-07-live-event-stream-corrected.sql");
    let last_processed_id = 99;
    live_events("06-07-live-event-stream-corrected", text)
        .check(&servers, 100, async || {
            sql!(file "tests/seed_statements/sql/06-07-live-event-stream-corrected.sql", last_processed_id = last_processed_id)
                .fetch_all(&servers.mongo)
                .await
        })
        .await;
}

#[tokio::test]
async fn capacity_report() {
    let Some(servers) = servers().await else {
        return;
    };
    let text = include_str!("sql/06-08-capacity-report.sql");
    let (_, after) = text.split_once("  -- Action items\n  ").unwrap();
    let (action, _) = after.split_once(" as recommended_action").unwrap();
    statement("06-08-capacity-report", text)
        .in_postgres("CASE recommended_action", &format!("CASE {action}"))
        .ordered_by(&["size_status", "collection_name"])
        .check(&servers, 3, async || {
            sql!(file "tests/seed_statements/sql/06-08-capacity-report.sql")
                .fetch_all(&servers.mongo)
                .await
        })
        .await;
}
