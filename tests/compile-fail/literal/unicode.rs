use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    let _ = sql!("SELECT 'æøå 😀' AS greeting, codee FROM clinics");
}
