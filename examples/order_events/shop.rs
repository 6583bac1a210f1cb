//! Simulated customers, who know nothing of what their orders set off.

use std::collections::VecDeque;
use std::time::Duration;

use mongodb::Database;
use queryleaf::prelude::*;
use tokio::time::{self, Instant};

use crate::Result;
use crate::models::{Order, OrderItem, OrderStatus, orders, stock};

/// What is sold, with the price of a piece in euros.
const ARTICLES: [(&str, f64); 8] = [
    ("apron", 24.5),
    ("bread knife", 39.0),
    ("corkscrew", 12.9),
    ("dish", 8.2),
    ("egg timer", 6.75),
    ("frying pan", 54.0),
    ("grater", 15.4),
    ("honey spoon", 4.1),
];

const CUSTOMERS: [&str; 6] = ["Ada", "Bruno", "Chidi", "Dilek", "Emil", "Freya"];

/// How many orders are on their way before the oldest of them moves on.
const UNDER_WAY: usize = 25;

/// How many orders move on after each new one: as often as an order changes, so that they do not pile up.
const STEPS: usize = 4;

/// Puts the articles on the shelves that are not there from an earlier run.
pub(crate) async fn open(database: &Database) -> Result<()> {
    for (article, _) in ARTICLES {
        sql!(
            "INSERT INTO stock (_id, reserved, shipped) VALUES (:article, 0, 0)
             ON CONFLICT (_id) DO NOTHING"
        )
        .execute(database)
        .await?;
    }
    Ok(())
}

/// Places so many orders, evenly over the time, and moves them on; what is left to do then is left.
pub(crate) async fn run(database: &Database, time: Duration, count: u32) -> Result<()> {
    let last: Option<i64> = sql!("SELECT MAX(_id) FROM orders")
        .fetch_scalar(database)
        .await?;
    let end = Instant::now() + time;
    let mut visits = time::interval((time / count.max(1)).max(Duration::from_micros(1)));
    let mut under_way = VecDeque::new();
    for number in (last.unwrap_or(0) + 1..).take(count as usize) {
        visits.tick().await;
        if Instant::now() >= end {
            break;
        }
        place(database, number).await?;
        under_way.push_back((number, OrderStatus::Placed));
        for _ in 0..STEPS {
            if under_way.len() <= UNDER_WAY {
                break;
            }
            let Some((number, status)) = under_way.pop_front() else {
                break;
            };
            if let Some(next) = next(number, status) {
                advance(database, number, next).await?;
                under_way.push_back((number, next));
            }
        }
    }
    time::sleep_until(end).await;
    Ok(())
}

async fn place(database: &Database, number: i64) -> Result<()> {
    let order = new_order(number);
    sql!("INSERT INTO orders VALUES (:order)")
        .execute(database)
        .await?;
    Ok(())
}

async fn advance(database: &Database, number: i64, status: OrderStatus) -> Result<()> {
    sql!("UPDATE orders SET status = :status, statuses = statuses + 1 WHERE _id = :number")
        .execute(database)
        .await?;
    Ok(())
}

/// An order that looks like no other, and the same whenever the program runs.
fn new_order(number: i64) -> Order {
    let seed = usize::try_from(number).unwrap_or_default();
    let chosen = ARTICLES.iter().cycle().skip(seed * 5 % ARTICLES.len());
    let (mut items, mut total) = (Vec::new(), 0.0);
    for (quantity, (article, price)) in (1..).zip(chosen.take(1 + seed % 3)) {
        items.push(OrderItem {
            article: (*article).to_owned(),
            quantity,
        });
        total += price * f64::from(quantity);
    }
    let customer = CUSTOMERS.iter().cycle().nth(seed * 7 % 13);
    Order {
        number,
        customer: customer.copied().unwrap_or_default().to_owned(),
        status: OrderStatus::Placed,
        statuses: 1,
        items,
        total,
        placed_at: DateTime::now(),
    }
}

/// What becomes of an order next; some customers think better of it.
fn next(number: i64, status: OrderStatus) -> Option<OrderStatus> {
    match status {
        OrderStatus::Placed if number % 11 == 0 => Some(OrderStatus::Cancelled),
        OrderStatus::Placed => Some(OrderStatus::Paid),
        OrderStatus::Paid if number % 17 == 0 => Some(OrderStatus::Cancelled),
        OrderStatus::Paid => Some(OrderStatus::Packed),
        OrderStatus::Packed => Some(OrderStatus::Shipped),
        OrderStatus::Shipped => Some(OrderStatus::Delivered),
        OrderStatus::Delivered | OrderStatus::Cancelled => None,
    }
}
