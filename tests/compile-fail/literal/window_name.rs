use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    let _ = sql!("SELECT code, RANK() OVER by_bed AS place FROM clinics WINDOW by_beds AS (ORDER BY beds DESC)");
}
