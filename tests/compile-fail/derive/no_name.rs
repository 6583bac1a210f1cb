use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, Collection)]
struct Plant {
    height: i32,
}

fn main() {}
