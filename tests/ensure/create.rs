//! Creating collections.

use queryleaf::bson::{Document, doc};
use queryleaf::prelude::*;

pub(crate) mod shop {
    use queryleaf::prelude::*;

    #[derive(Debug, Serialize, Deserialize, Collection)]
    #[leaf(
        name = "orders",
        index(customer, placed_at desc),
        unique(number),
        unique(coupon, partial = "coupon IS NOT NULL"),
        index(status, partial = "status IN ('open', 'late') AND total > 100"),
        ttl(placed_at, after = "7 days", partial = "status = 'open'", name = "open_expire"),
        ttl(placed_at, after = "30 days", partial = "status = 'late'", name = "late_expire"),
        text(note, customer),
        geo_2dsphere(place),
        hashed(number),
        index("extra.$**"),
        compression = "zstd",
        pre_and_post_images
    )]
    pub(crate) struct Order {
        #[serde(rename = "_id")]
        pub(crate) id: ObjectId,
        pub(crate) number: i64,
        pub(crate) customer: String,
        pub(crate) status: Status,
        pub(crate) total: i32,
        pub(crate) coupon: Option<String>,
        pub(crate) note: Option<String>,
        pub(crate) place: queryleaf::geo::Point,
        pub(crate) placed_at: DateTime,
        pub(crate) extra: Document,
    }

    #[derive(Debug, Clone, Copy, Serialize, Deserialize, SqlEnum)]
    #[serde(rename_all = "lowercase")]
    pub(crate) enum Status {
        Open,
        Late,
    }

    #[derive(Debug, Serialize, Deserialize, Collection)]
    #[leaf(name = "log", capped(size = "1MB", max = 100))]
    pub(crate) struct Entry {
        pub(crate) text: String,
    }

    #[derive(Debug, Serialize, Deserialize, Collection)]
    #[leaf(
        name = "readings",
        time_series(at, meta = sensor, granularity = "minutes", after = "30 days"),
        index(sensor, at desc)
    )]
    pub(crate) struct Reading {
        pub(crate) at: DateTime,
        pub(crate) sensor: String,
        pub(crate) value: f64,
    }

    #[derive(Debug, Serialize, Deserialize, Collection)]
    #[leaf(
        name = "people",
        clustered,
        collation(locale = "de", strength = 2),
        index(name),
        text(name)
    )]
    pub(crate) struct Person {
        #[serde(rename = "_id")]
        pub(crate) id: ObjectId,
        pub(crate) name: String,
    }
}

async fn options(database: &mongodb::Database, name: &str) -> Document {
    let command = doc! { "listCollections": 1, "filter": { "name": name } };
    let listed = database.run_command(command).await.unwrap();
    let cursor = listed.get_document("cursor").unwrap();
    let first = cursor.get_array("firstBatch").unwrap()[0]
        .as_document()
        .unwrap()
        .clone();
    first.get_document("options").unwrap().clone()
}

#[tokio::test]
async fn all_kinds_are_created_once() {
    let database = queryleaf_testkit::database().await;
    let ensured = queryleaf::ensure!(
        database,
        shop::orders,
        shop::log,
        shop::readings,
        shop::people
    )
    .await
    .unwrap();
    for ensured in &ensured {
        assert!(ensured.created && ensured.is_as_declared(), "{ensured}");
    }
    let again = queryleaf::ensure!(
        &database,
        shop::orders,
        shop::log,
        shop::readings,
        shop::people
    )
    .await
    .unwrap();
    for ensured in &again {
        assert!(!ensured.created && ensured.is_as_declared(), "{ensured}");
    }
    assert_eq!(again[3].to_string(), "`people` is as declared");

    let orders = options(&database, "orders").await;
    assert_eq!(
        orders.get_document("storageEngine").unwrap(),
        &doc! { "wiredTiger": { "configString": "block_compressor=zstd" } }
    );
    let log = options(&database, "log").await;
    assert_eq!(log.get_bool("capped"), Ok(true));
    assert!(
        options(&database, "people")
            .await
            .contains_key("clusteredIndex")
    );
    let ensured = shop::Order::ensure(&database).apply_drift().await.unwrap();
    assert!(ensured.applied.is_empty(), "{ensured}");
}

