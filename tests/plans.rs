//! What the server does for a query, by its own `explain`.

use queryleaf::prelude::*;

#[derive(Debug, Clone, Serialize, Deserialize, Collection)]
#[leaf(
    name = "readings",
    index(sensor, at desc),
    index(at),
    index(level),
    index(code),
    index(items.sku)
)]
struct Reading {
    #[serde(rename = "_id")]
    id: i32,
    sensor: String,
    at: DateTime,
    level: Option<i32>,
    code: String,
    value: f64,
    items: Vec<Item>,
}

#[derive(Debug, Clone, Serialize, Deserialize, Embedded)]
struct Item {
    sku: String,
    count: i32,
}

const DOCUMENTS: i32 = 20_000;

async fn database() -> mongodb::Database {
    use queryleaf::bson::doc;
    let database = queryleaf_testkit::database().await;
    let documents: Vec<Reading> = (0..DOCUMENTS)
        .map(|id| Reading {
            id,
            sensor: format!("s{}", id % 100),
            at: DateTime::from_millis(1_700_000_000_000 + i64::from(id) * 3_600_000),
            level: (id % 10 != 0).then_some(id % 1000),
            code: format!("c{:05}", id * 7 % DOCUMENTS),
            value: f64::from(id),
            items: vec![Item {
                sku: format!("k{}", id % 500),
                count: id % 3,
            }],
        })
        .collect();
    let collection = database.collection::<Reading>("readings");
    collection.insert_many(&documents).await.unwrap();
    for keys in [
        doc! { "sensor": 1, "at": -1 },
        doc! { "at": 1 },
        doc! { "level": 1 },
        doc! { "code": 1 },
        doc! { "items.sku": 1 },
    ] {
        collection
            .create_index(mongodb::IndexModel::builder().keys(keys).build())
            .await
            .unwrap();
    }
    database
}

/// The number at every occurrence of a key in a document, whatever its depth.
fn numbers(value: &Bson, key: &str, found: &mut Vec<i64>) {
    match value {
        Bson::Document(document) => {
            for (name, value) in document {
                if name == key {
                    found.extend(value.as_i64().or(value.as_i32().map(i64::from)));
                }
                numbers(value, key, found);
            }
        }
        Bson::Array(items) => items.iter().for_each(|item| numbers(item, key, found)),
        _ => {}
    }
}

/// The winning plans in a document, whatever their depth, as text.
fn winning_plans(value: &Bson, found: &mut String) {
    match value {
        Bson::Document(document) => {
            for (name, value) in document {
                if name == "winningPlan" {
                    found.push_str(&value.to_string());
                }
                winning_plans(value, found);
            }
        }
        Bson::Array(items) => items.iter().for_each(|item| winning_plans(item, found)),
        _ => {}
    }
}

/// Keys and documents examined, and the winning plans as text.
fn work(explain: &Document) -> (i64, i64, String) {
    let whole = Bson::Document(explain.clone());
    let most = |key| {
        let mut found = Vec::new();
        numbers(&whole, key, &mut found);
        let most = found.into_iter().max();
        most.unwrap_or_else(|| panic!("no {key} in {explain}"))
    };
    let mut plans = String::new();
    winning_plans(&whole, &mut plans);
    (most("totalKeysExamined"), most("totalDocsExamined"), plans)
}

/// Asserts the stage that must be there, and bounds on what is examined.
macro_rules! plan {
    ($database:expr, $stage:literal, keys <= $keys:literal, documents <= $documents:literal, $($query:tt)+) => {{
        let explain = sql!($($query)+).explain($database).await.unwrap();
        let (keys, documents, text) = work(&explain);
        let name = stringify!($($query)+);
        assert!(text.contains(concat!("\"", $stage, "\"")), "no {} for {name}: {text}", $stage);
        assert!(keys <= $keys, "{keys} keys for {name}");
        assert!(documents <= $documents, "{documents} documents for {name}");
    }};
}

