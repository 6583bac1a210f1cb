//! Only the rows of a plain query of one capped collection can be waited for.
use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "events", capped(size = "1MB"))]
struct Event {
    kind: String,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "orders")]
struct Order {
    number: i64,
}

fn main() {}

fn watch(db: &queryleaf::mongodb::Database) {
    let _ = sql!("SELECT kind, COUNT(*) AS n FROM events GROUP BY kind").tail(db);
    let _ = sql!("SELECT kind FROM events LIMIT 5").tail(db);
    let _ = sql!("SELECT number FROM orders").tail(db);
}
