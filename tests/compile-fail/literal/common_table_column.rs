use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    let _ = sql!("WITH c AS (SELECT code, beds FROM clinics) SELECT cod FROM c");
}
