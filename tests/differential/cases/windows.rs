//! Window functions: ranks, neighbours, aggregates, several windows, windows over groups.

use super::queries;
use crate::case::{Case, case};

/// What the functions run over: alone, in parts, in an order with ties, in a total order.
const WINDOWS: [&str; 9] = [
    "",
    "PARTITION BY number",
    "PARTITION BY delayed, sequence",
    "ORDER BY sequence",
    "ORDER BY minutes DESC",
    "ORDER BY minutes NULLS FIRST, _id",
    "PARTITION BY number ORDER BY sequence",
    "PARTITION BY number ORDER BY sequence DESC, minutes",
    "PARTITION BY from_city, delayed ORDER BY started, _id",
];

/// Whose order of rows is total.
const TOTAL: [&str; 6] = [
    "ORDER BY _id",
    "ORDER BY _id DESC",
    "ORDER BY minutes, _id",
    "PARTITION BY number ORDER BY sequence, _id",
    "PARTITION BY delayed ORDER BY minutes DESC NULLS LAST, _id DESC",
    "PARTITION BY lower(from_city), sequence > 2 ORDER BY minutes + sequence, _id",
];

/// What peers have in common.
const OF_PEERS: [&str; 16] = [
    "RANK()",
    "DENSE_RANK()",
    "PERCENT_RANK()",
    "CUME_DIST()",
    "COUNT(*)",
    "COUNT(minutes)",
    "SUM(minutes)",
    "SUM(cost)",
    "AVG(minutes)",
    "AVG(cost)",
    "MIN(minutes)",
    "MAX(from_city)",
    "MAX(started)",
    "BOOL_OR(delayed)",
    "COUNT(*) FILTER (WHERE delayed)",
    "SUM(minutes) FILTER (WHERE from_city > 'A')",
];

/// What depends on the order of all rows.
const OF_ROWS: [&str; 24] = [
    "ROW_NUMBER()",
    "NTILE(1)",
    "NTILE(4)",
    "NTILE(1000)",
    "LAG(minutes)",
    "LAG(minutes, 2)",
    "LAG(minutes, 0)",
    "LAG(minutes, 1, -1)",
    "LAG(minutes, 3, sequence)",
    "LAG(from_city, 1, '$none')",
    "LEAD(minutes)",
    "LEAD(minutes, 2)",
    "LEAD(minutes, 1, minutes)",
    "LEAD(started, 1)",
    "LEAD(carrier, 1, plan.carrier)",
    "FIRST_VALUE(minutes)",
    "FIRST_VALUE(from_city)",
    "LAST_VALUE(minutes)",
    "NTH_VALUE(minutes, 1)",
    "NTH_VALUE(minutes, 3)",
    "NTH_VALUE(from_city, 100)",
    "ARRAY_AGG(sequence)",
    "STRING_AGG(from_city, ',')",
    "LAG(minutes + sequence * 2)",
];

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for function in OF_PEERS {
        for window in WINDOWS {
            cases.push(
                case(format!(
                    "SELECT _id, {function} OVER ({window}) AS w FROM legs"
                ))
                .within(1e-9),
            );
        }
    }
    for function in OF_ROWS {
        for window in TOTAL {
            cases.push(case(format!(
                "SELECT _id, {function} OVER ({window}) AS w FROM legs"
            )));
        }
    }
    for sql in ORDERED {
        cases.push(case(*sql).ordered().within(1e-9));
    }
    cases.extend(queries(PLAIN).into_iter().map(|case| case.within(1e-9)));
    // PostgreSQL has no QUALIFY.
    for (condition, rest) in QUALIFIED {
        cases.push(
            case(format!(
                "SELECT _id, number FROM legs WHERE minutes >= 0 QUALIFY {condition} {rest}"
            ))
            .postgres(format!(
                "SELECT _id, number FROM (SELECT _id, number, ({condition}) AS chosen FROM legs \
                     WHERE minutes >= 0) AS x WHERE chosen {rest}"
            )),
        );
    }
    cases.push(
        case("SELECT number, COUNT(*) AS n FROM legs GROUP BY number QUALIFY RANK() OVER (ORDER BY COUNT(*) DESC) = 1").postgres(
            "SELECT number, n FROM (SELECT number, COUNT(*) AS n, RANK() OVER (ORDER BY COUNT(*) DESC) AS r FROM legs \
             GROUP BY number) AS x WHERE r = 1",
        ),
    );
    cases.push(
        case("SELECT _id, ROW_NUMBER() OVER (PARTITION BY number ORDER BY _id) AS r FROM legs QUALIFY r = 2").postgres(
            "SELECT _id, r FROM (SELECT _id, ROW_NUMBER() OVER (PARTITION BY number ORDER BY _id) AS r FROM legs) AS x \
             WHERE r = 2",
        ),
    );
    cases
}

