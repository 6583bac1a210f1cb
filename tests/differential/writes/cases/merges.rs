//! `MERGE`.

use crate::value::Value;
use crate::writes::sequence::{Sequence, each, failing, sequence};

pub fn sequences() -> Vec<Sequence> {
    let mut sequences = each(&[
        "MERGE INTO tallies t USING (VALUES ('red', 5), ('fresh', 6)) AS s(k, n) ON t._id = s.k WHEN MATCHED THEN UPDATE SET n = t.n + s.n WHEN NOT MATCHED THEN INSERT (_id, n) VALUES (s.k, s.n)",
        "MERGE INTO tallies t USING (SELECT state::text AS k, COUNT(*) AS n, SUM(cost) AS total FROM articles GROUP BY state) s ON t._id = s.k WHEN MATCHED THEN UPDATE SET n = s.n, total = s.total WHEN NOT MATCHED THEN INSERT (_id, n, total) VALUES (s.k, s.n, s.total)",
        "MERGE INTO tallies t USING (SELECT state::text AS k, COUNT(*) AS n FROM articles GROUP BY state) s ON t._id = s.k WHEN MATCHED AND s.n > 5 THEN DELETE WHEN MATCHED THEN UPDATE SET n = s.n WHEN NOT MATCHED AND s.n > 5 THEN INSERT (_id, n) VALUES (s.k || '!', s.n) WHEN NOT MATCHED THEN DO NOTHING",
        "MERGE INTO tallies t USING (SELECT state::text AS k, COUNT(*) AS n FROM articles GROUP BY state) s ON t._id = s.k WHEN MATCHED THEN DO NOTHING WHEN NOT MATCHED THEN INSERT (_id) VALUES (s.k)",
        "MERGE INTO articles a USING (SELECT article, SUM(quantity) AS n FROM moves GROUP BY article) s ON a._id = s.article WHEN MATCHED AND a.stock > 2 THEN UPDATE SET stock = a.stock + s.n, note = NULL WHEN MATCHED AND a.checked THEN DELETE",
        "MERGE INTO articles a USING (SELECT article, MAX(amount) AS top FROM moves GROUP BY article) s ON a._id = s.article WHEN MATCHED AND s.top IS NULL THEN DELETE WHEN MATCHED THEN UPDATE SET cost = s.top, dims.width = 4",
        "MERGE INTO moves m USING articles a ON m.article = a._id WHEN MATCHED THEN UPDATE SET quantity = a.stock, amount = a.cost, dims = a.dims WHEN NOT MATCHED THEN INSERT (article, sku, tags) VALUES (a._id, a.sku, a.tags)",
        "MERGE INTO moves m USING articles a ON m.article = a._id AND m.urgent WHEN MATCHED THEN DELETE WHEN NOT MATCHED AND a.checked THEN INSERT (article, quantity, moved_at) VALUES (a._id, a.stock, DEFAULT)",
        "MERGE INTO archive r USING articles a ON r._id = a._id WHEN NOT MATCHED THEN INSERT (_id, sku, amount) VALUES (a._id, a.sku, a.cost)",
        "MERGE INTO archive r USING articles a ON r._id = a._id WHEN NOT MATCHED THEN INSERT VALUES (a._id, a.sku, a.cost, a.sold, a.note, a.seen_at)",
        "MERGE INTO shelves s USING (SELECT DISTINCT shop FROM shelves) n ON s.shop = n.shop AND s.shelf = 'a' WHEN MATCHED THEN UPDATE SET count = 0, label = DEFAULT WHEN NOT MATCHED THEN INSERT (shop, shelf) VALUES (n.shop, 'a')",
        "MERGE INTO shelves s USING (SELECT DISTINCT shop FROM shelves) n ON s.shop = n.shop AND s.shelf = 'zz' WHEN NOT MATCHED THEN INSERT (_id, shop, shelf, seen) VALUES (GENERATE_UUID(), n.shop, NULL, NULL)",
        "MERGE INTO tallies USING archive ON tallies.n = archive._id WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT (_id) VALUES (archive.note)",
        "MERGE INTO tallies t USING tallies s ON t._id = s._id WHEN MATCHED AND s.total IS NULL THEN UPDATE SET words = NULL, mean = s.n WHEN MATCHED AND s.total > 1 THEN DELETE",
        "WITH s AS (SELECT article, COUNT(*) AS n FROM moves GROUP BY article) MERGE INTO articles a USING s ON a._id = s.article WHEN MATCHED THEN UPDATE SET sold = s.n",
        "MERGE INTO tallies t USING (VALUES ('red'), (NULL), ('fresh')) AS s(k) ON t._id = s.k WHEN MATCHED THEN UPDATE SET n = 0 WHEN NOT MATCHED AND s.k IS NOT NULL THEN INSERT (_id) VALUES (s.k)",
        "MERGE INTO tallies t USING (VALUES ('red', 1), ('x', 2), ('y', 3)) AS s(k, n) ON t._id = s.k WHEN NOT MATCHED AND s.n = 2 THEN INSERT (_id, n) VALUES (s.k, s.n) WHEN NOT MATCHED THEN INSERT (_id, total) VALUES (s.k, s.n) WHEN MATCHED THEN UPDATE SET latest = CURRENT_TIMESTAMP",
    ]);
    sequences.push(
        sequence(&["MERGE INTO tallies t USING (SELECT :k::text AS k, :n::bigint AS n) s ON t._id = s.k WHEN MATCHED THEN UPDATE SET n = t.n + s.n WHEN NOT MATCHED THEN INSERT (_id, n) VALUES (s.k, s.n)"])
            .with("k", Value::text("$blue"))
            .with("n", Value::Integer(5)),
    );
    sequences.extend(failing(&[
        // Two rows for one document.
        "MERGE INTO articles a USING moves m ON a._id = m.article WHEN MATCHED THEN UPDATE SET stock = m.quantity",
        "MERGE INTO articles a USING moves m ON a._id = m.article WHEN MATCHED THEN DELETE",
        "MERGE INTO tallies t USING (VALUES ('red', 1), ('red', 2)) AS s(k, n) ON t._id = s.k WHEN MATCHED AND s.n = 1 THEN UPDATE SET n = 1 WHEN MATCHED THEN DELETE",
        "MERGE INTO tallies t USING (VALUES ('x', 1), ('x', 2)) AS s(k, n) ON t._id = s.k WHEN NOT MATCHED THEN INSERT (_id, n) VALUES (s.k, s.n)",
        "MERGE INTO moves m USING articles a ON m.article = a._id WHEN MATCHED THEN UPDATE SET quantity = a.cost",
        "MERGE INTO tallies t USING (VALUES ('red', NULL::bigint)) AS s(k, n) ON t._id = s.k WHEN MATCHED THEN UPDATE SET n = s.n",
        "MERGE INTO tallies t USING (VALUES ('new', NULL::bigint)) AS s(k, n) ON t._id = s.k WHEN NOT MATCHED THEN INSERT (_id, n) VALUES (s.k, s.n)",
        "MERGE INTO tallies t USING (VALUES (NULL)) AS s(k) ON t._id = s.k WHEN NOT MATCHED THEN INSERT (_id) VALUES (s.k)",
    ]));
    sequences
}
