use queryleaf::prelude::*;

mod empty {
    queryleaf::schema! {}
}

mod two {
    queryleaf::schema! { struct One = "CREATE TABLE one (a TEXT); CREATE TABLE two (a TEXT)" }
}

mod names {
    queryleaf::schema! {
        "CREATE TABLE \"fs.files\" (a TEXT);
         CREATE TABLE shop.orders (a TEXT);
         CREATE TABLE vec (a TEXT)"
    }
}

schema! { "CREATE TABLE IF NOT EXISTS t (a TEXT)" }

schema! { "DROP TABLE t" }

fn main() {}
