use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    let state = Urgency::Low;
    let _ = sql!("SELECT code FROM clinics WHERE state = :state");
}
