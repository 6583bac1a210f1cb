use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    let _ = sql!(WITH c AS (SELECT code FROM clinics) SELECT code FROM c);
}