const PLAIN: &[&str] = &[
    // Doubles that are no short binary fractions, integers that have no opposite.
    "SELECT _id, COUNT(*) OVER (ORDER BY edge_large DESC) AS n, COUNT(*) OVER (ORDER BY edge_small DESC) AS m FROM measures",
    "SELECT port_id, COUNT(*) OVER (ORDER BY depth) AS n, MAX(city) OVER (ORDER BY depth DESC) AS m FROM ports",
    "SELECT port_id, COUNT(*) OVER (PARTITION BY country ORDER BY depth) AS n, CUME_DIST() OVER (ORDER BY depth) AS c FROM ports",
    "SELECT port_id, SUM(port_id) OVER (PARTITION BY depth ORDER BY depth DESC NULLS LAST) AS n, RANK() OVER (ORDER BY depth) AS r FROM ports",
    "SELECT number, MAX(sender) OVER (PARTITION BY port.place.latitude ORDER BY port.place.latitude DESC) AS m FROM shipments",
    "SELECT number, COUNT(*) OVER (ORDER BY port.place.latitude) AS n, MIN(price) OVER (ORDER BY port.place.latitude DESC) AS p FROM shipments",
    "SELECT _id, COUNT(*) OVER (ORDER BY ratio RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS n, \
     SUM(small) OVER (ORDER BY ratio * 0.1 DESC) AS s FROM measures",
    // Several windows.
    "SELECT _id, RANK() OVER (ORDER BY minutes) AS r, SUM(minutes) OVER (PARTITION BY number) AS s, \
     ROW_NUMBER() OVER (PARTITION BY delayed ORDER BY _id) AS n FROM legs",
    "SELECT _id, SUM(minutes) OVER w AS s, COUNT(*) OVER w AS n, MAX(minutes) OVER (w ORDER BY _id) AS m FROM legs \
     WINDOW w AS (PARTITION BY number)",
    "SELECT _id, SUM(minutes) OVER w AS s, LAG(minutes) OVER w AS l FROM legs WINDOW w AS (PARTITION BY number ORDER BY _id)",
    "SELECT _id, SUM(minutes) OVER a AS s, SUM(minutes) OVER b AS t FROM legs \
     WINDOW a AS (PARTITION BY number), b AS (a ORDER BY sequence, _id)",
    // In expressions.
    "SELECT _id, minutes - AVG(minutes) OVER (PARTITION BY number) AS d FROM legs",
    "SELECT _id, minutes * 100.0 / NULLIF(SUM(minutes) OVER (), 0) AS part FROM legs",
    "SELECT _id, minutes - LAG(minutes) OVER (PARTITION BY number ORDER BY _id) AS d FROM legs",
    "SELECT _id, CASE WHEN ROW_NUMBER() OVER (ORDER BY _id) % 2 = 0 THEN 'even' ELSE 'odd' END AS k FROM legs",
    "SELECT _id, COALESCE(LAG(from_city) OVER (ORDER BY _id), 'start') || '-' || from_city AS trip FROM legs",
    "SELECT _id, SUM(minutes) OVER (PARTITION BY number) > 100 AS much FROM legs",
    "SELECT _id, started - LAG(started) OVER (ORDER BY started, _id) AS gap FROM legs WHERE started IS NOT NULL",
    "SELECT _id, SUM(CASE WHEN delayed THEN minutes ELSE 0 END) OVER (PARTITION BY carrier) AS s FROM legs",
    "SELECT _id, SUM(SUM(minutes)) OVER () AS s FROM legs GROUP BY _id",
    "SELECT _id, RANK() OVER (ORDER BY COALESCE(minutes, -1) DESC, from_city) AS r FROM legs",
    "SELECT _id, ROUND(PERCENT_RANK() OVER (ORDER BY minutes)::numeric, 3) AS p FROM legs",
    // Over groups.
    "SELECT number, COUNT(*) AS n, RANK() OVER (ORDER BY COUNT(*) DESC) AS r FROM legs GROUP BY number",
    "SELECT number, SUM(minutes) AS s, SUM(SUM(minutes)) OVER (ORDER BY number) AS running FROM legs GROUP BY number",
    "SELECT delayed, sequence, COUNT(*) AS n, COUNT(*) * 1.0 / SUM(COUNT(*)) OVER (PARTITION BY delayed) AS part \
     FROM legs GROUP BY delayed, sequence",
    "SELECT sequence, AVG(minutes) AS a, AVG(minutes) - AVG(AVG(minutes)) OVER () AS d FROM legs GROUP BY sequence",
    "SELECT sequence, MAX(minutes) AS m, LAG(MAX(minutes)) OVER (ORDER BY sequence) AS before FROM legs GROUP BY sequence \
     HAVING COUNT(*) > 3",
    "SELECT day, COUNT(*) AS n, SUM(COUNT(*)) OVER (ORDER BY day ROWS UNBOUNDED PRECEDING) AS running FROM legs GROUP BY day",
    "SELECT DISTINCT number, COUNT(*) OVER (PARTITION BY number) AS n FROM legs",
    "SELECT DISTINCT RANK() OVER (ORDER BY sequence) AS r FROM legs",
    // Over joins, derived tables, nothing.
    "SELECT l._id, s.number, ROW_NUMBER() OVER (PARTITION BY s.state ORDER BY l._id, s.number) AS r FROM legs l \
     JOIN shipments s ON s.number = l.number",
    "SELECT s.number, RANK() OVER (ORDER BY l.minutes) AS r FROM shipments s LEFT JOIN legs l ON l.number = s.number",
    "SELECT l._id, COUNT(*) OVER (PARTITION BY c.country) AS n FROM legs l LEFT JOIN carriers c ON c._id = l.carrier",
    "SELECT x._id FROM (SELECT _id, ROW_NUMBER() OVER (PARTITION BY number ORDER BY minutes DESC NULLS LAST, _id) AS r FROM legs) AS x \
     WHERE x.r = 1",
    "SELECT x._id, x.r FROM (SELECT _id, RANK() OVER (ORDER BY minutes DESC NULLS LAST) AS r FROM legs) AS x WHERE x.r <= 5",
    "SELECT x.number, MAX(x.d) AS d FROM (SELECT number, minutes - LAG(minutes) OVER (PARTITION BY number ORDER BY _id) AS d \
     FROM legs) AS x GROUP BY x.number",
    "SELECT _id, SUM(x.r) OVER (ORDER BY _id) AS s FROM (SELECT _id, RANK() OVER (ORDER BY minutes) AS r FROM legs) AS x",
    "SELECT ROW_NUMBER() OVER (ORDER BY number) AS r, SUM(minutes) OVER () AS s FROM empty_legs",
    "SELECT COUNT(*) AS n, SUM(COUNT(*)) OVER () AS s FROM empty_legs",
    "SELECT v.n, SUM(v.n) OVER (ORDER BY v.n) AS s FROM (VALUES (3), (1), (1), (NULL)) AS v(n)",
    "SELECT s.number, t.tag, ROW_NUMBER() OVER (PARTITION BY s.number ORDER BY t.tag DESC, t.place) AS r \
     FROM shipments s, UNNEST(s.tags) WITH ORDINALITY AS t(tag, place)",
    "SELECT _id FROM legs WHERE sequence = 1 AND _id IN (SELECT x._id FROM (SELECT _id, ROW_NUMBER() OVER (ORDER BY minutes, _id) AS r \
     FROM legs) AS x WHERE x.r < 50)",
    // Other keys: booleans, dates, structs' fields, decimals of many scales, doubles.
    "SELECT _id, DENSE_RANK() OVER (ORDER BY cost) AS r FROM legs",
    "SELECT _id, DENSE_RANK() OVER (PARTITION BY cost ORDER BY load) AS r FROM legs",
    "SELECT _id, DENSE_RANK() OVER (ORDER BY day DESC, delayed) AS r FROM legs",
    "SELECT _id, RANK() OVER (PARTITION BY plan.office ORDER BY plan.number) AS r FROM legs",
    "SELECT _id, RANK() OVER (PARTITION BY carrier ORDER BY delayed NULLS FIRST, minutes DESC) AS r FROM legs",
    "SELECT number, DENSE_RANK() OVER (ORDER BY state, urgency) AS r FROM shipments",
    "SELECT number, DENSE_RANK() OVER (PARTITION BY port.country ORDER BY last_urgency DESC) AS r FROM shipments",
    "SELECT number, COUNT(*) OVER (PARTITION BY tags) AS n FROM shipments",
    "SELECT number, LAG(port.city) OVER (ORDER BY number) AS c, LEAD(tags) OVER (ORDER BY number) AS t FROM shipments",
    "SELECT _id, SUM(amount) OVER (ORDER BY _id) AS s, MAX(large) OVER (PARTITION BY kind ORDER BY _id) AS m FROM measures",
    "SELECT _id, SUM(ratio) OVER (ORDER BY _id) AS s, AVG(maybe_ratio) OVER (PARTITION BY maybe_kind) AS a FROM measures",
    "SELECT _id, STDDEV_POP(small) OVER (PARTITION BY kind) AS s, VAR_SAMP(small) OVER (PARTITION BY flag) AS v FROM measures",
    "SELECT _id, COUNT(DISTINCT x.kind) AS n FROM (SELECT _id, LAG(kind) OVER (ORDER BY _id) AS kind FROM measures) AS x GROUP BY _id",
];

