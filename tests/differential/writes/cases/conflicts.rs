//! `INSERT .. ON CONFLICT`.

use crate::value::Value;
use crate::writes::sequence::{Sequence, each, sequence};

pub fn sequences() -> Vec<Sequence> {
    let mut sequences = each(&[
        "INSERT INTO tallies (_id, n) VALUES ('red', 100), ('new', 1) ON CONFLICT DO NOTHING",
        "INSERT INTO tallies (_id, n) VALUES ('red', 100), ('new', 1) ON CONFLICT (_id) DO NOTHING",
        "INSERT INTO tallies (_id, n) VALUES ('new', 1), ('new', 2), ('new', 3) ON CONFLICT DO NOTHING",
        "INSERT INTO tallies (_id, n) VALUES ('red', 100), ('new', 1) ON CONFLICT (_id) DO UPDATE SET n = EXCLUDED.n",
        "INSERT INTO tallies (_id, n) VALUES ('red', 100), ('$blue', 1) ON CONFLICT (_id) DO UPDATE SET n = tallies.n + EXCLUDED.n",
        "INSERT INTO tallies AS t (_id, n) VALUES ('red', 100) ON CONFLICT (_id) DO UPDATE SET n = t.n - EXCLUDED.n",
        "INSERT INTO tallies (_id, total) VALUES ('red', NULL), ('Red', 5) ON CONFLICT (_id) DO UPDATE SET total = COALESCE(EXCLUDED.total, 0) + COALESCE(tallies.total, 0)",
        "INSERT INTO tallies (_id, n) VALUES ('red', 1), ('Red', 2), ('green', 3) ON CONFLICT (_id) DO UPDATE SET n = EXCLUDED.n WHERE tallies.n > EXCLUDED.n",
        "INSERT INTO tallies (_id, n) VALUES ('red', 1), ('Red', 2), ('green', 3) ON CONFLICT (_id) DO UPDATE SET n = 7 WHERE tallies.total > 1",
        "INSERT INTO tallies (_id, n) VALUES ('red', 1) ON CONFLICT (_id) DO UPDATE SET n = 7 WHERE NULL",
        "INSERT INTO tallies (_id, n, mean) VALUES ('red', 1, 2), ('fresh', 3, 4) ON CONFLICT (_id) DO UPDATE SET mean = EXCLUDED.n, n = tallies.mean",
        "INSERT INTO tallies (_id) VALUES ('red'), ('fresh') ON CONFLICT (_id) DO UPDATE SET n = DEFAULT, total = EXCLUDED.total, words = NULL",
        "INSERT INTO tallies (_id, words) VALUES ('red', ARRAY['$x', NULL]), ('fresh', NULL) ON CONFLICT (_id) DO UPDATE SET words = tallies.words || EXCLUDED.words",
        "INSERT INTO tallies (_id, latest) VALUES ('red', CURRENT_TIMESTAMP), ('fresh', NULL) ON CONFLICT (_id) DO UPDATE SET latest = GREATEST(tallies.latest, EXCLUDED.latest)",
        "INSERT INTO tallies (_id, latest) VALUES ('red', NULL) ON CONFLICT (_id) DO UPDATE SET latest = CURRENT_TIMESTAMP",
        "INSERT INTO archive (_id, sku) VALUES (1, 'x'), (2, 'x'), (3, NULL), (4, NULL) ON CONFLICT DO NOTHING",
        "INSERT INTO archive (_id, sku) VALUES (1, 'x'), (2, 'x'), (3, NULL), (4, NULL) ON CONFLICT (sku) DO NOTHING",
        "INSERT INTO archive (_id, sku, quantity) VALUES (1, NULL, 1), (2, NULL, 2) ON CONFLICT (sku) DO UPDATE SET quantity = EXCLUDED.quantity",
        "INSERT INTO shelves (shop, shelf, count) VALUES ('north', 'a', 50), ('north', 'z', 60) ON CONFLICT (shop, shelf) DO UPDATE SET count = EXCLUDED.count, label = 'changed'",
        "INSERT INTO shelves (shop, shelf, count) VALUES ('north', 'a', 50), ('south', 'b', 60) ON CONFLICT (shelf, shop) DO UPDATE SET count = shelves.count * 2 + EXCLUDED.count",
        "INSERT INTO shelves (shop, shelf) VALUES ('north', NULL), ('north', NULL), ('north', 'a') ON CONFLICT (shop, shelf) DO NOTHING",
        "INSERT INTO shelves (shop, shelf) VALUES ('north', NULL), ('north', 'a'), ('öst', 'a') ON CONFLICT (shop, shelf) DO UPDATE SET label = 'hit' || COALESCE(shelves.label, '')",
        "INSERT INTO shelves (shop, shelf, seen) VALUES ('north', 'a', NULL) ON CONFLICT (shop, shelf) DO UPDATE SET seen = EXCLUDED.seen, shop = 'moved'",
        "INSERT INTO tallies (_id, n) SELECT name, stock FROM articles WHERE name <> '' ON CONFLICT DO NOTHING",
        "INSERT INTO tallies (_id, n) SELECT DISTINCT state::text, 1 FROM articles ON CONFLICT (_id) DO UPDATE SET n = tallies.n + 1",
        "INSERT INTO tallies (_id, n, total) SELECT state::text, COUNT(*), SUM(price) FROM articles GROUP BY state ON CONFLICT (_id) DO UPDATE SET n = EXCLUDED.n, total = EXCLUDED.total",
        "INSERT INTO tallies (_id, n) SELECT state::text, COUNT(*) FROM articles GROUP BY state ON CONFLICT (_id) DO UPDATE SET n = EXCLUDED.n WHERE tallies.n < EXCLUDED.n",
        "INSERT INTO tallies (_id, n) SELECT _id, n + 1 FROM tallies ON CONFLICT (_id) DO UPDATE SET n = EXCLUDED.n",
        "INSERT INTO tallies (_id, n) SELECT _id || 'x', n FROM tallies UNION ALL SELECT 'red', 9 FROM tallies WHERE n = 1 ON CONFLICT (_id) DO NOTHING",
        "INSERT INTO articles (_id, sku, name, tags, scores, spot) SELECT _id + 100, sku, 'copy', tags, scores, spot FROM articles ON CONFLICT (sku) DO UPDATE SET name = articles.name || EXCLUDED.name, stock = articles.stock + 1",
        "INSERT INTO articles (_id, sku, code, name, tags, scores, spot) SELECT _id + 100, 'n' || _id, code, 'copy', tags, scores, spot FROM articles ON CONFLICT (code) DO UPDATE SET sold = articles.sold + EXCLUDED.grade",
        "INSERT INTO articles (_id, sku, name, tags, scores, spot) SELECT _id, sku, 'copy', tags, scores, spot FROM articles ON CONFLICT DO NOTHING",
    ]);
    sequences.extend([
        sequence(&["INSERT INTO tallies (_id, n) VALUES (:id, :n) ON CONFLICT (_id) DO UPDATE SET n = tallies.n + :n, total = :total"])
            .with("id", Value::text("$blue"))
            .with("n", Value::Integer(5))
            .with("total", Value::numeric("0.10")),
        sequence(&["INSERT INTO tallies (_id, n) VALUES (:id, :n) ON CONFLICT (_id) DO UPDATE SET n = tallies.n + :n, total = :total"])
            .with("id", Value::text("{\"$gt\": \"\"}"))
            .with("n", Value::Integer(5))
            .with("total", Value::Null),
        sequence(&[
            "INSERT INTO archive (_id, sku) VALUES (1, 'x')",
            "INSERT INTO archive (_id, sku) VALUES (2, 'x') ON CONFLICT (sku) DO UPDATE SET quantity = EXCLUDED._id",
            "INSERT INTO archive (_id, sku) VALUES (2, 'x') ON CONFLICT (sku) DO UPDATE SET sku = 'y'",
            "INSERT INTO archive (_id, sku) VALUES (2, 'x'), (3, 'z') ON CONFLICT (sku) DO UPDATE SET sku = NULL",
            "INSERT INTO archive (_id, sku) VALUES (4, 'y') ON CONFLICT (sku) DO UPDATE SET sku = NULL",
        ]),
        // The other key is taken, of which the clause does not speak.
        sequence(&[
            "INSERT INTO archive (_id, sku) VALUES (1, 'x')",
            "INSERT INTO archive (_id, sku) VALUES (1, 'y') ON CONFLICT (sku) DO UPDATE SET note = 'changed'",
        ])
        .fails(),
        sequence(&[
            "INSERT INTO archive (_id, sku) VALUES (1, 'x')",
            "INSERT INTO archive (_id, sku) VALUES (1, 'y') ON CONFLICT (sku) DO NOTHING",
        ])
        .fails(),
        sequence(&[
            "INSERT INTO archive (_id, sku) VALUES (1, 'x')",
            "INSERT INTO archive (_id, sku) VALUES (2, 'x') ON CONFLICT (_id) DO UPDATE SET note = 'changed'",
        ])
        .fails(),
        // The same row twice in one statement.
        sequence(&["INSERT INTO tallies (_id, n) VALUES ('new', 1), ('new', 2) ON CONFLICT (_id) DO UPDATE SET n = EXCLUDED.n"])
            .fails(),
        sequence(&["INSERT INTO tallies (_id, n) VALUES ('red', 1), ('red', 2) ON CONFLICT (_id) DO UPDATE SET n = EXCLUDED.n"])
            .fails(),
        sequence(&["INSERT INTO tallies (_id, n) SELECT state::text, stock FROM articles ON CONFLICT (_id) DO UPDATE SET n = EXCLUDED.n"])
            .fails(),
        sequence(&["INSERT INTO tallies (_id, n) VALUES ('red', 1) ON CONFLICT (_id) DO UPDATE SET n = NULL"])
            .fails(),
        sequence(&["INSERT INTO tallies (_id, total) VALUES ('red', NULL) ON CONFLICT (_id) DO UPDATE SET n = EXCLUDED.total"])
            .fails(),
        sequence(&["INSERT INTO tallies (_id, n) VALUES ('red', 1) ON CONFLICT (_id) DO UPDATE SET mean = 1 / (EXCLUDED.n - 1)"])
            .fails(),
    ]);
    sequences
}
