//! The tables of topics 01, 04, 06 and 07, as `schema!` declares them.

use queryleaf::geo::{Point, Polygon};
use queryleaf::prelude::*;
use queryleaf_compiler::schema::{Collection as Described, Definition, Storage, parse};

mod change_streams {
    queryleaf::schema! { file "tests/seed_statements/sql/01-06-create-resume-token-table.sql" }
}

mod geospatial {
    queryleaf::schema! { file "tests/seed_statements/sql/04-01-create-locations.sql" }
    queryleaf::schema! { file "tests/seed_statements/sql/04-02-create-user-locations.sql" }
    queryleaf::schema! { file "tests/seed_statements/sql/04-05-create-geofences.sql" }
}

mod capped {
    queryleaf::schema! {
        file "tests/seed_statements/sql/06-01-create-capped-collection-corrected.sql"
    }
    queryleaf::schema! { file "tests/seed_statements/sql/06-02-create-capped-table.sql" }
}

mod ttl {
    queryleaf::schema! { file "tests/seed_statements/sql/07-01-create-user-sessions.sql" }
    queryleaf::schema! { file "tests/seed_statements/sql/07-02-create-application-logs.sql" }
    queryleaf::schema! { file "tests/seed_statements/sql/07-03-create-temporary-data.sql" }
}

macro_rules! described {
    ($($table:ident)::+) => {
        described($($table)::+! { [[take] ] { } })
    };
}

macro_rules! take {
    ([] {} $schema:literal) => {
        $schema
    };
}

fn described(text: &str) -> Described {
    match parse(text) {
        Ok(Definition::Collection(collection)) => collection,
        other => panic!("{other:?}"),
    }
}

/// The indexes: their keys with their kinds, when rows expire, and of which rows.
fn indexes(collection: &Described) -> Vec<String> {
    let indexes = collection.indexes.iter();
    indexes
        .map(|index| {
            let keys = index.keys.iter();
            let keys: Vec<_> = keys
                .map(|key| format!("{} {:?}", key.path.join("."), key.kind))
                .collect();
            let mut text = keys.join(", ");
            if index.unique {
                text.push_str(" unique");
            }
            if let Some(seconds) = index.expire_after_seconds {
                text.push_str(&format!(" after {seconds}"));
            }
            if let Some(condition) = &index.partial {
                text.push_str(&format!(" where {condition}"));
            }
            text
        })
        .collect()
}

#[test]
fn resume_tokens() {
    let token = change_streams::ChangeStreamResumeTokens {
        stream_name: "orders".to_owned(),
        resume_token: "82".to_owned(),
        last_updated: Some(DateTime::now()),
        collection_name: None,
        database_name: None,
        filter_pipeline: Some(Bson::Array(Vec::new())),
        events_processed: Some(0),
        last_event_timestamp: None,
        stream_status: Some("active".to_owned()),
        avg_processing_latency_ms: Some(5_i32),
        last_error_message: None,
        last_error_timestamp: None,
        consecutive_errors: None,
    };
    assert_eq!(token.clone(), token);
    let tokens = described!(change_streams::change_stream_resume_tokens);
    assert_eq!(indexes(&tokens), ["stream_name Ascending unique"]);
    let status = tokens
        .fields
        .iter()
        .find(|field| field.name == "stream_status");
    assert_eq!(status.unwrap().default.as_deref(), Some("'active'"));
}

#[test]
fn places() {
    let locations = described!(geospatial::locations);
    assert_eq!(
        indexes(&locations),
        [
            "location_id Ascending unique",
            "coordinates Geo2dsphere",
            "coverage_area Geo2dsphere",
            "coordinates Geo2dsphere, category Ascending",
            "coordinates Geo2dsphere, rating Descending, price_range Ascending",
        ]
    );
    assert_eq!(
        indexes(&described!(geospatial::user_locations)),
        [
            "user_location_id Ascending unique",
            "coordinates Geo2dsphere",
            "user_id Ascending, recorded_at Descending",
            "coordinates Geo2dsphere, user_id Ascending, recorded_at Descending",
        ]
    );
    assert_eq!(
        indexes(&described!(geospatial::geofences)),
        [
            "geofence_id Ascending unique",
            "area Geo2dsphere",
            "owner_id Ascending, is_active Ascending",
            "category Ascending, is_active Ascending",
        ]
    );
    let read = |location: &geospatial::Locations| -> (Point, Option<Polygon>) {
        (location.coordinates, location.coverage_area.clone())
    };
    let _ = read;
}

