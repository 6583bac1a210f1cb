//! `CHECK`: what the validator lets pass, and what it tells of the rest, as PostgreSQL with the same table.

use crate::random::Random;
use queryleaf::bson::{Bson, doc};
use queryleaf::prelude::*;
use queryleaf::{Error, Refusal, Violation};
use serde_json::{Map, Value};

schema! { file "tests/ensure/checks.sql" }

/// The conditions of the table, in their order.
const CONDITIONS: [&str; 8] = [
    "number > 0",
    "price >= 0 AND price < 1000",
    "state IN ('new', 'sold', '$lost')",
    "label LIKE 'L-%' OR LENGTH(label) < 3",
    "closed >= opened",
    "discount <= price AND (discount = 0 OR price / discount < 20)",
    "state <> 'sold' OR closed IS NOT NULL",
    "EXTRACT(YEAR FROM opened) BETWEEN 2020 AND 2030",
];

const MOMENTS: [&str; 4] = [
    "2019-12-31T23:59:59Z",
    "2024-02-29T00:00:00Z",
    "2024-02-29T00:00:01Z",
    "2031-01-01T00:00:00Z",
];

/// A row as a document, and as PostgreSQL reads it.
fn row(random: &mut Random) -> (Document, Map<String, Value>) {
    let (mut document, mut plain) = (Document::new(), Map::new());
    let mut set = |name: &str, value: Bson, json: Value| {
        document.insert(name, value);
        plain.insert(name.to_owned(), json);
    };
    let number = random.pick(&[1, 2, 3, 900, 0, -1]);
    set("number", number.into(), number.into());
    for name in ["price", "discount"] {
        let amount = random.pick(&["0", "0.00", "1", "19.99", "20", "-0.01", "999.99", "1000"]);
        if random.percent(80) {
            set(
                name,
                Bson::Decimal128(amount.parse().unwrap()),
                amount.into(),
            );
        }
    }
    let state = random.pick(&["new", "sold", "$lost", "New", ""]);
    set("state", state.into(), state.into());
    match random.pick(&[
        None,
        Some("L-1"),
        Some("ß😀"),
        Some("L-"),
        Some("$$NOW"),
        Some("l-1"),
    ]) {
        Some(label) => set("label", label.into(), label.into()),
        None => set("label", Bson::Null, Value::Null),
    }
    for (name, always) in [("opened", true), ("closed", false)] {
        if always || random.percent(70) {
            let moment = random.pick(&MOMENTS);
            let date = DateTime::parse_rfc3339_str(moment).unwrap();
            set(name, date.into(), moment.into());
        }
    }
    (document, plain)
}

#[tokio::test]
async fn what_is_false_is_refused_and_null_passes() {
    let postgres = match queryleaf_testkit::postgres::client().await {
        Ok(client) => client,
        Err(unavailable) => return eprintln!("skipped: {unavailable}"),
    };
    postgres
        .batch_execute(include_str!("checks.sql"))
        .await
        .unwrap();
    let database = queryleaf_testkit::database().await;
    Lots::ensure(&database).await.unwrap();
    assert!(
        Lots::ensure(&database)
            .await
            .unwrap()
            .differences
            .is_empty()
    );
    let lots = database.collection::<Document>("lots");
    let broken = CONDITIONS.map(|condition| format!("({condition}) IS FALSE"));
    let from = "FROM json_populate_record(NULL::lots, $1::text::json)";
    let ask = format!("SELECT ARRAY[{}] {from}", broken.join(", "));
    let insert = format!("INSERT INTO lots SELECT * {from}");
    let mut random = Random::new(4, "checks");
    let (mut accepted, mut told) = (0, [0; CONDITIONS.len()]);
    for _ in 0..400 {
        let (document, plain) = row(&mut random);
        let plain = Value::Object(plain).to_string();
        let found: Vec<bool> = postgres.query_one(&ask, &[&plain]).await.unwrap().get(0);
        let expected: Vec<_> = CONDITIONS
            .iter()
            .zip(found)
            .filter_map(|(condition, broken)| broken.then_some(*condition))
            .collect();
        let stored = postgres.execute(&insert, &[&plain]).await.is_ok();
        assert_eq!(stored, expected.is_empty(), "{plain}");
        let violations = match lots.insert_one(&document).await {
            Ok(_) => Vec::new(),
            Err(error) => Violation::of(&error),
        };
        let conditions: Vec<&str> = violations
            .iter()
            .map(|violation| {
                assert_eq!(
                    (&*violation.path, &*violation.rule),
                    ("", "check"),
                    "{document}"
                );
                violation.expected.as_ref().and_then(Bson::as_str).unwrap()
            })
            .collect();
        assert_eq!(conditions, expected, "{document}");
        accepted += usize::from(stored);
        for (told, condition) in told.iter_mut().zip(CONDITIONS) {
            *told += usize::from(expected.contains(&condition));
        }
    }
    let count = lots.count_documents(doc! {}).await.unwrap();
    assert_eq!(usize::try_from(count).unwrap(), accepted);
    assert!(
        accepted > 5 && told.iter().all(|told| *told > 5),
        "{accepted}, {told:?}"
    );
}

