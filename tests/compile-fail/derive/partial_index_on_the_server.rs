use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, Collection)]
#[leaf(
    name = "plants",
    index(height, partial = "name LIKE 'A%'"),
    index(height, partial = "height > 5 AND (name = 'x' OR LOWER(name) = 'y')", name = "b"),
    index(height, partial = "height = width", name = "c"),
    index(height, partial = "height + 1 > 5", name = "d"),
    index(height, partial = "planted > CURRENT_TIMESTAMP", name = "e"),
    index(height, partial = "name = NULL", name = "f"),
    index(height, partial = "'a' = ANY(tags)", name = "g"),
    unique(height, partial = "height > 5 ORDER BY height", name = "h")
)]
struct Plant {
    height: i32,
    width: i32,
    name: String,
    tags: Vec<String>,
    planted: DateTime,
}

fn main() {}
