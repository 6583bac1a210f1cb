//! Rows that are counted: `COUNT(DISTINCT (a, b))` and `COUNT(ROW(a, b))`.

use super::queries;
use crate::case::{Case, case, refused};
use queryleaf_compiler::Code;

/// Rows of values with many `NULL`s, duplicates, and numbers that are equal in another scale or type.
const MEASURES: [&str; 11] = [
    "(maybe_small, maybe_kind)",
    "ROW(maybe_small, maybe_kind)",
    "row (flag, maybe_flag)",
    "(maybe_flag, maybe_amount, kind)",
    "(maybe_ratio, amount)",
    "(word, maybe_word)",
    "(maybe_moment, born)",
    "(small % 3, UPPER(kind), NULL::text)",
    "(NULL::text, NULL::integer)",
    "ROW(maybe_small)",
    "(1, 'a'::text)",
];

const SHIPMENTS: [&str; 7] = [
    "(state, urgency)",
    "(last_state, last_urgency)",
    "(carrier, old_token)",
    "(seal, fragile)",
    "(tags, crates)",
    "(marks, damaged)",
    "(port.country, origin.country, origin.berth)",
];

const OVER: [&str; 5] = [
    "",
    " WHERE _id < 4",
    " WHERE _id < 0",
    " GROUP BY maybe_kind",
    " GROUP BY kind, maybe_flag",
];

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for row in MEASURES {
        for over in OVER {
            cases.push(case(format!(
                "SELECT COUNT(DISTINCT {row}) AS a, COUNT({row}) AS b, \
                 COUNT(DISTINCT {row}) FILTER (WHERE maybe_small > 0) AS c, COUNT(*) AS n \
                 FROM measures{over}"
            )));
            cases.push(case(format!(
                "SELECT COUNT(DISTINCT {row}) AS a FROM measures{over}"
            )));
        }
        cases.push(case(format!(
            "SELECT COUNT(DISTINCT {row}) AS a, SUM(small) AS b FROM nothing"
        )));
    }
    for row in SHIPMENTS {
        for over in ["", " GROUP BY insured, state", " GROUP BY damaged"] {
            cases.push(case(format!(
                "SELECT COUNT(DISTINCT {row}) AS a, COUNT({row}) FILTER (WHERE fragile) AS b, \
                 MAX(crates) AS c FROM shipments{over}"
            )));
        }
    }
    cases.extend(queries(&[
        // Two groups behind alternatives that an index serves.
        "SELECT COUNT(DISTINCT (maybe_small, maybe_kind)) AS a FROM measures \
         WHERE maybe_small IS NULL OR (maybe_small = 3 AND maybe_kind = 'b') OR maybe_small > 3",
        "SELECT COUNT(DISTINCT small) AS a FROM measures \
         WHERE maybe_small IS NULL OR (maybe_small = 3 AND maybe_kind = 'b')",
        "SELECT t.k, COUNT(*) AS n FROM (SELECT DISTINCT maybe_kind AS k, small FROM measures \
         WHERE maybe_small IS NULL OR (maybe_small = 3 AND maybe_kind = 'b')) AS t GROUP BY t.k",
        "SELECT MAX(t.n) AS a, COUNT(*) AS b FROM (SELECT small, COUNT(*) AS n FROM measures \
         WHERE maybe_small IS NULL OR (maybe_small = 3 AND maybe_kind = 'b') GROUP BY small) AS t",
        // Several arguments, and aggregates that cannot be put together from parts.
        "SELECT COUNT(DISTINCT (maybe_small, maybe_kind)) AS a, COUNT(DISTINCT (maybe_flag, kind)) AS b, \
         COUNT(DISTINCT maybe_small) AS c, SUM(DISTINCT maybe_large) AS d FROM measures",
        "SELECT kind, COUNT(DISTINCT (maybe_small, maybe_kind)) AS a, COUNT(DISTINCT (maybe_flag, word)) AS b, \
         COUNT(DISTINCT maybe_small) AS c, MIN(maybe_large) AS d FROM measures GROUP BY kind",
        "SELECT kind, COUNT(DISTINCT (maybe_small, flag)) FILTER (WHERE maybe_flag) AS a, \
         STRING_AGG(DISTINCT maybe_kind, ',') AS b FROM measures GROUP BY kind",
        "SELECT kind, COUNT(DISTINCT (maybe_small, flag)) AS a, \
         PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY small) AS b FROM measures GROUP BY kind",
        "SELECT COUNT(DISTINCT (maybe_small, flag)) AS a, ARRAY_AGG(small ORDER BY _id) AS b FROM measures",
        "SELECT kind FROM measures GROUP BY kind \
         HAVING COUNT(DISTINCT (maybe_small, maybe_flag)) > 12 ORDER BY COUNT(DISTINCT (flag, small))",
        "SELECT kind, maybe_kind, COUNT(DISTINCT (maybe_small, maybe_flag)) AS a FROM measures \
         GROUP BY ROLLUP (kind, maybe_kind)",
        "SELECT c.code, (SELECT COUNT(DISTINCT (s.state, s.fragile)) FROM shipments s \
         WHERE s.carrier = c._id) AS a FROM carriers c",
        "SELECT c.code, COUNT(DISTINCT (c.fleet, s.state)) AS a FROM carriers c \
         LEFT JOIN shipments s ON s.carrier = c._id GROUP BY c.code",
        "SELECT t.a, COUNT(DISTINCT (t.b, t.a)) AS n FROM (SELECT maybe_kind AS a, COUNT(*) AS b \
         FROM measures GROUP BY maybe_kind, kind) AS t GROUP BY t.a",
        "SELECT COUNT(DISTINCT (g.sku, g.quantity)) AS a FROM shipments, UNNEST(goods) AS g",
        "SELECT _id, COUNT((small, kind)) OVER (PARTITION BY maybe_kind) AS a, \
         COUNT(ROW(maybe_small)) FILTER (WHERE flag) OVER (ORDER BY _id ROWS 2 PRECEDING) AS b FROM measures",
    ]));
    cases.push(
        case("SELECT COUNT(DISTINCT (kind, maybe_small > :p)) AS a FROM measures")
            .with("p", crate::value::Value::Integer(2)),
    );
    for (code, sql) in [
        (
            Code::ArgumentMismatch,
            "SELECT COUNT(DISTINCT kind, small) AS a FROM measures",
        ),
        (
            Code::Unsupported,
            "SELECT COUNT(DISTINCT ((kind, small), flag)) AS a FROM measures",
        ),
        (
            Code::Unsupported,
            "SELECT MAX((kind, small)) AS a FROM measures",
        ),
        (
            Code::Unsupported,
            "SELECT ARRAY_AGG((kind, small)) AS a FROM measures",
        ),
        (
            Code::Unsupported,
            "SELECT COUNT(DISTINCT (number, extra)) AS a FROM shipments",
        ),
        (
            Code::Unsupported,
            "SELECT COUNT(DISTINCT (kind, small)) OVER () AS a FROM measures",
        ),
        (
            Code::Unsupported,
            "SELECT COUNT(DISTINCT (kind, small) ORDER BY kind) AS a FROM measures",
        ),
        (
            Code::MisplacedAggregate,
            "SELECT COUNT(DISTINCT (kind, SUM(small))) AS a FROM measures",
        ),
    ] {
        cases.push(refused(code, sql));
    }
    cases
}
