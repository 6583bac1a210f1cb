use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    let _ = sql!("SELECT \"beds\",\n codee FROM clinics");
}
