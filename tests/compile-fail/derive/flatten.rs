use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "plants")]
struct Plant {
    height: i32,
    #[serde(flatten)]
    rest: Document,
}

fn main() {}
