//! GROUP BY in all of its forms, and HAVING.

use super::queries;
use crate::case::{Case, case};

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for key in [
        "kind",
        "maybe_kind",
        "small",
        "maybe_small",
        "flag",
        "maybe_flag",
        "maybe_large",
        "ratio",
        "edge_ratio",
        "amount",
        "maybe_amount",
        "word",
        "maybe_word",
        "maybe_born",
        "maybe_moment",
        "numbers",
        "maybe_words",
    ] {
        cases.push(case(format!(
            "SELECT {key}, COUNT(*) AS n FROM measures GROUP BY {key}"
        )));
        cases.push(case(format!(
            "SELECT COUNT(*) AS n, SUM(small) AS s FROM measures GROUP BY {key}"
        )));
    }
    for key in [
        "state",
        "last_state",
        "urgency",
        "last_urgency",
        "port.city",
        "origin.city",
        "origin.country",
        "damaged",
        "carrier",
        "old_token",
        "seal",
        "tags",
        "paid_on",
        "origin.place.height",
    ] {
        cases.push(case(format!(
            "SELECT {key}, COUNT(*) AS n, MIN(number) AS m FROM shipments GROUP BY {key}"
        )));
    }
    cases.extend(queries(&[
        "SELECT maybe_kind AS k, COUNT(*) AS n FROM measures GROUP BY k",
        "SELECT maybe_kind AS k, COUNT(*) AS n FROM measures GROUP BY 1",
        "SELECT COUNT(*) AS n, maybe_kind, flag FROM measures GROUP BY 2, 3",
        "SELECT maybe_kind, maybe_small, COUNT(*) AS n FROM measures GROUP BY maybe_kind, maybe_small",
        "SELECT kind, flag, COUNT(*) AS n FROM measures GROUP BY flag, kind",
        "SELECT small % 3 AS rest, COUNT(*) AS n FROM measures GROUP BY small % 3",
        "SELECT small % 3 AS rest, COUNT(*) AS n FROM measures GROUP BY rest",
        "SELECT maybe_small > 0 AS positive, COUNT(*) AS n FROM measures GROUP BY positive",
        "SELECT small + maybe_small AS total, COUNT(*) AS n FROM measures GROUP BY total",
        "SELECT COALESCE(maybe_kind, '$none') AS k, COUNT(*) AS n FROM measures GROUP BY k",
        "SELECT CASE WHEN maybe_small > 0 THEN 'plus' WHEN maybe_small < 0 THEN 'minus' END AS sign, \
         COUNT(*) AS n FROM measures GROUP BY sign",
        "SELECT length(word) AS size, COUNT(*) AS n, MAX(word) AS longest FROM measures GROUP BY size",
        "SELECT left(maybe_word, 1) AS first, COUNT(*) AS n FROM measures GROUP BY first",
        "SELECT moment::date AS day, COUNT(*) AS n FROM measures GROUP BY day",
        "SELECT small AS kind, COUNT(*) AS n FROM measures GROUP BY kind, small",
        "SELECT kind, 7 AS seven, TRUE AS yes, COUNT(*) AS n FROM measures GROUP BY 1, 2, 3",
        "SELECT 7 AS seven, COUNT(*) AS n FROM measures GROUP BY 1",
        "SELECT 1.5 AS x, COUNT(DISTINCT 2) AS n, COUNT(DISTINCT kind) AS m FROM measures GROUP BY 1",
        "SELECT DISTINCT 7 AS seven, 1.5 AS half, TRUE AS yes, NULL AS nothing, kind FROM measures",
        "SELECT CASE WHEN flag THEN kind WHEN maybe_flag THEN word ELSE kind END AS k, COUNT(*) AS n \
         FROM measures GROUP BY k",
        "SELECT kind, SUM(CASE WHEN flag THEN small WHEN maybe_flag THEN maybe_small ELSE small END) AS s \
         FROM measures GROUP BY kind",
        "SELECT COALESCE(maybe_kind, kind, maybe_kind) AS k, COUNT(*) AS n FROM measures GROUP BY k",
        "SELECT COUNT(*) FILTER (WHERE CASE WHEN flag THEN maybe_flag ELSE maybe_flag END) AS n FROM measures",
        "SELECT kind FROM measures GROUP BY kind",
        "SELECT maybe_kind FROM measures GROUP BY maybe_kind",
        "SELECT maybe_small, maybe_kind FROM measures GROUP BY maybe_small, maybe_kind",
        "SELECT kind, kind || '!' AS loud, COUNT(*) + 1 AS n FROM measures GROUP BY kind",
        "SELECT small + 1 AS next, (small + 1) * 2 AS twice FROM measures GROUP BY small + 1",
        "SELECT small, small + 1 AS next FROM measures GROUP BY small",
        "SELECT kind, SUM(small) / COUNT(*) AS mean, SUM(small) + SUM(large) AS both FROM measures GROUP BY kind",
        "SELECT kind, CASE WHEN COUNT(*) > 30 THEN 'many' ELSE 'few' END AS size FROM measures GROUP BY kind",
        "SELECT kind, COALESCE(SUM(maybe_small), 0) AS s FROM measures GROUP BY kind",
        "SELECT kind, COUNT(*) AS n FROM nothing GROUP BY kind",
        "SELECT kind, COUNT(*) AS n FROM measures WHERE small > 100 GROUP BY kind",
        "SELECT kind, COUNT(*) AS n FROM measures WHERE maybe_small > 0 GROUP BY kind",
        "SELECT kind, COUNT(*) AS n FROM measures GROUP BY kind HAVING COUNT(*) > 30",
        "SELECT kind, COUNT(*) AS n FROM measures GROUP BY kind HAVING COUNT(maybe_small) <= 25",
        "SELECT kind FROM measures GROUP BY kind HAVING SUM(maybe_small) > 0",
        "SELECT maybe_kind FROM measures GROUP BY maybe_kind HAVING maybe_kind > 'a'",
        "SELECT maybe_kind FROM measures GROUP BY maybe_kind HAVING maybe_kind IS NULL",
        "SELECT maybe_kind FROM measures GROUP BY maybe_kind HAVING NOT maybe_kind = 'red' AND COUNT(*) > 1",
        "SELECT maybe_small, AVG(large) AS a FROM measures GROUP BY maybe_small HAVING AVG(large) > 0 OR COUNT(*) = 1",
        "SELECT maybe_small FROM measures GROUP BY maybe_small HAVING MAX(maybe_large) IS NULL",
        "SELECT COUNT(*) AS n FROM measures HAVING COUNT(*) > 10",
        "SELECT COUNT(*) AS n FROM measures HAVING COUNT(*) > 10000",
        "SELECT COUNT(*) AS n FROM nothing HAVING COUNT(*) = 0",
        "SELECT 1 AS one FROM measures HAVING TRUE",
        "SELECT state, urgency, COUNT(*) AS n, SUM(price) AS s FROM shipments GROUP BY state, urgency",
        "SELECT port.city, port.country, COUNT(*) AS n FROM shipments GROUP BY port.city, port.country",
        "SELECT origin.city AS c, MAX(origin.berth) AS b FROM shipments GROUP BY origin.city",
    ]));
    let ordered = [
        "SELECT maybe_kind, COUNT(*) AS n FROM measures GROUP BY maybe_kind ORDER BY maybe_kind",
        "SELECT maybe_kind, COUNT(*) AS n FROM measures GROUP BY maybe_kind ORDER BY maybe_kind DESC",
        "SELECT maybe_kind, COUNT(*) AS n FROM measures GROUP BY maybe_kind ORDER BY n DESC, maybe_kind",
        "SELECT maybe_small, MAX(maybe_large) AS m FROM measures GROUP BY maybe_small ORDER BY MAX(maybe_large), maybe_small",
        "SELECT maybe_small FROM measures GROUP BY maybe_small ORDER BY COUNT(*) DESC, maybe_small LIMIT 5",
        "SELECT small % 4 AS r, SUM(maybe_small) AS s FROM measures GROUP BY r ORDER BY r DESC",
        "SELECT kind, flag, COUNT(*) AS n FROM measures GROUP BY kind, flag ORDER BY flag, kind DESC",
        "SELECT kind, AVG(maybe_ratio) AS a FROM measures GROUP BY kind ORDER BY kind",
        "SELECT state, price, COUNT(*) AS n FROM shipments GROUP BY state, price ORDER BY state, price",
        "SELECT state, COUNT(*) AS n FROM shipments GROUP BY state ORDER BY state DESC",
        "SELECT last_urgency, COUNT(*) AS n FROM shipments GROUP BY last_urgency ORDER BY last_urgency",
    ];
    cases.extend(ordered.map(|sql| case(sql).ordered().within(1e-9)));
    cases
}
