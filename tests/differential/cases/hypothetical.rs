//! The rank that a row would have, and the percentiles of several fractions.

use super::queries;
use crate::case::{Case, case, refused};
use crate::value::Value;
use queryleaf_compiler::Code;

const FUNCTIONS: [&str; 4] = ["RANK", "DENSE_RANK", "PERCENT_RANK", "CUME_DIST"];

const OVER: [&str; 5] = [
    "measures",
    "nothing",
    "measures WHERE maybe_small IS NULL",
    "measures GROUP BY maybe_kind",
    "measures GROUP BY kind, maybe_flag",
];

/// The values of the row that is not there, and the keys.
const ROWS: [(&str, &str); 26] = [
    ("3", "small"),
    ("3", "maybe_small"),
    ("-2", "maybe_small DESC"),
    ("3", "maybe_small NULLS FIRST"),
    ("3", "maybe_small DESC NULLS LAST"),
    ("NULL", "small"),
    ("NULL", "maybe_small"),
    ("NULL", "maybe_small DESC"),
    ("NULL", "maybe_small NULLS FIRST"),
    ("NULL", "maybe_small DESC NULLS LAST"),
    ("2.5", "maybe_small"),
    ("3", "maybe_amount"),
    ("0.1", "maybe_ratio"),
    ("100000", "maybe_large DESC"),
    ("'b'", "kind"),
    ("'é'", "maybe_word"),
    ("''", "maybe_kind DESC"),
    ("TRUE", "maybe_flag"),
    ("'2024-02-29 12:00:00'", "maybe_moment"),
    ("'2024-02-29'", "born DESC"),
    ("4", "small % 5"),
    ("3, 'b'", "maybe_small, maybe_kind"),
    ("3, NULL", "maybe_small DESC, maybe_kind"),
    ("NULL, 'b'", "maybe_small, maybe_kind NULLS FIRST"),
    ("'a', FALSE, 2", "kind, maybe_flag DESC, maybe_small"),
    ("1 + 2", "small"),
];

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (row, keys) in ROWS {
        for over in OVER {
            let calls = FUNCTIONS.iter().map(|function| {
                let name = function.to_lowercase();
                format!("{function}({row}) WITHIN GROUP (ORDER BY {keys}) AS {name}")
            });
            let calls: Vec<String> = calls.collect();
            cases.push(case(format!("SELECT {} FROM {over}", calls.join(", "))));
            for call in calls {
                cases.push(case(format!("SELECT {call} FROM {over}")));
            }
        }
    }
    cases.extend(queries(&[
        "SELECT kind, RANK(2) WITHIN GROUP (ORDER BY maybe_small) FILTER (WHERE maybe_flag) AS a, \
         DENSE_RANK(2) WITHIN GROUP (ORDER BY maybe_small) FILTER (WHERE maybe_flag) AS b, \
         PERCENT_RANK(2) WITHIN GROUP (ORDER BY maybe_small) FILTER (WHERE small > 100) AS c, \
         CUME_DIST(2) WITHIN GROUP (ORDER BY maybe_small) FILTER (WHERE small > 100) AS d, \
         COUNT(*) AS n FROM measures GROUP BY kind",
        "SELECT kind FROM measures GROUP BY kind HAVING RANK(0) WITHIN GROUP (ORDER BY small) > 10 \
         ORDER BY CUME_DIST(0) WITHIN GROUP (ORDER BY maybe_small)",
        "SELECT c.code, (SELECT RANK(c.fleet) WITHIN GROUP (ORDER BY s.crates) FROM shipments s) AS a, \
         (SELECT DENSE_RANK(c.fee) WITHIN GROUP (ORDER BY s.price DESC) FROM shipments s) AS b \
         FROM carriers c",
        "SELECT RANK('landed') WITHIN GROUP (ORDER BY state) AS a, \
         DENSE_RANK('Brisk') WITHIN GROUP (ORDER BY last_urgency) AS b FROM shipments",
    ])
    .into_iter()
    .map(as_stored));
    for value in [Value::Integer(3), Value::Null] {
        for function in FUNCTIONS {
            let sql = format!(
                "SELECT kind, {function}(:p) WITHIN GROUP (ORDER BY maybe_small) AS a \
                 FROM measures GROUP BY kind"
            );
            cases.push(case(sql).with("p", value.clone()));
        }
    }
    cases.extend(fractions());
    for (code, sql) in [
        (
            Code::ArgumentMismatch,
            "SELECT RANK(3, 4) WITHIN GROUP (ORDER BY small) AS a FROM measures",
        ),
        (
            Code::ArgumentMismatch,
            "SELECT CUME_DIST() WITHIN GROUP (ORDER BY small) AS a FROM measures",
        ),
        (
            Code::TypeMismatch,
            "SELECT RANK(TRUE) WITHIN GROUP (ORDER BY small) AS a FROM measures",
        ),
        (
            Code::InvalidLiteral,
            "SELECT RANK('x') WITHIN GROUP (ORDER BY small) AS a FROM measures",
        ),
        (
            Code::TypeMismatch,
            "SELECT RANK(NULL) WITHIN GROUP (ORDER BY extra) AS a FROM shipments",
        ),
        (
            Code::Unsupported,
            "SELECT RANK(small) WITHIN GROUP (ORDER BY large) AS a FROM measures",
        ),
        (
            Code::Unsupported,
            "SELECT RANK(DISTINCT 3) WITHIN GROUP (ORDER BY small) AS a FROM measures",
        ),
        (
            Code::MisplacedAggregate,
            "SELECT _id FROM measures WHERE RANK(3) WITHIN GROUP (ORDER BY small) > 1",
        ),
        (
            Code::MisplacedAggregate,
            "SELECT RANK(SUM(small)) WITHIN GROUP (ORDER BY small) AS a FROM measures",
        ),
        (
            Code::MisplacedWindow,
            "SELECT RANK(3) WITHIN GROUP (ORDER BY RANK() OVER (ORDER BY small)) AS a FROM measures",
        ),
        (Code::InvalidWindow, "SELECT RANK(3) AS a FROM measures"),
        (
            Code::InvalidLiteral,
            "SELECT PERCENTILE_CONT(ARRAY[0.5, 1.5]) WITHIN GROUP (ORDER BY small) AS a FROM measures",
        ),
        (
            Code::Unsupported,
            "SELECT PERCENTILE_CONT(ARRAY[0.5, :p]) WITHIN GROUP (ORDER BY small) AS a FROM measures",
        ),
        (
            Code::TypeMismatch,
            "SELECT PERCENTILE_DISC(ARRAY[ARRAY[0.5]]) WITHIN GROUP (ORDER BY small) AS a FROM measures",
        ),
        (
            Code::ArgumentMismatch,
            "SELECT PERCENTILE_CONT(ARRAY[0.5]) WITHIN GROUP (ORDER BY kind) AS a FROM measures",
        ),
    ] {
        cases.push(refused(code, sql));
    }
    cases
}

