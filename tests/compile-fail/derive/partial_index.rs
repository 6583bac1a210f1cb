use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, Collection)]
#[leaf(
    name = "plants",
    index(height, partial = "hieght > 5"),
    index(height, partial = "height", name = "b"),
    index(height, partial = "height > 'tall'", name = "c"),
    index(height, partial = "height >", name = "d"),
    index(height, partial = "height > :least", name = "e"),
    index(height, partial = "COUNT(*) > 5", name = "f"),
    index(height, partial = 5, name = "g")
)]
struct Plant {
    height: i32,
}

fn main() {}
