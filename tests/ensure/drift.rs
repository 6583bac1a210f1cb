//! Collections that somebody else has made or changed: each difference is told, changed when asked
//! and only then, and what cannot be changed in place stays as it is.

use crate::create::shop::{Entry, Order, Person, Reading};
use mongodb::Database;
use queryleaf::bson::{Bson, Document, doc};
use queryleaf::prelude::*;
use queryleaf::{CollectionPart, Difference, Ensured, Remedy};

async fn run(database: &Database, command: Document) {
    let shown = command.to_string();
    let result = database.run_command(command).await;
    result.unwrap_or_else(|error| panic!("{shown}: {error}"));
}

/// The parts that differ, with what can be done about them.
fn parts(differences: &[Difference]) -> Vec<(CollectionPart, Remedy)> {
    differences
        .iter()
        .map(|difference| (difference.part.clone(), difference.remedy))
        .collect()
}

fn index(name: &str) -> CollectionPart {
    CollectionPart::Index(name.to_owned())
}

async fn index_names(database: &Database, collection: &str) -> Vec<String> {
    let collection = database.collection::<Document>(collection);
    collection.list_index_names().await.unwrap()
}

fn order(number: i64) -> Order {
    Order {
        id: ObjectId::new(),
        number,
        customer: "Ada".to_owned(),
        status: crate::create::shop::Status::Open,
        total: 5,
        coupon: None,
        note: None,
        place: queryleaf::geo::Point::new(1.0, 2.0),
        placed_at: DateTime::now(),
        extra: doc! { "a": 1 },
    }
}

/// Ensures orders with one document in them, so that missing indexes are a difference.
async fn orders() -> Database {
    let database = queryleaf_testkit::database().await;
    assert!(Order::ensure(&database).await.unwrap().created);
    let orders = database.collection::<Order>("orders");
    orders.insert_one(order(1)).await.unwrap();
    database
}

/// Makes a difference, sees it told twice, applied, and gone.
async fn drifts(
    database: &Database,
    change: Document,
    expected: &[(CollectionPart, Remedy)],
) -> Ensured {
    run(database, change).await;
    for _ in 0..2 {
        let told = Order::ensure(database).await.unwrap();
        assert_eq!(parts(&told.differences), expected, "{told}");
        assert!(!told.created && told.applied.is_empty(), "{told}");
    }
    let changed = Order::ensure(database)
        .apply_drift()
        .remove_undeclared()
        .await
        .unwrap();
    assert_eq!(parts(&changed.applied), expected, "{changed}");
    assert!(changed.is_as_declared(), "{changed}");
    assert!(Order::ensure(database).await.unwrap().is_as_declared());
    changed
}

#[tokio::test]
async fn validators() {
    let database = orders().await;
    let validator = |rules: Document| doc! { "collMod": "orders", "validator": rules };
    let changed = [(CollectionPart::Validator, Remedy::ApplyDrift)];
    drifts(&database, validator(doc! {}), &changed).await;
    drifts(
        &database,
        validator(doc! { "total": { "$gt": 5 } }),
        &changed,
    )
    .await;
    drifts(
        &database,
        doc! { "collMod": "orders", "validationLevel": "off" },
        &[(CollectionPart::ValidationLevel, Remedy::ApplyDrift)],
    )
    .await;
    drifts(
        &database,
        doc! { "collMod": "orders", "validationAction": "warn" },
        &[(CollectionPart::ValidationAction, Remedy::ApplyDrift)],
    )
    .await;
}

/// The places in a validator at which it was changed.
#[tokio::test]
async fn places_in_a_validator() {
    let database = queryleaf_testkit::database().await;
    Entry::ensure(&database).await.unwrap();
    let stored = doc! { "$jsonSchema": {
        "required": ["text"],
        "bsonType": "object",
        "properties": { "text": { "bsonType": "int" }, "more": {} },
    } };
    run(&database, doc! { "collMod": "log", "validator": stored }).await;
    let told = Entry::ensure(&database).await.unwrap();
    assert_eq!(
        told.to_string(),
        "`log` is different from what is declared\n  validator: differs at \
         $jsonSchema.properties.text.bsonType, $jsonSchema.properties.more \
         (`apply_drift()` changes it)"
    );
}

