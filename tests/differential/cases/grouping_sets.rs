//! GROUPING SETS, ROLLUP and CUBE, and GROUPING().

use super::queries;
use crate::case::{Case, case};

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for sets in SETS {
        for (list, rest) in LISTS {
            cases.push(
                case(format!(
                    "SELECT sequence, delayed, {list} FROM legs GROUP BY {sets} {rest}"
                ))
                .within(1e-9),
            );
        }
        cases.push(case(format!(
            "SELECT sequence, delayed, COUNT(*) AS n, SUM(minutes) AS s FROM empty_legs GROUP BY {sets}"
        )));
        cases.push(case(format!(
            "SELECT sequence, delayed, GROUPING(sequence) AS a, GROUPING(delayed) AS b, GROUPING(sequence, delayed) AS c, \
             COUNT(*) AS n FROM legs WHERE minutes > 60 GROUP BY {sets}"
        )));
        cases.push(
            case(format!(
                "SELECT sequence, delayed, COUNT(*) AS n FROM legs GROUP BY {sets} \
                 ORDER BY GROUPING(sequence, delayed), sequence, delayed DESC LIMIT 9"
            ))
            .ordered(),
        );
    }
    cases.extend(queries(PLAIN));
    cases.push(case(
        "SELECT state, SUM(price) AS s, \
         RANK() OVER (PARTITION BY GROUPING(state) ORDER BY SUM(price) DESC) AS r FROM shipments \
         GROUP BY ROLLUP (state)",
    ));
    cases
}

const SETS: &[&str] = &[
    "ROLLUP (sequence, delayed)",
    "ROLLUP (delayed, sequence)",
    "CUBE (sequence, delayed)",
    "GROUPING SETS ((sequence, delayed))",
    "GROUPING SETS ((sequence), (delayed))",
    "GROUPING SETS ((sequence, delayed), (sequence), ())",
    "GROUPING SETS ((sequence), (delayed), (sequence), ())",
    "GROUPING SETS (sequence, delayed, ())",
    "GROUPING SETS (ROLLUP (sequence), CUBE (delayed))",
    "sequence, ROLLUP (delayed)",
    "ROLLUP ((sequence, delayed))",
    "ROLLUP (sequence), ROLLUP (delayed)",
];

const LISTS: &[(&str, &str)] = &[
    ("COUNT(*) AS n", ""),
    (
        "COUNT(minutes) AS c, SUM(minutes) AS s, AVG(cost) AS a, MIN(from_city) AS m",
        "",
    ),
    (
        "COUNT(DISTINCT number) AS d, COUNT(*) FILTER (WHERE minutes > 60) AS f",
        "",
    ),
    ("COUNT(*) AS n", "HAVING COUNT(*) > 10"),
    ("COUNT(*) AS n", "HAVING GROUPING(sequence) = 1"),
    ("COUNT(*) AS n", "HAVING sequence IS NULL OR delayed"),
    (
        "sequence + 1 AS next, COALESCE(delayed::text, '?') AS text, COUNT(*) AS n",
        "",
    ),
];

