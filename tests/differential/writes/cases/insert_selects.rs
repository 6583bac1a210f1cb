//! `INSERT .. SELECT`.

use crate::value::Value;
use crate::writes::sequence::{Sequence, each, sequence};

pub fn sequences() -> Vec<Sequence> {
    let mut sequences = each(&[
        "INSERT INTO archive (_id, sku, amount, quantity) SELECT _id, sku, price, stock FROM articles",
        "INSERT INTO archive (_id, amount, at) SELECT _id, cost, added_at FROM articles WHERE cost > 1 OR checked",
        "INSERT INTO archive SELECT _id, sku, price FROM articles WHERE stock > 2",
        "INSERT INTO archive (_id, quantity) SELECT stock + 100, COUNT(*) FROM articles GROUP BY stock",
        "INSERT INTO archive (_id, amount, quantity) SELECT article, SUM(amount), MAX(quantity) FROM moves WHERE article IS NOT NULL GROUP BY article HAVING COUNT(*) > 1",
        "INSERT INTO archive (_id, quantity) SELECT 1, COUNT(*) FROM moves",
        "INSERT INTO archive (_id, quantity) SELECT 1, SUM(quantity) FROM moves WHERE FALSE",
        "INSERT INTO archive (_id, note) SELECT _id, COALESCE(note, 'none') FROM articles",
        "INSERT INTO archive (_id, note) SELECT _id, note FROM articles",
        "INSERT INTO archive (_id, at) SELECT _id, CURRENT_TIMESTAMP FROM articles WHERE _id < 3",
        "INSERT INTO archive (_id, quantity) SELECT DISTINCT stock + 10, 1 FROM articles",
        "INSERT INTO archive (_id, sku) SELECT _id, sku FROM articles ORDER BY _id DESC LIMIT 5",
        "INSERT INTO archive (_id, sku) SELECT _id, sku FROM articles ORDER BY _id OFFSET 3 LIMIT 4",
        "INSERT INTO archive (_id, quantity) WITH big AS (SELECT _id, sold FROM articles WHERE sold > 0) SELECT _id, sold FROM big",
        "WITH big AS (SELECT _id, sold FROM articles WHERE sold > 0) INSERT INTO archive (_id, quantity) SELECT _id, sold FROM big",
        "INSERT INTO archive (_id, quantity) SELECT _id, stock FROM articles WHERE _id < 5 UNION ALL SELECT _id + 100, stock FROM articles WHERE _id < 7",
        "INSERT INTO archive (_id, quantity) SELECT stock + 50, 7 FROM articles UNION SELECT stock + 50, 7 FROM articles",
        "INSERT INTO archive (_id, amount) SELECT a._id, m.amount FROM articles a LEFT JOIN (SELECT article, MAX(amount) AS amount FROM moves GROUP BY article) m ON m.article = a._id AND a.active",
        "INSERT INTO archive (_id, amount) SELECT a._id, (SELECT MAX(m.amount) FROM moves m WHERE m.article = a._id) FROM articles a",
        "INSERT INTO archive (_id, sku) SELECT _id, sku FROM articles WHERE EXISTS (SELECT 1 FROM moves WHERE moves.article = articles._id)",
        "INSERT INTO archive (_id, sku) SELECT _id, sku FROM articles WHERE _id NOT IN (SELECT article FROM moves)",
        "INSERT INTO archive (_id, sku) SELECT _id, sku FROM articles WHERE _id NOT IN (SELECT article FROM moves WHERE article IS NOT NULL)",
        "INSERT INTO archive (_id, quantity) SELECT _id, ROW_NUMBER() OVER (ORDER BY _id DESC) FROM articles",
        "INSERT INTO archive (_id, quantity) SELECT _id, CASE WHEN checked THEN 1 WHEN NOT checked THEN 0 END FROM articles",
        "INSERT INTO archive (_id, quantity) SELECT _id, ratio FROM articles WHERE abs(ratio) < 1000",
        "INSERT INTO archive (_id, quantity) SELECT _id, price FROM articles",
        "INSERT INTO archive (_id, note) SELECT _id, state::text FROM articles",
        "INSERT INTO archive (_id, note) SELECT _id, due FROM articles",
        "INSERT INTO moves (article, quantity) SELECT _id, stock FROM articles",
        "INSERT INTO moves (article, sku, quantity, dims, tags) SELECT _id, sku, stock, dims, tags FROM articles",
        "INSERT INTO moves (article, quantity) SELECT article, quantity FROM moves",
        "INSERT INTO moves (article, quantity, day) SELECT article, -quantity, day FROM moves WHERE quantity > 0",
        "INSERT INTO moves (article, quantity) SELECT article, SUM(quantity) FROM moves GROUP BY article",
        "INSERT INTO moves (quantity, amount) SELECT MAX(quantity), AVG(amount) FROM moves",
        "INSERT INTO moves (quantity, factor) SELECT MAX(quantity), AVG(quantity) FROM moves",
        "INSERT INTO moves (article, reason) SELECT _id, 'a' || sku || name FROM articles WHERE active",
        "INSERT INTO moves (article, tags) SELECT _id, ARRAY[sku, note] FROM articles",
        "INSERT INTO moves (article, quantity) SELECT _id, x FROM articles, UNNEST(scores) AS x",
        "INSERT INTO shelves (shop, shelf, count) SELECT DISTINCT 'west', state::text, 1 FROM articles",
        "INSERT INTO shelves (shop, count) SELECT shop, SUM(count) FROM shelves GROUP BY shop",
        "INSERT INTO shelves (_id, shop, seen) SELECT GENERATE_UUID(), sku, NULL FROM articles",
        "INSERT INTO tallies (_id, n) SELECT 'n' || stock, COUNT(*) FROM articles GROUP BY stock",
        "INSERT INTO tallies (_id, n, total, mean, latest) SELECT 'all', COUNT(cost), SUM(cost), AVG(weight), MAX(seen_at) FROM articles",
        "INSERT INTO tallies (_id, words) SELECT 'all', ARRAY_AGG(sku ORDER BY _id) FROM articles",
        "INSERT INTO tallies (_id, total) SELECT x, 1 FROM (VALUES ('u'), ('v')) AS v(x)",
        "INSERT INTO tallies (_id, n) SELECT 'one', 1",
        "INSERT INTO tallies (_id, n) SELECT 'one', 1 WHERE EXISTS (SELECT 1 FROM archive)",
        "INSERT INTO tallies (_id, n) SELECT 'm' || _id, small FROM measures WHERE maybe_flag",
        "INSERT INTO archive (_id, quantity, note) SELECT number, crates, left(note, 3) FROM shipments WHERE damaged IS NULL",
    ]);
    sequences.extend([
        sequence(&["INSERT INTO archive (_id, quantity) SELECT _id, stock * :by FROM articles WHERE name <> :name"])
            .with("by", Value::Integer(3))
            .with("name", Value::text("$x")),
        sequence(&["INSERT INTO archive (_id, sku, quantity) SELECT _id, :sku, :n FROM articles WHERE _id = :id"])
            .with("sku", Value::text("{\"$gt\": \"\"}"))
            .with("n", Value::Integer(-1))
            .with("id", Value::Integer(4)),
        sequence(&[
            "INSERT INTO archive (_id, sku) SELECT _id, sku FROM articles WHERE _id < 10",
            "INSERT INTO archive (_id, sku) SELECT _id + 100, NULL FROM archive",
            "INSERT INTO archive (_id, quantity) SELECT _id + 1000, COUNT(*) FROM archive GROUP BY _id",
        ]),
        sequence(&[
            "INSERT INTO archive (_id) SELECT _id FROM articles WHERE _id > 20",
            "INSERT INTO archive (_id) SELECT _id FROM articles",
        ])
        .fails(),
        sequence(&["INSERT INTO archive (_id, sku) SELECT _id, 'same' FROM articles"]).fails(),
        sequence(&["INSERT INTO archive (_id) SELECT stock + 10 FROM articles"]).fails(),
    ]);
    sequences
}
