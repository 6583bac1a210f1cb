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
    cases.extend(functions());
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

/// Functions whose rows are the items of an array.
fn functions() -> Vec<Case> {
    queries(&[
        "SELECT number, e.key, e.value FROM shipments s, jsonb_each(s.counts) AS e",
        "SELECT number, key, value FROM shipments, LATERAL jsonb_each(extra)",
        "SELECT number, k, v FROM shipments, jsonb_each(extra -> 'nested') AS t(k, v)",
        "SELECT number, t.name, t.value FROM shipments LEFT JOIN jsonb_each(counts) AS t(name) ON TRUE",
        "SELECT number, t.key, t.value FROM shipments LEFT JOIN jsonb_each(extra -> 'nothing') AS t ON TRUE",
        "SELECT number, e.key, e.value FROM shipments s, jsonb_each_text(s.counts) AS e WHERE e.value > '2'",
        "SELECT number, e.key, e.value FROM shipments s, jsonb_each_text(s.extra - 'nested' - 'list') AS e",
        "SELECT number, e.value FROM shipments s LEFT JOIN jsonb_each_text(s.extra -> 'nested') AS e ON TRUE",
        "SELECT e.key, COUNT(*) AS n, SUM(e.value::integer) AS total FROM shipments s, jsonb_each_text(s.counts) AS e GROUP BY e.key",
        "SELECT e.key, COUNT(e.value) AS n FROM shipments, jsonb_each(extra) AS e WHERE e.key <> 'list' GROUP BY e.key",
        "SELECT number FROM shipments s WHERE EXISTS (SELECT 1 FROM jsonb_each_text(s.counts) AS e WHERE e.value = '9')",
        "SELECT number, (SELECT MAX(e.value::integer) FROM jsonb_each_text(s.counts) AS e) AS most FROM shipments s",
        "SELECT number, e.key, x FROM shipments s, jsonb_each(s.extra) AS e, generate_series(1, length(e.key) - 4) AS x",
        "SELECT key FROM shipments, jsonb_object_keys(extra) AS key WHERE number < 20",
        "SELECT number, m FROM shipments, regexp_matches(sender, '[a-z]+', 'g') AS m",
        "SELECT number, m[1] AS a, m[2] AS b FROM shipments s, regexp_matches(s.sender, '([a-z])([a-z])?', 'g') AS m",
        "SELECT number, m FROM shipments, regexp_matches(recipient, '[a-z]') AS m",
        "SELECT number, m FROM shipments LEFT JOIN regexp_matches(recipient, '([aeiou])', 'ig') AS m ON TRUE",
        "SELECT m[1] AS letter, COUNT(*) AS n FROM shipments, regexp_matches(sender, '[a-z]', 'gi') AS m GROUP BY letter",
        "SELECT number, m, n FROM shipments, regexp_matches(sender, '[a-z]', 'g') WITH ORDINALITY AS t(m, n)",
        "SELECT number, piece FROM shipments, regexp_split_to_table(sender, '[ aeiou]') AS piece",
        "SELECT number, piece, n FROM shipments, regexp_split_to_table(note, '[ a]+', 'i') WITH ORDINALITY AS t(piece, n)",
        "SELECT number, piece FROM shipments LEFT JOIN regexp_split_to_table(recipient, 'a') AS piece ON TRUE",
        "SELECT number, piece FROM shipments, string_to_table(note, 'a') AS piece",
        "SELECT number, piece FROM shipments, string_to_table(sender, ' ', 'b') AS piece WHERE piece IS NOT NULL",
        "SELECT number, i, tags[i] AS tag FROM shipments, generate_subscripts(tags, 1) AS i",
        "SELECT number, i FROM shipments LEFT JOIN generate_subscripts(marks, 1) AS i ON TRUE",
        "SELECT * FROM jsonb_each(jsonb_build_object('a', 1, 'b', 'x')) AS e",
        "SELECT * FROM regexp_matches('a1b22', '[0-9]+', 'g') AS m",
    ])
}
