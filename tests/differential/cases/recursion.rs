//! WITH RECURSIVE: trees down and up, walks of bounded length, series.

use super::queries;
use crate::case::{Case, case, refused};
use crate::value::Value;
use queryleaf_compiler::Code;

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for union in ["UNION ALL", "UNION"] {
        for sql in EITHER {
            cases.push(case(sql.replace("UNION", union)));
        }
    }
    cases.extend(queries(PLAIN));
    for sql in REFUSED {
        cases.push(refused(Code::Unsupported, *sql));
    }
    for sql in ORDERED {
        cases.push(case(*sql).ordered());
    }
    for root in [0, 20, 22, 99, 5000] {
        for sql in [
            "WITH RECURSIVE t AS (SELECT _id, boss, name FROM offices WHERE _id = :root UNION ALL \
             SELECT o._id, o.boss, o.name FROM offices o JOIN t ON o.boss = t._id) SELECT * FROM t",
            "WITH RECURSIVE t AS (SELECT _id, boss, name FROM offices WHERE _id = :root UNION ALL \
             SELECT o._id, o.boss, o.name FROM offices o JOIN t ON t.boss = o._id) SELECT * FROM t",
            "WITH RECURSIVE t AS (SELECT _id, 0 AS depth FROM offices WHERE boss = :root UNION ALL \
             SELECT o._id, t.depth + 1 FROM t JOIN offices o ON o.boss = t._id WHERE t.depth < 2) \
             SELECT depth, COUNT(*) AS n FROM t GROUP BY depth",
        ] {
            cases.push(case(sql).with("root", Value::Integer(root)));
        }
    }
    cases
}

/// What is the same with UNION and with UNION ALL, or finite with both.
const EITHER: &[&str] = &[
    // Down from the roots.
    "WITH RECURSIVE t AS (SELECT _id, boss FROM offices WHERE boss IS NULL UNION \
     SELECT o._id, o.boss FROM offices o JOIN t ON o.boss = t._id) SELECT _id, boss FROM t",
    "WITH RECURSIVE t AS (SELECT _id, boss, 1 AS depth FROM offices WHERE boss IS NULL UNION \
     SELECT o._id, o.boss, t.depth + 1 FROM offices o JOIN t ON o.boss = t._id) SELECT _id, boss, depth FROM t",
    "WITH RECURSIVE t(id, level) AS (SELECT _id, 0 FROM offices WHERE boss IS NULL UNION \
     SELECT o._id, level + 1 FROM t, offices o WHERE o.boss = t.id) SELECT id, level FROM t",
    "WITH RECURSIVE t(id, level) AS (SELECT _id, 0 FROM offices WHERE boss IS NULL UNION \
     SELECT o._id, level + 1 FROM t, offices o WHERE o.boss = t.id AND t.level < 3) SELECT id, level FROM t",
    "WITH RECURSIVE t(id, level) AS (SELECT _id, 0 FROM offices WHERE boss IS NULL UNION \
     SELECT o._id, level + 1 FROM t, offices o WHERE o.boss = t.id AND o.staff > 1) SELECT id, level FROM t",
    "WITH RECURSIVE t AS (SELECT _id, name, boss FROM offices WHERE _id IN (0, 20) UNION \
     SELECT o._id, o.name, o.boss FROM offices o INNER JOIN t ON t._id = o.boss) SELECT name, COUNT(*) AS n FROM t GROUP BY name",
    // From every row.
    "WITH RECURSIVE t AS (SELECT _id AS start, _id, boss FROM offices UNION \
     SELECT t.start, o._id, o.boss FROM offices o JOIN t ON o._id = t.boss) SELECT start, _id FROM t",
    "WITH RECURSIVE t AS (SELECT _id AS start, _id, boss, 0 AS up FROM offices UNION \
     SELECT t.start, o._id, o.boss, t.up + 1 FROM offices o JOIN t ON o._id = t.boss) SELECT start, _id, up FROM t",
    "WITH RECURSIVE t AS (SELECT _id AS top, _id FROM offices UNION \
     SELECT t.top, o._id FROM offices o JOIN t ON o.boss = t._id) SELECT top, COUNT(*) AS n FROM t GROUP BY top",
    "WITH RECURSIVE t AS (SELECT _id AS top, _id, staff FROM offices UNION \
     SELECT t.top, o._id, o.staff FROM offices o JOIN t ON o.boss = t._id) SELECT top, SUM(staff) AS s FROM t GROUP BY top",
    // Object ids.
    "WITH RECURSIVE t AS (SELECT _id, parent, code FROM carriers WHERE parent IS NULL UNION \
     SELECT c._id, c.parent, c.code FROM carriers c JOIN t ON c.parent = t._id) SELECT code FROM t",
    "WITH RECURSIVE t AS (SELECT _id, parent, code FROM carriers WHERE active UNION \
     SELECT c._id, c.parent, c.code FROM carriers c JOIN t ON t.parent = c._id) SELECT code, COUNT(*) AS n FROM t GROUP BY code",
    // Nothing to start with.
    "WITH RECURSIVE t AS (SELECT _id, boss FROM offices WHERE _id < 0 UNION \
     SELECT o._id, o.boss FROM offices o JOIN t ON o.boss = t._id) SELECT _id, boss FROM t",
    // Numbers.
    "WITH RECURSIVE t(n) AS (SELECT 1 UNION SELECT n + 1 FROM t WHERE n < 10) SELECT n FROM t",
];