#[tokio::test]
async fn indexes() {
    let database = orders().await;
    let drop = |name: &str| doc! { "dropIndexes": "orders", "index": name };
    let create = |index: Document| doc! { "createIndexes": "orders", "indexes": [index] };
    for name in [
        "customer_1_placed_at_-1",
        "coupon_1",
        "note_text_customer_text",
        "extra.$**_1",
    ] {
        let expected = [(index(name), Remedy::ApplyDrift)];
        let changed = drifts(&database, drop(name), &expected).await;
        assert_eq!(changed.applied[0].stored, None);
    }
    drifts(
        &database,
        create(doc! { "key": { "total": 1 }, "name": "mine" }),
        &[(index("mine"), Remedy::RemoveUndeclared)],
    )
    .await;
    drifts(
        &database,
        doc! { "collMod": "orders", "index": { "name": "open_expire", "expireAfterSeconds": 5 } },
        &[(index("open_expire"), Remedy::ApplyDrift)],
    )
    .await;
    drifts(
        &database,
        doc! { "collMod": "orders", "index": { "name": "number_hashed", "hidden": true } },
        &[(index("number_hashed"), Remedy::ApplyDrift)],
    )
    .await;
    // Other options, other keys, another name, not unique, other words.
    for (name, other) in [
        (
            "coupon_1",
            doc! { "key": { "coupon": 1 }, "unique": true, "partialFilterExpression": { "coupon": { "$exists": true } } },
        ),
        ("coupon_1", doc! { "key": { "coupon": -1, "total": 1 } }),
        ("number_1", doc! { "key": { "number": 1 } }),
        (
            "number_1",
            doc! { "key": { "number": 1 }, "unique": true, "sparse": true },
        ),
        (
            "number_1",
            doc! { "key": { "number": 1 }, "unique": true, "name": "number" },
        ),
        (
            "customer_1_placed_at_-1",
            doc! { "key": { "placed_at": -1, "customer": 1 } },
        ),
        (
            "note_text_customer_text",
            doc! { "key": { "note": "text" } },
        ),
        (
            "note_text_customer_text",
            doc! { "key": { "note": "text", "customer": "text" }, "weights": { "note": 5 } },
        ),
        (
            "place_2dsphere",
            doc! { "key": { "place": "2dsphere" }, "name": "place" },
        ),
        (
            "late_expire",
            doc! { "key": { "placed_at": 1 }, "partialFilterExpression": { "status": "late" } },
        ),
    ] {
        run(&database, drop(name)).await;
        let mut other = other;
        if !other.contains_key("name") {
            other.insert("name", name);
        }
        drifts(
            &database,
            create(other),
            &[(index(name), Remedy::ApplyDrift)],
        )
        .await;
    }
    assert_eq!(index_names(&database, "orders").await.len(), 11);
}

/// What is not declared stays where only the drift is to be applied, and the other way round.
#[tokio::test]
async fn only_what_is_asked_for() {
    let database = orders().await;
    let mine = doc! { "key": { "total": 1 }, "name": "mine" };
    run(
        &database,
        doc! { "createIndexes": "orders", "indexes": [mine] },
    )
    .await;
    run(
        &database,
        doc! { "dropIndexes": "orders", "index": "coupon_1" },
    )
    .await;
    let removed = Order::ensure(&database).remove_undeclared().await.unwrap();
    assert_eq!(
        parts(&removed.applied),
        [(index("mine"), Remedy::RemoveUndeclared)]
    );
    assert_eq!(
        parts(&removed.differences),
        [(index("coupon_1"), Remedy::ApplyDrift)]
    );
    let mine = doc! { "key": { "total": 1 }, "name": "mine" };
    run(
        &database,
        doc! { "createIndexes": "orders", "indexes": [mine] },
    )
    .await;
    let applied = queryleaf::ensure!(database, crate::create::shop::orders)
        .apply_drift()
        .await
        .unwrap();
    assert_eq!(
        parts(&applied[0].applied),
        [(index("coupon_1"), Remedy::ApplyDrift)]
    );
    assert_eq!(
        parts(&applied[0].differences),
        [(index("mine"), Remedy::RemoveUndeclared)]
    );
    assert!(applied[0].to_string().contains("which is not declared"));
}

