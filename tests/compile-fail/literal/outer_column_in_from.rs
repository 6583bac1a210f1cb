use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    let _ = sql!(
        "SELECT c.code FROM clinics c JOIN (SELECT urgency FROM visits v WHERE v.clinic = c._id) w ON TRUE"
    );
}
