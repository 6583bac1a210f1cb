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

const SESSIONS: &str = "
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

async fn servers() -> Option<Servers> {
    let servers = Servers::start(SESSIONS).await?;
    let (now, random) = (servers.now().await, &mut Random::new(SEED, "expiry"));
    let sessions = sessions(random, now);
    servers.store(random, "user_sessions", &sessions).await;
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
