//! Topics 01 and 11: the named change streams, and the queries that read them as they are.

use futures::TryStreamExt;
use queryleaf::bson::doc;
use queryleaf::prelude::*;
use queryleaf::watch::Watch;
use std::time::Duration;

/// Topic 01.
mod ecommerce {
    use queryleaf::prelude::*;

    #[derive(Serialize, Deserialize, Embedded)]
    pub struct Payment {
        pub status: String,
    }

    #[derive(Serialize, Deserialize, Collection)]
    #[leaf(name = "orders", pre_and_post_images)]
    pub struct Order {
        #[serde(rename = "_id")]
        pub id: i32,
        pub status: String,
        pub payment: Payment,
    }

    #[derive(Serialize, Deserialize, Collection)]
    #[leaf(name = "inventory")]
    #[serde(rename_all = "camelCase")]
    pub struct Inventory {
        #[serde(rename = "_id")]
        pub id: i32,
        pub available_quantity: i32,
    }

    #[derive(Serialize, Deserialize, Collection)]
    #[leaf(name = "products")]
    pub struct Product {
        #[serde(rename = "_id")]
        pub id: i32,
        pub price: Decimal128,
    }

    schema! { file "tests/seed_statements/sql/01-01-create-order-status-stream.sql" }
    schema! { file "tests/seed_statements/sql/01-02-create-multi-collection-stream.sql" }
}

/// Topic 11.
mod real_time_app {
    use queryleaf::prelude::*;

    #[derive(Serialize, Deserialize, Embedded)]
    pub struct ProfileData {
        pub preferences: Document,
    }

    #[derive(Serialize, Deserialize, Collection)]
    #[leaf(name = "user_profiles", pre_and_post_images)]
    pub struct UserProfile {
        #[serde(rename = "_id")]
        pub id: String,
        pub email: String,
        pub status: String,
        pub profile_data: ProfileData,
    }

    #[derive(Serialize, Deserialize, Collection)]
    #[leaf(name = "orders")]
    pub struct Order {
        #[serde(rename = "_id")]
        pub id: i32,
        pub status: String,
        pub payment_status: String,
        pub fulfillment_status: String,
    }

    #[derive(Serialize, Deserialize, Collection)]
    #[leaf(name = "products")]
    pub struct Product {
        #[serde(rename = "_id")]
        pub id: i32,
        pub inventory_count: i32,
    }

    #[derive(Serialize, Deserialize, Collection)]
    #[leaf(name = "reviews")]
    pub struct Review {
        #[serde(rename = "_id")]
        pub id: i32,
        pub rating: Decimal128,
    }

    schema! { file "tests/seed_statements/sql/11-01-create-user-activity-stream.sql" }
    schema! { file "tests/seed_statements/sql/11-03-create-order-stream.sql" }
    schema! { file "tests/seed_statements/sql/11-05-create-bi-stream.sql" }
}

/// The events up to the one of the document that is inserted last, `_id` 99.
async fn all<R>(changes: &mut Watch<R>, is_last: impl Fn(&R) -> bool) -> Vec<R> {
    let mut events = Vec::new();
    loop {
        let next = tokio::time::timeout(Duration::from_secs(60), changes.try_next());
        let event = next.await.expect("it takes too long").unwrap();
        let event = event.expect("an event");
        if is_last(&event) {
            return events;
        }
        events.push(event);
    }
}

fn order(id: i32) -> ecommerce::Order {
    ecommerce::Order {
        id,
        status: "new".to_owned(),
        payment: ecommerce::Payment {
            status: "open".to_owned(),
        },
    }
}

