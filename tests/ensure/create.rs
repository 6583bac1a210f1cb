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
