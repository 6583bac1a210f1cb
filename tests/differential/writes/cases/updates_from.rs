//! `UPDATE .. FROM`.

use crate::value::Value;
use crate::writes::sequence::{Sequence, each, failing, sequence};

pub fn sequences() -> Vec<Sequence> {
    let mut sequences = each(&[
        "UPDATE articles SET stock = articles.stock + s.total FROM (SELECT article, SUM(quantity) AS total FROM moves GROUP BY article) AS s WHERE s.article = articles._id",
        "UPDATE articles a SET cost = s.amount, weight = s.factor FROM (SELECT article, MAX(amount) AS amount, MIN(factor) AS factor FROM moves GROUP BY article) AS s WHERE s.article = a._id",
        "WITH s AS (SELECT article, COUNT(*) AS n FROM moves WHERE urgent GROUP BY article) UPDATE articles SET sold = s.n FROM s WHERE s.article = articles._id",
        "WITH s AS (SELECT article, COUNT(*) AS n FROM moves GROUP BY article) UPDATE articles SET sold = s.n, name = articles.name || s.n FROM s WHERE s.article = articles._id AND articles.stock > 1",
        "UPDATE articles SET note = t._id, sold = t.n FROM tallies t WHERE t._id = articles.state::text",
        "UPDATE articles SET cost = t.total FROM tallies t WHERE t._id = articles.note",
        "UPDATE tallies SET n = s.n, total = s.total, mean = s.mean FROM (SELECT state::text AS state, COUNT(*) AS n, SUM(price) AS total, AVG(weight) AS mean FROM articles GROUP BY state) AS s WHERE s.state = tallies._id",
        "UPDATE moves SET amount = a.price * moves.quantity, reason = a.name FROM articles a WHERE a._id = moves.article",
        "UPDATE moves SET amount = a.cost, dims = a.dims, tags = a.tags FROM articles a WHERE a._id = moves.article AND a.active",
        "UPDATE moves SET sku = a.sku FROM articles a WHERE a._id = moves.article AND moves.sku IS NULL",
        "UPDATE moves SET quantity = a.stock FROM articles a WHERE a.sku = moves.sku",
        "UPDATE moves SET day = a.paid_on, moved_at = a.added_at FROM articles a LEFT JOIN tallies t ON t._id = a.state::text WHERE a._id = moves.article AND t._id IS NULL",
        "UPDATE moves SET reason = t._id FROM articles a JOIN tallies t ON t._id = a.state::text WHERE a._id = moves.article",
        "UPDATE moves SET reason = v.word FROM (VALUES (1, 'one'), (2, 'two'), (3, '$three')) AS v(n, word) WHERE v.n = moves.quantity",
        "UPDATE moves SET dims.width = a.stock, dims.core.depth = a.weight FROM articles a WHERE a._id = moves.article",
        "UPDATE shelves SET count = s.count FROM shelves AS s WHERE s.shop = shelves.shop AND s.shelf = 'a' AND shelves.shelf = 'b'",
        "UPDATE shelves SET label = s.label, seen = s.seen FROM shelves AS s WHERE s._id = shelves._id",
        "UPDATE articles SET stock = articles.stock + 1 FROM archive WHERE archive._id = articles._id",
        "UPDATE moves SET amount = NULL, factor = a.weight FROM articles a WHERE a._id = moves.article",
        "UPDATE articles SET bonus = s.place FROM (SELECT _id, ROW_NUMBER() OVER (ORDER BY price, _id) AS place FROM articles) AS s WHERE s._id = articles._id",
        "UPDATE moves SET quantity = (SELECT COUNT(*) FROM moves m WHERE m.article = moves.article) FROM articles a WHERE a._id = moves.article",
        "UPDATE moves SET moved_at = CURRENT_TIMESTAMP FROM articles a WHERE a._id = moves.article",
        "UPDATE moves SET quantity = DEFAULT, reason = DEFAULT FROM articles a WHERE a._id = moves.article",
    ]);
    sequences.extend([
        sequence(&["UPDATE moves SET amount = a.price * :by, reason = :reason FROM articles a WHERE a._id = moves.article AND a.stock > :least"])
            .with("by", Value::numeric("1.50"))
            .with("reason", Value::text("$x"))
            .with("least", Value::Integer(1)),
        sequence(&[
            "UPDATE moves SET quantity = a.stock FROM articles a WHERE a._id = moves.article",
            "UPDATE moves SET quantity = moves.quantity + a.stock FROM articles a WHERE a._id = moves.article",
            "UPDATE articles SET stock = m.n FROM (SELECT article, MAX(quantity) AS n FROM moves GROUP BY article) m WHERE m.article = articles._id",
        ]),
    ]);
    // PostgreSQL takes any of several rows; here they are an error.
    for sql in [
        "UPDATE articles SET stock = m.quantity FROM moves m WHERE m.article = articles._id",
        "UPDATE articles SET stock = 1 FROM moves",
        "UPDATE tallies SET n = 1 FROM articles a WHERE a.state::text = tallies._id",
    ] {
        sequences.push(sequence(&[sql]).fails_here());
    }
    sequences.extend(failing(&[
        "UPDATE moves SET quantity = a.cost FROM articles a WHERE a._id = moves.article",
        "UPDATE moves SET quantity = 1 / (a.stock - a.stock) FROM articles a WHERE a._id = moves.article",
    ]));
    sequences
}