/// A unique index that the documents do not allow: the error says so, and the old index is there.
#[tokio::test]
async fn an_index_that_cannot_be_built() {
    let database = orders().await;
    let drop = doc! { "dropIndexes": "orders", "index": ["number_1", "coupon_1"] };
    run(&database, drop).await;
    let orders = database.collection::<Order>("orders");
    for number in [1, 2] {
        let mut order = order(number);
        order.coupon = Some("A".to_owned());
        orders.insert_one(order).await.unwrap();
    }
    for (name, old) in [
        (
            "number_1",
            doc! { "key": { "number": 1 }, "name": "number_1" },
        ),
        (
            "coupon_1",
            doc! { "key": { "coupon": 1 }, "name": "coupon_1", "sparse": true },
        ),
    ] {
        run(
            &database,
            doc! { "createIndexes": "orders", "indexes": [old] },
        )
        .await;
        let error = Order::ensure(&database).apply_drift().await.unwrap_err();
        assert!(matches!(error, Error::Ensure { .. }), "{error}");
        assert!(error.to_string().contains("`orders`"), "{error}");
        assert!(
            index_names(&database, "orders")
                .await
                .contains(&name.to_owned()),
            "{name}"
        );
        run(&database, doc! { "dropIndexes": "orders", "index": name }).await;
    }
    // The failed try leaves no rule behind that refuses duplicates.
    orders.insert_one(order(1)).await.unwrap();
}

#[tokio::test]
async fn pre_and_post_images() {
    let database = orders().await;
    let images = |enabled: bool| doc! { "enabled": enabled };
    drifts(
        &database,
        doc! { "collMod": "orders", "changeStreamPreAndPostImages": images(false) },
        &[(CollectionPart::PreAndPostImages, Remedy::ApplyDrift)],
    )
    .await;
    Entry::ensure(&database).await.unwrap();
    run(
        &database,
        doc! { "collMod": "log", "changeStreamPreAndPostImages": images(true) },
    )
    .await;
    let told = Entry::ensure(&database).apply_drift().await.unwrap();
    let expected = [(CollectionPart::PreAndPostImages, Remedy::RemoveUndeclared)];
    assert_eq!(parts(&told.differences), expected);
    assert!(
        Entry::ensure(&database)
            .remove_undeclared()
            .await
            .unwrap()
            .is_as_declared()
    );
}

#[tokio::test]
async fn capped_collections_grow_but_never_shrink() {
    let database = queryleaf_testkit::database().await;
    run(
        &database,
        doc! { "create": "log", "capped": true, "size": 4096, "max": 10 },
    )
    .await;
    let changed = Entry::ensure(&database).apply_drift().await.unwrap();
    assert_eq!(
        parts(&changed.applied),
        [
            (CollectionPart::Validator, Remedy::ApplyDrift),
            (CollectionPart::CappedSize, Remedy::ApplyDrift),
            (CollectionPart::CappedMax, Remedy::ApplyDrift),
        ]
    );
    assert!(changed.is_as_declared(), "{changed}");
    run(
        &database,
        doc! { "collMod": "log", "cappedSize": 2_097_152 },
    )
    .await;
    run(&database, doc! { "collMod": "log", "cappedMax": 0 }).await;
    let told = Entry::ensure(&database)
        .apply_drift()
        .remove_undeclared()
        .await
        .unwrap();
    assert_eq!(
        parts(&told.differences),
        [
            (CollectionPart::CappedSize, Remedy::LosesDocuments),
            (CollectionPart::CappedMax, Remedy::LosesDocuments),
        ]
    );
    assert_eq!(told.differences[0].stored, Some(Bson::Int64(2_097_152)));
    assert!(told.applied.is_empty());
}