/// Conditions on fields of all types, the last word on documents that do not fit, and fields that are
/// not declared.
mod kinds {
    use queryleaf::prelude::*;

    #[derive(Debug, Serialize, Deserialize, Collection)]
    #[leaf(
        name = "scales",
        unique(weight, partial = "weight IS NOT NULL"),
        unique(number, partial = "number IS NOT NULL"),
        unique(at, partial = "at IS NOT NULL AND number > 5"),
        unique(key, partial = "key IS NOT NULL"),
        unique(price, partial = "price IS NOT NULL OR number IS NULL"),
        index(tags, partial = "tags IS NOT NULL"),
        index(number, sparse, name = "sparse"),
        collation(
            locale = "fr",
            strength = 2,
            case_level,
            case_first = "upper",
            backwards
        ),
        validation = "moderate"
    )]
    pub(crate) struct Scale {
        pub(crate) weight: Option<f64>,
        pub(crate) number: Option<i64>,
        pub(crate) at: Option<DateTime>,
        pub(crate) key: Option<Uuid>,
        pub(crate) price: Option<Decimal128>,
        pub(crate) tags: Option<Vec<String>>,
    }

    #[derive(Debug, Serialize, Deserialize, Collection)]
    #[leaf(name = "closed", deny_unknown_fields)]
    pub(crate) struct Closed {
        pub(crate) only: String,
    }

    #[derive(Debug, Serialize, Deserialize, Collection)]
    #[leaf(name = "warned", validation = "warn")]
    pub(crate) struct Warned {
        pub(crate) only: String,
    }

    #[derive(Debug, Serialize, Deserialize, Collection)]
    #[leaf(name = "lax", validation = "off")]
    pub(crate) struct Lax {
        pub(crate) only: String,
    }
}

#[tokio::test]
async fn what_is_stored_is_what_was_declared() {
    let database = queryleaf_testkit::database().await;
    for created in [true, false] {
        let all = queryleaf::ensure!(
            database,
            kinds::scales,
            kinds::closed,
            kinds::warned,
            kinds::lax
        );
        for ensured in all.await.unwrap() {
            assert_eq!(ensured.created, created);
            assert!(ensured.is_as_declared(), "{ensured}");
        }
    }
    let scales = database.collection::<Document>("scales");
    // A NULL is in no unique index, whether it is null or missing.
    for document in [
        doc! { "number": 1 },
        doc! { "weight": null, "key": null, "number": 2 },
    ] {
        scales.insert_one(document.clone()).await.unwrap();
        let again =
            doc! { "weight": document.get("weight").cloned().unwrap_or_default(), "number": 7 };
        scales.insert_one(again).await.map(drop).unwrap_or_default();
    }
    for weight in [5.0, f64::NAN] {
        scales
            .insert_one(doc! { "weight": weight, "price": null, "number": weight as i64 + 90 })
            .await
            .unwrap();
        let error = scales
            .insert_one(doc! { "weight": weight, "number": 55 })
            .await
            .unwrap_err();
        assert!(error.to_string().contains("weight_1"), "{error}");
    }
    let fits = |document: Document| {
        let database = database.clone();
        async move {
            let mut answers = Vec::new();
            for name in ["closed", "warned", "lax"] {
                let collection = database.collection::<Document>(name);
                answers.push(collection.insert_one(document.clone()).await.is_ok());
            }
            answers
        }
    };
    assert_eq!(fits(doc! { "only": "a" }).await, [true, true, true]);
    assert_eq!(
        fits(doc! { "only": "a", "more": 1 }).await,
        [false, true, true]
    );
    assert_eq!(fits(doc! { "only": 1 }).await, [false, true, true]);
}
