use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "boxes")]
struct Crate<T> {
    content: T,
}

#[derive(Serialize, Deserialize, Embedded)]
struct Borrowed<'a> {
    name: &'a str,
}

#[derive(Serialize, Deserialize, Embedded)]
struct Pair(i32, i32);

#[derive(Serialize, Deserialize, Embedded)]
struct Nothing;

#[derive(Serialize, Deserialize, Embedded)]
enum Shape {
    Round,
}

#[derive(Serialize, Deserialize, SqlEnum)]
struct Colour {
    red: i32,
}

#[derive(Serialize, Deserialize, SqlEnum)]
enum Size<T> {
    Small,
    Other(T),
}

#[derive(Serialize, Deserialize, SqlEnum)]
enum Never {}

#[derive(Serialize, Deserialize, SqlEnum)]
enum Level {
    Low,
    #[serde(rename = "Low")]
    High,
}

#[derive(SqlEnum)]
#[leaf(integer)]
enum Weight {
    Light = 1,
    Heavy = 1,
    Heavier = 2 + 2,
}

fn main() {}
