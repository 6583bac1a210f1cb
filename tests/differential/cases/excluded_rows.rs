//! Frames with `EXCLUDE`, and `LAG` and `LEAD` at distances that differ from row to row.

use crate::case::{Case, case, refused};
use crate::value::Value;
use queryleaf_compiler::Code;

const AGGREGATES: [&str; 22] = [
    "COUNT(*)",
    "COUNT(maybe_small)",
    "COUNT(*) FILTER (WHERE maybe_flag)",
    "SUM(small)",
    "SUM(maybe_small)",
    "SUM(maybe_large)",
    "SUM(maybe_ratio)",
    "SUM(maybe_amount) FILTER (WHERE flag)",
    "AVG(small)",
    "AVG(maybe_large)",
    "AVG(maybe_ratio)",
    "AVG(maybe_amount)",
    "MIN(maybe_word)",
    "MAX(maybe_amount)",
    "BOOL_AND(maybe_flag)",
    "BOOL_OR(maybe_flag)",
    "ARRAY_AGG(maybe_small)",
    "STRING_AGG(maybe_kind, '; ')",
    "FIRST_VALUE(maybe_small)",
    "LAST_VALUE(maybe_word)",
    "ROW_NUMBER()",
    "LAG(small)",
];

/// Frames in rows, of an order without peers.
const ROWS: [&str; 6] = [
    "ORDER BY _id ROWS BETWEEN 2 PRECEDING AND 2 FOLLOWING",
    "PARTITION BY kind ORDER BY _id DESC ROWS UNBOUNDED PRECEDING",
    "PARTITION BY maybe_kind ORDER BY _id ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING",
    "ORDER BY _id ROWS BETWEEN 3 PRECEDING AND 1 PRECEDING",
    "ORDER BY _id ROWS BETWEEN 0 PRECEDING AND CURRENT ROW",
    "PARTITION BY flag ORDER BY _id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING",
];

/// Frames in groups of peers.
const GROUPS: [&str; 6] = [
    "ORDER BY small GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING",
    "PARTITION BY kind ORDER BY maybe_small, flag RANGE UNBOUNDED PRECEDING",
    "PARTITION BY flag ORDER BY maybe_small DESC GROUPS BETWEEN CURRENT ROW AND 2 FOLLOWING",
    "ORDER BY small RANGE BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING",
    "PARTITION BY kind RANGE BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING",
    "ORDER BY small GROUPS BETWEEN 2 FOLLOWING AND 3 FOLLOWING",
];

/// What depends on the order of peers is not compared.
const OF_PEERS: [&str; 12] = [
    "COUNT(*)",
    "COUNT(maybe_small)",
    "SUM(maybe_small)",
    "SUM(maybe_amount)",
    "SUM(small) FILTER (WHERE maybe_flag)",
    "AVG(maybe_small)",
    "AVG(maybe_amount)",
    "MIN(maybe_word)",
    "MAX(maybe_moment)",
    "BOOL_AND(maybe_flag)",
    "BOOL_OR(flag)",
    "MAX(maybe_ratio)",
];

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for frame in ROWS {
        let all: Vec<String> = AGGREGATES
            .iter()
            .enumerate()
            .map(|(number, call)| format!("{call} OVER ({frame} EXCLUDE CURRENT ROW) AS a{number}"))
            .collect();
        for some in all.chunks(6) {
            let sql = format!("SELECT _id, {} FROM measures", some.join(", "));
            cases.push(case(sql).within(1e-9));
        }
    }
    for frame in GROUPS {
        for excluded in ["GROUP", "TIES"] {
            let all: Vec<String> = OF_PEERS
                .iter()
                .enumerate()
                .map(|(number, call)| {
                    format!("{call} OVER ({frame} EXCLUDE {excluded}) AS a{number}")
                })
                .collect();
            for some in all.chunks(6) {
                let sql = format!("SELECT _id, {} FROM measures", some.join(", "));
                cases.push(case(sql).within(1e-9));
            }
        }
    }
    for sql in [
        "SELECT _id, SUM(small) OVER w AS a FROM measures \
         WINDOW w AS (ORDER BY _id ROWS 2 PRECEDING EXCLUDE CURRENT ROW)",
        "SELECT _id, SUM(small) OVER (w ROWS 2 PRECEDING EXCLUDE CURRENT ROW) AS a FROM measures \
         WINDOW w AS (PARTITION BY kind ORDER BY _id)",
        "SELECT _id, SUM(small) OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING \
         EXCLUDE CURRENT ROW) AS a FROM measures",
        "SELECT _id, COUNT(*) OVER (ORDER BY small RANGE BETWEEN 2 PRECEDING AND CURRENT ROW \
         EXCLUDE NO OTHERS) AS a FROM measures",
        "SELECT _id, RANK() OVER (ORDER BY small RANGE UNBOUNDED PRECEDING EXCLUDE TIES) AS a \
         FROM measures",
        "SELECT kind, SUM(SUM(small)) OVER (ORDER BY kind ROWS UNBOUNDED PRECEDING \
         EXCLUDE CURRENT ROW) AS a FROM measures GROUP BY kind",
        "SELECT a._id, (SELECT COUNT(*) AS exclude FROM legs b WHERE b._id = a._id) AS n FROM legs a",
    ] {
        cases.push(case(sql));
    }
    for offset in [
        "small",
        "maybe_small",
        "small - maybe_small",
        "_id % 4",
        "-small",
    ] {
        for window in [
            "ORDER BY _id",
            "PARTITION BY kind, flag ORDER BY word, _id DESC",
        ] {
            cases.push(case(format!(
                "SELECT _id, LAG(maybe_word, {offset}) OVER ({window}) AS a, \
                 LEAD(small, {offset}) OVER ({window}) AS b, \
                 LEAD(maybe_amount, {offset}, amount) OVER ({window}) AS c FROM measures"
            )));
        }
    }
    for offset in [0, 1, 3, -2, 2_000_000] {
        cases.push(
            case(
                "SELECT _id, LAG(small, :n) OVER (ORDER BY _id) AS a, \
                 LEAD(maybe_small, :n, -1) OVER (PARTITION BY kind ORDER BY _id) AS b FROM measures",
            )
            .with("n", Value::Integer(offset)),
        );
    }
    cases.push(
        case("SELECT _id, LAG(small, :n, 7) OVER (ORDER BY _id) AS a FROM measures")
            .with("n", Value::Null),
    );
    for sql in [
        "SELECT SUM(small) OVER (ORDER BY small RANGE 2 PRECEDING EXCLUDE TIES) AS a FROM measures",
        "SELECT SUM(small) OVER (ORDER BY small ROWS 2 PRECEDING EXCLUDE GROUP) AS a FROM measures",
        "SELECT SUM(small) OVER (ORDER BY small GROUPS 2 PRECEDING EXCLUDE CURRENT ROW) AS a \
         FROM measures",
        "SELECT STDDEV(small) OVER (ORDER BY _id ROWS BETWEEN 2 PRECEDING AND 1 FOLLOWING \
         EXCLUDE CURRENT ROW) AS a FROM measures",
        "SELECT NTH_VALUE(small, 2) OVER (ORDER BY _id ROWS BETWEEN 2 PRECEDING AND 1 FOLLOWING \
         EXCLUDE CURRENT ROW) AS a FROM measures",
    ] {
        cases.push(refused(Code::Unsupported, sql));
    }
    cases
}
