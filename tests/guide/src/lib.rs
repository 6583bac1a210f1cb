//! The Rust examples of the README and of `docs/`: they compile, in functions that `build.rs` makes of
//! them, with the database `db` and what the module of their page declares. `cargo check -p
//! queryleaf-test-guide` shows what is wrong with a new one.

#![allow(
    unused,
    unreachable_pub,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "examples"
)]

use queryleaf::mongodb::Database;
use queryleaf::prelude::*;

mod shop {
    use super::*;

    #[derive(Debug, Clone, Serialize, Deserialize, Collection)]
    #[leaf(name = "orders")]
    pub struct Order {
        #[serde(rename = "_id")]
        pub id: ObjectId,
        pub status: OrderStatus,
        pub total: Decimal128,
    }

    #[derive(Debug, Clone, Copy, Serialize, Deserialize, SqlEnum)]
    #[serde(rename_all = "lowercase")]
    pub enum OrderStatus {
        Open,
        Shipped,
    }

    #[derive(Debug, Serialize, Deserialize, Collection)]
    #[leaf(name = "customers")]
    pub struct Customer {
        pub name: String,
    }

    schema! {
        "CREATE CHANGE STREAM new_in_shop ON orders, customers WHERE operation_type = 'insert'"
    }

    pub fn todays_orders() -> Vec<Order> {
        Vec::new()
    }
}

mod readme {
    use super::*;

    #[derive(Debug, Serialize, Deserialize, Bucket)]
    #[leaf(name = "reports")]
    pub struct Report {
        department: String,
    }

    #[derive(Debug, Clone, Copy, Serialize, Deserialize, SqlEnum)]
    #[serde(rename_all = "lowercase")]
    pub enum OrderStatus {
        Open,
        Shipped,
    }

    fn last_week() -> DateTime {
        DateTime::from_millis(DateTime::now().timestamp_millis() - 7 * 24 * 60 * 60 * 1000)
    }

    include!(concat!(env!("OUT_DIR"), "/README.rs"));
}

mod schemas {
    use super::*;

    #[derive(Debug, Serialize, Deserialize, Collection)]
    #[leaf(name = "orders")]
    pub struct Order {
        #[serde(rename = "_id")]
        pub id: ObjectId,
        pub customer: ObjectId,
        pub status: OrderStatus,
        pub total: Decimal128,
    }

    #[derive(Debug, Clone, Copy, Serialize, Deserialize, SqlEnum)]
    #[serde(rename_all = "lowercase")]
    pub enum OrderStatus {
        Open,
        Paid,
    }

    #[derive(Debug, Serialize, Deserialize, Collection)]
    #[leaf(name = "books")]
    pub struct Book {
        pub title: String,
        pub pages: i32,
    }

    mod shop {
        use super::*;

        #[derive(Debug, Serialize, Deserialize, Collection)]
        #[leaf(name = "customers")]
        pub struct Customer {
            pub name: String,
        }
    }

    include!(concat!(env!("OUT_DIR"), "/schemas.rs"));
}

mod queries {
    use super::*;

    #[derive(Debug, Serialize, Deserialize, Collection)]
    #[leaf(name = "orders")]
    pub struct Order {
        number: i64,
        status: Status,
        city: Option<String>,
        placed_at: DateTime,
        total: Decimal128,
    }

    #[derive(Debug, Clone, Copy, Serialize, Deserialize, SqlEnum)]
    #[serde(rename_all = "lowercase")]
    pub enum Status {
        Open,
        Shipped,
    }

    fn yesterday() -> DateTime {
        DateTime::from_millis(DateTime::now().timestamp_millis() - 24 * 60 * 60 * 1000)
    }

    include!(concat!(env!("OUT_DIR"), "/queries.rs"));
}

mod writes {
    use super::*;
    use queryleaf::{Error, Refusal};
    use std::time::Duration;

    #[derive(Debug, Clone, Serialize, Deserialize, Collection)]
    #[leaf(name = "orders", unique(number))]
    pub struct Order {
        number: i64,
        status: Status,
    }

