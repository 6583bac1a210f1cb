//! Topic 06: logs and events, into collections of a fixed size.

use crate::compare::{Statement, statement};
use crate::moments::{HOUR, SEED, ago};
use crate::random::Random;
use crate::servers::Servers;
use queryleaf::Affected;
use queryleaf::bson::doc;
use queryleaf::prelude::*;

queryleaf::schema! {
    file "tests/seed_statements/sql/06-01-create-capped-collection-corrected.sql"
}
queryleaf::schema! { file "tests/seed_statements/sql/06-02-create-capped-table-corrected.sql" }

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "staging_logs")]
struct StagedLog {
    app_name: String,
    log_level: String,
    log_message: Option<String>,
    log_timestamp: DateTime,
    hostname: Option<String>,
    process_id: Option<i32>,
    thread_id: Option<i64>,
    memory_usage: Option<i64>,
    request_duration: Option<f64>,
    log_tags: Option<Vec<String>>,
    custom_metadata: Option<Document>,
    processed: Option<bool>,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "incoming_events")]
struct IncomingEvent {
    event_id: Uuid,
    event_type: String,
    event_payload: Option<Document>,
    user_id: Option<String>,
    session_id: Option<String>,
    correlation_id: Option<Uuid>,
    event_source: Option<String>,
    event_priority: Option<String>,
    event_category: String,
    event_occurred_at: DateTime,
    processing_status: Option<String>,
}

const DEFINITIONS: &str = "
    CREATE TABLE application_logs (application text NOT NULL, level text NOT NULL, message text,
        timestamp timestamptz NOT NULL, user_id text, session_id text, metadata jsonb);
    CREATE TABLE staging_logs (app_name text, log_level text, log_message text,
        log_timestamp timestamptz, hostname text, process_id integer, thread_id bigint,
        memory_usage bigint, request_duration double precision, log_tags text[],
        custom_metadata jsonb, processed boolean);
    CREATE TABLE event_stream (natural_position serial, event_type text NOT NULL,
        timestamp timestamptz DEFAULT now(), event_data jsonb, user_id text, session_id text,
        source text DEFAULT 'application', correlation_id uuid, priority text DEFAULT 'normal',
        tags text[]);
    CREATE TABLE incoming_events (event_id uuid, event_type text, event_payload jsonb, user_id text,
        session_id text, correlation_id uuid, event_source text, event_priority text,
        event_category text, event_occurred_at timestamptz, processing_status text);";

const STORED_LOGS: &str =
    "SELECT application, level, message, timestamp, user_id, session_id, metadata
    FROM application_logs ORDER BY timestamp, message, metadata::text";

const WORDS: [&str; 5] = ["a.b", "$level", "", "Fehler 😀", "{\"$gt\": 1}"];

async fn servers() -> Option<Servers> {
    let servers = Servers::start(DEFINITIONS).await?;
    for ensured in ensure!(&servers.mongo, application_logs, event_stream)
        .await
        .unwrap()
    {
        assert!(ensured.is_as_declared(), "{ensured:?}");
    }
    Some(servers)
}

async fn check_logs(
    statement: Statement,
    servers: &Servers,
    at_least: usize,
    execute: impl AsyncFn() -> queryleaf::Result<Affected>,
) {
    let fetch = async || {
        sql!(
            "SELECT application, level, message, timestamp, user_id, session_id, metadata \
             FROM application_logs"
        )
        .fetch_all(&servers.mongo)
        .await
    };
    statement
        .check_written(servers, at_least, STORED_LOGS, execute, fetch)
        .await;
}

#[tokio::test]
async fn logs_are_inserted() {
    let Some(servers) = servers().await else {
        return;
    };
    let statement = statement(
        "06-03-insert-logs",
        include_str!("../sql/06-03-insert-logs.sql"),
    )
    .in_postgres("JSON_OBJECT(", "JSON_BUILD_OBJECT(");
    check_logs(statement, &servers, 3, async || {
        sql!(file "tests/seed_statements/sql/06-03-insert-logs.sql")
            .execute(&servers.mongo)
            .await
    })
    .await;
}

