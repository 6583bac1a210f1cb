use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "folders")]
struct Folder {
    children: Vec<Folder>,
}

#[derive(Serialize, Deserialize, Embedded)]
struct Branch {
    left: Option<Box<Branch>>,
    right: Option<Box<Self>>,
}

#[derive(Serialize, Deserialize, Embedded)]
struct Chicken {
    eggs: Vec<Egg>,
}

#[derive(Serialize, Deserialize, Embedded)]
struct Egg {
    chickens: Vec<Chicken>,
}

fn main() {}
