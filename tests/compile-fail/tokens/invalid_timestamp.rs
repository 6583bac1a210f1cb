use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    let _ = sql!(SELECT clinic FROM visits WHERE at > "2025-02-30");
}
