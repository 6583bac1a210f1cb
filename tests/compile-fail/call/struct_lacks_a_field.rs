use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    struct Summary {
        code: String,
    }
    let _ = sql!(as Summary, "SELECT code, beds FROM clinics");
}