const PLAIN: &[&str] = &[
    "SELECT country, city, COUNT(*) AS n, COUNT(depth) AS d, MIN(opened) AS o, MAX(fee) AS f, SUM(fee) AS s FROM ports \
     GROUP BY ROLLUP (country, city)",
    "SELECT kind, flag, BOOL_AND(maybe_flag) AS a, BOOL_OR(maybe_flag) AS o, SUM(large) AS l, SUM(small) AS s FROM measures \
     GROUP BY CUBE (kind, flag)",
    "SELECT kind, SUM(maybe_small) FILTER (WHERE flag) AS s, COUNT(*) FILTER (WHERE maybe_flag) AS n, \
     MAX(word) FILTER (WHERE small > 8) AS w FROM measures GROUP BY ROLLUP (kind)",
    "SELECT state, urgency, MIN(urgency) AS u, MAX(state) AS m, COUNT(*) AS n FROM shipments GROUP BY GROUPING SETS ((state), (urgency))",
    "SELECT small + 1 AS k, COUNT(*) * 2 AS n, SUM(small) + 1 AS s FROM measures GROUP BY GROUPING SETS ((small + 1), ()) \
     HAVING COUNT(*) > 3 AND GROUPING(small + 1) = 0",
    "SELECT t.c, t.n FROM (SELECT country AS c, COUNT(*) AS n FROM ports GROUP BY CUBE (country)) t WHERE t.c = 'NO' OR t.n > 9",
    "SELECT p.port_id, (SELECT MAX(n) FROM (SELECT COUNT(*) AS n FROM legs l WHERE l.from_city = p.city GROUP BY ROLLUP (l.delayed)) t) AS m FROM ports p",
    "SELECT x, kind, COUNT(*) AS n FROM measures, UNNEST(ARRAY[1, 2, 2]) AS x GROUP BY x, kind",
    "SELECT x, SUM(x * small) AS n FROM measures, UNNEST(ARRAY[1, 2]) AS x GROUP BY x",
    "SELECT numbers, COUNT(*) AS n FROM measures GROUP BY ROLLUP (numbers)",
    "SELECT COUNT(*) AS n FROM legs GROUP BY GROUPING SETS (())",
    "SELECT COUNT(*) AS n FROM empty_legs GROUP BY GROUPING SETS (())",
    "SELECT COUNT(*) AS n FROM empty_legs GROUP BY ()",
    "SELECT COUNT(*) AS n FROM legs GROUP BY ()",
    "SELECT COUNT(*) AS n FROM legs GROUP BY GROUPING SETS ((), ())",
    "SELECT SUM(minutes) AS s FROM empty_legs GROUP BY ROLLUP (sequence)",
    "SELECT sequence, SUM(minutes) AS s FROM legs GROUP BY ROLLUP (sequence) HAVING SUM(minutes) > 100",
    "SELECT number, SUM(minutes) AS s FROM legs WHERE number < 1005 OR number IS NULL GROUP BY ROLLUP (number)",
    "SELECT number, GROUPING(number) AS g, COUNT(*) AS n FROM legs WHERE number < 1005 OR number IS NULL GROUP BY CUBE (number)",
    "SELECT from_city, to_city, delayed, COUNT(*) AS n FROM legs GROUP BY CUBE (from_city, to_city, delayed)",
    "SELECT from_city, to_city, delayed, GROUPING(from_city, to_city, delayed) AS g, COUNT(*) AS n FROM legs \
     GROUP BY ROLLUP (from_city, to_city, delayed)",
    "SELECT from_city, to_city, delayed, COUNT(*) AS n FROM legs GROUP BY ROLLUP (from_city, (to_city, delayed))",
    "SELECT from_city, sequence, COUNT(*) AS n FROM legs GROUP BY from_city, GROUPING SETS ((sequence), ())",
    "SELECT from_city, sequence, delayed, COUNT(*) AS n FROM legs GROUP BY GROUPING SETS ((from_city, sequence), (delayed, sequence))",
    "SELECT s.state, s.insured, COUNT(*) AS n, SUM(l.minutes) AS m FROM shipments s LEFT JOIN legs l ON l.number = s.number \
     GROUP BY ROLLUP (s.state, s.insured)",
    "SELECT c.country, l.delayed, COUNT(*) AS n FROM carriers c JOIN legs l ON l.carrier = c._id GROUP BY CUBE (c.country, l.delayed)",
    "SELECT sequence % 2 AS odd, delayed, COUNT(*) AS n FROM legs GROUP BY ROLLUP (sequence % 2, delayed)",
    "SELECT sequence % 2 AS odd, delayed, COUNT(*) AS n FROM legs GROUP BY ROLLUP (1, 2)",
    "SELECT lower(from_city) AS c, COUNT(*) AS n FROM legs GROUP BY GROUPING SETS (lower(from_city), ())",
    "SELECT port.country, port.city, COUNT(*) AS n FROM shipments GROUP BY ROLLUP (port.country, port.city)",
    "SELECT state, last_urgency, COUNT(*) AS n FROM shipments GROUP BY CUBE (state, last_urgency)",
    "SELECT CASE WHEN GROUPING(state) = 1 THEN 'all' ELSE state::text END AS s, COUNT(*) AS n FROM shipments GROUP BY ROLLUP (state)",
    "SELECT x.state, x.n FROM (SELECT state, COUNT(*) AS n FROM shipments GROUP BY ROLLUP (state)) AS x WHERE x.state IS NULL",
    "WITH t AS (SELECT country, active, COUNT(*) AS n FROM carriers GROUP BY CUBE (country, active)) \
     SELECT p.port_id, t.n FROM ports p JOIN t ON t.country = p.country AND t.active IS NULL",
    "SELECT sequence FROM legs GROUP BY ROLLUP (sequence)",
    "SELECT DISTINCT COUNT(*) AS n FROM legs GROUP BY CUBE (sequence, delayed)",
    "SELECT sequence, ARRAY_AGG(_id ORDER BY _id) AS ids FROM legs WHERE _id < 20 GROUP BY ROLLUP (sequence)",
    "SELECT GROUPING(sequence) + GROUPING(delayed) AS level, COUNT(*) AS n FROM legs GROUP BY CUBE (sequence, delayed)",
    "SELECT sequence, COUNT(*) AS n FROM legs GROUP BY DISTINCT ROLLUP (sequence, sequence)",
    "SELECT sequence, delayed, COUNT(*) AS n FROM legs GROUP BY ROLLUP (sequence, delayed) UNION ALL \
     SELECT sequence, delayed, 0 FROM empty_legs GROUP BY CUBE (sequence, delayed)",
];
