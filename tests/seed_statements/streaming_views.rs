//! Topics 01, 05 and 11: groups and windows over changes. The same events are recorded with the driver, as
//! rows of PostgreSQL.

use crate::compare::statement;
use crate::moments::SEED;
use crate::random::Random;
use crate::servers::{Servers, plain_document};
use futures::StreamExt;
use queryleaf::bson::{Bson, doc};
use queryleaf::mongodb::change_stream::ChangeStream;
use queryleaf::mongodb::change_stream::event::ChangeStreamEvent;
use queryleaf::mongodb::options::FullDocumentType;
use queryleaf::prelude::*;
use queryleaf::watch::StreamingView;
use serde_json::{Value, json};

/// The events of a database as the driver gives them.
pub(crate) struct Recorded(ChangeStream<ChangeStreamEvent<Document>>);

pub(crate) const EVENTS: &str = "
    CREATE TABLE events (operation_type text, wall_time timestamptz, cluster_time timestamptz,
        change_id text, collection_name text, changed_fields text[], full_document jsonb,
        update_description jsonb);";

impl Recorded {
    pub(crate) async fn new(servers: &Servers) -> Self {
        let watch = servers.mongo.watch();
        Recorded(
            watch
                .full_document(FullDocumentType::UpdateLookup)
                .await
                .unwrap(),
        )
    }

    /// Stores the events of these collections up to now in PostgreSQL.
    pub(crate) async fn store(&mut self, servers: &Servers, collections: &[&str]) {
        let last = servers.mongo.collection::<Document>("last_of_all");
        last.insert_one(doc! {}).await.unwrap();
        let mut lines = Vec::new();
        loop {
            let event = self.0.next().await.unwrap().unwrap();
            let namespace = event
                .ns
                .as_ref()
                .and_then(|ns| ns.coll.clone())
                .unwrap_or_default();
            if namespace == "last_of_all" {
                break;
            }
            if collections.contains(&namespace.as_str()) {
                lines.push(line(&event, &namespace));
            }
        }
        let insert = "INSERT INTO events
            SELECT * FROM json_populate_recordset(NULL::events, $1::text::json)";
        let lines = Value::Array(lines).to_string();
        servers.postgres.execute(insert, &[&lines]).await.unwrap();
    }
}

fn line(event: &ChangeStreamEvent<Document>, namespace: &str) -> Value {
    let document = event.full_document.as_ref().map(plain_document);
    let names = |document: Option<&Document>| -> Vec<String> {
        document
            .map(|document| document.keys().cloned().collect())
            .unwrap_or_default()
    };
    let changed = match &event.update_description {
        Some(update) => {
            let mut changed = names(Some(&update.updated_fields));
            changed.extend(update.removed_fields.iter().cloned());
            changed
        }
        None => names(event.full_document.as_ref()),
    };
    let token = queryleaf::bson::to_bson(&event.id).unwrap();
    let token = token.as_document().unwrap().get_str("_data").unwrap();
    let operation = queryleaf::bson::to_bson(&event.operation_type).unwrap();
    json!({
        "operation_type": operation.as_str().unwrap(),
        "wall_time": event.wall_time.unwrap().try_to_rfc3339_string().unwrap(),
        "cluster_time": DateTime::from_millis(i64::from(event.cluster_time.unwrap().time) * 1000)
            .try_to_rfc3339_string().unwrap(),
        "change_id": token,
        "collection_name": namespace,
        "changed_fields": changed,
        "full_document": document,
        "update_description": event.update_description.as_ref().map(|update| json!({
            "updatedFields": plain_document(&update.updated_fields),
            "removedFields": update.removed_fields,
        })),
    })
}

mod funnel {
    use super::*;

    #[derive(Serialize, Deserialize, Collection)]
    #[leaf(name = "raw_events")]
    pub struct Event {
        pub user_id: Option<String>,
        pub session_id: String,
        pub event_type: String,
        pub event_timestamp: Option<DateTime>,
        pub revenue: Option<Decimal128>,
    }

    schema! { file "tests/seed_statements/sql/05-03-create-funnel-streaming-view-corrected.sql" }
}

