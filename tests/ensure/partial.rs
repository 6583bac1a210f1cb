//! The conditions of partial indexes: the server takes them, and holds exactly the documents for
//! which the query of the same condition finds them.

use mongodb::Database;
use queryleaf::bson::{Bson, DateTime, Document, doc, oid::ObjectId};
use queryleaf_compiler::create::partial_filter;
use queryleaf_compiler::schema::{Collection, Definition, parse};
use queryleaf_compiler::{Table, compile};
use queryleaf_plan::{Template, encode, fill};
use std::collections::BTreeSet;
use std::sync::Arc;

const SCHEMA: &str = r#"collection "things" Thing {
    "_id" id: integer; "n" n: ?integer; "d" d: ?double; "m" m: ?numeric; "s" s: ?text;
    "b" b: ?boolean; "at" at: ?timestamp; "o" o: ?objectid; "e" e: ?enum E ("x", "y");
    "l" l: ?enum L ("Low" = -1, "High" = 7); "list" list: ?[text]; "any" any: ?json;
    "in" inner: ?struct S {"k" k: ?bigint;};
}"#;

const CONDITIONS: [&str; 40] = [
    "n = 1",
    "n <> 1",
    "n > -1",
    "NOT (n >= 1)",
    "n BETWEEN -1 AND 1",
    "n NOT BETWEEN -1 AND 1",
    "n > 1.5",
    "n > 5000000000",
    "d > 0.5",
    "d <> 0.5",
    "m >= 1.50",
    "s = ''",
    "s <> ''",
    "s > 'a'",
    "s IN ('a', '$a', NULL)",
    "b",
    "NOT b",
    "b IS TRUE",
    "b = FALSE",
    "at > '1970-01-01'",
    "at <= '1970-01-01'",
    "o IS NOT NULL",
    "e = 'x'",
    "e IN ('x', 'y')",
    "l = 'High'",
    "l <> 'High'",
    "n IS NULL",
    "n IS NOT NULL",
    "d IS NOT NULL",
    "m IS NOT NULL",
    "s IS NOT NULL",
    "b IS NOT NULL",
    "at IS NOT NULL",
    "e IS NOT NULL AND l IS NOT NULL",
    "list IS NOT NULL",
    "list IS NULL OR \"any\" IS NOT NULL",
    "\"in\" IS NOT NULL",
    "\"in\".k = 1 OR \"in\".k IS NULL",
    "NOT (s = 'a' AND n = 1)",
    "NOT (s = 'a' OR NOT (n > 0 AND b))",
];

fn document(template: &Template) -> Document {
    let bytes = fill(&encode(template, &[]), &[]).unwrap();
    Document::from_reader(&*bytes).unwrap()
}

/// Values of a field: ordinary ones, the ends of the type, null, and none.
fn values() -> Vec<(&'static str, Vec<Bson>)> {
    let decimal = |text: &str| Bson::Decimal128(text.parse().unwrap());
    let date = |milliseconds| Bson::from(DateTime::from_millis(milliseconds));
    vec![
        (
            "n",
            vec![
                (-1).into(),
                0.into(),
                1.into(),
                2.into(),
                i32::MIN.into(),
                i32::MAX.into(),
            ],
        ),
        (
            "d",
            vec![
                0.5.into(),
                (-0.0).into(),
                7e300.into(),
                f64::NEG_INFINITY.into(),
            ],
        ),
        (
            "m",
            vec![
                decimal("1.5"),
                decimal("-1"),
                decimal("9E+6144"),
                decimal("-Infinity"),
            ],
        ),
        (
            "s",
            ["", "a", "$a", "\u{0}", "é", "zz"].map(Bson::from).to_vec(),
        ),
        ("b", vec![true.into(), false.into()]),
        ("at", vec![date(i64::MIN), date(-1), date(0), date(1)]),
        (
            "o",
            vec![ObjectId::from_bytes([0; 12]).into(), ObjectId::new().into()],
        ),
        ("e", vec!["x".into(), "y".into()]),
        ("l", vec![(-1).into(), 7.into()]),
        (
            "list",
            vec![Vec::<Bson>::new().into(), vec![Bson::from("a")].into()],
        ),
        (
            "any",
            vec![
                1.into(),
                doc! {}.into(),
                vec![Bson::Null].into(),
                "a".into(),
                Bson::MinKey,
            ],
        ),
        (
            "in",
            vec![
                doc! {}.into(),
                doc! { "k": 1_i64 }.into(),
                doc! { "k": Bson::Null }.into(),
            ],
        ),
    ]
}

async fn stored(database: &Database) {
    let mut documents = Vec::new();
    let mut random = crate::random::Random::new(3, "partial");
    for number in 0..600 {
        let mut document = doc! { "_id": number };
        for (name, values) in values() {
            match random.below(values.len() + 2) {
                0 => {}
                1 => {
                    document.insert(name, Bson::Null);
                }
                other => {
                    document.insert(name, values[other - 2].clone());
                }
            }
        }
        documents.push(document);
    }
    let things = database.collection::<Document>("things");
    things.insert_many(documents).await.unwrap();
}

async fn ids(database: &Database, mut command: Document) -> BTreeSet<i32> {
    if command.contains_key("find") {
        command.insert("batchSize", 10_000);
    } else {
        command.insert("cursor", doc! { "batchSize": 10_000 });
    }
    let answer = database.run_command(command).await.unwrap();
    let batch = answer
        .get_document("cursor")
        .unwrap()
        .get_array("firstBatch")
        .unwrap();
    batch
        .iter()
        .map(|row| row.as_document().unwrap().get_i32("_id").unwrap())
        .collect()
}

#[tokio::test]
async fn indexes_hold_what_queries_find() {
    let database = queryleaf_testkit::database().await;
    stored(&database).await;
    let Ok(Definition::Collection(collection)) = parse(SCHEMA) else {
        panic!("{:?}", parse(SCHEMA));
    };
    let table = Table {
        name: vec!["things".to_owned()],
        collection: Arc::new(Collection {
            ..collection.clone()
        }),
    };
    let mut differing = Vec::new();
    for condition in CONDITIONS {
        let filter = document(&partial_filter(condition, &collection).expect(condition));
        let index = doc! { "key": { "n": 1, "at": 1 }, "name": "partial", "partialFilterExpression": filter };
        let create = doc! { "createIndexes": "things", "indexes": [index] };
        let created = database.run_command(create).await;
        created.unwrap_or_else(|error| panic!("{condition}: {error}"));
        // A read by hint goes through the index as it is, whatever it lacks.
        let held = ids(
            &database,
            doc! { "find": "things", "filter": {}, "hint": "partial" },
        )
        .await;
        let sql = format!("SELECT _id FROM things WHERE {condition}");
        let query = compile(&sql, std::slice::from_ref(&table)).expect(condition);
        let found = ids(&database, document(&query.command)).await;
        if held != found {
            let more: Vec<_> = held.symmetric_difference(&found).take(3).collect();
            differing.push(format!(
                "{condition}: {} held, {} found, {more:?}",
                held.len(),
                found.len()
            ));
        }
        assert!(
            !found.is_empty() || condition.contains("5000000000"),
            "{condition}"
        );
        let drop = doc! { "dropIndexes": "things", "index": "partial" };
        database.run_command(drop).await.unwrap();
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}
