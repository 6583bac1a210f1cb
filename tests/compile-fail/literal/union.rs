use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    let _ = sql!("SELECT code FROM clinics UNION SELECT code, beds FROM clinics");
}
