//! Topic 01: the triggers, run by a worker.

use queryleaf::bson::doc;
use queryleaf::mongodb::Database;
use queryleaf::prelude::*;
use queryleaf::watch::{self, Change, Context, Handled, Versions, Worker};
use std::time::Duration;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Embedded)]
struct Payment {
    status: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Embedded)]
struct Customer {
    email: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Collection)]
#[leaf(name = "orders", pre_and_post_images)]
struct Order {
    #[serde(rename = "_id")]
    id: i32,
    status: String,
    payment: Payment,
    customer: Customer,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Collection)]
#[leaf(name = "change_stream_events")]
struct Event {
    stream_name: String,
    processing_status: String,
}

schema! {
    "CREATE TABLE notification_queue (recipient TEXT, type TEXT, message TEXT, data JSONB);

     CREATE TABLE change_stream_metrics (
         stream_name TEXT PRIMARY KEY, events_processed BIGINT NOT NULL, last_processed_at TIMESTAMP
     );

     CREATE TABLE called (function TEXT NOT NULL, argument TEXT NOT NULL);"
}
schema! { file "tests/seed_statements/sql/01-01-create-order-status-stream.sql" }
schema! { file "tests/seed_statements/sql/01-03-create-stream-trigger-corrected.sql" }
schema! { file "tests/seed_statements/sql/01-07-create-resume-token-trigger.sql" }

async fn process_new_order(
    context: &mut Context<'_>,
    order: Option<Order>,
) -> queryleaf::Result<()> {
    let email = order.map(|order| order.customer.email);
    call(context, "process_new_order", format!("{email:?}")).await
}

async fn process_status_change(
    context: &mut Context<'_>,
    order: Option<Order>,
    status: Option<String>,
) -> queryleaf::Result<()> {
    let argument = format!("{:?} {status:?}", order.map(|order| order.id));
    call(context, "process_status_change", argument).await
}

async fn process_payment_status_change(
    context: &mut Context<'_>,
    order: Option<Order>,
    status: Option<String>,
) -> queryleaf::Result<()> {
    let argument = format!("{:?} {status:?}", order.map(|order| order.id));
    call(context, "process_payment_status_change", argument).await
}

async fn update_stream_resume_token(
    context: &mut Context<'_>,
    change: Change<Versions<Event>>,
) -> queryleaf::Result<()> {
    let event = change.after.as_ref();
    let argument = format!(
        "{:?} {:?}",
        change.operation_type().map(|operation| operation.name()),
        event.map(|event| event.processing_status.as_str()),
    );
    call(context, "update_stream_resume_token", argument).await
}

async fn call(
    context: &mut Context<'_>,
    function: &str,
    argument: String,
) -> queryleaf::Result<()> {
    sql!("INSERT INTO called (function, argument) VALUES (:function, :argument)")
        .execute(&mut *context)
        .await?;
    Ok(())
}

/// Starts the worker, and waits until it follows the stream.
async fn started(db: &Database, stream: Handled) -> Worker {
    Order::ensure(db).await.unwrap();
    Event::ensure(db).await.unwrap();
    NotificationQueue::ensure(db).await.unwrap();
    ChangeStreamMetrics::ensure(db).await.unwrap();
    Called::ensure(db).await.unwrap();
    let worker = watch::worker(db).run(stream).start();
    let streams = db.collection::<Document>("change_stream_resume_tokens");
    let taken = doc! { "owner": { "$exists": true } };
    soon(async || streams.find_one(taken.clone()).await.unwrap().is_some()).await;
    // The lease is there before the stream is.
    tokio::time::sleep(Duration::from_millis(300)).await;
    worker
}

async fn soon(mut is_so: impl AsyncFnMut() -> bool) {
    for _ in 0..600 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it takes too long");
}

/// The calls so far, as soon as there are so many.
async fn calls(db: &Database, count: i64) -> Vec<(String, String)> {
    soon(async || {
        let counted: i64 = sql!("SELECT COUNT(*) FROM called")
            .fetch_scalar(db)
            .await
            .unwrap();
        counted >= count
    })
    .await;
    let rows = sql!("SELECT function, argument FROM called ORDER BY function, argument")
        .fetch_all(db)
        .await;
    let rows = rows.unwrap().into_iter();
    rows.map(|row| (row.function, row.argument)).collect()
}

fn expected(calls: &[(&str, &str)]) -> Vec<(String, String)> {
    let calls = calls.iter();
    calls
        .map(|(function, argument)| ((*function).to_owned(), (*argument).to_owned()))
        .collect()
}

