use queryleaf::prelude::*;

fn main() {
    let _ = sql!(DROP DATABASE clinics);
}
