use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    let _ = sql!("SELEC code FROM clinics");
    let _ = sql!("SELECT code FORM clinics WHERE beds > 5");
    let _ = sql!("SELECT code FROM clinics WEHRE beds > 5");
    let _ = sql!(
        "SELECT code FROM clinics
         WHERE beds > 5 AN beds < 50"
    );
    let _ = sql!("SELECT code FROM clinics GROUP code");
    let _ = sql!("SELECT CASE WHEN beds > 5 THEN 1 ELSE 2 AS size FROM clinics");
    let _ = sql!("INSERT clinics (code) VALUES ('a')");
    let _ = sql!("SELECT DISTINT code FROM clinics");
}
