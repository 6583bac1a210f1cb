use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "plants")]
struct Plant(i32);

fn main() {}
