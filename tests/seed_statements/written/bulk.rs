//! Topic 08: users, many at once.

use crate::compare::{Statement, statement};
use crate::moments::SEED;
use crate::random::Random;
use crate::servers::Servers;
use queryleaf::Affected;
use queryleaf::prelude::*;

queryleaf::schema! {
    #[derive(Default)]
    pub struct User = "CREATE TABLE users (
        _id OBJECTID PRIMARY KEY,
        name TEXT NOT NULL,
        email TEXT,
        age INTEGER,
        department TEXT,
        salary DECIMAL(12, 2),
        join_date DATE,
        status TEXT,
        last_login TIMESTAMP,
        last_updated TIMESTAMP,
        promotion_eligible BOOLEAN,
        employee_level TEXT,
        last_evaluation DATE,
        last_salary_review DATE,
        salary_review_reason TEXT,
        performance_category TEXT,
        bonus_eligible BOOLEAN,
        bonus_amount DECIMAL(12, 2),
        requires_development_plan BOOLEAN,
        last_performance_review DATE,
        review_status TEXT
    )"
}

const DEFINITIONS: &str = "
    CREATE TABLE users (_id text, name text NOT NULL, email text, age integer, department text,
        salary numeric(12, 2), join_date date, status text, last_login timestamptz,
        last_updated timestamptz, promotion_eligible boolean, employee_level text,
        last_evaluation date, last_salary_review date, salary_review_reason text,
        performance_category text, bonus_eligible boolean, bonus_amount numeric(12, 2),
        requires_development_plan boolean, last_performance_review date, review_status text);";

const STORED: &str = "SELECT name, email, age, department, salary, join_date::timestamptz, status,
    last_login, last_updated, promotion_eligible, employee_level, last_evaluation::timestamptz,
    last_salary_review::timestamptz, salary_review_reason, performance_category, bonus_eligible,
    bonus_amount, requires_development_plan, last_performance_review::timestamptz, review_status
    FROM users ORDER BY name";

/// Both servers, with users and PostgreSQL's definitions of further tables.
pub async fn servers(definitions: &str) -> Option<Servers> {
    let servers = Servers::start(&format!("{DEFINITIONS}{definitions}")).await?;
    User::ensure(&servers.mongo).await.unwrap();
    Some(servers)
}

/// Stores users on both sides.
pub async fn store_users(servers: &Servers) -> Vec<User> {
    let (now, random) = (servers.now().await, &mut Random::new(SEED, "users"));
    let day = |random: &mut Random, most: i64| {
        let today = now.timestamp_millis() / 86_400_000;
        DateTime::from_millis((today - random.between(0, most)) * 86_400_000)
    };
    let departments = ["Engineering", "Engineering", "Sales", "HR", "$salary", ""];
    let emails = [
        "a@test.org",
        "example",
        "TEST",
        "a%b",
        "zoë@exämple",
        "te_st",
        "",
    ];
    let users: Vec<User> = (0..400)
        .map(|number| User {
            name: format!("user {number}"),
            email: random
                .percent(85)
                .then(|| random.choose(&emails).to_owned()),
            age: random.percent(85).then(|| random.between(18, 60) as i32),
            department: random
                .percent(90)
                .then(|| random.choose(&departments).to_owned()),
            salary: random
                .percent(85)
                .then(|| {
                    format!(
                        "{}.{:02}",
                        random.between(-10, 120_000),
                        random.between(0, 99)
                    )
                })
                .map(|text| text.parse().unwrap()),
            join_date: random.percent(85).then(|| day(random, 400)),
            status: random.pick(&[None, Some("active".to_owned()), Some("inactive".to_owned())]),
            last_login: random.percent(85).then(|| day(random, 1500)),
            ..User::default()
        })
        .collect();
    servers.store(random, "users", &users).await;
    users
}

/// Compares the users that are stored after a statement.
pub async fn check_users(
    statement: Statement,
    servers: &Servers,
    at_least: usize,
    execute: impl AsyncFn() -> queryleaf::Result<Affected>,
) {
    let fetch = async || {
        sql!(
            "SELECT name, email, age, department, salary, join_date, status, last_login, \
             last_updated, promotion_eligible, employee_level, last_evaluation, \
             last_salary_review, salary_review_reason, performance_category, bonus_eligible, \
             bonus_amount, requires_development_plan, last_performance_review, review_status \
             FROM users"
        )
        .fetch_all(&servers.mongo)
        .await
    };
    statement
        .check_written(servers, at_least, STORED, execute, fetch)
        .await;
}

#[tokio::test]
async fn users_are_inserted() {
    let Some(servers) = servers("").await else {
        return;
    };
    let text = include_str!("../sql/08-01-insert-users.sql");
    check_users(
        statement("08-01-insert-users", text),
        &servers,
        5,
        async || {
            sql!(file "tests/seed_statements/sql/08-01-insert-users.sql")
                .execute(&servers.mongo)
                .await
        },
    )
    .await;
}

#[tokio::test]
async fn engineers_are_updated() {
    let Some(servers) = servers("").await else {
        return;
    };
    store_users(&servers).await;
    let text = include_str!("../sql/08-02-update-engineers.sql");
    check_users(
        statement("08-02-update-engineers", text),
        &servers,
        400,
        async || {
            sql!(file "tests/seed_statements/sql/08-02-update-engineers.sql")
                .execute(&servers.mongo)
                .await
        },
    )
    .await;
}

#[tokio::test]
async fn levels_are_updated() {
    let Some(servers) = servers("").await else {
        return;
    };
    store_users(&servers).await;
    let text = include_str!("../sql/08-03-update-employee-level.sql");
    check_users(
        statement("08-03-update-employee-level", text),
        &servers,
        400,
        async || {
            sql!(file "tests/seed_statements/sql/08-03-update-employee-level.sql")
                .execute(&servers.mongo)
                .await
        },
    )
    .await;
}

#[tokio::test]
async fn inactive_users_are_deleted() {
    let Some(servers) = servers("").await else {
        return;
    };
    store_users(&servers).await;
    let text = include_str!("../sql/08-04-delete-inactive.sql");
    check_users(
        statement("08-04-delete-inactive", text),
        &servers,
        200,
        async || {
            sql!(file "tests/seed_statements/sql/08-04-delete-inactive.sql")
                .execute(&servers.mongo)
                .await
        },
    )
    .await;
}

#[tokio::test]
async fn test_users_are_deleted() {
    let Some(servers) = servers("").await else {
        return;
    };
    store_users(&servers).await;
    let text = include_str!("../sql/08-05-delete-test-users.sql");
    check_users(
        statement("08-05-delete-test-users", text),
        &servers,
        200,
        async || {
            sql!(file "tests/seed_statements/sql/08-05-delete-test-users.sql")
                .execute(&servers.mongo)
                .await
        },
    )
    .await;
}

#[tokio::test]
async fn salaries_are_adjusted() {
    let Some(servers) = servers("").await else {
        return;
    };
    store_users(&servers).await;
    let text = include_str!("../sql/08-06-update-salaries-from-cte.sql");
    let statement = statement("08-06-update-salaries-from-cte", text);
    check_users(statement, &servers, 400, async || {
        sql!(file "tests/seed_statements/sql/08-06-update-salaries-from-cte.sql")
            .execute(&servers.mongo)
            .await
    })
    .await;
}
