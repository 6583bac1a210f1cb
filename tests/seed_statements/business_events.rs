//! Topic 11: workflows of orders and figures of a business, over changes. The same events are recorded with the
//! driver, as rows of PostgreSQL.

use crate::compare::statement;
use crate::moments::SEED;
use crate::random::Random;
use crate::servers::Servers;
use crate::streaming_views::{EVENTS, Recorded};
use queryleaf::bson::doc;
use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "user_profiles")]
struct UserProfile {
    #[serde(rename = "_id")]
    id: String,
    status: String,
    created_at: DateTime,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "orders")]
struct Order {
    #[serde(rename = "_id")]
    id: i32,
    customer_id: String,
    items: Vec<Item>,
    status: String,
    payment_status: Option<String>,
    fulfillment_status: Option<String>,
    total_amount: Option<Decimal128>,
}

#[derive(Serialize, Deserialize, Embedded)]
struct Item {
    product_id: String,
    quantity: i32,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "products")]
struct Product {
    #[serde(rename = "_id")]
    id: i32,
    name: String,
    inventory_count: Option<i32>,
    low_stock_threshold: i32,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "reviews")]
struct Review {
    #[serde(rename = "_id")]
    id: i32,
    product_id: i32,
    customer_id: String,
    rating: Option<Decimal128>,
    sentiment: Option<String>,
}

/// Named streams are items of a module.
mod streams {
    pub(super) use super::{orders, products, reviews, user_profiles};
    use queryleaf::prelude::*;

    schema! { file "tests/seed_statements/sql/11-03-create-order-stream.sql" }
    schema! { file "tests/seed_statements/sql/11-05-create-bi-stream.sql" }
}

use streams::{business_intelligence_stream, order_processing_stream};

fn some_orders(random: &mut Random, ids: std::ops::Range<i32>) -> Vec<Order> {
    ids.map(|id| Order {
        id,
        customer_id: format!("c{}", random.below(5)),
        items: (0..random.below(3))
            .map(|item| Item {
                product_id: format!("$p{item}"),
                quantity: random.between(1, 9) as i32,
            })
            .collect(),
        status: random.choose(&["open", "paid"]).to_owned(),
        payment_status: random.pick(&[None, Some("pending".to_owned())]),
        fulfillment_status: None,
        total_amount: random
            .pick(&[None, Some("0"), Some("19.99"), Some("1200.5")])
            .map(|amount| amount.parse().unwrap()),
    })
    .collect()
}

/// Changes each order once: the stream has it as it is when the event is read.
async fn change_orders(servers: &Servers, random: &mut Random, orders: &[Order]) {
    for order in orders {
        let update = match random.below(6) {
            0 => doc! { "status": "paid?" },
            1 => {
                doc! { "payment_status": random.choose(&["completed", "failed", "pending", "odd"]) }
            }
            2 => {
                doc! { "fulfillment_status": random.choose(&["shipped", "delivered", "cancelled", "lost"]) }
            }
            3 => doc! { "status": "sent", "payment_status": "completed" },
            4 => doc! { "total_amount": Bson::Null },
            _ => continue,
        };
        let collection = servers.mongo.collection::<Document>("orders");
        let key = doc! { "_id": order.id };
        let update = doc! { "$set": update };
        collection.update_one(key, update).await.unwrap();
    }
}

#[tokio::test]
async fn order_workflows() {
    let Some(servers) = Servers::start(EVENTS).await else {
        return;
    };
    let db = &servers.mongo;
    let random = &mut Random::new(SEED, "order workflows");
    let query = sql!(file "tests/seed_statements/sql/11-04-order-workflows-corrected.sql");
    let live = query.live(db);
    let mut recorded = Recorded::new(&servers).await;
    live.open().await.unwrap();
    let new = some_orders(random, 0..60);
    sql!("INSERT INTO orders VALUES (:new)")
        .execute(db)
        .await
        .unwrap();
    live.refresh().await.unwrap();
    recorded.store(&servers, &["orders"]).await;
    change_orders(&servers, random, &new).await;
    live.refresh().await.unwrap();
    recorded.store(&servers, &["orders"]).await;
    let stream = "(SELECT * FROM events WHERE operation_type = 'insert'
        OR operation_type = 'update' AND update_description->'updatedFields'
           ?| ARRAY['status', 'payment_status', 'fulfillment_status']) AS stream";
    statement(
        "11-04-order-workflows-corrected",
        include_str!("sql/11-04-order-workflows-corrected.sql"),
    )
    .in_postgres("CHANGE_STREAM('order_processing_stream')", stream)
    .in_postgres("JSON_ARRAY_ELEMENTS", "jsonb_array_elements")
    .check(&servers, 50, async || Ok(live.refresh().await?.into_rows()))
    .await;
}

