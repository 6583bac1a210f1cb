use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    let _ = sql!(SELECT state, code, COUNT(*) AS n FROM clinics GROUP BY state);
}
