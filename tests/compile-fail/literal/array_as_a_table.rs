use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "recipes")]
struct Recipe {
    title: String,
    steps: Vec<String>,
}

fn main() {
    let _ = sql!("SELECT r.title, s FROM recipes r JOIN r.steps s ON TRUE");
    let _ = sql!("SELECT r.title, s FROM recipes AS r, r.steps AS s");
}
