use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    let _ = sql!(DELETE FROM clinics);
}