const PLAIN: &[&str] = &[
    "WITH RECURSIVE t AS (SELECT _id, boss, 0 AS d FROM offices WHERE boss IS NULL UNION ALL \
     SELECT o._id, o.boss, t.d + 1 FROM offices o JOIN t ON o.boss = t._id) SELECT a._id, b._id AS other FROM t a JOIN t b ON a.boss = b._id AND a.d = b.d + 1",
    "WITH RECURSIVE t AS (SELECT _id FROM offices WHERE staff = 2 UNION SELECT o._id FROM offices o JOIN t ON o.boss = t._id) \
     SELECT _id FROM t EXCEPT SELECT _id FROM offices WHERE staff > 2",
    "WITH RECURSIVE t(city, country) AS (SELECT city, country FROM ports WHERE berths > 2 UNION \
     SELECT l.to_city, l.to_country FROM legs l JOIN t ON l.from_city = t.city WHERE l.minutes > 60) SELECT city, country FROM t",
    "WITH RECURSIVE t AS (SELECT _id, carrier FROM legs WHERE carrier IS NOT NULL UNION ALL \
     SELECT t._id, c.parent FROM carriers c JOIN t ON c._id = t.carrier) SELECT _id, COUNT(*) AS n, COUNT(carrier) AS c FROM t GROUP BY _id",
    // Equal rows count once, however often they are reached.
    "WITH RECURSIVE t AS (SELECT number, sequence FROM empty_legs UNION \
     SELECT l.number, l.sequence FROM legs l JOIN t ON l.number = t.number) SELECT COUNT(*) AS n FROM t",
    // Joined with other things behind.
    "WITH RECURSIVE t AS (SELECT _id, boss, 1 AS depth FROM offices WHERE _id = 0 UNION ALL \
     SELECT o._id, o.boss, t.depth + 1 FROM offices o JOIN t ON o.boss = t._id) \
     SELECT t._id, t.depth, c.code FROM t LEFT JOIN carriers c ON c.home.office = t._id",
    "WITH RECURSIVE t AS (SELECT _id FROM offices WHERE _id = 20 UNION ALL \
     SELECT o._id FROM offices o JOIN t ON o.boss = t._id) SELECT _id, name FROM offices WHERE _id NOT IN (SELECT _id FROM t)",
    "WITH RECURSIVE t AS (SELECT _id FROM offices WHERE _id = 20 UNION ALL \
     SELECT o._id FROM offices o JOIN t ON o.boss = t._id) SELECT l._id FROM legs l WHERE l.plan.office IN (SELECT _id FROM t)",
    "WITH RECURSIVE t AS (SELECT _id, boss, 1 AS depth FROM offices WHERE boss IS NULL UNION ALL \
     SELECT o._id, o.boss, t.depth + 1 FROM offices o JOIN t ON o.boss = t._id) SELECT MAX(depth) AS m, COUNT(*) AS n FROM t",
    "WITH RECURSIVE t AS (SELECT _id, boss, 1 AS depth FROM offices WHERE boss IS NULL UNION ALL \
     SELECT o._id, o.boss, t.depth + 1 FROM offices o JOIN t ON o.boss = t._id) \
     SELECT depth, COUNT(*) AS n FROM t GROUP BY depth HAVING COUNT(*) > 2",
    "WITH RECURSIVE roots AS (SELECT _id FROM offices WHERE boss IS NULL AND staff > 0), t AS (SELECT _id, 1 AS depth FROM roots \
     UNION ALL SELECT o._id, t.depth + 1 FROM offices o JOIN t ON o.boss = t._id) SELECT _id, depth FROM t",
    "WITH RECURSIVE t AS (SELECT _id, boss FROM offices WHERE _id = 25 UNION ALL \
     SELECT o._id, o.boss FROM offices o JOIN t ON o._id = t.boss), u AS (SELECT COUNT(*) AS n FROM t) SELECT n FROM u",
    // Walks over edges that meet again.
    "WITH RECURSIVE t(city) AS (SELECT 'Oslo'::text UNION SELECT l.to_city FROM legs l JOIN t ON l.from_city = t.city) \
     SELECT city FROM t",
    "WITH RECURSIVE t(city) AS (SELECT 'Bergen'::text UNION SELECT l.to_city FROM legs l JOIN t ON l.from_city = t.city \
     AND l.delayed) SELECT city FROM t",
    "WITH RECURSIVE t(n, m) AS (VALUES (1, 5), (3, 9), (12, 0) UNION ALL SELECT n + 1, m + 1 FROM t WHERE n <= 4) SELECT n, m FROM t",
    "WITH RECURSIVE t(n) AS (VALUES (1), (3), (12) UNION SELECT n + 1 FROM t WHERE n < 6) SELECT n FROM t",
    "WITH RECURSIVE t(n, k) AS (SELECT port_id, berths FROM ports UNION ALL SELECT n + 1, k FROM t WHERE 30 > n) \
     SELECT n, COUNT(*) AS c, COUNT(k) AS k FROM t GROUP BY n",
    "SELECT o._id, (WITH RECURSIVE t AS (SELECT o._id UNION ALL SELECT p._id FROM offices p JOIN t ON p.boss = t._id) \
     SELECT COUNT(*) FROM t) AS n FROM offices o",
    "SELECT o._id FROM offices o WHERE EXISTS (WITH RECURSIVE t AS (SELECT o._id, o.boss UNION ALL \
     SELECT p._id, p.boss FROM offices p JOIN t ON p._id = t.boss) SELECT 1 FROM t WHERE t._id = 20)",
    "WITH RECURSIVE t AS (SELECT _id, boss, 0 AS depth FROM offices WHERE boss IS NULL UNION ALL \
     SELECT o._id, o.boss, t.depth + 1 FROM offices o JOIN t ON o.boss = t._id WHERE t.depth < 0) SELECT _id FROM t",
    "WITH RECURSIVE t AS (SELECT _id, name || '!' AS a, staff * 2 AS b FROM offices WHERE boss IS NULL UNION ALL \
     SELECT o._id, UPPER(o.name), o.staff FROM offices o JOIN t ON o.boss = t._id) SELECT a FROM t",
    "WITH RECURSIVE t AS (SELECT _id, boss, name AS first FROM offices WHERE staff > 1 UNION \
     SELECT o._id, o.boss, t.first FROM offices o JOIN t ON o.boss = t._id WHERE o.name <> '') SELECT first, COUNT(*) AS n FROM t GROUP BY first",
    "WITH RECURSIVE t AS (SELECT _id, boss, 10 AS depth FROM offices WHERE staff > 1 UNION ALL \
     SELECT o._id, o.boss, 1 + t.depth FROM t, offices o WHERE t._id = o.boss AND 12 >= t.depth) SELECT depth, COUNT(*) AS n FROM t GROUP BY depth",
    // RECURSIVE without recursion.
    "WITH RECURSIVE t AS (SELECT _id FROM offices WHERE boss IS NULL) SELECT _id FROM t",
    "WITH RECURSIVE t AS (SELECT _id FROM offices UNION SELECT boss FROM offices) SELECT _id FROM t",
];

