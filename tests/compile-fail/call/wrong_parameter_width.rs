use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    let least = 5_i64;
    let _ = sql!("SELECT code FROM clinics WHERE beds > :least");
}
