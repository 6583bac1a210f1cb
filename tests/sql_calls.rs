//! Real `sql!` calls: the same text to QueryLeaf and to PostgreSQL, over the same rows.
//!
//! The differential suite compiles thousands of queries while it runs; here the whole way is gone,
//! from the macro to the typed row, which is compared as JSON.
#![expect(clippy::print_stderr, reason = "says that it is skipped")]

use queryleaf::prelude::*;
use serde_json::{Map, Number, Value};

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, SqlEnum)]
#[serde(rename_all = "lowercase")]
enum Grade {
    Low,
    Middle,
    High,
}

#[derive(Debug, Clone, Serialize, Deserialize, Collection)]
#[leaf(name = "samples", index(grade, amount desc), index(label))]
struct Sample {
    #[serde(rename = "_id")]
    id: i32,
    grade: Grade,
    label: Option<String>,
    amount: i64,
    part: Option<i32>,
    ratio: f64,
    price: Decimal128,
    good: Option<bool>,
    taken: DateTime,
    marks: Vec<i32>,
}

const LABELS: [Option<&str>; 8] = [
    None,
    Some("alpha"),
    Some("Alpha"),
    Some("$price"),
    Some("{\"$gt\": \"\"}"),
    Some("a.b%_\\"),
    Some("æøå 😀"),
    Some(""),
];

fn all_samples() -> Vec<Sample> {
    (0..120)
        .map(|id| Sample {
            id,
            grade: [Grade::Low, Grade::Middle, Grade::High][usize::try_from(id % 3).unwrap()],
            label: LABELS[usize::try_from(id * 7 % 8).unwrap()].map(str::to_owned),
            amount: i64::from(id * 37 % 50) - 20,
            part: (id % 4 != 0).then_some(id * 13 % 11 - 5),
            ratio: f64::from(id * 29 % 17) / 4.0 - 1.5,
            price: format!(
                "{}.{}",
                id * 31 % 90,
                ["5", "50", "25"][usize::try_from(id % 3).unwrap()]
            )
            .parse()
            .unwrap(),
            good: [None, Some(true), Some(false)][usize::try_from(id % 5 % 3).unwrap()],
            taken: DateTime::from_millis(1_700_000_000_000 + i64::from(id) * 86_400_000 * 9),
            marks: (0..id % 4).collect(),
        })
        .collect()
}

async fn mongo(samples: &[Sample]) -> mongodb::Database {
    let database = queryleaf_testkit::database().await;
    let collection = database.collection::<Sample>("samples");
    collection.insert_many(samples).await.unwrap();
    // NULL is null or missing: half of each.
    collection
        .clone_with_type::<Document>()
        .update_many(
            queryleaf::bson::doc! { "label": null, "_id": { "$mod": [2, 0] } },
            queryleaf::bson::doc! { "$unset": { "label": "" } },
        )
        .await
        .unwrap();
    database
}

async fn postgres(samples: &[Sample]) -> Option<tokio_postgres::Client> {
    let client = match queryleaf_testkit::postgres::client().await {
        Ok(client) => client,
        Err(unavailable) => {
            eprintln!("skipped: {unavailable}");
            return None;
        }
    };
    client
        .batch_execute(
            "CREATE TYPE grade AS ENUM ('high', 'low', 'middle');
             CREATE TABLE samples (_id integer, grade grade, label text, amount bigint, part integer,
                ratio double precision, price numeric, good boolean, taken timestamptz,
                marks integer[]);",
        )
        .await
        .unwrap();
    for sample in samples {
        let row = format!(
            "INSERT INTO samples VALUES ({}, '{}', {}, {}, {}, {}, {}, {}, to_timestamp({}), ARRAY{:?}::integer[])",
            sample.id,
            format!("{:?}", sample.grade).to_lowercase(),
            sample
                .label
                .as_ref()
                .map_or("NULL".to_owned(), |label| format!("'{label}'")),
            sample.amount,
            sample
                .part
                .map_or("NULL".to_owned(), |part| part.to_string()),
            sample.ratio,
            sample.price,
            sample
                .good
                .map_or("NULL".to_owned(), |good| good.to_string()),
            sample.taken.timestamp_millis() / 1000,
            sample.marks,
        );
        client.batch_execute(&row).await.unwrap();
    }
    Some(client)
}

/// A value without what the two sides write differently: decimals as numbers.
fn plain(value: Value) -> Value {
    match value {
        Value::Object(fields) => match fields.get("$numberDecimal") {
            Some(Value::String(text)) => number(text.parse().unwrap()),
            _ => Value::Object(
                fields
                    .into_iter()
                    .map(|(key, value)| (key, plain(value)))
                    .collect(),
            ),
        },
        Value::Array(items) => Value::Array(items.into_iter().map(plain).collect()),
        Value::Number(value) => number(value.as_f64().unwrap()),
        other => other,
    }
}

/// Ten significant digits: the differential suite looks at the rest of them.
fn number(value: f64) -> Value {
    let rounded: f64 = format!("{value:.9e}").parse().unwrap();
    Number::from_f64(rounded + 0.0).map_or(Value::Null, Value::Number)
}

fn rows_of<R: Serialize>(rows: &[R]) -> Vec<Value> {
    rows.iter()
        .map(|row| plain(serde_json::to_value(row).unwrap()))
        .collect()
}

async fn rows_in_postgres(client: &tokio_postgres::Client, sql: &str) -> Vec<Value> {
    let wrapped = format!("SELECT row_to_json(answer)::text FROM ({sql}) AS answer");
    let rows = client
        .query(&wrapped, &[])
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
    rows.iter()
        .map(|row| {
            let fields: Map<String, Value> = serde_json::from_str(row.get(0)).unwrap();
            plain(Value::Object(fields))
        })
        .collect()
}

