use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, Collection)]
#[leaf(
    name = "plants",
    index(height, sprase),
    index(height, sparse = true),
    index(height, after = "7 days"),
    index(height, sparse, partial = "height > 5"),
    index(height, name = ""),
    index(height, name = "a", name = "b"),
    index(height, colour),
    unique(height, colour, name = "height_1_colour_1"),
    text(colour),
    text(note),
    hashed(height, colour),
    ttl(planted),
    ttl(planted, after = "soon"),
    ttl(planted, after = "7 dayz"),
    ttl(planted, after = 7),
    ttl(planted, watered, after = "7 days"),
    ttl(colour, after = "1 week"),
    ttl(planted, after = "100 years", name = "century")
)]
struct Plant {
    height: i32,
    colour: String,
    note: String,
    planted: DateTime,
    watered: DateTime,
}

fn main() {}
