//! Aliases of a SELECT list that later items, orders and groups use. PostgreSQL has them in few
//! places, so each query has a form of its own there.

use crate::case::{Case, case};

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (items, tail, inner, outer) in LISTS {
        for (table, filter) in [("legs", ""), ("legs", " WHERE delayed"), ("empty_legs", "")] {
            cases.push(
                case(format!("SELECT {items}, {tail} FROM {table}{filter}")).postgres(format!(
                    "SELECT {outer} FROM (SELECT *, {inner} FROM {table}{filter}) AS x"
                )),
            );
        }
    }
    for (sql, postgres) in WHOLE {
        cases.push(case(*sql).postgres(*postgres));
    }
    for (sql, postgres) in ORDERED {
        cases.push(case(*sql).postgres(*postgres).ordered());
    }
    cases
}

/// Items, later items that use their aliases, and both for PostgreSQL.
const LISTS: &[(&str, &str, &str, &str)] = &[
    (
        "_id, minutes * 2 AS twice",
        "twice + 1 AS more",
        "minutes * 2 AS twice",
        "_id, twice, twice + 1 AS more",
    ),
    (
        "_id, minutes + sequence AS a",
        "a * 2 AS b, a - 1 AS c",
        "minutes + sequence AS a",
        "_id, a, a * 2 AS b, a - 1 AS c",
    ),
    (
        "_id, upper(from_city) AS loud",
        "loud || '!' AS louder",
        "upper(from_city) AS loud",
        "_id, loud, loud || '!' AS louder",
    ),
    (
        "_id, minutes > 90 AS long",
        "CASE WHEN long THEN 'long' ELSE 'short' END AS k",
        "minutes > 90 AS long",
        "_id, long, CASE WHEN long THEN 'long' ELSE 'short' END AS k",
    ),
    (
        "_id, COALESCE(minutes, 0) AS m",
        "m IS NULL AS never, NOT m > 60 AS short",
        "COALESCE(minutes, 0) AS m",
        "_id, m, m IS NULL AS never, NOT m > 60 AS short",
    ),
    (
        "_id, plan.office AS o",
        "o + 1 AS p",
        "(plan).office AS o",
        "_id, o, o + 1 AS p",
    ),
    (
        "_id, ended::date AS d",
        "d + 1 AS e, EXTRACT(DAY FROM d) AS f",
        "ended::date AS d",
        "_id, d, d + 1 AS e, EXTRACT(DAY FROM d) AS f",
    ),
    (
        "_id, RANK() OVER (ORDER BY minutes) AS r",
        "r * 10 AS s, r = 1 AS top",
        "RANK() OVER (ORDER BY minutes) AS r",
        "_id, r, r * 10 AS s, r = 1 AS top",
    ),
    (
        "_id, LAG(minutes) OVER (ORDER BY _id) AS l",
        "minutes - l AS d",
        "LAG(minutes) OVER (ORDER BY _id) AS l",
        "_id, l, minutes - l AS d",
    ),
    (
        "_id, (SELECT s.crates FROM shipments s WHERE s.number = minutes + 970) AS c",
        "c + 1 AS d",
        "(SELECT s.crates FROM shipments s WHERE s.number = minutes + 970) AS c",
        "_id, c, c + 1 AS d",
    ),
    // A column of the collection goes before an alias of the same name.
    (
        "_id, minutes + 1 AS sequence",
        "sequence * 2 AS twice",
        "minutes + 1 AS new_sequence",
        "_id, new_sequence AS sequence, sequence * 2 AS twice",
    ),
];

