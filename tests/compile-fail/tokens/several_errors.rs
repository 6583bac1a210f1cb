use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    let _ = sql!(SELECT cod, beds + code AS x FROM clinics WHERE stat = "open" ORDER BY 7);
}
