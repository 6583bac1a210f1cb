use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "lamps")]
struct Lamp {
    id: ObjectId,
    colour: String,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "shades")]
struct Shade {
    colour: String,
}

fn main() {
    let id = ObjectId::new();
    let _ = sql!("SELECT colour FROM lamps WHERE _id = :id");
    let _ = sql!("SELECT _id, colour FROM shades");
}