#[tokio::test]
async fn statements_tell_which_condition_it_was() {
    let database = queryleaf_testkit::database().await;
    Lots::ensure(&database).await.unwrap();
    let (number, other) = (7, -7);
    sql!(
        "INSERT INTO lots (number, state, opened, price) VALUES (:number, 'new', '2024-05-01', 5)"
    )
    .execute(&database)
    .await
    .unwrap();
    let conditions = |error: Error| -> Vec<Bson> {
        let Error::Write(error) = error else {
            panic!("{error}");
        };
        let Refusal::Invalid { violations } = &error.refused[0].reason else {
            panic!("{error}");
        };
        violations
            .iter()
            .filter_map(|found| found.expected.clone())
            .collect()
    };
    let inserted =
        sql!("INSERT INTO lots (number, state, opened) VALUES (:other, 'new', '2024-05-01')");
    let error = inserted.execute(&database).await.unwrap_err();
    assert!(error.to_string().contains("number > 0"), "{error}");
    assert_eq!(conditions(error), [Bson::from(CONDITIONS[0])]);
    let updated = sql!("UPDATE lots SET price = price - 7, state = 'sold' WHERE number = :number");
    let error = updated.execute(&database).await.unwrap_err();
    assert_eq!(
        conditions(error),
        [CONDITIONS[1], CONDITIONS[6]].map(Bson::from)
    );
    let stored = sql!("SELECT price, state FROM lots")
        .fetch_one(&database)
        .await
        .unwrap();
    assert_eq!(
        (stored.price, &*stored.state),
        (Some("5".parse().unwrap()), "new")
    );
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(
    name = "scales",
    check = "high >= low",
    check = "CARDINALITY(steps) > 0 AND steps[1] = low",
    check = "range.to > range.\"from\"",
    pre_and_post_images
)]
struct Scale {
    #[serde(rename = "_id")]
    id: i32,
    low: i32,
    high: i64,
    steps: Vec<i32>,
    range: Option<Range>,
}

#[derive(Serialize, Deserialize, Embedded)]
struct Range {
    from: f64,
    to: f64,
}

#[tokio::test]
async fn attributes_check_as_well() {
    let database = queryleaf_testkit::database().await;
    Scale::ensure(&database).await.unwrap();
    let scale = |id, low, high, steps: &[i32], range| Scale {
        id,
        low,
        high,
        steps: steps.to_vec(),
        range,
    };
    let (from, to) = (1.5, 2.5);
    let scales = [
        scale(1, 1, 1, &[1], Some(Range { from, to })),
        scale(2, 2, 1, &[2], None),
        scale(3, 1, 2, &[], Some(Range { from: to, to: from })),
        scale(4, 1, i64::MAX, &[1, 2], None),
    ];
    let Err(Error::Write(error)) = sql!("INSERT INTO scales VALUES (:scales)")
        .execute(&database)
        .await
    else {
        panic!("all were stored");
    };
    let refused: Vec<_> = error.refused.iter().map(|row| row.row).collect();
    assert_eq!((error.applied.inserted, refused), (Some(2), vec![1, 2]));
    let stored = sql!("SELECT _id FROM scales ORDER BY _id")
        .fetch_all(&database)
        .await
        .unwrap();
    assert_eq!(stored.iter().map(|row| row._id).collect::<Vec<_>>(), [1, 4]);
}

#[tokio::test]
async fn stored_documents_that_do_not_fit_are_counted() {
    let database = queryleaf_testkit::database().await;
    let lots = database.collection::<Document>("lots");
    let opened = DateTime::parse_rfc3339_str(MOMENTS[1]).unwrap();
    let lot = |number: i32| doc! {"number": number, "state": "new", "opened": opened};
    lots.insert_many([lot(1), lot(0), lot(-1)]).await.unwrap();
    lots.insert_one(doc! {"number": 5}).await.unwrap();
    assert_eq!(Lots::ensure(&database).await.unwrap().unfit, None);
    let before = Lots::ensure(&database).count_unfit().await.unwrap();
    assert_eq!((before.unfit, before.is_as_declared()), (Some(3), false));
    assert!(
        before.to_string().contains("3 documents do not fit"),
        "{before}"
    );
    lots.delete_many(doc! {"opened": null}).await.unwrap();
    let after = Lots::ensure(&database).count_unfit().apply_drift();
    let after = after.await.unwrap();
    assert_eq!((after.unfit, after.is_as_declared()), (Some(2), true));
    sql!("UPDATE lots SET number = 7 WHERE number = 0")
        .execute(&database)
        .await
        .unwrap();
    let refused = sql!("UPDATE lots SET state = 'sold' WHERE number = -1")
        .execute(&database)
        .await;
    assert!(matches!(refused, Err(Error::Write(_))));
    lots.delete_many(doc! {"number": -1}).await.unwrap();
    let all = all_ensured(&database).count_unfit().await.unwrap();
    assert_eq!(all[0].unfit, Some(0));
}

/// The name of the table is that of a variable elsewhere.
fn all_ensured(database: &mongodb::Database) -> queryleaf::EnsureAll {
    queryleaf::ensure!(database, lots)
}
