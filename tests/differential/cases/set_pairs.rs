//! UNION, INTERSECT, EXCEPT, VALUES and TABLE.

use super::queries;
use crate::case::{Case, case, refused};
use crate::value::Value;
use queryleaf_compiler::Code;

pub fn cases() -> Vec<Case> {
    let mut cases = two_sides();
    cases.extend(nested());
    cases.extend(types());
    cases.extend(orders());
    cases.extend(values());
    cases.extend(inside());
    cases.extend(refusals());
    cases
}

/// Every operator over the same pairs of sides: duplicates, nulls and missing fields on both.
fn two_sides() -> Vec<Case> {
    let sides = [
        ("SELECT city FROM ports", "SELECT from_city FROM legs"),
        ("SELECT country FROM ports", "SELECT country FROM carriers"),
        (
            "SELECT country, berths FROM ports WHERE depth IS NOT NULL",
            "SELECT country, fleet FROM carriers",
        ),
        (
            "SELECT city, country FROM ports",
            "SELECT to_city, to_country FROM legs WHERE minutes > 0",
        ),
        (
            "SELECT maybe_small FROM measures",
            "SELECT maybe_small FROM measures WHERE flag",
        ),
        (
            "SELECT kind, maybe_flag FROM measures",
            "SELECT kind, maybe_flag FROM nothing",
        ),
        (
            "SELECT kind, maybe_flag FROM nothing",
            "SELECT kind, maybe_flag FROM measures",
        ),
        (
            "SELECT state, fragile FROM shipments",
            "SELECT state, insured FROM shipments WHERE crates > 2",
        ),
        (
            "SELECT amount FROM measures",
            "SELECT maybe_amount FROM measures",
        ),
        (
            "SELECT DISTINCT country FROM ports",
            "SELECT country FROM audits WHERE score > 0",
        ),
        (
            "SELECT country, COUNT(*) FROM ports GROUP BY country",
            "SELECT country, COUNT(*) FROM carriers GROUP BY country",
        ),
        (
            "SELECT number % 3, 'a' FROM shipments",
            "SELECT crates, kind FROM shipments s JOIN measures m ON s.crates = m.small",
        ),
        ("SELECT 1, 2", "SELECT berths, 2 FROM ports"),
        ("SELECT berths, 2 FROM ports", "SELECT 1, 2"),
        ("SELECT tags FROM ports", "SELECT services FROM carriers"),
        ("SELECT port.city FROM shipments", "SELECT city FROM ports"),
    ];
    let mut cases = Vec::new();
    for (left, right) in sides {
        for operator in [
            "UNION",
            "UNION ALL",
            "INTERSECT",
            "INTERSECT ALL",
            "EXCEPT",
            "EXCEPT ALL",
        ] {
            let sql = format!("SELECT * FROM ({left} {operator} {right}) AS t (a, b)");
            let one = !left.contains(',');
            cases.push(case(if one {
                sql.replace("(a, b)", "(a)")
            } else {
                sql
            }));
        }
    }
    cases
}

/// INTERSECT binds closer than the others, which go from left to right; brackets change that.
fn nested() -> Vec<Case> {
    queries(&[
        "SELECT city FROM ports UNION SELECT from_city FROM legs UNION SELECT to_city FROM legs",
        "SELECT city FROM ports UNION ALL SELECT from_city FROM legs UNION SELECT to_city FROM legs",
        "SELECT city FROM ports UNION SELECT from_city FROM legs UNION ALL SELECT to_city FROM legs",
        "SELECT city FROM ports UNION ALL SELECT from_city FROM legs UNION ALL SELECT to_city FROM legs",
        "SELECT city FROM ports UNION ALL (SELECT from_city FROM legs UNION SELECT to_city FROM legs)",
        "SELECT city FROM ports UNION (SELECT from_city FROM legs UNION ALL SELECT to_city FROM legs)",
        "SELECT city FROM ports UNION SELECT from_city FROM legs INTERSECT SELECT to_city FROM legs",
        "(SELECT city FROM ports UNION SELECT from_city FROM legs) INTERSECT SELECT to_city FROM legs",
        "SELECT city FROM ports EXCEPT SELECT from_city FROM legs EXCEPT SELECT to_city FROM legs WHERE minutes > 50",
        "SELECT city FROM ports EXCEPT (SELECT from_city FROM legs EXCEPT SELECT to_city FROM legs)",
        "SELECT country FROM ports EXCEPT ALL SELECT country FROM carriers UNION ALL SELECT country FROM audits",
        "SELECT country FROM ports EXCEPT ALL (SELECT country FROM carriers UNION ALL SELECT country FROM audits)",
        "SELECT country FROM ports INTERSECT ALL SELECT country FROM carriers INTERSECT ALL SELECT country FROM audits",
        "SELECT country FROM ports INTERSECT SELECT country FROM carriers EXCEPT SELECT 'NO'",
        "SELECT country FROM ports INTERSECT (SELECT country FROM carriers EXCEPT SELECT 'NO')",
        "SELECT 1 AS a UNION SELECT 2 UNION SELECT 1 UNION ALL SELECT 2",
        "SELECT 1 AS a EXCEPT SELECT 1",
        "SELECT 1 AS a INTERSECT SELECT 2",
        "(SELECT city FROM ports) UNION ((SELECT from_city FROM legs))",
        "((SELECT city FROM ports UNION SELECT from_city FROM legs))",
        "TABLE ports EXCEPT TABLE ports",
        "SELECT kind FROM measures WHERE small > 3 UNION ALL SELECT kind FROM measures WHERE small < -3 UNION ALL SELECT kind FROM measures WHERE maybe_small IS NULL",
    ])
}

