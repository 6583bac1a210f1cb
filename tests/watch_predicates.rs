//! Conditions on the documents of events: the events that pass are the rows that PostgreSQL chooses.
#![expect(
    clippy::print_stderr,
    reason = "says that PostgreSQL is missing, so that nothing is compared"
)]

use futures::TryStreamExt;
use queryleaf::prelude::*;
use std::time::Duration;

#[derive(Clone, Serialize, Deserialize, Collection)]
#[leaf(name = "readings")]
struct Reading {
    #[serde(rename = "_id")]
    id: i32,
    place: Option<String>,
    level: Option<i32>,
    value: Option<f64>,
    total: i64,
    taken: Option<DateTime>,
}

/// The last one, which passes every condition.
const LAST: i32 = 1000;

/// Values of every kind, many of them `NULL`.
fn examples() -> Vec<Reading> {
    let places = [
        None,
        Some("Oslo"),
        Some("$oslo"),
        Some(""),
        Some("Ås_%"),
        Some("a.b"),
    ];
    let moments = [None, Some(0), Some(1_700_000_000_123), Some(-1)];
    (0..120_i32)
        .map(|id| Reading {
            id,
            place: places[id as usize % 6].map(str::to_owned),
            level: (id % 5 != 0).then_some(id % 7 - 3),
            value: (id % 4 != 1).then(|| f64::from(id) / 8.0 - 5.0),
            total: i64::from(id) * 1_000_000_007 - 9,
            taken: moments[id as usize / 6 % 4].map(DateTime::from_millis),
        })
        .collect()
}

/// Each condition as it is watched, and as PostgreSQL is asked.
macro_rules! check {
    ($db:ident, $postgres:ident, $after:ident, $($condition:literal;)+) => {$({
        let mut passed = sql!(
            "SELECT document_key._id FROM CHANGE_STREAM(readings)
             WHERE document_key._id >= 0 AND (document_key._id = 1000 OR (" $condition "))"
        )
        .watch($db)
        .start_at($after);
        let mut ids = Vec::new();
        loop {
            let next = tokio::time::timeout(Duration::from_secs(60), passed.try_next());
            let id = next.await.expect("it takes too long").unwrap().unwrap()._id.unwrap();
            if id == LAST {
                break;
            }
            ids.push(id);
        }
        let condition = $condition.replace("full_document.", "");
        let query = format!("SELECT id FROM readings WHERE {condition} ORDER BY id");
        let rows = $postgres.query(&query, &[]).await.unwrap();
        let expected: Vec<i32> = rows.iter().map(|row| row.get(0)).collect();
        assert_eq!(ids, expected, "{condition}");
        assert!(expected.len() < 120, "{condition} chooses everything");
    })+};
}

#[tokio::test]
async fn conditions_choose_what_postgresql_chooses() {
    let postgres = match queryleaf_testkit::postgres::client().await {
        Ok(client) => client,
        Err(unavailable) => {
            eprintln!("skipped: {unavailable}");
            return;
        }
    };
    let db = &queryleaf_testkit::database().await;
    let readings = examples();
    let table =
        "CREATE TABLE readings (id integer, place text, level integer, value double precision,
                 total bigint, taken timestamptz)";
    postgres.batch_execute(table).await.unwrap();
    let text =
        |value: Option<String>| value.map_or("NULL".to_owned(), |value| format!("'{value}'"));
    for reading in &readings {
        let Reading {
            id,
            place,
            level,
            value,
            total,
            taken,
        } = reading.clone();
        let place = text(place);
        let level = text(level.map(|level| level.to_string()));
        let value = text(value.map(|value| value.to_string()));
        let taken = text(taken.map(|taken| taken.try_to_rfc3339_string().unwrap()));
        let insert = format!(
            "INSERT INTO readings VALUES ({id}, {place}, {level}, {value}, {total}, {taken})"
        );
        postgres.batch_execute(&insert).await.unwrap();
    }
    let mut times = sql!("SELECT cluster_time FROM CHANGE_STREAM(readings)").watch(db);
    times.open().await.unwrap();
    let collection = db.collection::<Reading>("readings");
    let first = Reading {
        id: -1,
        ..readings[0].clone()
    };
    collection.insert_one(first).await.unwrap();
    let after = times.try_next().await.unwrap().unwrap().cluster_time;
    let last = Reading {
        id: LAST,
        ..readings[0].clone()
    };
    collection
        .insert_many(readings.into_iter().chain([last]))
        .await
        .unwrap();

    check! {
        db, postgres, after,
        "full_document.place = '$oslo'";
        "full_document.place <> 'Oslo'";
        "NOT (full_document.place = 'Oslo')";
        "full_document.place NOT IN ('Oslo', '')";
        "full_document.place LIKE '%s\\_\\%'";
        "full_document.place NOT LIKE 'O%'";
        "full_document.place IS NULL AND full_document.level > 0";
        "full_document.level BETWEEN -1 AND 2";
        "full_document.level / 2 = 1";
        "full_document.level = full_document.value";
        "full_document.level > full_document.value OR full_document.taken IS NULL";
        "full_document.level IS DISTINCT FROM 2 AND full_document.value < 1.5";
        "full_document.total % 7 = 3";
        "full_document.total > 50000000000";
        "full_document.taken >= '2000-01-01'";
        "EXTRACT(YEAR FROM full_document.taken) = 1969";
        "COALESCE(full_document.level, 2) = 2";
        "CASE WHEN full_document.level < 0 THEN full_document.value > 0 ELSE full_document.place = '' END";
        "UPPER(full_document.place) = 'OSLO' AND NOT (full_document.value > 3)";
        "(full_document.level > 0) IS NOT TRUE";
        "LENGTH(full_document.place) * 2 > full_document.level + 6";
    }
}
