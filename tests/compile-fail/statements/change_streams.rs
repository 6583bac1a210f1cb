//! Change streams: paths, options, operation types, and what a stream cannot do.
use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, Embedded)]
pub struct Payment {
    pub status: String,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "orders")]
pub struct Order {
    pub status: String,
    pub payment: Payment,
}

schema! {
    "CREATE CHANGE STREAM wrong_path ON orders
     WHERE changed_fields CONTAINS 'payment.state'"
}

schema! {
    "CREATE CHANGE STREAM wrong_options ON orders
     WITH (full_document = 'lookup', operation_types = ARRAY['insert', 'updated'], batch = 5)"
}

schema! {
    "CREATE CHANGE STREAM no_images ON orders
     WITH (full_document_before_change = 'when_available')"
}

schema! {
    "CREATE CHANGE STREAM no_table ON DATABASE shop FILTER (operation_type = 'insert')"
}

schema! {
    "CREATE CHANGE STREAM others_too ON DATABASE shop
     WHERE collection_name = 'orders' OR operation_type = 'insert'"
}

schema! {
    "CREATE CHANGE STREAM by_the_clock ON orders WHERE wall_time > NOW() - INTERVAL '1 hour'"
}

schema! { "CREATE VIEW paid AS SELECT status FROM orders WHERE payment.status = 'paid'" }

schema! { "CREATE CHANGE STREAM order_changes ON orders WHERE operation_type = 'update'" }

fn main() {
    let _ = sql!("SELECT change_id FROM CHANGE_STREAM(orders) WHERE changed_fields CONTAINS 'stauts'");
    let _ = sql!("SELECT change_id FROM CHANGE_STREAM(orders) WHERE operation_type = 'inserted'");
    let _ = sql!("SELECT full_document.state FROM CHANGE_STREAM('order_changes')");
    let _ = sql!("SELECT full_document_before_change FROM CHANGE_STREAM(orders)");
    let _ = sql!("SELECT change_id, (SELECT status FROM orders LIMIT 1) AS s FROM CHANGE_STREAM(orders)");
    let _ = sql!("SELECT operation_type, COUNT(*) AS n FROM CHANGE_STREAM(orders) GROUP BY operation_type");
    let _ = sql!("SELECT change_id FROM CHANGE_STREAM(orders) ORDER BY wall_time");
    let _ = sql!("SELECT change_id FROM CHANGE_STREAM(orders) LIMIT 10");
    let _ = sql!("SELECT change_id, CURRENT_TIMESTAMP AS now FROM CHANGE_STREAM(orders)");
    let _ = sql!("SELECT change_id FROM CHANGE_STREAM(paid)");
    let _ = sql!("SELECT change_id FROM CHANGE_STREAM(DATABASE shop) WHERE NOT collection_name = 'orders'");
    let operation = "insert";
    let _ = sql!("SELECT change_id FROM CHANGE_STREAM(orders) WHERE operation_type = :operation");
}
