use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    let _ = sql!(WITH RECURSIVE c AS (SELECT code FROM clinics UNION ALL SELECT code || code FROM c) SELECT code FROM c);
}
