//! Topic 06: capped collections.

use crate::compare::statement;
use crate::servers::Servers;
use queryleaf::prelude::*;

#[tokio::test]
async fn capacity_report() {
    let Some(servers) = Servers::start("").await else {
        return;
    };
    let text = include_str!("sql/06-08-capacity-report.sql");
    let (_, after) = text.split_once("  -- Action items\n  ").unwrap();
    let (action, _) = after.split_once(" as recommended_action").unwrap();
    statement("06-08-capacity-report", text)
        .ordered_by(&["size_status", "collection_name"])
        .in_postgres("CASE recommended_action", &format!("CASE {action}"))
        .check(&servers, 3, async || {
            sql!(file "tests/seed_statements/sql/06-08-capacity-report.sql")
                .fetch_all(&servers.mongo)
                .await
        })
        .await;
}