/// Whole queries and PostgreSQL's form of them.
const WHOLE: &[(&str, &str)] = &[
    (
        "SELECT number, SUM(minutes) AS s, s * 2 AS twice FROM legs GROUP BY number",
        "SELECT number, SUM(minutes) AS s, SUM(minutes) * 2 AS twice FROM legs GROUP BY number",
    ),
    (
        "SELECT number, COUNT(*) AS n, SUM(minutes) AS s, s / n AS mean FROM legs GROUP BY number",
        "SELECT number, COUNT(*) AS n, SUM(minutes) AS s, SUM(minutes) / COUNT(*) AS mean FROM legs GROUP BY number",
    ),
    (
        "SELECT sequence % 2 AS odd, odd + 1 AS next, COUNT(*) AS n FROM legs GROUP BY odd",
        "SELECT sequence % 2 AS odd, sequence % 2 + 1 AS next, COUNT(*) AS n FROM legs GROUP BY odd",
    ),
    (
        "SELECT number, COUNT(*) AS n, CASE WHEN n > 2 THEN 'many' ELSE 'few' END AS k FROM legs GROUP BY number",
        "SELECT number, COUNT(*) AS n, CASE WHEN COUNT(*) > 2 THEN 'many' ELSE 'few' END AS k FROM legs GROUP BY number",
    ),
    (
        "SELECT number, AVG(minutes) AS a, a > (SELECT AVG(minutes) FROM legs) AS above FROM legs GROUP BY number",
        "SELECT number, AVG(minutes) AS a, AVG(minutes) > (SELECT AVG(minutes) FROM legs) AS above FROM legs GROUP BY number",
    ),
    (
        "SELECT number, COUNT(*) AS n, RANK() OVER (ORDER BY n DESC) AS r FROM legs GROUP BY number",
        "SELECT number, COUNT(*) AS n, RANK() OVER (ORDER BY COUNT(*) DESC) AS r FROM legs GROUP BY number",
    ),
    (
        "SELECT l._id, s.price * 2 AS p, p + l.cost AS q FROM legs l JOIN shipments s ON s.number = l.number",
        "SELECT l._id, s.price * 2 AS p, s.price * 2 + l.cost AS q FROM legs l JOIN shipments s ON s.number = l.number",
    ),
    (
        "SELECT l._id, s.price * 2 AS p, p IS NULL AS missing FROM legs l LEFT JOIN shipments s ON s.number = l.number",
        "SELECT l._id, s.price * 2 AS p, s.price * 2 IS NULL AS missing FROM legs l LEFT JOIN shipments s ON s.number = l.number",
    ),
    (
        "SELECT DISTINCT sequence * 10 AS a, a + 1 AS b FROM legs",
        "SELECT DISTINCT sequence * 10 AS a, sequence * 10 + 1 AS b FROM legs",
    ),
    (
        "SELECT x.a, x.a + 1 AS b FROM (SELECT minutes AS m, m * 2 AS a FROM legs) AS x WHERE x.a > 100",
        "SELECT x.a, x.a + 1 AS b FROM (SELECT minutes AS m, minutes * 2 AS a FROM legs) AS x WHERE x.a > 100",
    ),
    (
        "WITH t AS (SELECT _id, minutes * 2 AS a, a * 2 AS b FROM legs) SELECT _id, b AS c, c + 1 AS d FROM t",
        "WITH t AS (SELECT _id, minutes * 2 AS a, minutes * 2 * 2 AS b FROM legs) SELECT _id, b AS c, b + 1 AS d FROM t",
    ),
    (
        "SELECT 1 AS a, a + 1 AS b, a + b AS c, a + b + c AS d",
        "SELECT 1 AS a, 2 AS b, 3 AS c, 6 AS d",
    ),
    (
        "SELECT 1 AS a, a + 1 AS b UNION SELECT 5 AS x, x * 2 AS y",
        "SELECT 1 AS a, 2 AS b UNION SELECT 5, 10",
    ),
    (
        "SELECT sequence AS a, delayed AS b, COUNT(*) AS n, n + 1 AS m FROM legs GROUP BY ROLLUP (a, b)",
        "SELECT sequence AS a, delayed AS b, COUNT(*) AS n, COUNT(*) + 1 AS m FROM legs GROUP BY ROLLUP (sequence, delayed)",
    ),
];

const ORDERED: &[(&str, &str)] = &[
    (
        "SELECT _id, minutes + sequence AS total FROM legs ORDER BY total * -1, _id",
        "SELECT _id, minutes + sequence AS total FROM legs ORDER BY (minutes + sequence) * -1, _id",
    ),
    (
        "SELECT _id, COALESCE(minutes, 0) AS m FROM legs ORDER BY m % 60, m, _id LIMIT 20",
        "SELECT _id, COALESCE(minutes, 0) AS m FROM legs ORDER BY COALESCE(minutes, 0) % 60, m, _id LIMIT 20",
    ),
    (
        "SELECT number, COUNT(*) AS n, SUM(sequence) AS s FROM legs GROUP BY number ORDER BY s - n, n DESC, number",
        "SELECT number, COUNT(*) AS n, SUM(sequence) AS s FROM legs GROUP BY number ORDER BY SUM(sequence) - COUNT(*), n DESC, number",
    ),
    (
        "SELECT l._id, s.price AS p, p * 2 AS q FROM legs l JOIN shipments s ON s.number = l.number ORDER BY q + 1 DESC, l._id LIMIT 7",
        "SELECT l._id, s.price AS p, s.price * 2 AS q FROM legs l JOIN shipments s ON s.number = l.number \
         ORDER BY s.price * 2 + 1 DESC, l._id LIMIT 7",
    ),
    (
        "SELECT _id, ROW_NUMBER() OVER (ORDER BY minutes, _id) AS r FROM legs ORDER BY r % 10, r LIMIT 15",
        "SELECT _id, r FROM (SELECT _id, ROW_NUMBER() OVER (ORDER BY minutes, _id) AS r FROM legs) AS x ORDER BY r % 10, r LIMIT 15",
    ),
];