/// Runs each text on both servers. Rows without an order are compared in any order.
macro_rules! compare {
    ($database:expr, $client:expr; $($sql:literal)+) => {$({
        let mut found = rows_of(&sql!($sql).fetch_all($database).await.expect($sql));
        let mut expected = rows_in_postgres($client, $sql).await;
        let after_tables = $sql.rsplit("FROM samples").next();
        if !after_tables.is_some_and(|rest| rest.contains("ORDER BY")) {
            found.sort_by_key(Value::to_string);
            expected.sort_by_key(Value::to_string);
        }
        assert_eq!(found, expected, "{}", $sql);
    })+};
}

#[tokio::test]
async fn rows_equal_those_of_postgresql() {
    let samples = all_samples();
    let Some(client) = postgres(&samples).await else {
        return;
    };
    let database = &mongo(&samples).await;
    compare!(database, &client;
        "SELECT _id, grade, label, amount, part, ratio, price, good FROM samples"
        "SELECT _id FROM samples WHERE grade = 'middle' AND amount > 3"
        "SELECT _id FROM samples WHERE part <> 2"
        "SELECT _id FROM samples WHERE NOT (part = 2)"
        "SELECT _id FROM samples WHERE part IN (1, 2, NULL)"
        "SELECT _id FROM samples WHERE part NOT IN (1, 2)"
        "SELECT _id FROM samples WHERE part NOT IN (1, NULL)"
        "SELECT _id FROM samples WHERE part BETWEEN -1 AND 3"
        "SELECT _id FROM samples WHERE part IS NULL OR label IS NULL"
        "SELECT _id FROM samples WHERE label LIKE 'a%'"
        "SELECT _id FROM samples WHERE label NOT LIKE 'a%'"
        "SELECT _id FROM samples WHERE label ILIKE 'ALPHA'"
        "SELECT _id FROM samples WHERE label LIKE '%\\%\\_%'"
        "SELECT _id FROM samples WHERE label ~ '^[aA]l'"
        "SELECT _id FROM samples WHERE label = '$price' OR label = ''"
        "SELECT _id FROM samples WHERE label IS DISTINCT FROM 'alpha'"
        "SELECT _id FROM samples WHERE good"
        "SELECT _id FROM samples WHERE NOT good"
        "SELECT _id FROM samples WHERE good IS NOT TRUE"
        "SELECT _id FROM samples WHERE 2 = ANY(marks)"
        "SELECT _id FROM samples WHERE amount / 7 = -1 OR amount % 7 = -3"
        "SELECT _id FROM samples WHERE ratio = 0.5 OR price = 1.5"
        "SELECT _id FROM samples WHERE EXTRACT(YEAR FROM taken) = 2024"
        "SELECT _id FROM samples WHERE taken >= TIMESTAMP '2024-02-28' + INTERVAL '1 month'"
        "SELECT _id, label FROM samples ORDER BY label, _id"
        "SELECT _id, label FROM samples ORDER BY label DESC, _id"
        "SELECT _id, part FROM samples ORDER BY part NULLS FIRST, _id DESC LIMIT 20 OFFSET 5"
        "SELECT _id, label FROM samples ORDER BY label, _id LIMIT 0"
        "SELECT DISTINCT grade, good FROM samples"
        "SELECT DISTINCT label FROM samples ORDER BY label"
        "SELECT _id, amount / 3 AS a, amount % 3 AS b, amount * 2.5 AS c, -part AS d FROM samples"
        "SELECT _id, ROUND(price / 3, 2) AS r, ratio::integer AS i, price::integer AS p FROM samples"
        "SELECT _id, CASE WHEN part > 0 THEN 'up' WHEN part < 0 THEN 'down' END AS way FROM samples"
        "SELECT _id, COALESCE(label, 'none') AS l, NULLIF(part, 2) AS n FROM samples"
        "SELECT _id, GREATEST(part, 1) AS g, LEAST(part, 1) AS l FROM samples"
        "SELECT _id, UPPER(label) AS u, LENGTH(label) AS n, SUBSTRING(label FROM 2 FOR 3) AS s FROM samples"
        "SELECT _id, label || '-' || _id AS tag, CARDINALITY(marks) AS c, marks[1] AS m FROM samples"
        "SELECT _id, TO_CHAR(taken, 'YYYY-MM-DD HH24:MI') AS t, EXTRACT(DOW FROM taken) AS d FROM samples"
        "SELECT COUNT(*) AS n, COUNT(part) AS p, SUM(part) AS s, AVG(part) AS a FROM samples"
        "SELECT COUNT(*) AS n, SUM(part) AS s, MAX(label) AS m FROM samples WHERE _id < 0"
        "SELECT grade, COUNT(*) AS n, SUM(amount) AS s, MIN(price) AS low FROM samples GROUP BY grade"
        "SELECT label, COUNT(*) AS n FROM samples GROUP BY label HAVING COUNT(*) > 10"
        "SELECT part, good, COUNT(DISTINCT label) AS n FROM samples GROUP BY part, good"
        "SELECT amount % 5 AS k, SUM(price) FILTER (WHERE good) AS s FROM samples GROUP BY k ORDER BY k"
        "SELECT grade, STRING_AGG(label, ',' ORDER BY _id) AS l FROM samples GROUP BY 1"
        "SELECT grade, BOOL_AND(good) AS b, BOOL_OR(good) AS o FROM samples GROUP BY grade"
        "SELECT grade, PERCENTILE_CONT(0.3) WITHIN GROUP (ORDER BY amount) AS p FROM samples GROUP BY grade"
        "SELECT grade, STDDEV_SAMP(ratio) AS d, VAR_POP(ratio) AS v FROM samples GROUP BY grade"
    );
}