#[tokio::test]
async fn plans_are_those_of_an_expert() {
    let database = &database().await;
    let since = DateTime::from_millis(1_700_000_000_000 + 3_600_000 * 19_900);
    let level: Option<i32> = Some(5);
    let codes = ["c00007", "c00014"];
    plan!(
        database,
        "IXSCAN",
        keys <= 201,
        documents <= 200,
        "SELECT value FROM readings WHERE sensor = 's7'"
    );
    plan!(
        database,
        "IXSCAN",
        keys <= 100,
        documents <= 100,
        "SELECT value FROM readings WHERE at >= :since"
    );
    plan!(
        database,
        "IXSCAN",
        keys <= 25,
        documents <= 25,
        "SELECT value FROM readings WHERE (:level IS NULL OR level = :level)"
    );
    plan!(
        database,
        "IXSCAN",
        keys <= 4,
        documents <= 2,
        "SELECT value FROM readings WHERE code IN (:codes)"
    );
    plan!(
        database,
        "IXSCAN",
        keys <= 102,
        documents <= 101,
        "SELECT value FROM readings WHERE code LIKE 'c001%'"
    );
    let (page, before) = (10, 30);
    plan!(
        database,
        "IXSCAN",
        keys <= 41,
        documents <= 41,
        "SELECT level, value FROM readings ORDER BY level LIMIT :page OFFSET :before"
    );
    let start = "c001";
    plan!(
        database,
        "IXSCAN",
        keys <= 102,
        documents <= 101,
        "SELECT value FROM readings WHERE code LIKE :start || '%'"
    );
    plan!(
        database,
        "IXSCAN",
        keys <= 45,
        documents <= 45,
        "SELECT value FROM readings WHERE level = 5 OR level = 7"
    );
    plan!(
        database,
        "IXSCAN",
        keys <= 600,
        documents <= 600,
        "SELECT value FROM readings WHERE EXTRACT(YEAR FROM at) = 2026 AND EXTRACT(MONTH FROM at) = 2"
    );
    plan!(
        database,
        "IXSCAN",
        keys <= 10,
        documents <= 10,
        "SELECT value FROM readings WHERE sensor = 's7' ORDER BY at DESC LIMIT 10"
    );
    plan!(
        database,
        "IXSCAN",
        keys <= 10,
        documents <= 10,
        "SELECT value FROM readings ORDER BY at LIMIT 10"
    );
    // Covered: the index holds all that is asked for.
    plan!(
        database,
        "PROJECTION_COVERED",
        keys <= 201,
        documents <= 0,
        "SELECT sensor, at FROM readings WHERE sensor = 's7'"
    );
    plan!(
        database,
        "COUNT_SCAN",
        keys <= 201,
        documents <= 0,
        "SELECT COUNT(*) FROM readings WHERE sensor = 's7'"
    );
    plan!(
        database,
        "DISTINCT_SCAN",
        keys <= 102,
        documents <= 0,
        "SELECT DISTINCT sensor FROM readings"
    );
    plan!(
        database,
        "IXSCAN",
        keys <= 2,
        documents <= 1,
        "SELECT MAX(at) AS last FROM readings"
    );
    plan!(
        database,
        "IXSCAN",
        keys <= 41,
        documents <= 40,
        "SELECT i.count FROM readings, UNNEST(items) AS i WHERE i.sku = 'k3'"
    );
    // SQL's order of NULL along an index: two ranges instead of a sort.
    plan!(
        database,
        "IXSCAN",
        keys <= 11,
        documents <= 10,
        "SELECT level FROM readings ORDER BY level LIMIT 10"
    );
}

#[tokio::test]
async fn an_optional_predicate_leaves_no_trace() {
    let level: Option<i32> = None;
    let command = sql!("SELECT value FROM readings WHERE (:level IS NULL OR level = :level)")
        .command()
        .unwrap();
    let filter = command.get_document("filter").cloned().unwrap_or_default();
    assert!(filter.is_empty(), "{filter}");
}
