//! What is left when the customers are gone: whether each order got exactly its notifications.

use std::time::Duration;

use mongodb::Database;
use queryleaf::prelude::*;
use queryleaf::watch::change_stream_dead_letters;
use tokio::time::{self, Instant};

use crate::models::{notifications, orders, stock};
use crate::{Result, ask};

/// How long the worker may take for what is left after the last order.
const PATIENCE: Duration = Duration::from_secs(30);

/// How many notifications there should be, and how many there are.
struct Count {
    wanted: i64,
    sent: i64,
}

async fn count(database: &Database) -> Result<Count> {
    let wanted = sql!("SELECT COALESCE(SUM(statuses), 0) FROM orders");
    let sent = sql!("SELECT COUNT(*) FROM notifications");
    Ok(Count {
        wanted: wanted.fetch_scalar(database).await?,
        sent: sent.fetch_scalar(database).await?,
    })
}

/// Waits until there are as many notifications as there should be, or for too long.
pub(crate) async fn wait_for_reactions(database: &Database) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let count = count(database).await?;
        if count.sent >= count.wanted || Instant::now() >= deadline {
            return Ok(());
        }
        time::sleep(Duration::from_millis(50)).await;
    }
}

/// Says what the worker has done, and fails if that is not exactly what it should have.
pub(crate) async fn check(database: &Database) -> Result<()> {
    ask!(
        database,
        "How long did customers wait for their notifications, in milliseconds?",
        sql!(
            "SELECT status,
                    COUNT(*) AS notifications,
                    AVG(EXTRACT(EPOCH FROM (sent_at - changed_at)) * 1000) AS mean,
                    MAX(EXTRACT(EPOCH FROM (sent_at - changed_at)) * 1000) AS longest
             FROM notifications
             GROUP BY status
             ORDER BY notifications DESC, status"
        ) => status, notifications, mean, longest
    );
    let wrong_orders = wrong_orders(database).await?;
    let wrong_articles = wrong_articles(database).await?;
    let letters: i64 = sql!("SELECT COUNT(*) FROM change_stream_dead_letters")
        .fetch_scalar(database)
        .await?;
    let orders: i64 = sql!("SELECT COUNT(*) FROM orders")
        .fetch_scalar(database)
        .await?;
    let Count { wanted, sent } = count(database).await?;
    println!("\n{orders} orders had {wanted} statuses, and {sent} notifications were sent.");
    if wrong_orders > 0 || wrong_articles > 0 || letters > 0 || sent != wanted {
        return Err(format!(
            "{wrong_orders} orders have too few or too many notifications, {wrong_articles} articles \
             are booked wrongly, {letters} changes were given up"
        )
        .into());
    }
    println!("Every order got exactly its notifications, and the stock agrees with the orders.");
    Ok(())
}

/// How many orders have not one notification for each of their statuses.
async fn wrong_orders(database: &Database) -> Result<usize> {
    let query = sql!(
        "SELECT o._id AS number, o.statuses, COUNT(n.status) AS notifications
         FROM orders o
         LEFT JOIN notifications n ON n.order_number = o._id
         GROUP BY o._id, o.statuses
         HAVING COUNT(n.status) <> o.statuses OR COUNT(DISTINCT n.status) <> o.statuses
         ORDER BY number"
    );
    let wrong = query.fetch_all(database).await?;
    for order in wrong.iter().take(10) {
        println!(
            "order {}: {} statuses, {} notifications",
            order.number, order.statuses, order.notifications
        );
    }
    Ok(wrong.len())
}

/// How many articles are not booked as the orders say.
async fn wrong_articles(database: &Database) -> Result<usize> {
    let query = sql!(
        "WITH sold AS (
             SELECT item.article AS article,
                    SUM(CASE WHEN o.status IN ('placed', 'paid', 'packed') THEN item.quantity ELSE 0 END)
                        AS reserved,
                    SUM(CASE WHEN o.status IN ('shipped', 'delivered') THEN item.quantity ELSE 0 END)
                        AS shipped
             FROM orders o
             CROSS JOIN UNNEST(o.items) AS item
             GROUP BY item.article
         )
         SELECT s._id AS article
         FROM stock s
         LEFT JOIN sold ON sold.article = s._id
         WHERE s.reserved <> COALESCE(sold.reserved, 0) OR s.shipped <> COALESCE(sold.shipped, 0)"
    );
    let wrong = query.fetch_all(database).await?;
    for row in &wrong {
        println!("article {} is booked wrongly", row.article);
    }
    Ok(wrong.len())
}
