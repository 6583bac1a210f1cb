use queryleaf::prelude::*;

#[derive(Serialize, Deserialize)]
struct Leaf {
    length: i32,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "plants")]
struct Plant {
    leaf: Leaf,
}

fn main() {}