/// The columns of both sides are brought to one type.
fn types() -> Vec<Case> {
    let mut cases = queries(&[
        "SELECT small FROM measures UNION SELECT large FROM measures",
        "SELECT small FROM measures UNION SELECT ratio FROM measures",
        "SELECT maybe_large FROM measures UNION SELECT maybe_amount FROM measures",
        "SELECT small FROM measures INTERSECT SELECT maybe_ratio FROM measures",
        "SELECT born FROM measures UNION SELECT moment FROM measures",
        "SELECT maybe_born FROM measures EXCEPT SELECT maybe_moment FROM measures",
        "SELECT state FROM shipments UNION SELECT note FROM shipments",
        "SELECT state FROM shipments UNION SELECT last_state FROM shipments",
        "SELECT NULL AS a UNION SELECT small FROM measures",
        "SELECT small FROM measures UNION ALL SELECT NULL",
        "SELECT '7' AS a UNION SELECT small FROM measures",
        "SELECT small FROM measures INTERSECT SELECT '7'",
        "SELECT 'x' AS a UNION SELECT NULL",
        "SELECT NULL AS a UNION SELECT NULL",
        "SELECT '2024-01-31' AS a UNION SELECT maybe_born FROM measures",
        "(SELECT NULL AS a) UNION SELECT small FROM measures",
        "SELECT 1 AS a UNION SELECT 2.5",
        "SELECT 1 AS a UNION SELECT 1.0 UNION SELECT 1.00",
        "SELECT ratio FROM measures EXCEPT SELECT 0.1",
        "SELECT numbers FROM measures UNION SELECT scores FROM shipments",
        "SELECT token FROM shipments EXCEPT SELECT old_token FROM shipments",
        "SELECT seal FROM shipments UNION SELECT seal FROM shipments",
        "SELECT _id FROM carriers INTERSECT SELECT carrier FROM legs",
        "SELECT patience FROM shipments UNION ALL SELECT patience FROM shipments WHERE insured",
        "SELECT extra FROM shipments UNION ALL SELECT detail FROM audits",
        "SELECT amount, maybe_flag FROM measures UNION SELECT small, NULL FROM measures",
    ]);
    cases.push(
        case("SELECT :p AS a UNION SELECT small FROM measures").with("p", Value::Integer(1000)),
    );
    cases.push(
        case("SELECT kind FROM measures WHERE small > :p UNION SELECT name FROM carriers WHERE fleet > :p")
            .with("p", Value::Integer(1)),
    );
    cases
}