/// An enum is ordered as it is stored.
fn as_stored(case: Case) -> Case {
    if !case.sql.contains("'landed'") {
        return case;
    }
    case.postgres(
        "SELECT RANK('landed') WITHIN GROUP (ORDER BY state::text) AS a, \
         DENSE_RANK('Brisk') WITHIN GROUP (ORDER BY last_urgency) AS b FROM shipments",
    )
}

/// Several percentiles at once.
fn fractions() -> Vec<Case> {
    let mut cases = Vec::new();
    for argument in [
        "small",
        "maybe_small",
        "maybe_large DESC",
        "maybe_ratio",
        "maybe_amount",
    ] {
        for over in OVER {
            for fractions in [
                "0.25, 0.5, 0.75",
                "1, 0",
                "0.5",
                "0.9, NULL, 0.1, 0.9",
                "NULL, 0.3",
            ] {
                cases.push(case(format!(
                    "SELECT PERCENTILE_CONT(ARRAY[{fractions}]) WITHIN GROUP (ORDER BY {argument}) AS a, \
                     PERCENTILE_DISC(ARRAY[{fractions}]) WITHIN GROUP (ORDER BY {argument}) AS b, \
                     PERCENTILE_CONT(0.25) WITHIN GROUP (ORDER BY {argument}) AS c, \
                     PERCENTILE_CONT(ARRAY[{fractions}]) WITHIN GROUP (ORDER BY {argument}) \
                     FILTER (WHERE maybe_flag) AS d FROM {over}"
                )));
            }
        }
    }
    cases.extend(queries(&[
        "SELECT PERCENTILE_DISC(ARRAY[0.25, 0.75]) WITHIN GROUP (ORDER BY maybe_word) AS a, \
         PERCENTILE_DISC(ARRAY[0.5, 1]) WITHIN GROUP (ORDER BY born DESC) AS b FROM measures",
        "SELECT kind, (PERCENTILE_CONT(ARRAY[0.25, 0.75]) WITHIN GROUP (ORDER BY maybe_small))[2] AS a, \
         CARDINALITY(PERCENTILE_DISC(ARRAY[0.25, 0.75]) WITHIN GROUP (ORDER BY small)) AS b \
         FROM measures GROUP BY kind",
        "SELECT t.kind, q FROM (SELECT kind, PERCENTILE_DISC(ARRAY[0.1, 0.5, 0.9]) \
         WITHIN GROUP (ORDER BY maybe_small) AS p FROM measures GROUP BY kind) AS t, UNNEST(t.p) AS q",
        "SELECT kind FROM measures GROUP BY kind \
         HAVING 0 < ANY (PERCENTILE_DISC(ARRAY[0.25, 0.5]) WITHIN GROUP (ORDER BY maybe_small))",
    ]));
    cases
}
