use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    let _ = sql!("SELECT c.code FROM clinics c JOIN visits v ON v.clinic = c.code");
}
