//! UNION, INTERSECT and EXCEPT, VALUES as a table, SELECT without a table.

use super::queries;
use crate::case::{Case, case};
use crate::value::Value;

const OPERATORS: [&str; 6] = [
    "UNION",
    "UNION ALL",
    "INTERSECT",
    "INTERSECT ALL",
    "EXCEPT",
    "EXCEPT ALL",
];

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for operator in OPERATORS {
        for (one, other) in PAIRS {
            cases.push(case(format!("{one} {operator} {other}")));
        }
        for (one, other) in TURNED {
            cases.push(case(format!("{one} {operator} {other}")));
            cases.push(case(format!("{other} {operator} {one}")));
        }
        for sql in AROUND {
            cases.push(case(sql.replace("UNION", operator)));
        }
        for sql in AROUND_ORDERED {
            cases.push(case(sql.replace("UNION", operator)).ordered());
        }
        for second in OPERATORS {
            cases.push(case(format!(
                "SELECT sequence AS v FROM legs {operator} SELECT berths FROM ports {second} SELECT staff FROM offices"
            )));
            cases.push(case(format!(
                "SELECT country AS v FROM carriers {operator} (SELECT country FROM ports {second} SELECT country FROM audits)"
            )));
        }
        cases.push(
            case(format!(
                "SELECT number FROM legs WHERE number > :n {operator} SELECT number FROM shipments WHERE number <= :n"
            ))
            .with("n", Value::Integer(1010)),
        );
    }
    cases.extend(queries(VALUES));
    cases.extend(queries(WITHOUT_TABLE));
    for sql in ORDERED {
        cases.push(case(*sql).ordered());
    }
    cases
}

const PAIRS: &[(&str, &str)] = &[
    (
        "SELECT sequence FROM legs",
        "SELECT sequence FROM legs WHERE delayed",
    ),
    (
        "SELECT number FROM legs",
        "SELECT number FROM shipments WHERE number < 1030",
    ),
    (
        "SELECT from_city, from_country FROM legs",
        "SELECT city, country FROM ports",
    ),
    (
        "SELECT from_city AS a, minutes AS b, delayed AS c FROM legs",
        "SELECT city, berths, TRUE FROM ports",
    ),
    ("SELECT carrier FROM legs", "SELECT _id FROM carriers"),
    ("SELECT day FROM legs", "SELECT opened FROM ports"),
    ("SELECT port.city FROM shipments", "SELECT city FROM ports"),
    (
        "SELECT DISTINCT number FROM legs",
        "SELECT DISTINCT number FROM audits",
    ),
    (
        "SELECT number, COUNT(*) AS n FROM legs GROUP BY number",
        "SELECT number, COUNT(*) FROM audits GROUP BY number",
    ),
    ("SELECT tags FROM shipments", "SELECT tags FROM ports"),
    (
        "SELECT state FROM shipments",
        "SELECT last_state FROM shipments WHERE insured",
    ),
    ("SELECT fee FROM carriers", "SELECT fee FROM ports"),
    (
        "SELECT COUNT(*) AS n FROM legs",
        "SELECT COUNT(*) FROM empty_legs",
    ),
    ("SELECT 1 AS a", "SELECT 1"),
    ("SELECT NULL::integer AS a", "SELECT NULL::integer"),
    ("SELECT NULL AS a, 'x' AS b", "SELECT 'y', NULL"),
    (
        "SELECT from_city || '!' AS x FROM legs",
        "SELECT upper(city) || '!' FROM ports",
    ),
    (
        "SELECT l.number, s.state FROM legs l JOIN shipments s ON s.number = l.number",
        "SELECT a.number, NULL FROM audits a",
    ),
];

/// Which side comes first matters: types are mixed, or one side has nothing.
const TURNED: &[(&str, &str)] = &[
    (
        "SELECT number AS x FROM legs",
        "SELECT number AS x FROM audits",
    ),
    (
        "SELECT number AS x FROM legs",
        "SELECT reading AS x FROM audits",
    ),
    (
        "SELECT number AS x FROM legs",
        "SELECT exact AS x FROM audits",
    ),
    (
        "SELECT exact AS x FROM audits",
        "SELECT reading AS x FROM audits",
    ),
    (
        "SELECT fee AS x FROM ports",
        "SELECT berths AS x FROM ports",
    ),
    (
        "SELECT opened AS x FROM ports",
        "SELECT started AS x FROM legs",
    ),
    (
        "SELECT minutes AS x, from_city AS y FROM legs",
        "SELECT minutes AS x, from_city AS y FROM empty_legs",
    ),
    ("SELECT city AS x FROM ports", "SELECT NULL AS x"),
    (
        "SELECT kind AS x FROM measures",
        "SELECT maybe_kind AS x FROM nothing",
    ),
    ("SELECT small AS x FROM measures", "SELECT 5.5 AS x"),
];

