use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    let _ = sql!("SELECT LENGTH(beds) FROM clinics");
}
