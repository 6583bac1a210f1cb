//! Topic 07: sessions and logs that expire.

use crate::compare::statement;
use crate::moments::{DAY, HOUR, SEED, ago};
use crate::random::Random;
use crate::servers::Servers;
use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, Collection)]
#[leaf(
    name = "user_sessions",
    ttl(expires_at, after = "0 seconds"),
    ttl(last_accessed_at, after = "7 days")
)]
struct Session {
    session_id: Uuid,
    user_id: String,
    session_data: Option<Document>,
    created_at: DateTime,
    expires_at: DateTime,
    last_accessed_at: Option<DateTime>,
    is_active: Option<bool>,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(
    name = "application_logs",
    ttl(created_at, after = "7 days", partial = "log_level = 'DEBUG'")
)]
struct Log {
    log_id: Uuid,
    application_name: String,
    log_level: String,
    message: Option<String>,
    metadata: Option<Document>,
    created_at: DateTime,
}

const TABLES: &str = "
    CREATE TABLE application_logs (log_id uuid, application_name text, log_level text, message text,
        metadata jsonb, created_at timestamptz);
    CREATE TABLE user_sessions (session_id uuid, user_id text, session_data jsonb,
        created_at timestamptz, expires_at timestamptz, last_accessed_at timestamptz,
        is_active boolean);";

fn sessions(random: &mut Random, now: DateTime) -> Vec<Session> {
    let users = [
        "ann",
        "$user_id",
        "a.b",
        "Zoë 😀",
        "",
        "{\"$ne\": 1}",
        "bob",
        "eve",
    ];
    (0..500)
        .map(|_| {
            let user = random.below(users.len());
            let age = match user {
                0..4 => 0..8 * DAY,
                _ => 0..DAY,
            };
            Session {
                session_id: Uuid::from_bytes((u128::from(random.bits()) << 7).to_be_bytes()),
                user_id: users[user].to_owned(),
                session_data: random
                    .percent(50)
                    .then(|| queryleaf::bson::doc! { "$set": { "theme": "dark" } }),
                created_at: ago(random, now, age),
                expires_at: ago(random, now, -3 * HOUR..DAY / 2 - user as i64 * 100),
                last_accessed_at: random.percent(80).then(|| {
                    let most = if user > 5 { DAY } else { 2 * DAY };
                    ago(random, now, 0..most)
                }),
                is_active: random.pick(&[None, Some(false), Some(true), Some(true)]),
            }
        })
        .collect()
}

fn logs(random: &mut Random, now: DateTime) -> Vec<Log> {
    let levels = ["DEBUG", "INFO", "WARN", "ERROR", "CRITICAL"];
    let messages = [
        "",
        "started",
        "$where",
        "Größe 😀",
        "a \\ \"quoted\" line\nand another",
    ];
    (0..700)
        .map(|_| Log {
            log_id: Uuid::from_bytes((u128::from(random.bits()) << 9).to_be_bytes()),
            application_name: random.choose(&["shop", "$name", ""]).to_owned(),
            log_level: random.choose(&levels).to_owned(),
            message: random
                .percent(85)
                .then(|| random.choose(&messages).to_owned()),
            metadata: random.percent(70).then(|| {
                queryleaf::bson::doc! {
                    "host": random.choose(&messages),
                    "attempts": random.between(-3, 12_000) as i32,
                    "tags": [1.5, null, true, { "$x": "y" }],
                    "a.b": {},
                }
            }),
            created_at: match random.below(3) {
                0 => ago(random, now, -DAY..DAY),
                _ => ago(random, now, 0..33 * DAY),
            },
        })
        .collect()
}

async fn servers() -> Option<Servers> {
    let servers = Servers::start(TABLES).await?;
    let (now, random) = (servers.now().await, &mut Random::new(SEED, "expiry"));
    let sessions = sessions(random, now);
    servers.store(random, "user_sessions", &sessions).await;
    let logs = logs(random, now);
    servers.store(random, "application_logs", &logs).await;
    Some(servers)
}

#[tokio::test]
async fn active_sessions() {
    let Some(servers) = servers().await else {
        return;
    };
    statement(
        "07-06-active-sessions",
        include_str!("sql/07-06-active-sessions.sql"),
    )
    .ordered_by(&["expires_at"])
    .check(&servers, 200, async || {
        sql!(file "tests/seed_statements/sql/07-06-active-sessions.sql")
            .fetch_all(&servers.mongo)
            .await
    })
    .await;
}

#[tokio::test]
async fn session_analytics() {
    let Some(servers) = servers().await else {
        return;
    };
    statement(
        "07-09-session-analytics",
        include_str!("sql/07-09-session-analytics.sql"),
    )
    .ordered_by(&["engagement_level", "total_sessions"])
    .check(&servers, 8, async || {
        sql!(file "tests/seed_statements/sql/07-09-session-analytics.sql")
            .fetch_all(&servers.mongo)
            .await
    })
    .await;
}

#[tokio::test]
async fn log_retention() {
    let Some(servers) = servers().await else {
        return;
    };
    statement(
        "07-10-log-retention-corrected",
        include_str!("sql/07-10-log-retention-corrected.sql"),
    )
    .ordered_by(&["application_name", "log_level"])
    .check(&servers, 15, async || {
        sql!(file "tests/seed_statements/sql/07-10-log-retention-corrected.sql")
            .fetch_all(&servers.mongo)
            .await
    })
    .await;
}

#[tokio::test]
async fn ttl_index_health() {
    let Some(servers) = servers().await else {
        return;
    };
    statement(
        "07-11-ttl-index-health",
        include_str!("sql/07-11-ttl-index-health.sql"),
    )
    .ordered_by(&["collection_name", "expire_after_seconds"])
    .check(&servers, 6, async || {
        sql!(file "tests/seed_statements/sql/07-11-ttl-index-health.sql")
            .fetch_all(&servers.mongo)
            .await
    })
    .await;
}
