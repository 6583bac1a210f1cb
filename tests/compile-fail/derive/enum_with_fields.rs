use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, SqlEnum)]
enum Colour {
    Green,
    Other(String),
}

fn main() {}
