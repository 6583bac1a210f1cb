use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    let _ = sql!("UPDATE clinics SET bed = 3");
    let _ = sql!("INSERT INTO clinics (code, beds) VALUES ('a', 3)");
    let _ = sql!("INSERT INTO clinics (code, code) VALUES ('a', 'b')");
    let _ = sql!("UPDATE clinics SET address = NULL, address.town = 'Oslo'");
    let _ = sql!("UPDATE clinics SET _id = '0123456789abcdef01234567'");
    let _ = sql!("UPDATE visits SET home.town = c.code FROM clinics c WHERE c._id = clinic");
    let _ = sql!("INSERT INTO clinics (code, beds) VALUES ('a')");
}
