use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    let least = "five";
    let _ = sql!("SELECT code FROM clinics WHERE beds > :least");
    let _ = sql!("SELECT code FROM clinics WHERE beds > :least", least = 5.5);
    let r#type = 7;
    let codes = vec![1_i64, 2];
    let _ = sql!(
        "SELECT code
         FROM clinics
         WHERE code = :type OR code IN (:codes)"
    );
}