#[tokio::test]
async fn process_order_changes() {
    let db = &queryleaf_testkit::database().await;
    let worker = started(db, watch::trigger(ProcessOrderChanges).exactly_once()).await;
    sql!("INSERT INTO change_stream_metrics VALUES ('order_status_changes', 0, NULL), ('other', 0, NULL)")
        .execute(db)
        .await
        .unwrap();
    let orders = [1, 2].map(|id| Order {
        id,
        status: "new".to_owned(),
        payment: Payment {
            status: "open".to_owned(),
        },
        customer: Customer {
            email: format!("ada+{id}@example.org"),
        },
    });
    sql!("INSERT INTO orders VALUES (:orders)")
        .execute(db)
        .await
        .unwrap();
    sql!("UPDATE orders SET status = 'sent' WHERE _id = 1")
        .execute(db)
        .await
        .unwrap();
    sql!("UPDATE orders SET payment.status = 'paid' WHERE _id = 2")
        .execute(db)
        .await
        .unwrap();
    // The stream leaves this out.
    sql!("UPDATE orders SET customer.email = 'eve@example.org' WHERE _id = 2")
        .execute(db)
        .await
        .unwrap();
    sql!("UPDATE orders SET status = 'sent', payment.status = 'settled' WHERE _id = 2")
        .execute(db)
        .await
        .unwrap();
    let processed = async || {
        sql!(
            "SELECT stream_name, events_processed, last_processed_at IS NOT NULL AS is_dated
              FROM change_stream_metrics ORDER BY stream_name"
        )
        .fetch_all(db)
        .await
        .unwrap()
        .into_iter()
        .map(|row| (row.stream_name, row.events_processed, row.is_dated))
        .collect::<Vec<_>>()
    };
    soon(async || processed().await[0].1 >= 5).await;
    // Nor is there anything to do for this; the documents above are looked up, so it comes last.
    sql!("DELETE FROM orders WHERE _id = 1")
        .execute(db)
        .await
        .unwrap();
    sql!("UPDATE orders SET status = 'returned' WHERE _id = 2")
        .execute(db)
        .await
        .unwrap();
    soon(async || processed().await[0].1 >= 6).await;
    worker.shutdown().await.unwrap();
    let metrics = [("order_status_changes", 6, true), ("other", 0, false)];
    let metrics = metrics.map(|(name, count, dated)| (name.to_owned(), count, dated));
    assert_eq!(processed().await, metrics);
    assert_eq!(
        calls(db, 7).await,
        expected(&[
            ("process_new_order", "Some(\"ada+1@example.org\")"),
            ("process_new_order", "Some(\"ada+2@example.org\")"),
            ("process_payment_status_change", "Some(2) Some(\"paid\")"),
            ("process_payment_status_change", "Some(2) Some(\"settled\")"),
            ("process_status_change", "Some(1) Some(\"sent\")"),
            ("process_status_change", "Some(2) Some(\"returned\")"),
            ("process_status_change", "Some(2) Some(\"sent\")"),
        ])
    );
    let notified = sql!("SELECT * FROM notification_queue ORDER BY recipient")
        .fetch_all(db)
        .await
        .unwrap();
    let recipients: Vec<_> = notified
        .iter()
        .map(|row| row.recipient.as_deref())
        .collect();
    assert_eq!(
        recipients,
        [Some("ada+1@example.org"), Some("ada+2@example.org")]
    );
    assert_eq!(notified[0].r#type.as_deref(), Some("order_confirmation"));
    assert_eq!(
        notified[0].message.as_deref(),
        Some("Your order has been received")
    );
    let data = queryleaf::bson::from_bson::<Order>(notified[0].data.clone().unwrap()).unwrap();
    assert_eq!(data, orders[0]);
}

#[tokio::test]
async fn update_resume_tokens() {
    let db = &queryleaf_testkit::database().await;
    let worker = started(db, watch::trigger(UpdateResumeTokens).exactly_once()).await;
    let events = [Event {
        stream_name: "order_status_changes".to_owned(),
        processing_status: "pending".to_owned(),
    }];
    sql!("INSERT INTO change_stream_events VALUES (:events)")
        .execute(db)
        .await
        .unwrap();
    let first = calls(db, 1).await;
    sql!("UPDATE change_stream_events SET processing_status = 'done'")
        .execute(db)
        .await
        .unwrap();
    let second = calls(db, 2).await;
    sql!("DELETE FROM change_stream_events")
        .execute(db)
        .await
        .unwrap();
    sql!("INSERT INTO change_stream_events VALUES (:events)")
        .execute(db)
        .await
        .unwrap();
    let last = calls(db, 3).await;
    worker.shutdown().await.unwrap();
    let function = "update_stream_resume_token";
    let inserted = (function, "Some(\"insert\") Some(\"pending\")");
    let updated = (function, "Some(\"update\") Some(\"done\")");
    assert_eq!(first, expected(&[inserted]));
    assert_eq!(second, expected(&[inserted, updated]));
    // A deletion is none of its changes.
    assert_eq!(last, expected(&[inserted, inserted, updated]));
}