#[tokio::test]
async fn conversion_funnel() {
    use funnel::{Event, RealTimeConversionFunnel, raw_events};
    let Some(servers) = Servers::start(EVENTS).await else {
        return;
    };
    let db = &servers.mongo;
    let random = &mut Random::new(SEED, "conversion funnel");
    let now = servers.now().await;
    let types = [
        "page_view",
        "product_view",
        "add_to_cart",
        "checkout_start",
        "purchase",
        "logout",
    ];
    let mut events: Vec<Event> = (0..900)
        .map(|number| {
            let ago = match random.below(8) {
                0 => random.between(31, 90),
                _ => random.between(0, 29),
            };
            // No two of a session at the same time.
            let moment = now.timestamp_millis() - ago * 60_000 - 30_000 - number;
            Event {
                user_id: random.percent(90).then(|| format!("u{}", random.below(12))),
                session_id: format!("$s{}", random.below(3)),
                event_type: random.choose(&types).to_owned(),
                event_timestamp: random.percent(95).then(|| DateTime::from_millis(moment)),
                revenue: random
                    .pick(&[None, Some("0"), Some("19.99"), Some("250.5")])
                    .map(|amount| amount.parse().unwrap()),
            }
        })
        .collect();
    let mut recorded = Recorded::new(&servers).await;
    let later = events.split_off(300);
    let live = RealTimeConversionFunnel::live(db);
    live.open().await.unwrap();
    sql!("INSERT INTO raw_events VALUES (:events)")
        .execute(db)
        .await
        .unwrap();
    live.refresh().await.unwrap();
    // The collector is gone, and there is another one.
    drop(live);
    sql!("INSERT INTO raw_events VALUES (:later)")
        .execute(db)
        .await
        .unwrap();
    recorded.store(&servers, &["raw_events"]).await;
    let live = RealTimeConversionFunnel::live(db);
    let rate = "ROUND((step_5_purchase::DECIMAL / NULLIF(step_1_page_views, 0)) * 100, 2)";
    let flat =
        "(SELECT e.* FROM events, jsonb_populate_record(NULL::raw_event, full_document) e) e";
    let types = "CREATE TYPE raw_event AS (user_id text, session_id text, event_type text,
        event_timestamp timestamptz, revenue numeric)";
    servers.postgres.batch_execute(types).await.unwrap();
    statement(
        "05-03-create-funnel-streaming-view-corrected",
        include_str!("sql/05-03-create-funnel-streaming-view-corrected.sql"),
    )
    .in_postgres(
        "CREATE STREAMING_ANALYTICS_VIEW real_time_conversion_funnel AS",
        "",
    )
    .in_postgres("CHANGE_STREAM('raw_events')", flat)
    .in_postgres("full_document.", "")
    .in_postgres("WHEN overall_conversion_rate", &format!("WHEN {rate}"))
    .ordered_by(&["minute_bucket"])
    .check(&servers, 25, async || Ok(live.refresh().await?.into_rows()))
    .await;
}

mod insights {
    use super::*;

    #[derive(Serialize, Deserialize, Collection)]
    #[leaf(name = "orders")]
    pub struct Order {
        #[serde(rename = "_id")]
        pub id: String,
        pub status: String,
        pub payment: Payment,
        pub financial: Financial,
        pub customer: Customer,
        pub shipping: Shipping,
        pub items: Vec<String>,
    }

    #[derive(Serialize, Deserialize, Embedded)]
    pub struct Payment {
        pub status: Option<String>,
    }

    #[derive(Serialize, Deserialize, Embedded)]
    pub struct Financial {
        pub total: Option<Decimal128>,
    }

    #[derive(Serialize, Deserialize, Embedded)]
    #[serde(rename_all = "camelCase")]
    pub struct Customer {
        pub customer_id: String,
        pub loyalty_tier: Option<String>,
    }

    #[derive(Serialize, Deserialize, Embedded)]
    pub struct Shipping {
        pub address: Address,
    }

    #[derive(Serialize, Deserialize, Embedded)]
    pub struct Address {
        pub state: Option<String>,
        pub country: String,
    }

    schema! { file "tests/seed_statements/sql/01-05-view-order-insights-corrected.sql" }
}

