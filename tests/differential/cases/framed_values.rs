//! What aggregates give over frames: every type, frames that move, frames that may be empty, peers
//! by text and by keys of several directions, and windows in every place of a query.

use super::queries;
use crate::case::{Case, case};

/// Aggregates over values of every type.
const AGGREGATES: [&str; 30] = [
    "SUM(small)",
    "SUM(maybe_small)",
    "SUM(large)",
    "SUM(ratio)",
    "SUM(maybe_ratio)",
    "SUM(amount)",
    "SUM(maybe_amount)",
    "SUM(maybe_small) FILTER (WHERE flag)",
    "AVG(small)",
    "AVG(large)",
    "AVG(maybe_ratio)",
    "AVG(maybe_amount)",
    "COUNT(maybe_word)",
    "COUNT(*) FILTER (WHERE maybe_flag)",
    "MIN(maybe_word)",
    "MAX(maybe_word)",
    "MIN(maybe_large)",
    "MAX(edge_large)",
    "MIN(maybe_amount)",
    "MAX(maybe_moment)",
    "MIN(maybe_small) FILTER (WHERE maybe_flag)",
    "BOOL_AND(maybe_flag)",
    "BOOL_OR(flag)",
    "STDDEV_POP(small)",
    "STDDEV_SAMP(maybe_small)",
    "VAR_POP(amount)",
    "STDDEV_POP(ratio)",
    "VAR_SAMP(maybe_ratio)",
    "FIRST_VALUE(maybe_word)",
    "LAST_VALUE(maybe_amount)",
];

/// Whose results are arrays and texts.
const COLLECTIONS: [&str; 6] = [
    "ARRAY_AGG(maybe_small)",
    "ARRAY_AGG(small) FILTER (WHERE flag)",
    "STRING_AGG(kind, ',')",
    "STRING_AGG(maybe_kind, '$') FILTER (WHERE flag)",
    "NTH_VALUE(maybe_small, 2)",
    "NTH_VALUE(moment, 3)",
];

const FRAMES: [&str; 8] = [
    "ORDER BY _id ROWS 3 PRECEDING",
    "PARTITION BY kind ORDER BY _id ROWS BETWEEN 1 PRECEDING AND 2 FOLLOWING",
    "PARTITION BY kind ORDER BY _id DESC ROWS BETWEEN 3 PRECEDING AND 2 PRECEDING",
    "PARTITION BY maybe_kind, flag ORDER BY _id ROWS BETWEEN 2 FOLLOWING AND 4 FOLLOWING",
    "PARTITION BY kind ORDER BY _id ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING",
    "ORDER BY _id ROWS BETWEEN 2 PRECEDING AND 3 PRECEDING",
    "ORDER BY _id RANGE BETWEEN 4 PRECEDING AND 1 FOLLOWING",
    "PARTITION BY flag ORDER BY _id GROUPS BETWEEN 2 PRECEDING AND 1 PRECEDING",
];

/// Orders with peers, by keys of every kind and direction.
const ORDERS: [&str; 12] = [
    "word",
    "maybe_word DESC",
    "maybe_word NULLS FIRST",
    "kind, small DESC",
    "maybe_kind DESC, maybe_small",
    "maybe_kind NULLS FIRST, flag DESC, maybe_small DESC NULLS LAST",
    "maybe_flag, kind",
    "maybe_ratio",
    "amount DESC",
    "maybe_amount DESC NULLS LAST",
    "moment DESC, kind",
    "lower(maybe_word), small % 3",
];

const OVER_PEERS: [&str; 7] = [
    "RANK()",
    "DENSE_RANK()",
    "CUME_DIST()",
    "SUM(small)",
    "COUNT(maybe_small) FILTER (WHERE flag)",
    "MIN(maybe_word)",
    "PERCENT_RANK()",
];

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for frame in FRAMES {
        for function in AGGREGATES.iter().chain(&COLLECTIONS) {
            let sql = format!("SELECT _id, {function} OVER ({frame}) AS w FROM measures");
            cases.push(case(sql).within(1e-6));
        }
    }
    for order in ORDERS {
        for function in OVER_PEERS {
            let sql = format!("SELECT _id, {function} OVER (ORDER BY {order}) AS w FROM measures");
            cases.push(case(sql).within(1e-9));
        }
        for frame in [
            "GROUPS 1 PRECEDING",
            "RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING",
        ] {
            let sql = format!(
                "SELECT _id, SUM(small) OVER (PARTITION BY flag ORDER BY {order} {frame}) AS w FROM measures"
            );
            cases.push(case(sql));
        }
    }
    cases.extend(queries(PLACES).into_iter().map(|case| case.within(1e-9)));
    cases
}

