//! WITH: chained, read many times, with column lists and hints, shadowing.

use super::queries;
use crate::case::{Case, case};
use crate::value::Value;

pub fn cases() -> Vec<Case> {
    let mut cases = queries(PLAIN);
    for hint in ["", "MATERIALIZED ", "NOT MATERIALIZED "] {
        for (table, rest) in HINTED {
            cases.push(case(format!("WITH t AS {hint}({table}) {rest}")));
        }
    }
    for sql in ORDERED {
        cases.push(case(*sql).ordered());
    }
    for number in [Value::Integer(1004), Value::Null] {
        cases.push(
            case(
                "WITH t AS (SELECT number, minutes FROM legs WHERE number >= :n), \
                 u AS (SELECT number FROM shipments WHERE number <= :n) \
                 SELECT t.number AS a, u.number AS b FROM t FULL JOIN u ON u.number = t.number",
            )
            .with("n", number),
        );
    }
    cases
}

/// A common table and what reads it.
const HINTED: &[(&str, &str)] = &[
    (
        "SELECT number, minutes FROM legs WHERE minutes > 60",
        "SELECT * FROM t",
    ),
    (
        "SELECT number, minutes FROM legs WHERE minutes > 60",
        "SELECT minutes FROM t WHERE number > 1010",
    ),
    (
        "SELECT number, minutes FROM legs",
        "SELECT a.minutes AS x, b.minutes AS y FROM t a JOIN t b ON b.number = a.number",
    ),
    (
        "SELECT number, minutes FROM legs",
        "SELECT number FROM t WHERE minutes = (SELECT MAX(minutes) FROM t)",
    ),
    (
        "SELECT number, COUNT(*) AS n FROM legs GROUP BY number",
        "SELECT s.number, t.n FROM shipments s LEFT JOIN t ON t.number = s.number",
    ),
    (
        "SELECT number, COUNT(*) AS n FROM legs GROUP BY number",
        "SELECT a.number, b.number AS other FROM t a, t b WHERE a.n > b.n AND b.n > 2",
    ),
    (
        "SELECT number, COUNT(*) AS n FROM legs GROUP BY number",
        "SELECT number FROM t WHERE n > (SELECT AVG(n) FROM t)",
    ),
    (
        "SELECT DISTINCT carrier FROM legs",
        "SELECT code FROM carriers WHERE _id IN (SELECT carrier FROM t)",
    ),
    (
        "SELECT DISTINCT carrier FROM legs",
        "SELECT code FROM carriers WHERE _id NOT IN (SELECT carrier FROM t)",
    ),
    (
        "SELECT _id, minutes FROM legs ORDER BY minutes DESC NULLS LAST, _id LIMIT 10",
        "SELECT _id FROM t WHERE minutes < 350",
    ),
    (
        "SELECT _id, number FROM empty_legs",
        "SELECT COUNT(*) AS n FROM t",
    ),
    (
        "SELECT _id, number FROM empty_legs",
        "SELECT s.number FROM shipments s LEFT JOIN t ON t.number = s.number WHERE t._id IS NULL",
    ),
    (
        "SELECT city, country FROM ports UNION SELECT city, country FROM offices",
        "SELECT t.city, l._id FROM t JOIN legs l ON l.to_city = t.city AND l.to_country = t.country",
    ),
    (
        "SELECT _id, number, ROW_NUMBER() OVER (PARTITION BY number ORDER BY _id) AS r FROM legs",
        "SELECT number, _id FROM t WHERE r = 1",
    ),
];

