use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    let _ = sql!("SELECT at + INTERVAL '3 moons' AS later FROM visits");
}