const ORDERED: &[&str] = &[
    "WITH RECURSIVE t AS (SELECT _id, boss, 1 AS depth FROM offices WHERE boss IS NULL UNION ALL \
     SELECT o._id, o.boss, t.depth + 1 FROM offices o JOIN t ON o.boss = t._id) SELECT _id, depth FROM t ORDER BY depth DESC, _id",
    "WITH RECURSIVE t AS (SELECT _id, boss, 0 AS up FROM offices WHERE _id = 25 UNION ALL \
     SELECT o._id, o.boss, t.up + 1 FROM offices o JOIN t ON o._id = t.boss) SELECT _id FROM t ORDER BY up",
    "WITH RECURSIVE t AS (SELECT _id, boss, 0 AS up FROM offices WHERE _id = 17 UNION ALL \
     SELECT o._id, o.boss, t.up + 1 FROM offices o JOIN t ON o._id = t.boss) SELECT _id FROM t ORDER BY up DESC LIMIT 1",
    "WITH RECURSIVE t(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM t WHERE n < 20) SELECT n, n % 3 AS r FROM t ORDER BY r, n DESC LIMIT 9",
];

/// What `$graphLookup` cannot tell: what depends on the way, documents that are reached in several ways
/// which count, two keys, and series that are none of integers.
const REFUSED: &[&str] = &[
    "WITH RECURSIVE t(n) AS (VALUES (1) UNION SELECT n * 2 FROM t WHERE n < 100) SELECT SUM(n) AS s FROM t",
    "WITH RECURSIVE t(n, f) AS (SELECT 1, 1::bigint UNION SELECT n + 1, f * (n + 1) FROM t WHERE n < 12) SELECT n, f FROM t",
    "WITH RECURSIVE t AS (SELECT _id, boss, _id::text AS path FROM offices WHERE boss IS NULL UNION ALL \
     SELECT o._id, o.boss, t.path || '/' || o._id::text FROM offices o JOIN t ON o.boss = t._id) SELECT _id, path FROM t",
    "WITH RECURSIVE t AS (SELECT _id, boss, ARRAY[_id] AS path FROM offices WHERE boss IS NULL UNION ALL \
     SELECT o._id, o.boss, t.path || o._id FROM offices o JOIN t ON o.boss = t._id) SELECT _id, path FROM t",
    "WITH RECURSIVE t AS (SELECT _id, staff AS total FROM offices WHERE boss IS NULL UNION ALL \
     SELECT o._id, t.total + o.staff FROM offices o JOIN t ON o.boss = t._id) SELECT _id, total FROM t",
    "WITH RECURSIVE t(city, hops) AS (SELECT 'Oslo'::text, 0 UNION SELECT l.to_city, t.hops + 1 FROM legs l JOIN t \
     ON l.from_city = t.city WHERE t.hops < 3) SELECT city, MIN(hops) AS hops FROM t GROUP BY city",
    "WITH RECURSIVE t(city, hops) AS (SELECT 'Oslo'::text, 0 UNION ALL SELECT l.to_city, t.hops + 1 FROM legs l JOIN t \
     ON l.from_city = t.city WHERE t.hops < 2 AND l.sequence = 1) SELECT city, hops, COUNT(*) AS n FROM t GROUP BY city, hops",
    // A field that is declared unique: its index need not be there.
    "WITH RECURSIVE t(id, n) AS (SELECT _id, staff FROM offices WHERE boss IS NULL UNION ALL \
     SELECT o._id, o.staff FROM offices o JOIN t ON o.boss = t.n) SELECT id, COUNT(*) AS c FROM t GROUP BY id",
    "WITH RECURSIVE t AS (SELECT _id, number, sequence FROM legs WHERE sequence = 1 UNION ALL \
     SELECT l._id, l.number, l.sequence FROM legs l JOIN t ON l.number = t.number AND l.sequence = t.sequence + 1) \
     SELECT _id, number, sequence FROM t",
    "WITH RECURSIVE t(d) AS (SELECT DATE '2024-02-25' UNION ALL SELECT d + 1 FROM t WHERE d < DATE '2024-03-05') \
     SELECT t.d, COUNT(l._id) AS n FROM t LEFT JOIN legs l ON l.day = t.d GROUP BY t.d",
    "WITH RECURSIVE t AS (SELECT number, sequence FROM empty_legs UNION ALL \
     SELECT l.number, l.sequence FROM legs l JOIN t ON l.number = t.number) SELECT COUNT(*) AS n FROM t",
    "WITH RECURSIVE t AS (SELECT _id, boss FROM offices UNION ALL SELECT o._id, o.boss FROM offices o LEFT JOIN t ON o.boss = t._id) \
     SELECT _id FROM t",
    "WITH RECURSIVE t AS (SELECT _id, boss FROM offices UNION ALL \
     SELECT o._id, o.boss FROM offices o JOIN t ON o.boss = t._id AND o.staff > t.boss) SELECT _id FROM t",
    "WITH RECURSIVE t AS (SELECT _id, boss FROM offices UNION ALL SELECT t._id, t.boss FROM t) SELECT _id FROM t",
    "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT n FROM t",
    "WITH RECURSIVE t AS (SELECT _id, staff FROM offices UNION ALL \
     SELECT o._id, t._id FROM offices o JOIN t ON o.boss = t._id) SELECT _id FROM t",
];
