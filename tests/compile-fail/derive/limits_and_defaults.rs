use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "plants")]
struct Plant {
    #[leaf(max_length = 5)]
    height: i32,
    #[leaf(max_length = 0)]
    name: String,
    #[leaf(max_length = "ten")]
    latin: String,
    #[leaf(precision = 3)]
    width: f64,
    #[leaf(precision = 35)]
    price: Decimal128,
    #[leaf(precision = 3, scale = 4)]
    share: Decimal128,
    #[leaf(scale = 2)]
    ratio: Decimal128,
    #[leaf(default = "now")]
    planted: DateTime,
    #[leaf(default = "'tall'")]
    size: i32,
    #[leaf(default = "'GPS'", max_length = 2)]
    place: String,
    #[leaf(default = 300)]
    rings: u8,
    #[leaf(default = "GENERATE_UUID()")]
    label: String,
    #[leaf(default = "rings + 1")]
    age: i32,
    #[leaf(default = 12.345, precision = 4, scale = 2)]
    weight: Decimal128,
    #[leaf(default = None)]
    note: Option<String>,
    #[leaf(default = "'blue'")]
    colour: Colour,
    #[leaf(default = "NULL")]
    shape: String,
    leaf: Leaf,
}

#[derive(Serialize, Deserialize, SqlEnum)]
enum Colour {
    Red,
    Green,
}

#[derive(Serialize, Deserialize, Embedded)]
struct Leaf {
    #[leaf(default = 1)]
    veins: i32,
}

fn main() {}