const ORDERED: &[&str] = &[
    "SELECT x._id, x.from_city FROM (SELECT _id, from_city, ROW_NUMBER() OVER (PARTITION BY delayed, from_city ORDER BY minutes, _id) AS r \
     FROM legs) AS x WHERE x.r <= 2 ORDER BY x.from_city, x._id",
    "SELECT x._id, c.country FROM (SELECT _id, carrier, stops, ROW_NUMBER() OVER (PARTITION BY number ORDER BY _id) AS r FROM legs) AS x \
     LEFT JOIN carriers c ON c._id = x.carrier WHERE x.r = 1 ORDER BY x._id",
    "SELECT x.number, t.tag FROM (SELECT number, tags, ROW_NUMBER() OVER (PARTITION BY state ORDER BY number DESC) AS r FROM shipments) AS x, \
     UNNEST(x.tags) AS t(tag) WHERE x.r < 4 ORDER BY x.number, t.tag",
    "SELECT x.number, x.n FROM (SELECT number, COUNT(*) AS n, ROW_NUMBER() OVER (PARTITION BY COUNT(*) ORDER BY number) AS r FROM legs GROUP BY number) AS x \
     WHERE x.r <= 2 ORDER BY x.n, x.number",
    "SELECT x._id, (SELECT COUNT(*) FROM legs l WHERE l.number = x.number) AS n FROM (SELECT _id, number, ROW_NUMBER() OVER (PARTITION BY sequence ORDER BY _id) AS r \
     FROM legs) AS x WHERE x.r = 1 ORDER BY x._id",
    "SELECT _id, RANK() OVER (ORDER BY minutes DESC NULLS LAST) AS r FROM legs ORDER BY r, _id LIMIT 10",
    "SELECT _id FROM legs ORDER BY ROW_NUMBER() OVER (PARTITION BY number ORDER BY _id), _id LIMIT 20",
    "SELECT _id FROM legs ORDER BY SUM(minutes) OVER (PARTITION BY number) DESC NULLS LAST, _id",
    "SELECT number, SUM(minutes) AS s, RANK() OVER (ORDER BY SUM(minutes) DESC NULLS LAST) AS r FROM legs GROUP BY number \
     ORDER BY r, number LIMIT 5",
    "SELECT _id, SUM(minutes) OVER (ORDER BY _id) AS s FROM legs ORDER BY _id LIMIT 5 OFFSET 5",
    "SELECT _id, COUNT(*) OVER () AS total FROM legs WHERE delayed ORDER BY _id LIMIT 3",
];

