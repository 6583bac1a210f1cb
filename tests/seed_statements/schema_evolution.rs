//! Topic 10: the progress of migrations.

use crate::compare::statement;
use crate::moments::{DAY, HOUR, SEED, ago};
use crate::random::Random;
use crate::servers::Servers;
use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "migration_execution_status")]
struct Status {
    migration_id: String,
    execution_id: String,
    collection_name: String,
    schema_version_from: String,
    schema_version_to: Option<String>,
    total_documents: i64,
    processed_documents: i64,
    migration_started_at: DateTime,
    current_memory_usage_mb: Option<i32>,
    peak_memory_usage_mb: Option<i32>,
    cpu_usage_percent: Option<i32>,
    error_count: i32,
    warning_count: i32,
    validation_failures: i32,
    migration_status: String,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "migration_performance_checkpoints")]
struct Checkpoint {
    migration_id: String,
    checkpoint_timestamp: DateTime,
    documents_per_second: f64,
    avg_documents_per_second: f64,
    memory_usage_mb: Option<i32>,
    peak_memory_usage_mb: Option<i32>,
    errors_since_last_checkpoint: i32,
    error_count: i32,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "migration_history")]
struct History {
    collection_name: String,
    migration_completed_at: DateTime,
    final_throughput: Option<f64>,
    peak_memory_usage_mb: Option<f64>,
    avg_cpu_usage_percent: Option<f64>,
    total_errors: i32,
    total_warnings: i32,
    validation_failures: i32,
    success_rate: Option<f64>,
}

const DEFINITIONS: &str = "
    CREATE TABLE migration_execution_status (migration_id text, execution_id text,
        collection_name text, schema_version_from text, schema_version_to text,
        total_documents bigint, processed_documents bigint, migration_started_at timestamptz,
        current_memory_usage_mb integer, peak_memory_usage_mb integer, cpu_usage_percent integer,
        error_count integer, warning_count integer, validation_failures integer,
        migration_status text);
    CREATE TABLE migration_performance_checkpoints (migration_id text,
        checkpoint_timestamp timestamptz, documents_per_second double precision,
        avg_documents_per_second double precision, memory_usage_mb integer,
        peak_memory_usage_mb integer, errors_since_last_checkpoint integer, error_count integer);
    CREATE TABLE migration_history (collection_name text, migration_completed_at timestamptz,
        final_throughput double precision, peak_memory_usage_mb double precision,
        avg_cpu_usage_percent double precision, total_errors integer, total_warnings integer,
        validation_failures integer, success_rate double precision);";

fn statuses(random: &mut Random, now: DateTime) -> Vec<Status> {
    let states = ["running", "running", "validating", "finalizing"];
    (0..24)
        .map(|number| Status {
            // Three executions of each; those of the last one have not begun.
            migration_id: format!("migration {}", number / 3),
            execution_id: format!("{:x}", random.bits()),
            collection_name: random.choose(&["users", "$orders", "Ü"]).to_owned(),
            schema_version_from: "1.0".to_owned(),
            schema_version_to: random.pick(&[None, Some("2.0".to_owned())]),
            total_documents: random.between(10, 30),
            // Few, so that the time that the statement takes hardly changes the throughput.
            processed_documents: random.between(0, 9),
            migration_started_at: ago(random, now, 0..50),
            current_memory_usage_mb: random.percent(80).then(|| random.between(1, 500) as i32),
            peak_memory_usage_mb: random.percent(80).then(|| random.between(500, 900) as i32),
            cpu_usage_percent: random.percent(80).then(|| random.between(0, 100) as i32),
            error_count: random.between(0, 3) as i32,
            warning_count: random.between(0, 9) as i32,
            validation_failures: random.between(0, 2) as i32,
            migration_status: match number / 3 {
                7 => "planned".to_owned(),
                _ => random.choose(&states).to_owned(),
            },
        })
        .collect()
}

/// The moments differ, so that their order is one; sums of eighths are exact.
fn checkpoints(random: &mut Random, now: DateTime) -> Vec<Checkpoint> {
    (0..200)
        .map(|number| Checkpoint {
            migration_id: format!("migration {}", random.between(3, 8)),
            checkpoint_timestamp: DateTime::from_millis(
                now.timestamp_millis() - 10_000 - number * 20_000,
            ),
            documents_per_second: random.between(0, 4000) as f64 / 8.0,
            avg_documents_per_second: random.between(0, 4000) as f64 / 8.0,
            memory_usage_mb: random.percent(80).then(|| random.between(1, 900) as i32),
            peak_memory_usage_mb: random.percent(80).then(|| random.between(500, 900) as i32),
            errors_since_last_checkpoint: random.between(0, 5) as i32,
            error_count: random.between(0, 1) as i32,
        })
        .collect()
}

fn history(random: &mut Random, now: DateTime) -> Vec<History> {
    (0..60)
        .map(|_| History {
            collection_name: random.choose(&["users", "users", "$orders"]).to_owned(),
            migration_completed_at: ago(random, now, HOUR..400 * DAY),
            final_throughput: random
                .percent(80)
                .then(|| random.between(0, 90_000) as f64 / 8.0),
            peak_memory_usage_mb: random.percent(80).then(|| random.between(0, 900) as f64),
            avg_cpu_usage_percent: random
                .percent(80)
                .then(|| random.between(0, 800) as f64 / 8.0),
            total_errors: random.between(0, 9) as i32,
            total_warnings: random.between(0, 9) as i32,
            validation_failures: random.between(0, 9) as i32,
            success_rate: random
                .percent(80)
                .then(|| random.between(700, 800) as f64 / 8.0),
        })
        .collect()
}

async fn servers() -> Option<Servers> {
    let servers = Servers::start(DEFINITIONS).await?;
    let (now, random) = (servers.now().await, &mut Random::new(SEED, "migrations"));
    let statuses = statuses(random, now);
    servers
        .store(random, "migration_execution_status", &statuses)
        .await;
    let checkpoints = checkpoints(random, now);
    servers
        .store(random, "migration_performance_checkpoints", &checkpoints)
        .await;
    let history = history(random, now);
    servers.store(random, "migration_history", &history).await;
    Some(servers)
}

#[tokio::test]
#[allow(deprecated, reason = "the warning about fields of intervals")]
async fn migration_progress_as_written() {
    let Some(servers) = servers().await else {
        return;
    };
    statement(
        "10-04-migration-progress",
        include_str!("sql/10-04-migration-progress.sql"),
    )
    .check(&servers, 30, async || {
        sql!(file "tests/seed_statements/sql/10-04-migration-progress.sql")
            .fetch_all(&servers.mongo)
            .await
    })
    .await;
}

#[tokio::test]
async fn migration_progress() {
    let Some(servers) = servers().await else {
        return;
    };
    statement(
        "10-04-migration-progress-corrected",
        include_str!("sql/10-04-migration-progress-corrected.sql"),
    )
    .check(&servers, 30, async || {
        sql!(file "tests/seed_statements/sql/10-04-migration-progress-corrected.sql")
            .fetch_all(&servers.mongo)
            .await
    })
    .await;
}
