use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, Embedded)]
#[serde(tag = "type")]
struct Tagged {
    length: i32,
}

#[derive(Serialize, Deserialize, Embedded)]
#[serde(transparent)]
struct Transparent {
    length: i32,
}

#[derive(Clone, Serialize, Deserialize, Embedded)]
#[serde(from = "i32", into = "i32")]
struct Converted {
    length: i32,
}

impl From<i32> for Converted {
    fn from(length: i32) -> Self {
        Converted { length }
    }
}

impl From<Converted> for i32 {
    fn from(converted: Converted) -> Self {
        converted.length
    }
}

#[derive(Deserialize, Embedded)]
#[serde(try_from = "i32")]
struct Tried {
    length: i32,
}

impl From<i32> for Tried {
    fn from(length: i32) -> Self {
        Tried { length }
    }
}

#[derive(Serialize, Deserialize, Embedded)]
#[serde(remote = "Transparent")]
struct Remote {
    length: i32,
}

#[derive(Serialize, Deserialize, Embedded)]
#[serde(rename_all(serialize = "camelCase", deserialize = "snake_case"))]
struct Renamed {
    stem_length: i32,
}

fn main() {}
