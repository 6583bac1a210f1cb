use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    let codes = ["a", "b"];
    let _ = sql!("SELECT code FROM clinics WHERE code = :codes");
}
