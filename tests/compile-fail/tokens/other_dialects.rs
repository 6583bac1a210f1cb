use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    let _ = sql!(SELECT code FROM clinics WHERE beds = ?);
    let _ = sql!(SELECT TOP 5 code FROM clinics);
    let _ = sql!(SELECT code FROM clinics LIMIT 5, 10);
    let _ = sql!(SELECT code FROM clinics WHERE beds == 5);
    let _ = sql!(SELECT code FROM clinics WHERE !(beds > 5));
    let _ = sql!(SELECT code FROM clinics WHERE beds > 5 && beds < 50);
    let _ = sql!(SELECT ISNULL(code, "") AS code, LEN(code) AS length FROM clinics);
    let _ = sql!(SELECT code FROM clinics WHERE code REGEXP "^n");
}
