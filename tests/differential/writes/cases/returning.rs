//! `RETURNING`.

use crate::value::Value;
use crate::writes::sequence::{Sequence, each, refused, sequence};
use queryleaf_compiler::Code;

pub fn sequences() -> Vec<Sequence> {
    let mut sequences = each(&[
        "INSERT INTO tallies (_id, n) VALUES ('x', 1), ('y', 2) RETURNING _id, n, total",
        "INSERT INTO tallies (_id) VALUES ('x') RETURNING *",
        "INSERT INTO moves (quantity) VALUES (5), (6) RETURNING _id, quantity * 2 AS twice, moved_at",
        "INSERT INTO shelves (shop) VALUES ('west') RETURNING _id, shop, COALESCE(shelf, 'none') AS shelf, seen",
        "INSERT INTO archive (_id, sku) SELECT _id, sku FROM articles RETURNING _id, sku, note",
        "INSERT INTO tallies (_id, n) VALUES ('red', 100), ('new', 1) ON CONFLICT DO NOTHING RETURNING _id, n",
        "INSERT INTO tallies (_id, n) VALUES ('red', 100), ('new', 1) ON CONFLICT (_id) DO UPDATE SET n = EXCLUDED.n RETURNING _id, n, total",
        "INSERT INTO tallies (_id, n) SELECT state::text, COUNT(*) FROM articles GROUP BY state ON CONFLICT (_id) DO UPDATE SET n = EXCLUDED.n RETURNING _id, n",
        "UPDATE articles SET stock = stock + 1 WHERE checked RETURNING _id, stock, name",
        "UPDATE articles SET stock = stock + 1, name = upper(name) WHERE _id = 3 RETURNING *",
        "UPDATE articles SET stock = stock + 1 WHERE _id = 99 RETURNING _id",
        "UPDATE articles SET dims.width = 7 WHERE stock > 2 RETURNING _id, dims.width, dims.label, spot.town, tags[1] AS tag",
        "UPDATE articles SET cost = NULL WHERE cost > 1 RETURNING _id AS id, cost, price + 1 AS more, CASE WHEN checked THEN 'yes' ELSE 'no' END AS word",
        "UPDATE articles AS a SET stock = 0 RETURNING a._id, a.stock",
        "UPDATE articles SET stock = 0 RETURNING articles._id, articles.sku AS sku",
        "UPDATE moves SET quantity = a.stock FROM articles a WHERE a._id = moves.article RETURNING moves._id, moves.quantity",
        "DELETE FROM articles WHERE checked RETURNING _id, sku, dims.width AS width",
        "DELETE FROM articles WHERE _id = 3 RETURNING *",
        "DELETE FROM articles WHERE _id = 99 RETURNING *",
        "DELETE FROM articles RETURNING _id",
        "DELETE FROM moves USING articles a WHERE a._id = moves.article AND a.active RETURNING moves._id, moves.quantity",
        "DELETE FROM moves WHERE article IN (SELECT _id FROM articles WHERE stock > 2) RETURNING _id, article",
    ]);
    sequences.push(refused(
        Code::Unsupported,
        "INSERT INTO tallies (_id, n) VALUES ('red', 1) ON CONFLICT (_id) DO UPDATE SET n = 0 WHERE tallies.total > 1 RETURNING _id, n",
    ));
    sequences.push(
        sequence(&["UPDATE articles SET name = :name WHERE stock > :least RETURNING _id, name, :name || 'x' AS both"])
            .with("name", Value::text("$x"))
            .with("least", Value::Integer(2)),
    );
    sequences
}
