use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    let _ = sql!("SELECT clinics.code FROM clinics LEFT JOIN visits");
}
