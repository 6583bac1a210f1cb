use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "plants")]
struct Plant {
    height: i32,
    #[serde(rename = "height")]
    length: i32,
}

fn main() {}
