use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    struct Summary {
        post_code: String,
    }
    let _ = sql!(as Summary, "SELECT address.post_code FROM clinics");
}
