use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    let _ = sql!(SELECT MAX(COUNT(*)) AS m FROM clinics);
}
