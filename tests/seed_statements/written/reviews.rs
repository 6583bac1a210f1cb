//! Topic 08: what reviews say, written to the users.

use super::bulk::{check_users, servers, store_users, users};
use crate::compare::statement;
use crate::moments::SEED;
use crate::random::Random;
use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "employees")]
struct Employee {
    #[serde(rename = "_id")]
    id: ObjectId,
    name: String,
    department: Option<String>,
    performance_score: Option<f64>,
    review_period: Option<String>,
}

const DEFINITIONS: &str = "CREATE TABLE employees (_id text, name text, department text,
    performance_score double precision, review_period text);";

#[tokio::test]
async fn reviews_are_written() {
    let Some(servers) = servers(DEFINITIONS).await else {
        return;
    };
    let users = store_users(&servers).await;
    let random = &mut Random::new(SEED, "reviews");
    let reviewed = users.iter().filter(|_| random.percent(70));
    let reviewed: Vec<&crate::written::bulk::User> = reviewed.collect();
    let employees: Vec<Employee> = reviewed
        .into_iter()
        .map(|user| Employee {
            id: user.id,
            name: user.name.clone(),
            department: random.pick(&[None, Some("Sales".to_owned()), Some("HR".to_owned())]),
            performance_score: random
                .percent(85)
                .then(|| random.between(400, 1000) as f64 / 10.0),
            review_period: random.pick(&[
                None,
                Some("2025-Q3".to_owned()),
                Some("2025-Q3".to_owned()),
                Some("2025-Q2".to_owned()),
            ]),
        })
        .collect();
    servers.store(random, "employees", &employees).await;
    let text = include_str!("../sql/08-07-update-reviews-from-cte.sql");
    let statement = statement("08-07-update-reviews-from-cte", text);
    check_users(statement, &servers, 400, async || {
        sql!(file "tests/seed_statements/sql/08-07-update-reviews-from-cte.sql")
            .execute(&servers.mongo)
            .await
    })
    .await;
}
