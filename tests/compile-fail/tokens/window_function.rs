use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    let _ = sql!(SELECT code FROM clinics WHERE ROW_NUMBER() OVER (ORDER BY beds) = 1);
}