const PLAIN: &[&str] = &[
    // Column lists.
    "WITH t(a, b) AS (SELECT number, minutes FROM legs) SELECT a, b FROM t WHERE b > 90",
    "WITH t(a) AS (SELECT number, minutes FROM legs) SELECT a, minutes FROM t WHERE minutes > 90",
    "WITH t(a, b) AS (SELECT number, COUNT(*) FROM legs GROUP BY number) SELECT x.a, x.b FROM t AS x WHERE x.b > 1",
    "WITH t(a, b) AS (SELECT number, minutes FROM legs) SELECT x.c, x.b FROM t AS x(c) WHERE x.c < 1010",
    "WITH t(a, b) AS (VALUES (1, 'x'), (2, NULL), (NULL, 'z')) SELECT a, b FROM t WHERE a IS NOT NULL",
    "WITH t(a) AS (SELECT MAX(minutes) FROM legs) SELECT l._id FROM legs l, t WHERE l.minutes = t.a",
    // Chains.
    "WITH a AS (SELECT * FROM legs WHERE minutes > 30), b AS (SELECT number, SUM(minutes) AS m FROM a GROUP BY number), \
     c AS (SELECT number FROM b WHERE m > 200) SELECT s.number, s.sender FROM shipments s JOIN c ON c.number = s.number",
    "WITH a AS (SELECT number FROM legs), b AS (SELECT number FROM a WHERE number > 1005), c AS (SELECT number FROM b \
     WHERE number < 1015) SELECT number, COUNT(*) AS n FROM c GROUP BY number",
    "WITH a AS (SELECT _id, number FROM legs), b AS (SELECT _id, number FROM audits), c AS (SELECT a._id AS l, b._id AS r \
     FROM a JOIN b ON b.number = a.number) SELECT c.l, c.r, a.number FROM c JOIN a ON a._id = c.l",
    "WITH a AS (SELECT number, COUNT(*) AS n FROM legs GROUP BY number), b AS (SELECT MAX(n) AS m FROM a), \
     c AS (SELECT a.number FROM a JOIN b ON a.n = b.m) SELECT number FROM c",
    "WITH a AS (SELECT country, COUNT(*) AS n FROM carriers GROUP BY country), b AS (SELECT country, COUNT(*) AS n FROM ports \
     GROUP BY country), c AS (SELECT country, COUNT(*) AS n FROM offices GROUP BY country) \
     SELECT a.country, a.n AS carriers, b.n AS ports, c.n AS offices FROM a LEFT JOIN b ON b.country = a.country \
     LEFT JOIN c ON c.country = a.country",
    "WITH a AS (SELECT 1 AS x), b AS (SELECT x + 1 AS y FROM a), c AS (SELECT x + y AS z FROM a, b) SELECT x, y, z FROM a, b, c",
    "WITH a AS (SELECT number, minutes FROM legs), b AS (SELECT number, minutes FROM a WHERE minutes > 100), \
     c AS (SELECT number, minutes FROM a WHERE minutes <= 100) SELECT b.number, b.minutes AS more, c.minutes AS less \
     FROM b JOIN c ON c.number = b.number",
    // Read many times.
    "WITH t AS (SELECT number, sequence, minutes FROM legs) SELECT a.number, a.sequence, b.sequence AS next FROM t a \
     LEFT JOIN t b ON b.number = a.number AND b.sequence = a.sequence + 1 LEFT JOIN t c ON c.number = b.number \
     AND c.sequence = b.sequence + 1 WHERE c.minutes IS NULL",
    "WITH t AS (SELECT state, COUNT(*) AS n FROM shipments GROUP BY state) SELECT (SELECT MAX(n) FROM t) AS a, \
     (SELECT MIN(n) FROM t) AS b, (SELECT COUNT(*) FROM t) AS c",
    "WITH t AS (SELECT state, COUNT(*) AS n FROM shipments GROUP BY state) SELECT state, n, n * 100 / (SELECT SUM(n) FROM t) AS part FROM t",
    "WITH t AS (SELECT number FROM legs WHERE delayed) SELECT number FROM t UNION ALL SELECT number FROM t WHERE number < 1010",
    "WITH t AS (SELECT number FROM legs WHERE delayed) SELECT number FROM shipments WHERE number IN (SELECT number FROM t) \
     OR number + 1 IN (SELECT number FROM t)",
    "WITH t AS (SELECT number FROM legs WHERE delayed) SELECT s.number FROM shipments s WHERE EXISTS (SELECT 1 FROM t \
     WHERE t.number = s.number) AND NOT EXISTS (SELECT 1 FROM t WHERE t.number = s.number + 1)",
    // Not read, partly read.
    "WITH t AS (SELECT number FROM legs) SELECT number FROM shipments WHERE number < 1010",
    "WITH t AS (SELECT number FROM legs), u AS (SELECT number FROM t) SELECT 1 AS one",
    "WITH t AS (SELECT * FROM shipments) SELECT sender, port.city FROM t WHERE insured",
    "WITH t AS (SELECT *, minutes * 2 AS twice FROM legs) SELECT _id, twice FROM t WHERE twice > 300",
    // Shadowing: a common table hides a collection of its name, an inner one an outer one.
    "WITH legs AS (SELECT _id, boss FROM offices WHERE boss IS NULL) SELECT * FROM legs",
    "WITH legs AS (SELECT _id, number FROM legs WHERE number < 1003) SELECT * FROM legs",
    "WITH t AS (SELECT 1 AS x) SELECT x FROM (WITH t AS (SELECT 2 AS x) SELECT x FROM t) AS u UNION ALL SELECT x FROM t",
    "WITH t AS (SELECT 1 AS x), u AS (WITH t AS (SELECT x + 10 AS x FROM t) SELECT x FROM t) SELECT t.x, u.x AS y FROM t, u",
    "WITH t AS (SELECT number FROM legs) SELECT t.number FROM shipments AS t WHERE t.insured",
    // Inside of other things.
    "SELECT x.n FROM (WITH t AS (SELECT COUNT(*) AS n FROM legs) SELECT n FROM t) AS x",
    "SELECT number, (WITH t AS (SELECT minutes FROM legs l WHERE l.number = s.number) SELECT MAX(minutes) FROM t) AS m FROM shipments s",
    "SELECT number FROM shipments s WHERE EXISTS (WITH t AS (SELECT number FROM legs WHERE delayed) SELECT 1 FROM t WHERE t.number = s.number)",
    "SELECT number FROM shipments WHERE number IN (WITH t AS (SELECT number FROM legs WHERE delayed) SELECT number FROM t)",
    "WITH a AS (WITH b AS (SELECT number FROM legs WHERE delayed) SELECT number FROM b WHERE number > 1010) SELECT number FROM a",
    "(WITH t AS (SELECT number FROM legs) SELECT number FROM t WHERE number < 1003) UNION ALL \
     (WITH t AS (SELECT number FROM audits) SELECT number FROM t WHERE number < 1003)",
    "WITH t AS (SELECT c.country, p.port_id FROM carriers c JOIN ports p ON p.country = c.country) \
     SELECT country, COUNT(DISTINCT port_id) AS n FROM t GROUP BY country",
    "WITH t AS (SELECT s.number, g.sku, g.quantity FROM shipments s, UNNEST(s.goods) AS g) \
     SELECT a.number, b.number AS other FROM t a JOIN t b ON b.sku = a.sku AND b.quantity = a.quantity AND b.number > a.number \
     WHERE a.number < 1030",
    "WITH t AS (SELECT port FROM shipments) SELECT t.port.city, COUNT(*) AS n FROM t GROUP BY t.port.city",
    "WITH t AS (SELECT number, tags FROM shipments WHERE insured) SELECT t.number, x.tag FROM t, UNNEST(t.tags) AS x(tag)",
    "WITH t AS (SELECT number, minutes FROM legs WHERE minutes > 60) SELECT s.number, t.minutes FROM shipments s \
     CROSS JOIN LATERAL (SELECT minutes FROM t WHERE t.number = s.number ORDER BY minutes LIMIT 1) AS t",
    "WITH big AS (SELECT number FROM shipments WHERE price > 1), late AS (SELECT DISTINCT number FROM legs WHERE delayed) \
     SELECT b.number, l.number IS NOT NULL AS is_late FROM big b LEFT JOIN late l ON l.number = b.number",
    "WITH days AS (SELECT DISTINCT made_at::date AS day FROM audits), counts AS (SELECT made_at::date AS day, verdict, \
     COUNT(*) AS n FROM audits GROUP BY 1, 2) SELECT d.day, y.n AS yes, n.n AS no FROM days d LEFT JOIN counts y \
     ON y.day = d.day AND y.verdict LEFT JOIN counts n ON n.day = d.day AND NOT n.verdict",
    "WITH kinds(kind, rank) AS (VALUES ('red', 1), ('green', 2), ('$blue', 3)) SELECT m._id, k.rank FROM measures m \
     LEFT JOIN kinds k ON k.kind = m.maybe_kind",
    "WITH bounds(low, high) AS (VALUES (0, 60), (60, 180), (180, 1000)) SELECT b.low, COUNT(l._id) AS n FROM bounds b \
     LEFT JOIN legs l ON l.minutes >= b.low AND l.minutes < b.high GROUP BY b.low",
    "WITH stats AS (SELECT AVG(minutes) AS mean, STDDEV_POP(minutes) AS spread FROM legs) \
     SELECT l._id FROM legs l CROSS JOIN stats x WHERE l.minutes > x.mean + x.spread",
    "WITH a AS (SELECT country FROM carriers), b AS (SELECT country FROM ports) SELECT country FROM a INTERSECT SELECT country FROM b",
    "WITH a AS (SELECT country FROM carriers), b AS (SELECT country FROM ports), c AS (SELECT country FROM a EXCEPT ALL \
     SELECT country FROM b) SELECT country, COUNT(*) AS n FROM c GROUP BY country",
    "WITH t AS (SELECT * FROM legs NATURAL JOIN audits) SELECT _id, sequence, score FROM t",
    "WITH t AS (SELECT * FROM (SELECT _id, boss FROM offices) AS a JOIN (SELECT _id, sequence FROM legs) AS b USING (_id)) \
     SELECT boss, SUM(sequence) AS s FROM t GROUP BY boss",
];

const ORDERED: &[&str] = &[
    "WITH t AS (SELECT number, minutes, _id FROM legs) SELECT number, minutes FROM t ORDER BY minutes, number, _id LIMIT 10",
    "WITH t AS (SELECT _id, number FROM legs ORDER BY number DESC NULLS LAST, _id LIMIT 5) SELECT number FROM t ORDER BY number, _id",
    "WITH t AS (SELECT number, COUNT(*) AS n FROM legs GROUP BY number) SELECT number, n FROM t ORDER BY n DESC, number LIMIT 7 OFFSET 1",
    "WITH t AS (SELECT state, SUM(price) AS s FROM shipments GROUP BY state) SELECT state, s FROM t \
     WHERE s > (SELECT AVG(s) FROM t) ORDER BY s DESC",
    "WITH a AS (SELECT city FROM ports), b AS (SELECT city FROM offices) SELECT city FROM a UNION SELECT city FROM b ORDER BY city DESC",
];
