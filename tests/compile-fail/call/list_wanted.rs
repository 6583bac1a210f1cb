use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    let codes = "a";
    let _ = sql!("SELECT code FROM clinics WHERE code IN (:codes)");
}
