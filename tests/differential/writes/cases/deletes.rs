//! `DELETE` and `TRUNCATE`.

use crate::writes::sequence::{Sequence, each, sequence};

pub fn sequences() -> Vec<Sequence> {
    let mut sequences = each(&[
        "DELETE FROM articles",
        "DELETE FROM archive",
        "DELETE FROM articles AS a WHERE a.stock > 2",
        "DELETE FROM articles a WHERE a.stock > (SELECT AVG(b.stock) FROM articles b WHERE b.state = a.state)",
        "DELETE FROM moves USING articles a WHERE a._id = moves.article AND a.active",
        "DELETE FROM articles USING moves WHERE moves.article = articles._id",
        "DELETE FROM articles USING moves m WHERE m.article = articles._id AND m.quantity > articles.stock",
        "DELETE FROM articles a USING moves m, tallies t WHERE m.article = a._id AND t._id = a.state::text",
        "DELETE FROM moves USING articles a LEFT JOIN tallies t ON t._id = a.state::text WHERE a._id = moves.article AND t._id IS NULL",
        "DELETE FROM moves USING (SELECT article, MAX(quantity) AS top FROM moves GROUP BY article) s WHERE s.article = moves.article AND moves.quantity < s.top",
        "DELETE FROM moves m USING moves o WHERE m.article = o.article AND m.quantity < o.quantity",
        "DELETE FROM moves USING archive WHERE archive._id = moves.article",
        "WITH old AS (SELECT _id FROM articles WHERE added_at < TIMESTAMPTZ '2000-01-01') DELETE FROM articles WHERE _id IN (SELECT _id FROM old)",
        "WITH old AS (SELECT _id FROM articles WHERE stock > 1) DELETE FROM moves USING old WHERE old._id = moves.article",
        "DELETE FROM moves USING (VALUES (1), (2), (NULL)) AS v(n) WHERE v.n = moves.quantity",
        "DELETE FROM shelves WHERE (shop, shelf) IN (SELECT shop, shelf FROM shelves WHERE count > 1)",
        "TRUNCATE articles",
        "TRUNCATE TABLE moves",
        "TRUNCATE archive",
    ]);
    sequences.push(sequence(&[
        "DELETE FROM articles WHERE stock < 0",
        "DELETE FROM moves WHERE NOT EXISTS (SELECT 1 FROM articles WHERE articles._id = moves.article)",
        "TRUNCATE TABLE articles",
        "DELETE FROM moves WHERE article NOT IN (SELECT _id FROM articles)",
        "INSERT INTO moves (quantity) VALUES (1)",
    ]));
    sequences
}
