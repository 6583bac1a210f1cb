use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    let _ = sql!("SELECT code, GROUPING(beds) AS g FROM clinics GROUP BY ROLLUP (code)");
}