const AROUND: &[&str] = &[
    "SELECT x.v, COUNT(*) AS n FROM (SELECT sequence AS v FROM legs UNION SELECT berths FROM ports) AS x GROUP BY x.v",
    "SELECT x.v FROM (SELECT number AS v FROM legs UNION SELECT number FROM audits) AS x WHERE x.v BETWEEN 1003 AND 1010",
    "SELECT s.number FROM shipments s WHERE s.number IN (SELECT number FROM legs UNION SELECT number FROM audits)",
    "SELECT s.number FROM shipments s WHERE s.number NOT IN (SELECT number FROM legs WHERE number IS NOT NULL \
     UNION SELECT number FROM audits WHERE number IS NOT NULL)",
    "SELECT s.number FROM shipments s WHERE EXISTS (SELECT l.number FROM legs l WHERE l.number = s.number \
     UNION SELECT a.number FROM audits a WHERE a.number = s.number)",
    "SELECT s.number, (SELECT COUNT(*) FROM (SELECT carrier AS v FROM legs l WHERE l.number = s.number \
     UNION SELECT subject FROM audits a WHERE a.number = s.number) AS x) AS n FROM shipments s",
    "SELECT s.number, x.v FROM shipments s JOIN (SELECT number AS v FROM legs UNION SELECT number FROM audits) AS x ON x.v = s.number",
    "(SELECT number FROM legs ORDER BY number DESC NULLS LAST LIMIT 5) UNION (SELECT number FROM audits ORDER BY number LIMIT 5)",
    "(SELECT number FROM legs WHERE delayed) UNION (SELECT number FROM audits WHERE verdict)",
    "SELECT DISTINCT x.v FROM (SELECT country AS v FROM carriers UNION SELECT country FROM ports) AS x",
];

const AROUND_ORDERED: &[&str] = &[
    "SELECT number FROM legs UNION SELECT number FROM audits ORDER BY number LIMIT 12",
    "SELECT number FROM legs UNION SELECT number FROM audits ORDER BY number DESC",
    "SELECT number AS n FROM legs UNION SELECT number FROM audits ORDER BY n NULLS FIRST OFFSET 3",
    "SELECT city, country FROM ports UNION SELECT from_city, from_country FROM legs ORDER BY 2 DESC, 1 LIMIT 20",
    "SELECT sequence AS a, delayed AS b FROM legs UNION SELECT berths, NULL FROM ports ORDER BY b, a FETCH FIRST 6 ROWS ONLY",
    "SELECT number FROM legs UNION SELECT number FROM empty_legs ORDER BY number LIMIT 0",
    "(SELECT number FROM legs ORDER BY number LIMIT 9) UNION (SELECT number FROM audits ORDER BY number DESC LIMIT 9) ORDER BY 1",
];

