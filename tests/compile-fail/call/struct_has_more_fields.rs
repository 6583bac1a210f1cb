use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    struct Summary {
        code: String,
        beds: i32,
    }
    let _ = sql!(as Summary, "SELECT code FROM clinics");
}
