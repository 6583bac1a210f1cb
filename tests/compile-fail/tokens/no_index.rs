use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "plants", index(height), deny_collscan)]
struct Plant {
    height: i32,
    colour: String,
}

fn main() {
    let _ = sql!(SELECT height FROM plants WHERE colour = "green");
}
