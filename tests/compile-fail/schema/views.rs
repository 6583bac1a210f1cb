use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "orders")]
struct Order {
    #[serde(rename = "_id")]
    id: i64,
    customer: String,
    total: i32,
    placed_at: DateTime,
}

mod texts {
    use super::orders;

    queryleaf::schema! { "CREATE VIEW a AS SELECT custmer FROM orders" }
    queryleaf::schema! { "CREATE VIEW b AS SELECT customer FROM orders WHERE total > :least" }
    queryleaf::schema! { "CREATE VIEW c AS SELECT 1 AS one" }
    queryleaf::schema! { "CREATE VIEW d (x, y) AS SELECT customer FROM orders" }
    queryleaf::schema! { "CREATE VIEW e AS SELECT o._id, p.total FROM orders o, orders p" }
    queryleaf::schema! { "CREATE VIEW f AS SELECT NOW() - placed_at AS age FROM orders" }
    queryleaf::schema! { "CREATE VIEW g AS SELECT customer FROM orders ORDER BY $natural" }
    queryleaf::schema! { "CREATE OR REPLACE VIEW h AS SELECT customer FROM orders" }
    queryleaf::schema! { "CREATE VIEW i AS" }
    queryleaf::schema! { "CREATE VIEW j (x, x) AS SELECT customer, total FROM orders" }
}

mod tokens {
    use super::orders;

    queryleaf::schema! { CREATE VIEW a AS SELECT totl FROM orders }
}

mod writes {
    use super::orders;
    use queryleaf::prelude::*;

    queryleaf::schema! { "CREATE VIEW large AS SELECT _id, total FROM orders WHERE total > 100" }

    pub fn write() {
        let _ = sql!("UPDATE large SET total = 1 WHERE _id = 1");
        let _ = sql!("DELETE FROM large WHERE _id = 1");
        let _ = sql!("INSERT INTO large (total) VALUES (1)");
    }

    queryleaf::schema! { "CREATE VIEW rows AS DELETE FROM orders WHERE total = 1 RETURNING total" }
}

fn main() {}