#[tokio::test]
async fn order_status_changes() {
    use ecommerce::order_status_changes;
    let db = &queryleaf_testkit::database().await;
    ecommerce::Order::ensure(db).await.unwrap();
    let query = sql!(
        "SELECT operation_type, document_key._id, full_document_before_change.status AS before
         FROM CHANGE_STREAM('order_status_changes')"
    );
    let mut changes = query.watch(db);
    changes.open().await.unwrap();
    let orders = db.collection::<ecommerce::Order>("orders");
    orders.insert_one(order(1)).await.unwrap();
    for set in [
        doc! {"status": "paid"},
        doc! {"payment.status": "paid"},
        doc! {"payment": {"status": "refunded"}},
        doc! {"note": "not watched"},
    ] {
        let update = doc! {"$set": set};
        orders.update_one(doc! {"_id": 1}, update).await.unwrap();
    }
    orders.delete_one(doc! {"_id": 1}).await.unwrap();
    orders.insert_one(order(99)).await.unwrap();
    let events = all(&mut changes, |event| event._id == Some(99)).await;
    let seen: Vec<_> = events
        .iter()
        .map(|event| (event.operation_type.name(), event.before.as_deref()))
        .collect();
    let paid = ("update", Some("paid"));
    assert_eq!(
        seen,
        [("insert", None), ("update", Some("new")), paid, paid]
    );
}

#[tokio::test]
async fn inventory_and_orders() {
    use ecommerce::inventory_and_orders;
    let db = &queryleaf_testkit::database().await;
    let query = sql!(
        "SELECT collection_name, operation_type, document_key._id
         FROM CHANGE_STREAM('inventory_and_orders')"
    );
    let command = query.command().unwrap();
    let pipeline = command.get_array("pipeline").unwrap();
    let first = pipeline[0].as_document().unwrap();
    let token = doc! {"_data": "8264BEB9F3000000012B0229296E04"};
    assert_eq!(
        first.get_document("$changeStream").unwrap(),
        &doc! {"resumeAfter": token}
    );
    // The place that the stream names is not one of this server.
    let mut here =
        sql!("SELECT change_id, resume_token FROM CHANGE_STREAM(ecommerce.products)").watch(db);
    here.open().await.unwrap();
    let products = db.collection::<ecommerce::Product>("products");
    let product = |id: i32| ecommerce::Product {
        id,
        price: "1.50".parse().unwrap(),
    };
    products.insert_one(product(1)).await.unwrap();
    let token = here.try_next().await.unwrap().unwrap().resume_token;
    let mut changes = query.watch(db).resume_after(&token);
    let orders = db.collection::<ecommerce::Order>("orders");
    orders.insert_one(order(1)).await.unwrap();
    let paid = doc! {"$set": {"status": "paid"}};
    orders.update_one(doc! {"_id": 1}, paid).await.unwrap();
    let inventory = db.collection::<ecommerce::Inventory>("inventory");
    let stock = ecommerce::Inventory {
        id: 7,
        available_quantity: 3,
    };
    inventory.insert_one(stock).await.unwrap();
    let less = doc! {"$inc": {"availableQuantity": -1}};
    inventory.update_one(doc! {"_id": 7}, less).await.unwrap();
    let place = doc! {"$set": {"place": "A4"}};
    inventory.update_one(doc! {"_id": 7}, place).await.unwrap();
    products.insert_one(product(99)).await.unwrap();
    let events = all(&mut changes, |event| event._id == Some(99)).await;
    let seen: Vec<_> = events
        .iter()
        .map(|event| {
            let collection = event.collection_name.as_deref();
            let operation = event.operation_type.name();
            (collection.unwrap_or_default(), operation, event._id)
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("orders", "insert", Some(1)),
            ("inventory", "insert", Some(7)),
            ("inventory", "update", Some(7))
        ],
        "behind {token}"
    );
}

