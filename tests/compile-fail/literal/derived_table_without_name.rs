use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    let _ = sql!("SELECT code FROM (SELECT code FROM clinics)");
}
