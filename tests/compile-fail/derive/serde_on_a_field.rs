use queryleaf::prelude::*;

mod feet {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
        (value * 3.28).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
        f64::deserialize(deserializer).map(|feet| feet / 3.28)
    }
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "plants")]
struct Plant {
    #[serde(alias = "size")]
    height: i32,
    #[serde(with = "feet")]
    width: f64,
    #[serde(skip_serializing)]
    secret: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    colours: Vec<String>,
    #[serde(rename(serialize = "min", deserialize = "max"))]
    temperature: i32,
    #[serde(skip)]
    #[leaf(references = "gardens._id")]
    garden: i32,
}

fn main() {}
