use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "plants", ttl(height, after = "7 days"))]
struct Plant {
    height: i32,
}

fn main() {}
