use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    let _ = sql!("SELECT CASE WHEN beds > 5 THEN code ELSE beds END AS x FROM clinics");
}
