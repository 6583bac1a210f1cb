//! What the service does whenever the status of an order changes.

use mongodb::Database;
use queryleaf::Transaction;
use queryleaf::prelude::*;
use queryleaf::watch::{self, HandlerError, Worker};

use crate::Result;
use crate::models::{OrderItem, OrderStatus, notifications, orders, stock};

/// How many orders are handled at the same time. All of them write to the same few articles, so more would
/// only wait for each other.
const CONCURRENT: usize = 2;

/// Starts the worker, and returns when nothing that happens from now on escapes it.
pub(crate) async fn start(database: &Database) -> Result<Worker> {
    // The document of an update is looked up, and may be further already: what the update itself has set
    // is in `updated_fields`. The items of an order never change.
    let query = sql!(
        "SELECT document_key._id AS number,
                COALESCE(updated_fields.status, full_document.status) AS status,
                full_document.customer AS customer,
                full_document.items AS items,
                wall_time
         FROM CHANGE_STREAM(orders)
         WHERE operation_type = 'insert' OR changed_fields CONTAINS 'status'"
    );
    let reactions = watch::subscription("order_status", query)
        .concurrency(CONCURRENT)
        .handle_in_transaction(|change, tx| {
            Box::pin(async move {
                let (Some(number), Some(status)) = (change.number, change.status) else {
                    return Err("an order without a number or a status".into());
                };
                let customer = change.customer.as_deref().unwrap_or("customer");
                let text = format!("Dear {customer}, your order {number} is {}.", status.name());
                notify(tx, number, status, text, change.wall_time).await?;
                book(tx, status, change.items.as_deref().unwrap_or_default()).await
            })
        });
    let mut worker = watch::worker(database).run(reactions).start();
    worker.ready().await?;
    Ok(worker)
}

/// Tells the customer.
async fn notify(
    tx: &mut Transaction,
    number: i64,
    status: OrderStatus,
    text: String,
    changed_at: DateTime,
) -> Result<(), HandlerError> {
    sql!(
        "INSERT INTO notifications (order_number, status, text, changed_at, sent_at)
         VALUES (:number, :status, :text, :changed_at, CURRENT_TIMESTAMP)"
    )
    .execute(&mut *tx)
    .await?;
    Ok(())
}

/// Reserves the articles of an order, and gives them away or back.
async fn book(
    tx: &mut Transaction,
    status: OrderStatus,
    items: &[OrderItem],
) -> Result<(), HandlerError> {
    for item in items {
        let quantity = i64::from(item.quantity);
        let (reserved, shipped) = match status {
            OrderStatus::Placed => (quantity, 0),
            OrderStatus::Shipped => (-quantity, quantity),
            OrderStatus::Cancelled => (-quantity, 0),
            OrderStatus::Paid | OrderStatus::Packed | OrderStatus::Delivered => return Ok(()),
        };
        let article = &item.article;
        sql!(
            "UPDATE stock SET reserved = reserved + :reserved, shipped = shipped + :shipped
             WHERE _id = :article"
        )
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}
