use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    let _ = sql!("SELECT t.cost FROM visits, UNNEST(treatments) AS t");
}
