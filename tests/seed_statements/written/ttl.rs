//! Topic 07: rows that expire.

use crate::compare::statement;
use crate::moments::{DAY, HOUR, SEED, ago};
use crate::random::Random;
use crate::servers::Servers;
use queryleaf::prelude::*;

queryleaf::schema! { file "tests/seed_statements/sql/07-01-create-user-sessions-corrected.sql" }
queryleaf::schema! { file "tests/seed_statements/sql/07-02-create-application-logs-corrected.sql" }
queryleaf::schema! { file "tests/seed_statements/sql/07-03-create-temporary-data-corrected.sql" }

const DEFINITIONS: &str = "
    CREATE TABLE user_sessions (session_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        user_id text NOT NULL, session_data jsonb, created_at timestamptz DEFAULT now(),
        expires_at timestamptz NOT NULL, last_accessed_at timestamptz DEFAULT now(),
        is_active boolean DEFAULT true);
    CREATE TABLE application_logs (log_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        application_name text NOT NULL, log_level text NOT NULL, message text, metadata jsonb,
        created_at timestamptz DEFAULT now());
    CREATE TABLE temporary_data (temp_id uuid PRIMARY KEY DEFAULT gen_random_uuid(), data_type text,
        data jsonb, created_at timestamptz DEFAULT now(), expires_at timestamptz,
        ttl_seconds integer DEFAULT 3600);";

async fn servers() -> Option<Servers> {
    let servers = Servers::start(DEFINITIONS).await?;
    let all = ensure!(
        &servers.mongo,
        user_sessions,
        application_logs,
        temporary_data
    );
    for ensured in all.await.unwrap() {
        assert!(ensured.is_as_declared(), "{ensured:?}");
    }
    Some(servers)
}

#[tokio::test]
async fn sessions_are_inserted() {
    let Some(servers) = servers().await else {
        return;
    };
    let db = &servers.mongo;
    statement(
        "07-04-insert-sessions",
        include_str!("../sql/07-04-insert-sessions.sql"),
    )
    .check_written(
        &servers,
        2,
        "SELECT user_id, session_data, created_at, expires_at, last_accessed_at, is_active
            FROM user_sessions",
        async || {
            sql!(file "tests/seed_statements/sql/07-04-insert-sessions.sql")
                .execute(db)
                .await
        },
        async || {
            sql!(
                "SELECT user_id, session_data, created_at, expires_at, last_accessed_at, is_active \
                 FROM user_sessions"
            )
            .fetch_all(db)
            .await
        },
    )
    .await;
    // Each session has a key of its own.
    let keys: i64 = sql!("SELECT COUNT(DISTINCT session_id) FROM user_sessions")
        .fetch_scalar(db)
        .await
        .unwrap();
    assert_eq!(keys, 2);
}

#[tokio::test]
async fn logs_are_inserted() {
    let Some(servers) = servers().await else {
        return;
    };
    let db = &servers.mongo;
    statement(
        "07-05-insert-logs",
        include_str!("../sql/07-05-insert-logs.sql"),
    )
    .check_written(
        &servers,
        3,
        "SELECT application_name, log_level, message, metadata, created_at FROM application_logs",
        async || {
            sql!(file "tests/seed_statements/sql/07-05-insert-logs.sql")
                .execute(db)
                .await
        },
        async || {
            sql!(
                "SELECT application_name, log_level, message, metadata, created_at \
                 FROM application_logs"
            )
            .fetch_all(db)
            .await
        },
    )
    .await;
}

#[tokio::test]
async fn a_session_is_renewed() {
    // Without the indexes, for which the server would delete the sessions that have expired.
    let Some(servers) = Servers::start(DEFINITIONS).await else {
        return;
    };
    let db = &servers.mongo;
    let random = &mut Random::new(SEED, "renewed sessions");
    let now = servers.now().await;
    let sessions: Vec<UserSessions> = (0..12_u8)
        .map(|number| UserSessions {
            session_id: Uuid::from_bytes([number; 16]),
            user_id: "ann".to_owned(),
            session_data: None,
            created_at: Some(ago(random, now, 0..DAY)),
            expires_at: match number % 2 {
                0 => ago(random, now, -3 * HOUR..0),
                _ => ago(random, now, 0..DAY),
            },
            last_accessed_at: random.percent(80).then(|| ago(random, now, 0..DAY)),
            is_active: [Some(true), None, Some(false)][usize::from(number % 3)],
        })
        .collect();
    servers.store(random, "user_sessions", &sessions).await;
    // Inactive, expired, active by `NULL` only, and at last one that is renewed.
    for number in [2, 3, 4, 6] {
        let session_id = sessions[number].session_id;
        statement(
            "07-07-renew-session-corrected",
            include_str!("../sql/07-07-renew-session-corrected.sql"),
        )
        .in_postgres(":session_id", &format!("'{session_id}'"))
        .check_written(
            &servers,
            12,
            "SELECT session_id, user_id, created_at, expires_at, last_accessed_at, is_active
                FROM user_sessions ORDER BY session_id",
            async || {
                sql!(file "tests/seed_statements/sql/07-07-renew-session-corrected.sql")
                    .execute(db)
                    .await
            },
            async || {
                sql!(
                    "SELECT session_id, user_id, created_at, expires_at, last_accessed_at, is_active \
                     FROM user_sessions"
                )
                .fetch_all(db)
                .await
            },
        )
        .await;
    }
}

#[tokio::test]
async fn temporary_data_are_inserted() {
    let Some(servers) = servers().await else {
        return;
    };
    let db = &servers.mongo;
    statement(
        "07-08-insert-temporary-data-corrected",
        include_str!("../sql/07-08-insert-temporary-data-corrected.sql"),
    )
    .check_written(
        &servers,
        3,
        "SELECT data_type, data, created_at, expires_at, ttl_seconds FROM temporary_data",
        async || {
            sql!(file "tests/seed_statements/sql/07-08-insert-temporary-data-corrected.sql")
                .execute(db)
                .await
        },
        async || {
            sql!("SELECT data_type, data, created_at, expires_at, ttl_seconds FROM temporary_data")
                .fetch_all(db)
                .await
        },
    )
    .await;
}
