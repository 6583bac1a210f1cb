//! Which fields an event has changed: asked in `WHERE` and as a column, which are two ways to the server,
//! of the same events.

use futures::TryStreamExt;
use queryleaf::bson::doc;
use queryleaf::prelude::*;
use queryleaf::watch::Watch;
use std::time::Duration;

#[derive(Serialize, Deserialize, Embedded)]
struct Line {
    sku: String,
    #[serde(rename = "qty")]
    quantity: i32,
}

#[derive(Serialize, Deserialize, Embedded)]
struct Payment {
    status: String,
    card: Option<Card>,
}

#[derive(Serialize, Deserialize, Embedded)]
struct Card {
    digits: String,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "carts")]
struct Cart {
    #[serde(rename = "_id")]
    id: i32,
    status: String,
    note: Option<String>,
    payment: Payment,
    lines: Vec<Line>,
    extra: Document,
}

/// What is done to the cart, and which paths that changes, of `status`, `note`, `payment.status`,
/// `payment.card.digits`, `lines.qty` and `extra`, in this order.
const CHANGES: [(&str, &str, [bool; 6]); 14] = [
    ("insert", "", [true; 6]),
    (
        "$set",
        r#"{"status": "paid"}"#,
        [true, false, false, false, false, false],
    ),
    ("$set", r#"{"statusText": "x", "lines2": 1}"#, [false; 6]),
    (
        "$set",
        r#"{"note": "a", "status": "b"}"#,
        [true, true, false, false, false, false],
    ),
    (
        "$unset",
        r#"{"note": 1}"#,
        [false, true, false, false, false, false],
    ),
    (
        "$set",
        r#"{"payment.status": "c"}"#,
        [false, false, true, false, false, false],
    ),
    (
        "$set",
        r#"{"payment.card": {"digits": "9"}}"#,
        [false, false, false, true, false, false],
    ),
    (
        "$unset",
        r#"{"payment.card": 1}"#,
        [false, false, false, true, false, false],
    ),
    (
        "$set",
        r#"{"payment": {"status": "d", "card": {"digits": "8"}}}"#,
        [false, false, true, true, false, false],
    ),
    (
        "$set",
        r#"{"lines.0.qty": 7}"#,
        [false, false, false, false, true, false],
    ),
    ("$set", r#"{"lines.0.sku": "s"}"#, [false; 6]),
    ("shorter", "", [false, false, false, false, true, false]),
    (
        "$set",
        r#"{"extra.deep.er": 5}"#,
        [false, false, false, false, false, true],
    ),
    ("replace", "", [true; 6]),
];

async fn next<R>(changes: &mut Watch<R>) -> R {
    let next = tokio::time::timeout(Duration::from_secs(60), changes.try_next());
    let next = next.await.expect("it takes too long");
    next.unwrap().expect("an event")
}

fn cart() -> Cart {
    let line = |sku: &str| Line {
        sku: sku.to_owned(),
        quantity: 1,
    };
    let card = Card {
        digits: "1".to_owned(),
    };
    Cart {
        id: 1,
        status: "new".to_owned(),
        note: None,
        payment: Payment {
            status: "open".to_owned(),
            card: Some(card),
        },
        lines: vec![line("a"), line("b"), line("c")],
        extra: doc! {"deep": {"er": 1}},
    }
}

/// What the conditions let pass: for each path the numbers of the changes.
macro_rules! passed {
    ($db:ident, $after:ident, $($path:literal),+) => {
        [$({
            let mut passed = sql!(
                "SELECT wall_time, document_key._id FROM CHANGE_STREAM(carts) WHERE changed_fields CONTAINS "
                $path " OR document_key._id = 99"
            )
            .watch($db)
            .resume_after(&$after);
            let mut count = 0;
            while next(&mut passed).await._id != Some(99) {
                count += 1;
            }
            count
        }),+]
    };
}

#[tokio::test]
async fn a_field_is_changed_with_what_is_in_it_and_around_it() {
    let db = &queryleaf_testkit::database().await;
    let mut columns = sql!(
        "SELECT operation_type, changed_fields,
                changed_fields CONTAINS 'status' AS a, changed_fields CONTAINS 'note' AS b,
                changed_fields CONTAINS 'payment.status' AS c,
                changed_fields CONTAINS 'payment.card.digits' AS d,
                changed_fields CONTAINS 'lines.qty' AS e, changed_fields CONTAINS 'extra' AS f,
                updated_fields ? 'note' AS set_note, removed_fields CONTAINS 'note' AS removed_note
         FROM CHANGE_STREAM(carts)"
    )
    .watch(db);
    let carts = db.collection::<Cart>("carts");
    let zero = Cart { id: 0, ..cart() };
    columns.open().await.unwrap();
    carts.insert_one(zero).await.unwrap();
    next(&mut columns).await;
    let after = columns.token().unwrap();
    for (operation, fields, _) in CHANGES {
        match operation {
            "insert" => drop(carts.insert_one(cart()).await.unwrap()),
            "replace" => drop(carts.replace_one(doc! {"_id": 1}, cart()).await.unwrap()),
            "shorter" => {
                let less = doc! {"$set": {"lines": {"$slice": ["$lines", 2]}}};
                carts.update_one(doc! {"_id": 1}, vec![less]).await.unwrap();
            }
            operator => {
                let fields: serde_json::Value = serde_json::from_str(fields).unwrap();
                let fields = queryleaf::bson::to_bson(&fields).unwrap();
                let update = doc! {operator: fields};
                let updated = carts.update_one(doc! {"_id": 1}, update).await.unwrap();
                assert_eq!(updated.modified_count, 1, "{operator}");
            }
        }
    }
    carts.delete_one(doc! {"_id": 1}).await.unwrap();
    carts.insert_one(Cart { id: 99, ..cart() }).await.unwrap();

    for (operation, fields, expected) in CHANGES {
        let event = next(&mut columns).await;
        let changed = [event.a, event.b, event.c, event.d, event.e, event.f];
        assert_eq!(
            changed,
            expected.map(Some),
            "{operation} {fields}: {:?}",
            event.changed_fields
        );
        let is_update = !["insert", "replace"].contains(&operation);
        let set = is_update.then(|| fields.contains("\"note\"") && operation == "$set");
        let removed = is_update.then(|| fields.contains("\"note\"") && operation == "$unset");
        assert_eq!(
            (event.set_note, event.removed_note),
            (set, removed),
            "{fields}"
        );
    }
    let deleted = next(&mut columns).await;
    assert_eq!(
        (deleted.changed_fields, deleted.a, deleted.set_note),
        (None, None, None)
    );

    let passed = passed!(
        db,
        after,
        "'status'",
        "'note'",
        "'payment.status'",
        "'payment.card.digits'",
        "'lines.0.qty'",
        "'extra'"
    );
    let count = |path: usize| {
        let changes = CHANGES.iter();
        let counted = changes.filter(|(_, _, changed)| changed[path]);
        counted.count()
    };
    assert_eq!(passed, [0, 1, 2, 3, 4, 5].map(count));
}
