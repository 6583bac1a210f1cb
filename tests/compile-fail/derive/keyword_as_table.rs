use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "type")]
struct Plant {
    height: i32,
}

fn main() {}
