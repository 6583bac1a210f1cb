//! What the shop stores, as Rust sees it.

use queryleaf::prelude::*;

/// An order of a customer.
#[derive(Debug, Clone, Serialize, Deserialize, Collection)]
#[leaf(name = "orders")]
pub(crate) struct Order {
    #[serde(rename = "_id")]
    pub(crate) number: i64,
    pub(crate) customer: String,
    pub(crate) status: OrderStatus,
    /// How many statuses the order has had, the current one included: as many notifications belong to it.
    pub(crate) statuses: i32,
    pub(crate) items: Vec<OrderItem>,
    /// Euros.
    pub(crate) total: f64,
    pub(crate) placed_at: DateTime,
}

/// Some pieces of an article.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Embedded)]
pub(crate) struct OrderItem {
    /// `stock.article`.
    pub(crate) article: String,
    pub(crate) quantity: i32,
}

/// How far an order is. It never comes back to a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, SqlEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum OrderStatus {
    Placed,
    Paid,
    Packed,
    Shipped,
    Delivered,
    Cancelled,
}

impl OrderStatus {
    /// How a customer reads it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            OrderStatus::Placed => "placed",
            OrderStatus::Paid => "paid",
            OrderStatus::Packed => "packed",
            OrderStatus::Shipped => "shipped",
            OrderStatus::Delivered => "delivered",
            OrderStatus::Cancelled => "cancelled",
        }
    }
}

/// What a customer was told. No index forbids two of a kind: that there is one is the worker's doing.
#[derive(Debug, Clone, Serialize, Deserialize, Collection)]
#[leaf(name = "notifications", index(order_number))]
pub(crate) struct Notification {
    pub(crate) order_number: i64,
    pub(crate) status: OrderStatus,
    pub(crate) text: String,
    /// When the order changed.
    pub(crate) changed_at: DateTime,
    pub(crate) sent_at: DateTime,
}

/// What is known of an article, counted in pieces.
#[derive(Debug, Clone, Serialize, Deserialize, Collection)]
#[leaf(name = "stock")]
pub(crate) struct Stock {
    #[serde(rename = "_id")]
    pub(crate) article: String,
    /// In orders that are still in the house.
    pub(crate) reserved: i64,
    /// In orders that have left it.
    pub(crate) shipped: i64,
}