#[tokio::test]
async fn order_insights() {
    use insights::{
        Address, Customer, Financial, Order, Payment, RealTimeOrderInsights, Shipping, orders,
    };
    let Some(servers) = Servers::start(EVENTS).await else {
        return;
    };
    let db = &servers.mongo;
    let random = &mut Random::new(SEED, "order insights");
    let new: Vec<Order> = (0..120)
        .map(|number| Order {
            id: format!("o{number}"),
            status: "created".to_owned(),
            payment: Payment { status: None },
            financial: Financial {
                total: random
                    .pick(&[None, Some("20"), Some("99.99"), Some("100"), Some("512.5")])
                    .map(|total| total.parse().unwrap()),
            },
            customer: Customer {
                customer_id: format!("c{}", random.below(7)),
                loyalty_tier: random.pick(&[None, Some("gold".to_owned())]),
            },
            shipping: Shipping {
                address: Address {
                    state: random.pick(&[None, Some("WA".to_owned())]),
                    country: "US".to_owned(),
                },
            },
            items: (0..random.below(3))
                .map(|item| format!("i{item}"))
                .collect(),
        })
        .collect();
    let mut recorded = Recorded::new(&servers).await;
    let live = RealTimeOrderInsights::live(db);
    live.open().await.unwrap();
    sql!("INSERT INTO orders VALUES (:new)")
        .execute(db)
        .await
        .unwrap();
    live.refresh().await.unwrap();
    // Each document is changed once only: the stream has it as it is when the event is read.
    let orders = db.collection::<Document>("orders");
    for order in &new {
        let update = match random.below(6) {
            0 => doc! { "status": "confirmed" },
            1 => doc! { "status": "shipped", "payment.status": "captured" },
            2 => doc! { "payment.status": random.choose(&["authorized", "captured", "failed"]) },
            3 => doc! { "payment": { "status": "authorized" } },
            4 => doc! { "financial.total": Bson::Decimal128("7".parse().unwrap()) },
            _ => continue,
        };
        let key = doc! { "_id": &order.id };
        orders
            .update_one(key, doc! { "$set": update })
            .await
            .unwrap();
    }
    live.refresh().await.unwrap();
    drop(live);
    // The recorder looks the documents up, too.
    recorded.store(&servers, &["orders"]).await;
    sql!("DELETE FROM orders WHERE _id LIKE '%5'")
        .execute(db)
        .await
        .unwrap();
    recorded.store(&servers, &["orders"]).await;
    let live = RealTimeOrderInsights::live(db);
    statement(
        "01-05-view-order-insights-corrected",
        include_str!("sql/01-05-view-order-insights-corrected.sql"),
    )
    .in_postgres("CREATE VIEW real_time_order_insights AS", "")
    .in_postgres("CHANGE_STREAM(orders)", "events")
    .in_postgres("change_timestamp", "wall_time")
    .in_postgres(
        "changed_fields CONTAINS 'status'",
        "'status' = ANY (changed_fields)",
    )
    .in_postgres(
        "changed_fields CONTAINS 'payment.status'",
        "changed_fields && ARRAY['payment', 'payment.status']",
    )
    .in_postgres("full_document.status", "(full_document->>'status')")
    .in_postgres(
        "full_document.payment.status",
        "(full_document->'payment'->>'status')",
    )
    .in_postgres(
        "full_document.financial.total",
        "(full_document->'financial'->>'total')::numeric",
    )
    .in_postgres(
        "full_document.customer.loyaltyTier",
        "(full_document->'customer'->>'loyaltyTier')",
    )
    .in_postgres(
        "full_document.customer.customerId",
        "(full_document->'customer'->>'customerId')",
    )
    .in_postgres(
        "full_document.shipping.address.state",
        "(full_document->'shipping'->'address'->>'state')",
    )
    .in_postgres(
        "full_document.shipping.address.country",
        "(full_document->'shipping'->'address'->>'country')",
    )
    .in_postgres("full_document._id", "(full_document->>'_id')")
    .in_postgres(
        "ARRAY_LENGTH(full_document.items, 1)",
        "NULLIF(jsonb_array_length(full_document->'items'), 0)",
    )
    .ordered_by(&["hour_bucket", "event_count"])
    .check(&servers, 12, async || Ok(live.refresh().await?.into_rows()))
    .await;
}
