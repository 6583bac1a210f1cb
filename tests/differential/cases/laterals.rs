//! LATERAL: derived tables that read the tables before them.

use super::queries;
use crate::case::{Case, case};

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for body in BODIES {
        for join in [
            ", LATERAL (#) AS x",
            " CROSS JOIN LATERAL (#) AS x",
            " JOIN LATERAL (#) AS x ON TRUE",
            " LEFT JOIN LATERAL (#) AS x ON TRUE",
            " LEFT JOIN LATERAL (#) AS x ON x.v > 2",
        ] {
            let join = join.replace('#', body);
            cases.push(case(format!("SELECT s.number, x.v FROM shipments s{join}")));
        }
    }
    cases.extend(queries(&[
        "SELECT c.code, t.n, t.s FROM carriers c, LATERAL (SELECT COUNT(*) AS n, SUM(l.minutes) AS s FROM legs l \
         WHERE l.carrier = c._id) AS t WHERE t.n > 2",
        "SELECT c.code, t.n FROM carriers c LEFT JOIN LATERAL (SELECT COUNT(*) AS n FROM legs l \
         WHERE l.carrier = c._id HAVING COUNT(*) > 3) AS t ON TRUE",
        "SELECT o._id, b.name, g.name AS grand FROM offices o LEFT JOIN LATERAL (SELECT * FROM offices p \
         WHERE p._id = o.boss) AS b ON TRUE LEFT JOIN LATERAL (SELECT name FROM offices p WHERE p._id = b.boss) AS g ON TRUE",
        "SELECT s.number, x.double, y.more FROM shipments s, LATERAL (SELECT s.crates * 2 AS double) AS x, \
         LATERAL (SELECT x.double + 1 AS more) AS y WHERE y.more > 5",
        "SELECT s.number, v.label, v.value FROM shipments s, LATERAL (VALUES ('price', s.price), ('tariff', s.tariff)) \
         AS v(label, value) WHERE v.value > 1",
        "SELECT s.number, v.label, v.value FROM shipments s LEFT JOIN LATERAL (VALUES ('crates', s.crates), \
         ('damaged', s.damaged)) AS v(label, value) ON v.value > s.crates",
        "SELECT l._id, x.sku, x.n FROM legs l, LATERAL (SELECT c.sku, SUM(c.quantity) AS n FROM UNNEST(l.cargo) AS c \
         GROUP BY c.sku) AS x",
        "SELECT s.number, x.a, x.b FROM shipments s, LATERAL (SELECT COUNT(DISTINCT l.carrier) AS a, \
         COUNT(DISTINCT l.sequence) AS b FROM legs l WHERE l.number = s.number) AS x",
        "SELECT s.number, x.a, x.b FROM shipments s, LATERAL (SELECT COUNT(DISTINCT l.carrier) AS a, \
         COUNT(DISTINCT l.sequence) AS b FROM legs l WHERE l.number > s.number + 20) AS x WHERE s.crates < 2",
        "SELECT s.number, x.a, x.b FROM shipments s, LATERAL (SELECT MIN(l.sequence) AS a, MAX(l._id) AS b \
         FROM legs l WHERE l.number = s.number) AS x",
        "SELECT l._id, x.best FROM legs l, LATERAL (SELECT MAX(t.stop) AS best FROM UNNEST(l.stops) AS t(stop)) AS x",
        "SELECT s.number, x.tag FROM shipments s, LATERAL (SELECT t.tag FROM UNNEST(s.tags) AS t(tag) ORDER BY t.tag LIMIT 1) AS x",
        "SELECT s.number, x.n FROM shipments s LEFT JOIN LATERAL (SELECT CARDINALITY(s.tags) AS n WHERE s.insured) AS x ON TRUE",
        "SELECT s.number, x.city FROM shipments s, LATERAL (SELECT s.port.city AS city UNION SELECT s.origin.city) AS x",
        "SELECT s.number, x.number AS other FROM shipments s, LATERAL (SELECT t.number FROM shipments t \
         WHERE t.number > s.number AND t.state = s.state ORDER BY t.number LIMIT 1) AS x",
        "SELECT p.port_id, x.n FROM ports p, LATERAL (SELECT COUNT(*) AS n FROM legs l WHERE l.from_city = p.city \
         AND l.from_country = p.country) AS x WHERE x.n = 0",
        "SELECT p.country, SUM(x.n) AS n FROM ports p, LATERAL (SELECT COUNT(*) AS n FROM legs l \
         WHERE l.from_city = p.city) AS x GROUP BY p.country",
        "SELECT e._id, x.n FROM empty_legs e, LATERAL (SELECT COUNT(*) AS n FROM legs l WHERE l.number = e.number) AS x",
        "SELECT c.code, x._id FROM carriers c, LATERAL (SELECT e._id FROM empty_legs e WHERE e.carrier = c._id) AS x",
        "SELECT c.code, x._id FROM carriers c LEFT JOIN LATERAL (SELECT e._id FROM empty_legs e WHERE e.carrier = c._id) AS x ON TRUE",
        "SELECT c.code, x.d FROM carriers c, LATERAL (SELECT DISTINCT l.number AS d FROM legs l WHERE l.carrier = c._id) AS x",
        "SELECT c.code, x.number, x.r FROM carriers c, LATERAL (SELECT l.number, ROW_NUMBER() OVER (ORDER BY l._id) AS r \
         FROM legs l WHERE l.carrier = c._id) AS x WHERE x.r < 3",
        "SELECT a._id, x.sender FROM audits a LEFT JOIN LATERAL (SELECT s.sender FROM shipments s \
         WHERE s.number = a.number OR s.number = a.reading ORDER BY s.number LIMIT 1) AS x ON TRUE",
        "SELECT a._id, x.k FROM audits a, LATERAL (SELECT CASE WHEN a.score > 0 THEN 'plus' ELSE 'minus' END AS k) AS x",
        "SELECT x.k, COUNT(*) AS n FROM audits a, LATERAL (SELECT CASE WHEN a.score > 0 THEN 'plus' ELSE 'minus' END AS k) AS x \
         GROUP BY x.k",
        "SELECT o._id, t.member FROM offices o JOIN LATERAL (SELECT l._id AS leg, m.member FROM legs l, \
         UNNEST(l.crew) AS m(member)) AS t ON t.member = o._id WHERE o.staff > 1",
    ]));
    let ordered = [
        "SELECT c.code, x._id, x.minutes FROM carriers c, LATERAL (SELECT l._id, l.minutes FROM legs l \
         WHERE l.carrier = c._id ORDER BY l.minutes DESC NULLS LAST, l._id LIMIT 2) AS x ORDER BY c.code, x.minutes, x._id",
        "SELECT s.number, x.m FROM shipments s LEFT JOIN LATERAL (SELECT MAX(l.minutes) AS m FROM legs l \
         WHERE l.number = s.number) AS x ON TRUE ORDER BY x.m DESC, s.number LIMIT 10",
    ];
    cases.extend(ordered.map(|sql| case(sql).ordered()));
    cases
}

/// Derived tables of one column of a shipment `s`.
const BODIES: &[&str] = &[
    "SELECT l.sequence AS v FROM legs l WHERE l.number = s.number",
    "SELECT l.sequence AS v FROM legs l WHERE l.number = s.number ORDER BY l._id LIMIT 1",
    "SELECT l.sequence AS v FROM legs l WHERE l.number = s.number AND l.carrier IS NOT NULL ORDER BY l._id OFFSET 1",
    "SELECT COUNT(*) AS v FROM legs l WHERE l.number = s.number",
    "SELECT SUM(l.minutes) AS v FROM legs l WHERE l.number = s.number AND l.minutes > s.crates * 30",
    "SELECT l.minutes / 30 AS v FROM legs l WHERE l.number >= s.number AND l.number < s.number + 3 AND l.sequence = 1",
    "SELECT DISTINCT l.sequence AS v FROM legs l JOIN audits a ON a.number = l.number WHERE l.number = s.number",
    "SELECT s.crates + 1 AS v",
    "SELECT t.score AS v FROM UNNEST(s.scores) AS t(score) WHERE t.score > s.crates",
];
