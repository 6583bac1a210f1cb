use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    let _ = sql!(SELECT code FROM clinics WHERE beds = (SELECT beds, code FROM clinics));
}
