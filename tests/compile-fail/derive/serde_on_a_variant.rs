use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, SqlEnum)]
enum Colour {
    #[serde(alias = "Grass")]
    Green,
    #[serde(skip_serializing)]
    Red,
    #[serde(rename(serialize = "B", deserialize = "b"))]
    Blue,
    #[serde(other)]
    Unknown,
}

#[derive(Serialize, Deserialize, SqlEnum)]
#[serde(untagged)]
enum Untagged {
    Small,
}

#[derive(Serialize, Deserialize, SqlEnum)]
#[serde(tag = "kind", content = "value")]
enum Adjacent {
    Small,
}

#[derive(Deserialize, SqlEnum)]
#[serde(variant_identifier)]
enum Identifier {
    Small,
}

fn main() {}