#[tokio::test]
async fn staged_logs_are_inserted() {
    let Some(servers) = servers().await else {
        return;
    };
    let (now, random) = (servers.now().await, &mut Random::new(SEED, "staged logs"));
    let levels = ["INFO", "WARN", "ERROR", "CRITICAL", "DEBUG", "$in"];
    let logs: Vec<StagedLog> = (0..1500)
        .map(|_| StagedLog {
            app_name: random.choose(&["shop", "$shop", ""]).to_owned(),
            log_level: random.choose(&levels).to_owned(),
            log_message: random.percent(80).then(|| random.choose(&WORDS).to_owned()),
            log_timestamp: ago(random, now, 0..2 * HOUR),
            hostname: random.percent(80).then(|| random.choose(&WORDS).to_owned()),
            process_id: random
                .percent(80)
                .then(|| random.between(-3, 70_000) as i32),
            thread_id: random.percent(80).then(|| random.between(0, 1 << 40)),
            memory_usage: random
                .percent(80)
                .then(|| random.between(-(1 << 22), 1 << 34)),
            request_duration: random
                .percent(80)
                .then(|| random.between(0, 9000) as f64 / 8.0),
            log_tags: random.percent(80).then(|| {
                (0..random.below(3))
                    .map(|_| random.choose(&WORDS).to_owned())
                    .collect()
            }),
            custom_metadata: random
                .percent(50)
                .then(|| doc! { "$set": { "a.b": [null, 1] } }),
            processed: random.pick(&[None, Some(true), Some(false), Some(false)]),
        })
        .collect();
    servers.store(random, "staging_logs", &logs).await;
    let text = include_str!("../sql/06-04-insert-logs-bulk.sql");
    let (_, options) = text.split_once("-- Capped collection bulk insert").unwrap();
    let statement = statement("06-04-insert-logs-bulk", text)
        .in_postgres(options.trim_end().trim_end_matches(';'), "")
        .in_postgres("JSON_OBJECT(", "JSON_BUILD_OBJECT(");
    check_logs(statement, &servers, 200, async || {
        sql!(file "tests/seed_statements/sql/06-04-insert-logs-bulk.sql")
            .execute(&servers.mongo)
            .await
    })
    .await;
}

#[tokio::test]
async fn events_are_inserted_in_their_order() {
    let Some(servers) = servers().await else {
        return;
    };
    let (now, random) = (
        servers.now().await,
        &mut Random::new(SEED, "incoming events"),
    );
    let uuid = |random: &mut Random| Uuid::from_bytes(u128::from(random.bits()).to_be_bytes());
    let events: Vec<IncomingEvent> = (0..600)
        .map(|_| IncomingEvent {
            event_id: uuid(random),
            event_type: random.choose(&["login", "$type", ""]).to_owned(),
            event_payload: random
                .percent(80)
                .then(|| doc! { "amount": random.between(0, 9) as i32, "a.b": "$x" }),
            user_id: random.percent(80).then(|| random.choose(&WORDS).to_owned()),
            session_id: random.percent(80).then(|| random.choose(&WORDS).to_owned()),
            correlation_id: random.percent(60).then(|| uuid(random)),
            event_source: random.pick(&[None, Some("api".to_owned()), Some(String::new())]),
            event_priority: random.pick(&[None, Some("high".to_owned()), Some("low".to_owned())]),
            event_category: random.choose(&WORDS).to_owned(),
            event_occurred_at: ago(random, now, 0..10),
            processing_status: random.pick(&[
                None,
                Some("pending".to_owned()),
                Some("pending".to_owned()),
                Some("done".to_owned()),
            ]),
        })
        .collect();
    servers.store(random, "incoming_events", &events).await;
    let text = include_str!("../sql/06-05-insert-event-stream-corrected.sql");
    statement("06-05-insert-event-stream-corrected", text)
        .in_postgres(
            "JSON_SET(\n    event_data,\n    '$.insertion_timestamp',",
            "(event_data || JSONB_BUILD_OBJECT(\n    'insertion_timestamp',",
        )
        .in_postgres("'$.occurred_at'", "'occurred_at'")
        .in_postgres(
            "'$.processing_context', JSON_OBJECT(",
            "'processing_context', JSON_BUILD_OBJECT(",
        )
        .in_postgres("    )\n  ) as event_data", "    )\n  )) as event_data")
        .ordered_by(&["correlation_id"])
        .check_written(
            &servers,
            100,
            "SELECT event_type, timestamp, event_data, user_id, session_id, source, correlation_id,
                priority, tags FROM event_stream ORDER BY natural_position",
            async || {
                sql!(file "tests/seed_statements/sql/06-05-insert-event-stream-corrected.sql")
                    .execute(&servers.mongo)
                    .await
            },
            async || {
                sql!(
                    "SELECT event_type, timestamp, event_data, user_id, session_id, source, \
                     correlation_id, priority, tags FROM event_stream ORDER BY $natural"
                )
                .fetch_all(&servers.mongo)
                .await
            },
        )
        .await;
}
