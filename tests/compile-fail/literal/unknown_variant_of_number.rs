use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    let _ = sql!("SELECT at FROM visits WHERE urgency IN ('Low', 'Hihg')");
}
