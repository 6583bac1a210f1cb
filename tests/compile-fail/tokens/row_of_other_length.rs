use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    let _ = sql!(SELECT code FROM clinics WHERE (code, beds) IN (SELECT code FROM clinics));
}