const PLACES: &[&str] = &[
    // Several frames and functions over one window.
    "SELECT _id, RANK() OVER w AS r, ROW_NUMBER() OVER (PARTITION BY kind ORDER BY small, _id) AS n, \
     SUM(small) OVER w AS s, COUNT(*) OVER (PARTITION BY kind) AS c, \
     SUM(small) OVER (PARTITION BY kind ORDER BY small GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING) AS g \
     FROM measures WINDOW w AS (PARTITION BY kind ORDER BY small)",
    "SELECT _id, CUME_DIST() OVER w AS c, PERCENT_RANK() OVER w AS p, COUNT(*) OVER w AS n, MAX(word) OVER w AS m \
     FROM measures WINDOW w AS (PARTITION BY maybe_kind ORDER BY maybe_word DESC, flag)",
    "SELECT _id, SUM(small) OVER a AS x, SUM(small) OVER b AS y, SUM(small) OVER c AS z FROM measures \
     WINDOW a AS (ORDER BY _id), b AS (ORDER BY _id ROWS 2 PRECEDING), c AS (ORDER BY _id ROWS BETWEEN 1 FOLLOWING AND 1 FOLLOWING)",
    "SELECT _id, SUM(small) OVER () AS a, SUM(small) OVER (ORDER BY maybe_small) AS b, \
     RANK() OVER (ORDER BY maybe_small) AS c, RANK() OVER (ORDER BY maybe_small DESC) AS d FROM measures",
    // Names that are taken.
    "SELECT _id, SUM(small) OVER (PARTITION BY kind) AS small FROM measures",
    "SELECT kind, SUM(SUM(small)) OVER () AS sum, SUM(small) AS s, COUNT(*) OVER () AS count FROM measures GROUP BY kind",
    "SELECT _id, kind AS word, RANK() OVER (ORDER BY word) AS kind FROM measures",
    // Neighbours with a default of every kind.
    "SELECT _id, LAG(maybe_word, 1, word) OVER (ORDER BY _id) AS l FROM measures",
    "SELECT _id, LAG(maybe_word, 2, maybe_kind) OVER (PARTITION BY flag ORDER BY _id) AS l FROM measures",
    "SELECT _id, LEAD(amount, 1, 1.50) OVER (ORDER BY _id) AS l FROM measures",
    "SELECT _id, LEAD(maybe_small, -1) OVER (ORDER BY _id) AS l, LAG(small, -2, 0) OVER (ORDER BY _id) AS m FROM measures",
    "SELECT _id, LAG(small, 1, large) OVER (ORDER BY _id) AS l FROM measures",
    "SELECT _id, LAG(moment, 1, now()) OVER (ORDER BY _id) IS NULL AS l FROM measures",
    "SELECT _id, LAG(small > 3) OVER (ORDER BY _id) AS l, LAG(NULL::text) OVER (ORDER BY _id) AS n FROM measures",
    // Constant keys, and equal ones.
    "SELECT _id, RANK() OVER (PARTITION BY 1 ORDER BY 2) AS r, SUM(small) OVER (ORDER BY 'x'::text) AS s FROM measures",
    "SELECT _id, RANK() OVER (PARTITION BY kind, kind ORDER BY small, small DESC) AS r FROM measures",
    "SELECT _id, COUNT(*) OVER (PARTITION BY small + 1, lower(word), maybe_flag IS NULL) AS n FROM measures",
    "SELECT number, COUNT(*) OVER (PARTITION BY marks) AS n FROM shipments",
    "SELECT number, COUNT(*) OVER (PARTITION BY tags, state) AS n FROM shipments",
    // In other queries.
    "SELECT _id, (SELECT MAX(x.r) FROM (SELECT RANK() OVER (PARTITION BY m.kind ORDER BY n.small) AS r FROM measures n \
     WHERE n.kind = m.kind) AS x) AS r FROM measures m WHERE _id < 12",
    "SELECT s.number, x.r FROM shipments s CROSS JOIN LATERAL (SELECT l._id, RANK() OVER (PARTITION BY s.state ORDER BY l.sequence + s.crates) AS r \
     FROM legs l WHERE l.number = s.number) AS x",
    "SELECT _id FROM measures m WHERE EXISTS (SELECT 1 FROM (SELECT kind, ROW_NUMBER() OVER (ORDER BY _id) AS r FROM measures) AS x \
     WHERE x.r = m.small AND x.kind = m.kind)",
    "SELECT _id FROM measures WHERE small NOT IN (SELECT x.r FROM (SELECT ROW_NUMBER() OVER (ORDER BY _id) AS r FROM measures) AS x WHERE x.r < 5)",
    "SELECT _id, SUM((SELECT COUNT(*) FROM legs l WHERE l.sequence = m.small)) OVER (ORDER BY _id) AS s FROM measures m",
    "SELECT _id, RANK() OVER (ORDER BY (SELECT MAX(l.minutes) FROM legs l WHERE l.sequence = m.small)) AS r FROM measures m",
    "WITH t AS (SELECT _id, kind, ROW_NUMBER() OVER (PARTITION BY kind ORDER BY _id) AS r FROM measures) \
     SELECT a._id, b._id AS next FROM t a LEFT JOIN t b ON b.kind = a.kind AND b.r = a.r + 1",
    "WITH t AS (SELECT kind, flag, SUM(small) AS s FROM measures GROUP BY kind, flag) \
     SELECT kind, flag, s, s - LAG(s) OVER (PARTITION BY kind ORDER BY flag) AS d, SUM(s) OVER (PARTITION BY kind) AS k FROM t",
    "SELECT x.k, x.n, RANK() OVER (ORDER BY x.n DESC) AS r FROM (SELECT kind AS k, small AS n FROM measures UNION ALL \
     SELECT maybe_kind, maybe_small FROM measures) AS x",
    "SELECT kind, RANK() OVER (ORDER BY kind) AS r FROM measures UNION SELECT maybe_kind, DENSE_RANK() OVER (ORDER BY maybe_kind) FROM measures",
    "SELECT DISTINCT kind, FIRST_VALUE(small) OVER (PARTITION BY kind ORDER BY small) AS f, \
     LAST_VALUE(small) OVER (PARTITION BY kind ORDER BY small RANGE BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS l FROM measures",
    "SELECT kind, flag, SUM(small) AS s, RANK() OVER (PARTITION BY kind ORDER BY SUM(small)) AS r FROM measures GROUP BY CUBE (kind, flag)",
    "SELECT x.kind, x.s FROM (SELECT kind, SUM(small) AS s, SUM(SUM(small)) OVER () AS t FROM measures GROUP BY kind) AS x WHERE x.s * 4 > x.t",
    "SELECT x._id FROM (SELECT _id, kind, RANK() OVER (PARTITION BY kind ORDER BY small) AS r FROM measures) AS x WHERE x.kind = 'b' AND x.r = 1",
    "SELECT s.number, g.sku, ROW_NUMBER() OVER (PARTITION BY s.number ORDER BY g.sku, g.place) AS r FROM shipments s, \
     UNNEST(s.tags) WITH ORDINALITY AS g(sku, place) WHERE g.sku > 'b'",
    "SELECT x.number, x.tag FROM (SELECT s.number, t.tag, COUNT(*) OVER (PARTITION BY s.number) AS n FROM shipments s, UNNEST(s.tags) AS t(tag)) AS x \
     WHERE x.tag = 'new'",
    "SELECT number, RANK() OVER (ORDER BY port.city, origin.city DESC) AS r FROM shipments",
    "SELECT number, LAG(port) OVER (ORDER BY number) IS NULL AS p, LAG(state) OVER (ORDER BY number) AS s, \
     FIRST_VALUE(last_urgency) OVER (ORDER BY number) AS u FROM shipments",
];
