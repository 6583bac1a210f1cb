use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    let _ = sql!("SELECT ROW_NUMBER() OVER (ORDER BY beds) AS n FROM clinics");
}
