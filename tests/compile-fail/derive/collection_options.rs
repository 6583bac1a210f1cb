use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, Collection)]
#[leaf(
    name = "plants",
    compression = "zstandard",
    validation = "loose",
    collation(language = "de"),
    pre_and_post_images = true,
    deny_unknown_fields(height),
    clustered,
    capped(size = "1MB")
)]
struct Plant {
    height: i32,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "trees", collation(locale = "de", strength = 2, case_first = "upper"))]
struct Tree {
    height: i32,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "ferns", collation(locale = "simple", strength = 6, ignore = "case", backward))]
struct Fern {
    height: i32,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(
    name = "rings",
    time_series(at, meta = tree),
    pre_and_post_images,
    validation = "warn",
    index(width, sparse),
    hashed(width),
    index("$**"),
    index(tree, name = "a"),
    index(tree, name = "b")
)]
struct Ring {
    at: DateTime,
    tree: String,
    width: f64,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "seeds", index("$**", weight), index("$**" desc, name = "a"))]
struct Seed {
    weight: f64,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "roots", clustered, clustered)]
struct Root {
    depth: f64,
}

fn main() {}
