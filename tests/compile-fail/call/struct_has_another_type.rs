use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    struct Summary {
        code: i64,
    }
    let _ = sql!(as Summary, "SELECT code FROM clinics");
}