const QUALIFIED: &[(&str, &str)] = &[
    (
        "ROW_NUMBER() OVER (PARTITION BY number, delayed ORDER BY minutes DESC NULLS LAST, _id DESC) < 3",
        "ORDER BY number, _id LIMIT 40",
    ),
    (
        "ROW_NUMBER() OVER (PARTITION BY lower(from_city) ORDER BY from_city, _id) <= 2 AND sequence > 1",
        "",
    ),
    (
        "1 = ROW_NUMBER() OVER (PARTITION BY plan.office ORDER BY _id) AND minutes > 0",
        "",
    ),
    (
        "ROW_NUMBER() OVER (PARTITION BY number ORDER BY _id) <= 0",
        "",
    ),
    ("ROW_NUMBER() OVER (ORDER BY _id) <= 7", "ORDER BY _id DESC"),
    (
        "ROW_NUMBER() OVER (PARTITION BY number ORDER BY _id) = 1",
        "",
    ),
    ("RANK() OVER (ORDER BY minutes DESC) <= 3", "ORDER BY _id"),
    ("COUNT(*) OVER (PARTITION BY number) > 2 AND delayed", ""),
    (
        "minutes > AVG(minutes) OVER (PARTITION BY sequence)",
        "ORDER BY _id DESC LIMIT 5",
    ),
    (
        "LAG(minutes) OVER (ORDER BY _id) IS NULL OR minutes > LAG(minutes) OVER (ORDER BY _id)",
        "",
    ),
];