#[test]
fn capped_tables() {
    let logs = described!(capped::application_logs);
    let storage = Storage::Capped {
        size: 200 << 20,
        max: Some(100_000),
    };
    assert_eq!(logs.storage, storage);
    assert!(logs.options.compression.is_some());
    let events = described!(capped::event_stream);
    let storage = Storage::Capped {
        size: 500 << 20,
        max: Some(250_000),
    };
    assert_eq!(events.storage, storage);
    assert_eq!(events.fields[0].default.as_deref(), Some("GENERATE_UUID()"));
}

#[test]
fn tables_that_expire() {
    assert_eq!(
        indexes(&described!(ttl::user_sessions)),
        [
            "session_id Ascending unique",
            "expires_at Ascending after 0",
            "last_accessed_at Ascending after 604800",
        ]
    );
    let logs = described!(ttl::application_logs);
    assert_eq!(
        indexes(&logs),
        [
            "log_id Ascending unique",
            "created_at Ascending after 604800 where log_level = 'DEBUG'",
            "created_at Ascending after 2592000 where log_level = 'INFO'",
            "created_at Ascending after 7776000 where log_level = 'WARN'",
            "created_at Ascending after 31536000 where log_level IN ('ERROR', 'CRITICAL')",
        ]
    );
    let names: Vec<_> = logs
        .indexes
        .iter()
        .map(|index| index.name.as_deref())
        .collect();
    let numbered = [
        Some("created_at_1_2"),
        Some("created_at_1_3"),
        Some("created_at_1_4"),
    ];
    assert_eq!(names[2..], numbered);
    assert_eq!(
        indexes(&described!(ttl::temporary_data)),
        [
            "temp_id Ascending unique",
            "expires_at Ascending after 0",
            "created_at Ascending after 86400 where expires_at IS NULL",
        ]
    );
}

/// The server takes all of them, and the four rules on one column.
#[tokio::test]
async fn the_server_has_them_as_declared() -> queryleaf::Result<()> {
    let database = queryleaf_testkit::database().await;
    let all = ensure!(
        &database,
        change_streams::change_stream_resume_tokens,
        geospatial::locations,
        geospatial::user_locations,
        geospatial::geofences,
        capped::application_logs,
        capped::event_stream,
        ttl::user_sessions,
        ttl::temporary_data,
    );
    for ensured in all.await? {
        assert!(ensured.created && ensured.is_as_declared(), "{ensured:?}");
    }
    // The same name as that of topic 06.
    let database = queryleaf_testkit::database().await;
    let logs = ttl::ApplicationLogs::ensure(&database).await?;
    assert!(logs.created && logs.is_as_declared(), "{logs:?}");
    Ok(())
}

/// 07/12 to 07/15, as they were written.
#[tokio::test]
async fn rules_of_expiry_are_shown_and_changed() -> queryleaf::Result<()> {
    use ttl::{temporary_data, user_sessions};
    let database = queryleaf_testkit::database().await;
    ensure!(&database, user_sessions, temporary_data).await?;
    let status = sql!(file "tests/seed_statements/sql/07-12-show-ttl-status.sql");
    sql!(file "tests/seed_statements/sql/07-13-optimize-ttl-indexes.sql")
        .execute(&database)
        .await?;
    sql!(file "tests/seed_statements/sql/07-14-alter-modify-ttl.sql")
        .execute(&database)
        .await?;
    sql!(file "tests/seed_statements/sql/07-15-alter-drop-ttl.sql")
        .execute(&database)
        .await?;
    let rows = status.fetch_all(&database).await?;
    let rows: Vec<_> = rows
        .iter()
        .map(|row| {
            (
                row.table_name.as_str(),
                row.column_name.as_str(),
                row.expire_after_seconds,
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            ("temporary_data", "expires_at", 0),
            ("user_sessions", "expires_at", 0),
            ("user_sessions", "last_accessed_at", 14 * 86_400),
        ]
    );
    Ok(())
}
