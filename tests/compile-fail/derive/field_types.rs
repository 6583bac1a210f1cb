use queryleaf::prelude::*;
use std::collections::HashMap;
use std::sync::Arc;

#[derive(Collection)]
#[leaf(name = "plants")]
struct Plant {
    array: [f64; 2],
    function: fn(),
    nested: Option<Option<i32>>,
    keys: HashMap<i32, String>,
    shared: Arc<String>,
    unsigned: u128,
    size: usize,
    time: std::time::SystemTime,
    range: std::ops::Range<i32>,
    address: std::net::IpAddr,
    json: serde_json::Value,
    amount: rust_decimal::Decimal,
    letter: char,
    waits: std::time::Duration,
    path: std::path::PathBuf,
}

fn main() {}
