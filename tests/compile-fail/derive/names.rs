use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, Embedded)]
struct Leaf {
    #[serde(rename = "a.b")]
    dotted: i32,
    #[serde(rename = "$set")]
    dollar: i32,
    #[serde(rename = "")]
    empty: i32,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "system.users")]
struct User {
    height: i32,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "")]
struct Unnamed {
    height: i32,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "a$b")]
struct Dollar {
    height: i32,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "vec")]
struct Vector {
    height: i32,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "fs.files")]
struct File {
    length: i64,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "plants")]
struct Plant {
    height: i32,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "plants")]
struct Tree {
    height: i32,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = plants, table = "trees")]
struct Unquoted {
    height: i32,
}

fn main() {}
