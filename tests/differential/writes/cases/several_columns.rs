//! `UPDATE .. SET (a, b) = ..`: several columns from a row of values, or from the row of a query.

use crate::value::Value;
use crate::writes::sequence::{Sequence, each, failing, refused, sequence};
use queryleaf_compiler::Code;

pub fn sequences() -> Vec<Sequence> {
    let mut sequences = each(&[
        // Rows of values.
        "UPDATE moves SET (article, quantity) = (quantity, 7) WHERE urgent",
        "UPDATE moves SET (article, quantity) = ROW(quantity, 7) WHERE urgent",
        "UPDATE moves SET (quantity) = ROW(8), (sku, reason) = row(reason, sku)",
        "UPDATE moves SET (quantity, amount) = (DEFAULT, NULL) WHERE amount > 0",
        // The row of a query, which there may not be.
        "UPDATE moves SET (sku, reason) = (SELECT a.sku, a.name FROM articles a WHERE a._id = moves.article)",
        "UPDATE moves SET (amount, factor) = (SELECT a.price * moves.quantity, a.weight FROM articles a WHERE a._id = moves.article) WHERE urgent",
        "UPDATE moves m SET (amount, factor) = (SELECT MAX(a.cost), AVG(a.ratio) FROM articles a WHERE a.sku = m.sku), reason = 'x'",
        "UPDATE moves SET (amount, factor) = (SELECT 1.50, NULL::double precision)",
        "UPDATE moves SET (sku, reason) = (SELECT 'new', 'a$b' FROM articles WHERE articles._id = moves.article AND stock > 1)",
        "UPDATE moves SET (sku, amount) = (SELECT sku, price FROM articles ORDER BY _id DESC LIMIT 1)",
        "UPDATE moves SET (sku, amount) = (SELECT sku, price FROM articles WHERE FALSE) WHERE quantity > 0",
        "UPDATE moves SET (sku) = (SELECT a.sku FROM articles a WHERE a._id = moves.article)",
        "UPDATE moves SET (sku, amount) = (SELECT a.sku, a.cost FROM articles a WHERE a._id = moves.article), (reason, factor) = (SELECT a.note, a.weight FROM articles a WHERE a._id = moves.article + 1)",
        "UPDATE articles SET (stock, sold) = (SELECT COUNT(*), COALESCE(SUM(quantity), 0) FROM moves WHERE moves.article = articles._id)",
        "UPDATE articles SET (stock, sold) = (SELECT COUNT(*), COUNT(DISTINCT (quantity, reason)) FROM moves WHERE moves.article = articles._id) WHERE active",
        "UPDATE articles SET (tags, scores) = (SELECT b.tags, b.scores FROM articles b WHERE b._id = 1)",
        "UPDATE articles SET (name, note) = (SELECT b.name || '!', b.note FROM articles b WHERE b._id = articles._id)",
        "UPDATE shelves SET (count, label) = (SELECT s.count + 1, s.label FROM shelves s WHERE s._id = shelves._id)",
        "UPDATE tallies SET (total, mean) = (SELECT SUM(price), AVG(weight) FROM articles WHERE articles.state::text = tallies._id)",
        "WITH s AS (SELECT article, COUNT(*) AS n, MAX(amount) AS most FROM moves GROUP BY article) UPDATE articles SET (bonus, cost) = (SELECT s.n, s.most FROM s WHERE s.article = articles._id)",
        "UPDATE moves SET (amount, reason) = (SELECT t.total, t._id FROM tallies t WHERE t._id = a.state::text) FROM articles a WHERE a._id = moves.article",
    ]);
    sequences.push(
        sequence(&["UPDATE moves SET (sku, amount) = (SELECT a.sku, a.price * :by FROM articles a WHERE a._id = moves.article AND a.stock > :least)"])
            .with("by", Value::numeric("1.50"))
            .with("least", Value::Integer(1)),
    );
    sequences.extend(failing(&[
        // Two rows.
        "UPDATE moves SET (sku, amount) = (SELECT sku, price FROM articles)",
        "UPDATE moves SET (sku, amount) = (SELECT a.sku, a.price FROM articles a WHERE a._id >= 0 * moves.quantity)",
        // No row, and a column that must have a value.
        "UPDATE articles SET (stock, sold) = (SELECT 1, 2 WHERE FALSE)",
        "UPDATE articles SET (stock, note) = (SELECT quantity, reason FROM moves WHERE moves.article > 5 AND moves.article < 3)",
        "UPDATE articles SET (stock, sold) = (1, 2, 3)",
        "UPDATE articles SET (stock, sold) = (SELECT 1)",
        "UPDATE articles SET (stock, sold) = ROW(1)",
        "UPDATE articles SET (stock, stock) = (1, 2)",
        "UPDATE articles SET (stock, sold) = (SELECT name, sku FROM articles b WHERE b._id = articles._id)",
    ]));
    sequences.extend([
        refused(
            Code::Unsupported,
            "MERGE INTO articles a USING moves m ON m.article = a._id \
             WHEN MATCHED THEN UPDATE SET (stock, sold) = (SELECT 1, 2)",
        ),
        refused(
            Code::Unsupported,
            "UPDATE articles SET (stock, sold) = spot",
        ),
    ]);
    sequences
}