#[tokio::test]
async fn user_events() {
    use real_time_app::user_activity_stream;
    let db = &queryleaf_testkit::database().await;
    real_time_app::UserProfile::ensure(db).await.unwrap();
    let mut events =
        sql!(file "tests/seed_statements/sql/11-02-user-events-corrected.sql").watch(db);
    events.open().await.unwrap();
    let users = db.collection::<real_time_app::UserProfile>("user_profiles");
    let user = |id: &str| real_time_app::UserProfile {
        id: id.to_owned(),
        email: "ada@example.org".to_owned(),
        status: "suspended".to_owned(),
        profile_data: real_time_app::ProfileData {
            preferences: doc! {"theme": "dark"},
        },
    };
    users.insert_one(user("ada")).await.unwrap();
    for set in [
        doc! {"status": "active"},
        doc! {"email": "ada@example.com"},
        doc! {"profile_data.preferences": {"theme": "light"}},
        doc! {"note": "not watched"},
    ] {
        let update = doc! {"$set": set};
        users.update_one(doc! {"_id": "ada"}, update).await.unwrap();
    }
    users.insert_one(user("last")).await.unwrap();
    let seen = all(&mut events, |event| {
        event.user_id.as_deref() == Some("last")
    })
    .await;
    let kinds: Vec<_> = seen
        .iter()
        .map(|event| (event.event_type.as_deref().unwrap(), event.priority))
        .collect();
    assert_eq!(
        kinds,
        [
            ("user_registration", 1),
            ("status_change", 2),
            ("email_change", 2),
            ("preferences_change", 4)
        ]
    );
    let registration = seen[0].registration_actions.as_ref().unwrap();
    assert_eq!(registration.get_str("email"), Ok("ada@example.org"));
    assert_eq!(seen[0].email_change_actions, None);
    let email = seen[2].email_change_actions.as_ref().unwrap();
    assert_eq!(email.get_str("old_email"), Ok("ada@example.org"));
    let payload = &seen[3].analytics_payload;
    let fields = payload.get_array("changed_fields").unwrap();
    assert_eq!(fields, &[Bson::from("profile_data.preferences")]);
}

#[tokio::test]
async fn streams_of_topic_11() {
    use real_time_app::{business_intelligence_stream, order_processing_stream};
    let db = &queryleaf_testkit::database().await;
    let mut processing = sql!(
        "SELECT operation_type, document_key._id, full_document.payment_status
         FROM CHANGE_STREAM('order_processing_stream')"
    )
    .watch(db);
    let mut business = sql!(
        "SELECT namespace_collection, operation_type, document_key._id
         FROM CHANGE_STREAM('business_intelligence_stream')"
    )
    .watch(db);
    processing.open().await.unwrap();
    business.open().await.unwrap();
    let orders = db.collection::<real_time_app::Order>("orders");
    let order = |id: i32| real_time_app::Order {
        id,
        status: "new".to_owned(),
        payment_status: "open".to_owned(),
        fulfillment_status: "none".to_owned(),
    };
    orders.insert_one(order(1)).await.unwrap();
    for set in [
        doc! {"payment_status": "paid"},
        doc! {"status": "sent"},
        doc! {"note": "not watched"},
    ] {
        let update = doc! {"$set": set};
        orders.update_one(doc! {"_id": 1}, update).await.unwrap();
    }
    let reviews = db.collection::<real_time_app::Review>("reviews");
    let review = real_time_app::Review {
        id: 5,
        rating: "4".parse().unwrap(),
    };
    reviews.insert_one(review).await.unwrap();
    let better = doc! {"$set": {"rating": Decimal128::from_bytes([0; 16])}};
    reviews.update_one(doc! {"_id": 5}, better).await.unwrap();
    reviews.delete_one(doc! {"_id": 5}).await.unwrap();
    orders.insert_one(order(99)).await.unwrap();
    let seen = all(&mut processing, |event| event._id == Some(99)).await;
    let kinds: Vec<_> = seen
        .iter()
        .map(|event| event.operation_type.name())
        .collect();
    assert_eq!(kinds, ["insert", "update", "update"]);
    let seen = all(&mut business, |event| event._id == Some(Bson::from(99))).await;
    let kinds: Vec<_> = seen
        .iter()
        .map(|event| {
            let collection = event.namespace_collection.as_deref();
            (collection.unwrap_or_default(), event.operation_type.name())
        })
        .collect();
    assert_eq!(
        kinds,
        [
            ("orders", "insert"),
            ("orders", "update"),
            ("reviews", "insert"),
            ("reviews", "update"),
        ]
    );
}
