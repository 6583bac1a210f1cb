use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    let _ = sql!(SELECT visits._id FROM visits, UNNEST(treatments) AS visits);
}
