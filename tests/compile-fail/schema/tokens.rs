use queryleaf::prelude::*;

schema! {
    CREATE TABLE users (
        name TEXT NOT NULL,
        age INTEGR,
        PRIMARY KEY (nme)
    ) WITH TTL (name EXPIRE_AFTER "7 days")
}

fn main() {}
