use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "plants", warn_collscan, deny_collscan)]
struct Plant {
    height: i32,
}

fn main() {}
