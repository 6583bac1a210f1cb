use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "plants", idnex(height))]
struct Plant {
    height: i32,
}

fn main() {}