/// ORDER BY, LIMIT and OFFSET are about the whole, unless a side is in brackets.
fn orders() -> Vec<Case> {
    let ordered = [
        "SELECT city, country FROM ports UNION SELECT from_city, from_country FROM legs ORDER BY city, country",
        "SELECT city, country FROM ports UNION SELECT from_city, from_country FROM legs ORDER BY 2 DESC, 1",
        "SELECT city AS a, country AS b FROM ports UNION SELECT from_city, from_country FROM legs ORDER BY b NULLS FIRST, a DESC LIMIT 5",
        "SELECT city FROM ports UNION SELECT from_city FROM legs ORDER BY city LIMIT 3 OFFSET 2",
        "SELECT _id FROM legs WHERE minutes > 100 UNION ALL SELECT _id + 1000 FROM legs WHERE minutes < 20 ORDER BY _id DESC LIMIT 7",
        "SELECT country FROM ports EXCEPT SELECT country FROM audits ORDER BY country DESC",
        "SELECT country FROM ports INTERSECT ALL SELECT country FROM audits ORDER BY country",
        "(SELECT _id FROM legs ORDER BY _id LIMIT 3) UNION ALL (SELECT _id FROM legs ORDER BY _id DESC LIMIT 3) ORDER BY 1",
        "(SELECT _id FROM legs ORDER BY _id LIMIT 5) EXCEPT (SELECT _id FROM legs ORDER BY _id LIMIT 3) ORDER BY _id",
        "(SELECT city FROM ports UNION SELECT from_city FROM legs ORDER BY 1 LIMIT 4) UNION ALL SELECT 'zz' ORDER BY 1",
        "SELECT _id FROM legs UNION SELECT port_id FROM ports ORDER BY _id FETCH FIRST 4 ROWS ONLY",
        "(SELECT _id FROM measures ORDER BY _id) LIMIT 3",
    ];
    let mut cases: Vec<Case> = ordered.into_iter().map(|sql| case(sql).ordered()).collect();
    cases.extend(queries(&[
        "SELECT _id FROM legs UNION ALL SELECT port_id FROM ports LIMIT 0",
        "(SELECT _id FROM legs LIMIT 0) UNION ALL SELECT port_id FROM ports",
    ]));
    cases
}

fn values() -> Vec<Case> {
    queries(&[
        "VALUES (1, 'a'), (2, 'b')",
        "VALUES (1), (2), (NULL), (2)",
        "VALUES (1, 2.5), (2.5, NULL)",
        "VALUES ('2024-01-01'::date), (NULL)",
        "VALUES (1 + 2, UPPER('x')), (NULL, NULL)",
        "VALUES (1), (2) UNION ALL SELECT small FROM measures",
        "SELECT small FROM measures INTERSECT VALUES (1), (2), (1)",
        "VALUES ('$a', 'b.c'), ('$$ROOT', '')",
        "SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS t (x, y)",
        "SELECT x * 2 AS z FROM (VALUES (1, 'a'), (2, 'b'), (NULL, 'c')) AS t (x, y) WHERE y <> 'b'",
        "SELECT column1, column2 FROM (VALUES (1, TRUE), (2, NULL)) t",
        "SELECT p.port_id, t.label FROM ports p JOIN (VALUES ('NO', 'Norway'), ('JP', 'Japan'), (NULL, 'none')) AS t (code, label) ON t.code = p.country",
        "SELECT p.port_id, t.label FROM ports p LEFT JOIN (VALUES ('NO', 'Norway'), ('NO', 'Noreg')) AS t (code, label) ON t.code = p.country",
        "SELECT t.code, p.port_id FROM (VALUES ('NO'), ('XX'), (NULL)) AS t (code) LEFT JOIN ports p ON t.code = p.country",
        "SELECT port_id FROM ports WHERE country IN (VALUES ('NO'), ('BR'))",
        "SELECT port_id FROM ports WHERE (country, city) IN (VALUES ('NO', 'Oslo'), ('BR', 'Bergen'))",
        "SELECT port_id, (SELECT MAX(v) FROM (VALUES (berths), (port_id)) AS t (v)) AS most FROM ports",
        "SELECT p.port_id, t.v FROM ports p CROSS JOIN LATERAL (VALUES (p.berths), (p.port_id)) AS t (v)",
        "SELECT SUM(x) AS s, COUNT(*) AS n FROM (VALUES (1), (2), (NULL)) AS t (x)",
        "WITH t (x) AS (VALUES (1), (2)) SELECT a.x, b.x AS y FROM t a CROSS JOIN t b",
        "WITH t (x) AS (VALUES (1), (2)) TABLE t",
        "TABLE ports",
        "TABLE ports ORDER BY port_id LIMIT 2",
        "SELECT COUNT(*) AS n FROM (TABLE ports UNION ALL TABLE ports) t",
    ])
}

