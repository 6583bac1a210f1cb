use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    let least = "five";
    let _ = sql!("SELECT code FROM clinics WHERE beds > :least");
}
