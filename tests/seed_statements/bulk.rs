//! Topic 08: a log of bulk operations.

use crate::compare::statement;
use crate::moments::{DAY, SEED, ago};
use crate::random::Random;
use crate::servers::Servers;
use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "bulk_operation_log", index(operation_timestamp))]
struct Operation {
    operation_timestamp: DateTime,
    operation_type: String,
    collection_name: Option<String>,
    documents_processed: i64,
    execution_time_ms: Option<i32>,
    throughput_docs_per_second: Option<f64>,
    success: bool,
    memory_usage_mb: Option<Decimal128>,
    cpu_utilization_percent: Option<f64>,
}

const DEFINITIONS: &str = "
    CREATE TABLE bulk_operation_log (operation_timestamp timestamptz, operation_type text,
        collection_name text, documents_processed bigint, execution_time_ms integer,
        throughput_docs_per_second double precision, success boolean, memory_usage_mb numeric,
        cpu_utilization_percent double precision);";

fn operations(random: &mut Random, now: DateTime) -> Vec<Operation> {
    let kinds = ["bulk_insert", "bulk_update", "bulk_delete", "$merge"];
    (0..800)
        .map(|_| Operation {
            operation_timestamp: ago(random, now, 0..DAY + 120),
            operation_type: random.choose(&kinds).to_owned(),
            collection_name: random
                .pick(&[None, Some("users"), Some("a.b")])
                .map(str::to_owned),
            documents_processed: random.between(-1, 40) << 28,
            execution_time_ms: random.percent(80).then(|| random.between(0, 1300) as i32),
            throughput_docs_per_second: random
                .percent(80)
                .then(|| random.between(0, 100_000) as f64 / 8.0),
            success: random.percent(95),
            memory_usage_mb: random
                .percent(80)
                .then(|| format!("{}.{:02}", random.between(0, 900), random.between(0, 99)))
                .map(|text| text.parse().unwrap()),
            cpu_utilization_percent: random
                .percent(80)
                .then(|| random.between(0, 1000) as f64 / 10.0),
        })
        .collect()
}

#[tokio::test]
async fn bulk_performance() {
    let Some(servers) = Servers::start(DEFINITIONS).await else {
        return;
    };
    let random = &mut Random::new(SEED, "bulk operations");
    let operations = operations(random, servers.now().await);
    servers
        .store(random, "bulk_operation_log", &operations)
        .await;
    let rate = "ROUND((successful_operations::DECIMAL / (successful_operations + failed_operations)) * 100, 2)";
    statement(
        "08-12-bulk-performance",
        include_str!("sql/08-12-bulk-performance.sql"),
    )
    .in_postgres("success_rate_percent > ", &format!("{rate} > "))
    .in_postgres(
        "ROUND(avg_throughput_docs_per_sec,",
        "ROUND(avg_throughput_docs_per_sec::numeric,",
    )
    .in_postgres(
        "ROUND(avg_cpu_utilization,",
        "ROUND(avg_cpu_utilization::numeric,",
    )
    .ordered_by(&["hour_bucket", "total_documents"])
    .check(&servers, 200, async || {
        sql!(file "tests/seed_statements/sql/08-12-bulk-performance.sql")
            .fetch_all(&servers.mongo)
            .await
    })
    .await;
}