/// Set operations in queries around them.
fn inside() -> Vec<Case> {
    queries(&[
        "SELECT t.city, COUNT(*) AS n FROM (SELECT city FROM ports UNION ALL SELECT from_city FROM legs) t GROUP BY t.city",
        "SELECT city FROM (SELECT city, country FROM ports UNION SELECT from_city, from_country FROM legs) t WHERE country = 'NO'",
        "SELECT COUNT(*) AS n FROM (SELECT city FROM ports EXCEPT SELECT from_city FROM legs) t",
        "SELECT port_id FROM ports WHERE city IN (SELECT from_city FROM legs UNION SELECT to_city FROM legs WHERE minutes > 0)",
        "SELECT port_id FROM ports WHERE city NOT IN (SELECT from_city FROM legs WHERE from_city IS NOT NULL UNION SELECT 'x')",
        "SELECT port_id FROM ports WHERE city IN (SELECT from_city FROM legs INTERSECT SELECT to_city FROM legs)",
        "SELECT port_id, (SELECT COUNT(*) FROM (SELECT _id FROM legs WHERE from_city = p.city UNION ALL SELECT _id FROM legs WHERE to_city = p.city) t) AS n FROM ports p",
        "SELECT port_id, (SELECT COUNT(*) FROM (SELECT carrier FROM legs WHERE from_city = p.city INTERSECT SELECT carrier FROM legs WHERE to_city = p.city) t) AS n FROM ports p",
        "SELECT port_id FROM ports p WHERE EXISTS (SELECT 1 FROM legs WHERE from_city = p.city EXCEPT SELECT 1 FROM legs WHERE to_city = p.city)",
        "SELECT port_id FROM ports p WHERE EXISTS (SELECT minutes FROM legs WHERE from_city = p.city UNION SELECT berths FROM offices, ports WHERE FALSE)",
        "SELECT p.port_id, t.a FROM ports p CROSS JOIN LATERAL (SELECT p.city AS a UNION SELECT p.country) t",
        "SELECT p.port_id, t.a FROM ports p CROSS JOIN LATERAL (SELECT p.city AS a UNION ALL SELECT l.from_city FROM legs l WHERE l.to_city = p.city) t",
        "SELECT p.port_id, t.code FROM ports p JOIN (SELECT country AS code FROM carriers UNION SELECT country FROM audits) t ON t.code = p.country",
        "SELECT p.port_id, t.code FROM ports p LEFT JOIN (SELECT country AS code FROM carriers EXCEPT SELECT country FROM audits) t ON t.code = p.country",
        "SELECT t.code, p.port_id FROM (SELECT country AS code FROM carriers UNION SELECT country FROM audits) t LEFT JOIN ports p ON t.code = p.country",
        "WITH t AS (SELECT city FROM ports UNION SELECT from_city FROM legs) SELECT a.city FROM t a JOIN t b ON a.city = b.city",
        "WITH t AS (SELECT city, country FROM ports UNION ALL SELECT from_city, from_country FROM legs) SELECT country, COUNT(DISTINCT city) AS n FROM t GROUP BY country",
        "SELECT a, COUNT(*) AS n FROM (SELECT home.city AS a FROM carriers UNION ALL SELECT plan.number::text FROM legs) t GROUP BY a",
        "SELECT DISTINCT b FROM (SELECT city AS a, country AS b FROM ports UNION ALL SELECT from_city, from_country FROM legs) t",
        "SELECT x FROM (SELECT UNNEST.tags AS x FROM (SELECT 1 AS tags) UNNEST UNION ALL SELECT 2) t",
        "SELECT tag FROM ports, UNNEST(tags) AS tag UNION SELECT service FROM carriers, UNNEST(services) AS service",
        "SELECT ARRAY(SELECT from_city FROM legs WHERE carrier = c._id UNION SELECT to_city FROM legs WHERE carrier = c._id ORDER BY 1) AS cities FROM carriers c",
        "SELECT MIN(a) AS low, MAX(a) AS high FROM (SELECT small AS a FROM measures UNION ALL SELECT maybe_small FROM measures) t",
        "SELECT COALESCE(city, '-') AS c FROM (SELECT city FROM ports UNION SELECT from_city FROM legs) t",
    ])
}

fn refusals() -> Vec<Case> {
    [
        (
            Code::TypeMismatch,
            "SELECT city FROM ports UNION SELECT city, country FROM ports",
        ),
        (
            Code::TypeMismatch,
            "SELECT city FROM ports UNION SELECT berths FROM ports",
        ),
        (
            Code::Unsupported,
            "SELECT extra FROM shipments UNION SELECT extra FROM shipments",
        ),
        (
            Code::Unsupported,
            "SELECT patience FROM shipments INTERSECT SELECT patience FROM shipments",
        ),
        (Code::Syntax, "VALUES (1, 2), (3)"),
        (Code::Unsupported, "VALUES ((SELECT 1))"),
        (
            Code::UnknownColumn,
            "SELECT city FROM ports UNION SELECT country FROM ports ORDER BY depth",
        ),
    ]
    .into_iter()
    .map(|(code, sql)| refused(code, sql))
    .collect()
}
