use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, Collection)]
#[leaf(
    name = "plants",
    index(height, height desc),
    index(height downwards),
    index(height.top),
    index(leaves.lenght),
    index(tags, codes),
    index(_id),
    index(),
    index(name = "empty"),
    index(5),
    index("leaves..length"),
    text(height),
    hashed(tags),
    index("extra.$**", height)
)]
struct Plant {
    height: i32,
    tags: Vec<String>,
    codes: Vec<i32>,
    leaves: Vec<Leaf>,
    extra: Document,
}

#[derive(Serialize, Deserialize, Embedded)]
struct Leaf {
    length: i32,
}

fn main() {}
