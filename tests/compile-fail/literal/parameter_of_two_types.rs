use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    let a = 5;
    let _ = sql!("SELECT code FROM clinics WHERE code = :a OR beds = :a");
}
