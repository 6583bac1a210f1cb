use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    let _ = sql!(r#"SELECT "beds", codee FROM clinics"#);
}
