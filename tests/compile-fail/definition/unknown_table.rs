use queryleaf::prelude::*;

fn main() {
    let _ = sql!("DESCRIBE orders");
}
