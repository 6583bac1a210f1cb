use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    let _ = sql!(SELECT EXTRACT(yaer FROM at) FROM visits);
}
