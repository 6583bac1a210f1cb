use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    let _ = sql!("SELECT DISTINCT ON (state) code FROM clinics ORDER BY beds");
}
