use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    let _ = sql!("SELECT code, SUM(beds) OVER (ORDER BY code RANGE 5 PRECEDING) AS near FROM clinics");
}