#[tokio::test]
async fn business_figures() {
    let Some(servers) = Servers::start(EVENTS).await else {
        return;
    };
    let db = &servers.mongo;
    let random = &mut Random::new(SEED, "business figures");
    let query = sql!(file "tests/seed_statements/sql/11-06-bi-kpis-corrected.sql");
    let live = query.live(db);
    let mut recorded = Recorded::new(&servers).await;
    live.open().await.unwrap();
    for round in 0..4 {
        let ids = round * 30..(round + 1) * 30;
        let new = some_orders(random, ids.clone());
        sql!("INSERT INTO orders VALUES (:new)")
            .execute(db)
            .await
            .unwrap();
        let users: Vec<UserProfile> = ids
            .clone()
            .map(|id| UserProfile {
                id: format!("u{id}"),
                status: "new".to_owned(),
                created_at: DateTime::now(),
            })
            .collect();
        sql!("INSERT INTO user_profiles VALUES (:users)")
            .execute(db)
            .await
            .unwrap();
        let products: Vec<Product> = ids
            .clone()
            .map(|id| Product {
                id,
                name: random.choose(&["Lamp", "$chair", ""]).to_owned(),
                inventory_count: random.pick(&[None, Some(3), Some(50)]),
                low_stock_threshold: 10 * round,
            })
            .collect();
        sql!("INSERT INTO products VALUES (:products)")
            .execute(db)
            .await
            .unwrap();
        let reviews: Vec<Review> = ids
            .map(|id| Review {
                id,
                product_id: id / 2,
                customer_id: format!("c{}", random.below(5)),
                rating: random
                    .pick(&[None, Some("1"), Some("2.5"), Some("5")])
                    .map(|rating| rating.parse().unwrap()),
                sentiment: random.pick(&[None, Some("good".to_owned())]),
            })
            .collect();
        sql!("INSERT INTO reviews VALUES (:reviews)")
            .execute(db)
            .await
            .unwrap();
        live.refresh().await.unwrap();
        recorded.store(&servers, &COLLECTIONS).await;
        change_orders(&servers, random, &new).await;
        let products = db.collection::<Document>("products");
        let changed = doc! { "_id": { "$mod": [3, round] } };
        let sold = doc! { "$inc": { "inventory_count": -1 } };
        products
            .update_many(
                doc! { "$and": [changed, { "inventory_count": { "$ne": null } }] },
                sold,
            )
            .await
            .unwrap();
        sql!("DELETE FROM reviews WHERE _id % 7 = 1")
            .execute(db)
            .await
            .unwrap();
        live.refresh().await.unwrap();
        recorded.store(&servers, &COLLECTIONS).await;
        let stream = "(SELECT * FROM events WHERE operation_type = 'insert'
            OR operation_type = 'update' AND update_description->'updatedFields' ? CASE collection_name
                WHEN 'products' THEN 'inventory_count' WHEN 'reviews' THEN 'rating' ELSE 'status' END
            ) AS stream";
        statement(
            "11-06-bi-kpis-corrected",
            include_str!("sql/11-06-bi-kpis-corrected.sql"),
        )
        .in_postgres("CHANGE_STREAM('business_intelligence_stream')", stream)
        .in_postgres("namespace_collection", "collection_name")
        .in_postgres("JSON_ARRAY_LENGTH", "jsonb_array_length")
        .in_postgres("TO_TIMESTAMP(cluster_time)", "cluster_time")
        .check(&servers, 1, async || Ok(live.refresh().await?.into_rows()))
        .await;
    }
}

const COLLECTIONS: [&str; 4] = ["user_profiles", "orders", "products", "reviews"];
