use queryleaf::prelude::*;

#[derive(Collection)]
#[leaf(name = "lamps")]
struct Lamp {
    colour: String,
}

fn main() {
    let lamp = Lamp {
        colour: "red".to_owned(),
    };
    let _ = sql!("INSERT INTO lamps VALUES (:lamp)");
}
