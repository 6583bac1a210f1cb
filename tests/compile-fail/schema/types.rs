use queryleaf::prelude::*;

schema! {
    "CREATE TABLE users (
        id SERIAL,
        name VARCHR(50) NOT NULL,
        age INTEGER DEFAULT 'old',
        code VARCHAR(2) DEFAULT 'abc',
        born TIMESTAMP(6),
        born TIMESTAMP
    )"
}

fn main() {
    let _ = sql!("SELECT name FROM users");
}
