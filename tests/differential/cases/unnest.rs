//! UNNEST in all of its forms.

use super::queries;
use crate::case::{Case, case};

pub fn cases() -> Vec<Case> {
    let mut cases = queries(&[
        "SELECT number, tag FROM shipments, UNNEST(tags) AS tag",
        "SELECT number, tag FROM shipments CROSS JOIN UNNEST(tags) AS tag",
        "SELECT number, t FROM shipments s, UNNEST(s.tags) AS t WHERE t <> 'cold'",
        "SELECT number, t.tag FROM shipments, UNNEST(tags) AS t(tag) WHERE t.tag = 'cold'",
        "SELECT number, mark FROM shipments, UNNEST(marks) AS mark",
        "SELECT number, mark FROM shipments, UNNEST(marks) AS mark WHERE mark IS NULL",
        "SELECT number, mark FROM shipments, UNNEST(marks) AS mark WHERE NOT mark = 'x'",
        "SELECT number, mark FROM shipments LEFT JOIN UNNEST(marks) AS mark ON TRUE",
        "SELECT number, mark FROM shipments LEFT JOIN UNNEST(marks) AS mark ON TRUE WHERE mark IS NULL",
        "SELECT number, score FROM shipments LEFT JOIN UNNEST(scores) AS score ON TRUE",
        "SELECT number, score * 2 AS twice FROM shipments, UNNEST(scores) AS score WHERE score > crates",
        "SELECT number, reading FROM shipments, UNNEST(readings) AS reading WHERE reading > 0",
        "SELECT number, tag, place FROM shipments, UNNEST(tags) WITH ORDINALITY AS t(tag, place)",
        "SELECT number, mark, place FROM shipments LEFT JOIN UNNEST(marks) WITH ORDINALITY AS t(mark, place) ON TRUE",
        "SELECT number, place FROM shipments, UNNEST(scores) WITH ORDINALITY AS t(score, place) WHERE place > 1",
        "SELECT number, g.sku, g.quantity, g.worth FROM shipments, UNNEST(goods) AS g",
        "SELECT number, sku FROM shipments, UNNEST(goods) AS g WHERE quantity > 2",
        "SELECT number, g.sku FROM shipments s, UNNEST(s.goods) AS g WHERE g.sku = 'bolt' AND g.worth > 1",
        "SELECT number, g.sku FROM shipments s, UNNEST(s.goods) AS g WHERE g.sku <> '$bolt' AND s.crates > 2",
        "SELECT number, g.sku FROM shipments s, UNNEST(s.goods) AS g WHERE g.worth IS NULL",
        "SELECT number, g.sku FROM shipments s, UNNEST(s.goods) AS g WHERE NOT g.worth > 1 OR g.labels IS NULL",
        "SELECT number, g.labels FROM shipments, UNNEST(goods) AS g WHERE 'cold' = ANY(g.labels)",
        "SELECT number, g.labels[1] AS first FROM shipments, UNNEST(goods) AS g",
        "SELECT number, g.sku, label FROM shipments, UNNEST(goods) AS g, UNNEST(g.labels) AS label",
        "SELECT number, g.sku, label FROM shipments, UNNEST(goods) AS g LEFT JOIN UNNEST(g.labels) AS label ON TRUE",
        "SELECT number, tag, score FROM shipments, UNNEST(tags) AS tag, UNNEST(scores) AS score",
        "SELECT number, p.part, p.count FROM shipments, UNNEST(spares) AS p",
        "SELECT number, p.part FROM shipments LEFT JOIN UNNEST(spares) AS p ON TRUE",
        "SELECT number, p.count + crates AS total FROM shipments, UNNEST(spares) AS p WHERE p.part = 'cap'",
        "SELECT tag, COUNT(*) AS n FROM shipments, UNNEST(tags) AS tag GROUP BY tag",
        "SELECT mark, COUNT(*) AS n, COUNT(mark) AS m FROM shipments LEFT JOIN UNNEST(marks) AS mark ON TRUE GROUP BY mark",
        "SELECT g.sku, SUM(g.quantity) AS total, AVG(g.worth) AS mean FROM shipments, UNNEST(goods) AS g GROUP BY g.sku",
        "SELECT state, SUM(g.quantity * g.worth) AS total FROM shipments, UNNEST(goods) AS g GROUP BY state",
        "SELECT COUNT(*) AS n FROM shipments, UNNEST(tags) AS tag",
        "SELECT COUNT(*) AS n FROM shipments, UNNEST(tags) AS tag WHERE tag = 'never'",
        "SELECT DISTINCT tag FROM shipments, UNNEST(tags) AS tag",
        "SELECT DISTINCT g.sku, g.quantity FROM shipments, UNNEST(goods) AS g",
        "SELECT COUNT(DISTINCT tag) AS n FROM shipments, UNNEST(tags) AS tag WHERE insured",
        "SELECT MAX(score) AS a, MIN(score) AS b FROM shipments, UNNEST(scores) AS score",
        "SELECT number, tag FROM shipments, UNNEST(tags) AS tag WHERE tag LIKE 'c%' AND state = 'lost'",
        "SELECT number, tag FROM shipments, UNNEST(tags) AS tag WHERE tag = sender OR tag = '$tag'",
        "SELECT n.number AS small, m._id FROM measures m, UNNEST(m.numbers) AS n(number) WHERE n.number = m.small",
        "SELECT _id, day FROM measures, UNNEST(days) AS day WHERE day > born",
        "SELECT _id, a FROM measures, UNNEST(amounts) AS a WHERE a = 1.0",
        "SELECT number FROM nothing, UNNEST(numbers) AS number",
    ]);
    let ordered = [
        "SELECT number, tag FROM shipments, UNNEST(tags) WITH ORDINALITY AS t(tag, place) ORDER BY number, place",
        "SELECT number, tag, place FROM shipments, UNNEST(tags) WITH ORDINALITY AS t(tag, place) \
         ORDER BY tag DESC, number, place LIMIT 10",
        "SELECT number, mark FROM shipments LEFT JOIN UNNEST(marks) WITH ORDINALITY AS t(mark, place) ON TRUE \
         ORDER BY mark NULLS FIRST, number, place",
        "SELECT tag, COUNT(*) AS n FROM shipments, UNNEST(tags) AS tag GROUP BY tag ORDER BY n DESC, tag",
        "SELECT g.sku, SUM(g.quantity) AS total FROM shipments, UNNEST(goods) AS g \
         WHERE state <> 'lost' GROUP BY g.sku HAVING SUM(g.quantity) > 10 ORDER BY total DESC, sku",
    ];
    cases.extend(ordered.map(|sql| case(sql).ordered()));
    cases
}
