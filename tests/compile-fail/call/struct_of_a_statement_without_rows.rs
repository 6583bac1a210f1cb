use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    struct Summary {
        code: String,
    }
    let code = "a";
    let _ = sql!(as Summary, "DELETE FROM clinics WHERE code = :code");
    let _ = sql!(as Summary, "UPDATE clinics SET beds = 3 WHERE code = :code RETURNING beds");
}