const VALUES: &[&str] = &[
    "VALUES (1, 'a'), (2, 'b'), (NULL, 'c')",
    "VALUES (1), (1), (2)",
    "VALUES (1, 1.5), (2.5, 2)",
    "VALUES (NULL), (NULL)",
    "VALUES (TRUE, DATE '2024-02-29', NULL::integer)",
    "SELECT a, b FROM (VALUES (1, 'a'), (2, NULL), (NULL, 'c')) AS t(a, b)",
    "SELECT * FROM (VALUES (1, 'a'), (2, NULL), (NULL, 'c')) AS t(a, b) WHERE a > 1",
    "SELECT column1, column2 FROM (VALUES (1, 'a'), (2, 'b')) AS t",
    "SELECT SUM(a) AS s, COUNT(b) AS n FROM (VALUES (1, 'a'), (2, NULL), (NULL, 'c')) AS t(a, b)",
    "SELECT b, SUM(a) AS s FROM (VALUES (1, 'a'), (2, 'a'), (NULL, NULL)) AS t(a, b) GROUP BY b",
    "SELECT l._id, v.name FROM legs l JOIN (VALUES (1, 'first'), (2, 'second'), (9, 'never')) AS v(n, name) ON v.n = l.sequence",
    "SELECT l._id, v.name FROM legs l RIGHT JOIN (VALUES (1, 'first'), (9, 'never')) AS v(n, name) ON v.n = l.sequence",
    "SELECT l._id, v.name FROM legs l LEFT JOIN (VALUES (1, 'first'), (NULL, 'none')) AS v(n, name) ON v.n = l.sequence",
    "SELECT v.n FROM (VALUES (1), (2), (7)) AS v(n) WHERE v.n IN (SELECT sequence FROM legs)",
    "SELECT v.n, (SELECT COUNT(*) FROM legs l WHERE l.sequence = v.n) AS c FROM (VALUES (1), (2), (7)) AS v(n)",
    "SELECT _id FROM legs WHERE (from_city, sequence) IN (VALUES ('Oslo', 1), ('Bergen', 2))",
    "SELECT _id FROM legs WHERE sequence IN (VALUES (1), (4))",
    "SELECT _id FROM legs WHERE minutes > ALL (VALUES (30), (90))",
    "SELECT sequence FROM legs UNION VALUES (7), (NULL), (1)",
    "VALUES (7), (NULL), (1) EXCEPT SELECT sequence FROM legs",
    "SELECT a.x, b.y FROM (VALUES (1), (2)) AS a(x), (VALUES ('p'), ('q')) AS b(y)",
    "SELECT '$x' AS a, v.s FROM (VALUES ('$ROOT'), ('$$NOW'), ('a.b')) AS v(s)",
    "SELECT v.k, m._id FROM (VALUES ('$blue'), ('red')) AS v(k) JOIN measures m ON m.maybe_kind = v.k",
    "SELECT MAX(d) AS d FROM (VALUES (DATE '2024-02-29'), ('2023-01-01')) AS t(d)",
    "SELECT a FROM (VALUES (1, 2), (3, 4)) AS t(a)",
];

const WITHOUT_TABLE: &[&str] = &[
    "SELECT 1 AS a, 'x' AS b, NULL AS c, TRUE AS d, 1.5 AS e",
    "SELECT 1 + 2 * 3 AS a, 7 / 2 AS b, 7 % 2 AS c",
    "SELECT upper('abc') || '!' AS a, length('日本語') AS b",
    "SELECT 1 AS a WHERE FALSE",
    "SELECT 1 AS a WHERE NULL",
    "SELECT 1 AS a WHERE 1 < 2",
    "SELECT COUNT(*) AS n",
    "SELECT COUNT(*) AS n WHERE FALSE",
    "SELECT SUM(5) AS s, MAX('x') AS m, COUNT(NULL) AS c",
    "SELECT SUM(5) AS s, MAX('x') AS m WHERE FALSE",
    "SELECT 1 AS a GROUP BY 1",
    "SELECT DISTINCT 1 AS a",
    "SELECT 1 AS a UNION SELECT 2 UNION SELECT 1",
    "SELECT 1 AS a UNION ALL SELECT 2.5 UNION ALL SELECT NULL",
    "SELECT '1' AS a UNION SELECT 'x'",
    "SELECT x.a + 1 AS b FROM (SELECT 1 AS a) AS x",
    "SELECT x.tag FROM UNNEST(ARRAY['a', 'b', NULL]) AS x(tag)",
    "SELECT x.n * 2 AS twice FROM UNNEST(ARRAY[1, 2, NULL]) AS x(n) WHERE x.n > 1",
    "SELECT a.n, b.m FROM UNNEST(ARRAY[1, 2]) AS a(n), UNNEST(ARRAY['x', 'y']) AS b(m)",
    "SELECT x.tag, x.place FROM UNNEST(ARRAY['a', 'b']) WITH ORDINALITY AS x(tag, place)",
    "SELECT n, n * n AS square FROM generate_series(1, 5) AS g(n)",
    "SELECT l._id, g.n FROM legs l, generate_series(1, l.sequence) AS g(n)",
];

const ORDERED: &[&str] = &[
    "SELECT a, b FROM (VALUES (2, 'b'), (1, 'a'), (NULL, 'c')) AS t(a, b) ORDER BY a DESC",
    "VALUES (3), (1), (2) ORDER BY 1",
    "VALUES (3, 'x'), (1, 'y'), (2, 'z') ORDER BY 2 DESC LIMIT 2",
    "SELECT x.n FROM UNNEST(ARRAY[3, 1, NULL, 2]) AS x(n) ORDER BY x.n NULLS FIRST",
    "SELECT 1 AS a UNION ALL SELECT 3 UNION ALL SELECT 2 ORDER BY a DESC LIMIT 2",
];