    #[derive(Debug, Clone, Copy, Serialize, Deserialize, SqlEnum)]
    #[serde(rename_all = "lowercase")]
    pub enum Status {
        Open,
        Paid,
    }

    #[derive(Debug, Serialize, Deserialize, Collection)]
    #[leaf(name = "accounts")]
    pub struct Account {
        #[serde(rename = "_id")]
        id: i64,
        balance: i64,
    }

    /// Another status of an order.
    pub struct Change {
        number: i64,
        status: Status,
    }

    fn todays_orders() -> Vec<Order> {
        Vec::new()
    }

    fn read_orders() -> impl futures::Stream<Item = Order> + Send + 'static {
        futures::stream::iter(todays_orders())
    }

    fn todays_changes() -> Vec<Change> {
        Vec::new()
    }

    #[derive(Debug)]
    pub enum TransferError {
        Poor,
        Database(Error),
    }

    impl From<Error> for TransferError {
        fn from(error: Error) -> Self {
            TransferError::Database(error)
        }
    }

    impl std::fmt::Display for TransferError {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            write!(f, "{self:?}")
        }
    }

    impl std::error::Error for TransferError {}

    include!(concat!(env!("OUT_DIR"), "/writes.rs"));
}

mod capped {
    use super::*;

    #[derive(Debug, Serialize, Deserialize, Collection)]
    #[leaf(name = "application_logs", capped(size = "200MB", max = 100000))]
    pub struct Log {
        pub timestamp: DateTime,
        pub level: String,
        pub message: Option<String>,
    }

    include!(concat!(env!("OUT_DIR"), "/capped.rs"));
}

mod files {
    use super::*;

    #[derive(Debug, Clone, Serialize, Deserialize, Bucket)]
    #[leaf(name = "photos")]
    pub struct Photo {
        pub album: String,
        pub width: Option<i32>,
        pub tags: Vec<String>,
    }

    #[derive(Debug, Clone, Serialize, Deserialize, Collection)]
    #[leaf(name = "scanned")]
    pub struct Scanned {
        pub title: String,
        pub path: String,
        pub album: String,
    }

    include!(concat!(env!("OUT_DIR"), "/files.rs"));
}

mod watch {
    use super::*;
    use queryleaf::watch::StreamingView;
    use std::time::Duration;

    #[derive(Debug, Serialize, Deserialize, Collection)]
    #[leaf(name = "orders")]
    pub struct Order {
        #[serde(rename = "_id")]
        id: ObjectId,
        status: OrderStatus,
        city: Option<String>,
        total: Decimal128,
        placed_at: DateTime,
    }

    #[derive(Debug, Clone, Copy, Serialize, Deserialize, SqlEnum)]
    #[serde(rename_all = "lowercase")]
    pub enum OrderStatus {
        Open,
        Shipped,
    }

    #[derive(Debug, Serialize, Deserialize, Collection)]
    #[leaf(name = "customers")]
    pub struct Customer {
        name: String,
    }

    #[derive(Debug, Serialize, Deserialize, Collection)]
    #[leaf(name = "notices")]
    pub struct Notice {
        order_id: Option<ObjectId>,
        city: Option<String>,
    }

    /// Ready when the program is told to end.
    async fn told_to_end() {}

    /// The stream of notices with its handler.
    fn shipping_notices() -> queryleaf::watch::Handled {
        let changes = sql!("SELECT document_key._id FROM CHANGE_STREAM(orders)");
        queryleaf::watch::subscription("shipping_notices", changes).handle(|_| async { Ok(()) })
    }

    include!(concat!(env!("OUT_DIR"), "/watch.rs"));
}

mod errors {
    use super::*;

    #[derive(Debug, Serialize, Deserialize, Embedded)]
    pub struct Author {
        name: String,
        born: Option<i32>,
    }

    #[derive(Debug, Clone, Copy, Serialize, Deserialize, SqlEnum)]
    #[serde(rename_all = "lowercase")]
    pub enum Genre {
        Fiction,
        History,
        Science,
    }

    include!(concat!(env!("OUT_DIR"), "/errors.rs"));
}
