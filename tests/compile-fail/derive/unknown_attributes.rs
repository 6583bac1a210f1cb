use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "plants", unqiue(height), collection = "plants", name = "trees")]
struct Plant {
    #[leaf(reference = "gardens._id")]
    garden: ObjectId,
    #[leaf(nullable)]
    height: i32,
    #[leaf(opaque = true)]
    rest: Rest,
    leaf: Leaf,
}

#[derive(Serialize, Deserialize)]
struct Rest;

#[derive(Serialize, Deserialize, Embedded)]
#[leaf(name = "leaves")]
struct Leaf {
    colour: Colour,
}

#[derive(Serialize, Deserialize, SqlEnum)]
#[leaf(integers)]
enum Colour {
    Green,
    #[leaf(name = "r")]
    Red,
}

fn main() {}
