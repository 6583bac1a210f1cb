use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "plants", index(hieght))]
struct Plant {
    height: i32,
}

fn main() {}
