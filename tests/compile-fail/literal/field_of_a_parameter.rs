use queryleaf::prelude::*;
use queryleaf_test_models::*;

struct Wanted {
    name: &'static str,
}

fn main() {
    let wanted = Wanted { name: "North" };
    let _ = sql!("SELECT beds FROM clinics WHERE code = :wanted.name");
}
