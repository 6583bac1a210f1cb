use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    let a = 5;
    let _ = sql!("SELECT code FROM clinics WHERE beds > $1 AND beds < :a", 5);
}