/// What only a new collection can have is told, and the documents stay.
#[tokio::test]
async fn what_cannot_be_changed_in_place() {
    let database = queryleaf_testkit::database().await;
    let never = |part| (part, Remedy::NewCollection);
    run(&database, doc! { "create": "orders" }).await;
    run(&database, doc! { "create": "log" }).await;
    run(
        &database,
        doc! { "create": "people", "collation": { "locale": "de", "strength": 1 } },
    )
    .await;
    let orders = database.collection::<Document>("orders");
    orders.insert_one(doc! { "_id": 1 }).await.unwrap();
    let told = Order::ensure(&database).apply_drift().await.unwrap();
    assert_eq!(
        parts(&told.differences),
        [never(CollectionPart::Compression)]
    );
    assert_eq!(orders.count_documents(doc! {}).await.unwrap(), 1);
    let told = Entry::ensure(&database).apply_drift().await.unwrap();
    assert_eq!(parts(&told.differences), [never(CollectionPart::Capped)]);
    let told = Person::ensure(&database).apply_drift().await.unwrap();
    let expected = [
        never(CollectionPart::Clustered),
        never(CollectionPart::Collation),
    ];
    assert_eq!(parts(&told.differences), expected);
    run(
        &database,
        doc! { "create": "readings", "viewOn": "orders", "pipeline": [] },
    )
    .await;
    let told = Reading::ensure(&database).apply_drift().await.unwrap();
    assert_eq!(parts(&told.differences), [never(CollectionPart::Kind)]);
    assert_eq!(
        told.differences[0].to_string(),
        "kind: \"view\" instead of \"timeseries\" (only a new collection can be so)"
    );
}

#[tokio::test]
async fn time_series() {
    let database = queryleaf_testkit::database().await;
    let series = |granularity: &str, meta: &str| {
        let series = doc! { "timeField": "at", "metaField": meta, "granularity": granularity };
        doc! { "create": "readings", "timeseries": series, "expireAfterSeconds": 60 }
    };
    run(&database, series("seconds", "sensor")).await;
    let changed = Reading::ensure(&database).apply_drift().await.unwrap();
    assert_eq!(
        parts(&changed.applied),
        [
            (CollectionPart::Granularity, Remedy::ApplyDrift),
            (CollectionPart::ExpireAfter, Remedy::ApplyDrift),
        ]
    );
    assert!(changed.is_as_declared(), "{changed}");
    run(
        &database,
        doc! { "collMod": "readings", "expireAfterSeconds": "off" },
    )
    .await;
    let told = Reading::ensure(&database).await.unwrap();
    assert_eq!(
        parts(&told.differences),
        [(CollectionPart::ExpireAfter, Remedy::ApplyDrift)]
    );
    run(&database, doc! { "drop": "readings" }).await;
    run(&database, series("hours", "other")).await;
    let told = Reading::ensure(&database).apply_drift().await.unwrap();
    assert_eq!(
        parts(&told.differences),
        [
            (CollectionPart::MetaField, Remedy::NewCollection),
            (CollectionPart::Granularity, Remedy::NewCollection),
        ]
    );
}

/// Many processes start at once, on a collection that is not there and on one that has drifted.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_at_once() {
    let database = queryleaf_testkit::database().await;
    for round in 0..6 {
        if round % 2 == 0 {
            run(&database, doc! { "dropDatabase": 1 }).await;
        } else {
            run(&database, doc! { "dropIndexes": "orders", "index": "*" }).await;
            run(&database, doc! { "collMod": "orders", "validator": {} }).await;
        }
        let tasks: Vec<_> = (0..12)
            .map(|number| {
                let database = database.clone();
                tokio::spawn(async move {
                    let ensure = Order::ensure(&database);
                    let ensured = if round % 2 == 0 {
                        ensure
                    } else {
                        ensure.apply_drift()
                    }
                    .await
                    .unwrap();
                    // A process that is ready writes.
                    let orders = database.collection::<Order>("orders");
                    orders
                        .insert_one(order(number + 100 * i64::from(round)))
                        .await
                        .unwrap();
                    ensured
                })
            })
            .collect();
        let mut created = 0;
        for task in tasks {
            let ensured = task.await.unwrap();
            created += usize::from(ensured.created);
            assert!(ensured.is_as_declared(), "{ensured}");
        }
        assert_eq!(created, usize::from(round % 2 == 0));
        assert_eq!(index_names(&database, "orders").await.len(), 11);
    }
}

/// A collection whose creation was ended half way is completed while it is empty.
#[tokio::test]
async fn an_empty_collection_gets_its_indexes() {
    let database = orders().await;
    run(
        &database,
        doc! { "delete": "orders", "deletes": [{ "q": {}, "limit": 0 }] },
    )
    .await;
    run(&database, doc! { "dropIndexes": "orders", "index": "*" }).await;
    let ensured = Order::ensure(&database).await.unwrap();
    assert!(!ensured.created && ensured.is_as_declared(), "{ensured}");
}
