//! The conditions of checks.

use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, Collection)]
#[leaf(
    name = "lots",
    check = "prise > 0",
    check = "price > 'much'",
    check = "closed < CURRENT_TIMESTAMP",
    check = "price > :least",
    check = "price",
    check = "price IN (SELECT price FROM lots)",
    check = "price > 0 ORDER BY price"
)]
struct Lot {
    price: i32,
    closed: Option<DateTime>,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "measured", time_series(at), check = "value > 0")]
struct Measured {
    at: DateTime,
    value: i32,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "loose", validation = "off", check = "value > 0")]
struct Loose {
    value: i32,
}

fn main() {}
