//! Window frames: ROWS, RANGE and GROUPS, of numbers and times, with what they leave out.

use crate::case::{Case, case, refused};
use queryleaf_compiler::Code;

const FUNCTIONS: [&str; 7] = [
    "SUM(minutes)",
    "COUNT(*)",
    "COUNT(minutes)",
    "MIN(minutes)",
    "AVG(cost)",
    "FIRST_VALUE(minutes)",
    "NTH_VALUE(minutes, 2)",
];

const BOUNDS: [&str; 14] = [
    "UNBOUNDED PRECEDING",
    "CURRENT ROW",
    "2 PRECEDING",
    "0 PRECEDING",
    "BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW",
    "BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING",
    "BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING",
    "BETWEEN 1 PRECEDING AND 1 FOLLOWING",
    "BETWEEN 3 PRECEDING AND 1 PRECEDING",
    "BETWEEN 1 FOLLOWING AND 3 FOLLOWING",
    "BETWEEN UNBOUNDED PRECEDING AND 2 PRECEDING",
    "BETWEEN 2 FOLLOWING AND UNBOUNDED FOLLOWING",
    "BETWEEN CURRENT ROW AND 100 FOLLOWING",
    "BETWEEN CURRENT ROW AND CURRENT ROW",
];

pub fn cases() -> Vec<Case> {
    let mut cases = vec![case(
        "SELECT _id, BOOL_AND(day IS NOT DISTINCT FROM day) OVER (ORDER BY _id \
         ROWS BETWEEN 1 FOLLOWING AND 1 FOLLOWING) AS a, BOOL_OR(day IS NULL) \
         OVER (ORDER BY _id ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING) AS b FROM legs",
    )];
    let mut add = |function: &str, window: &str, frame: &str| {
        let sql = format!("SELECT _id, {function} OVER ({window} {frame}) AS w FROM legs");
        cases.push(case(sql).within(1e-9));
    };
    for bounds in BOUNDS {
        for function in FUNCTIONS {
            add(
                function,
                "PARTITION BY delayed ORDER BY sequence, _id",
                &format!("ROWS {bounds}"),
            );
        }
        for (function, window) in [
            ("SUM(minutes)", "ORDER BY _id"),
            ("COUNT(*)", "PARTITION BY number ORDER BY _id DESC"),
            (
                "LAST_VALUE(minutes)",
                "ORDER BY minutes DESC NULLS LAST, _id",
            ),
        ] {
            add(function, window, &format!("ROWS {bounds}"));
        }
        for (function, window) in [
            ("SUM(minutes)", "ORDER BY sequence"),
            ("COUNT(*)", "PARTITION BY delayed ORDER BY sequence DESC"),
            ("MAX(_id)", "PARTITION BY sequence ORDER BY minutes / 30"),
            ("COUNT(*)", "ORDER BY minutes DESC NULLS LAST"),
        ] {
            add(function, window, &format!("RANGE {bounds}"));
            add(function, window, &format!("GROUPS {bounds}"));
        }
    }
    for (window, frame) in OFFSETS {
        for function in ["COUNT(*)", "SUM(minutes)", "MAX(_id)"] {
            add(function, window, frame);
        }
    }
    for frame in [
        "ROWS BETWEEN 2 PRECEDING AND 2 FOLLOWING EXCLUDE CURRENT ROW",
        "RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE TIES",
        "GROUPS BETWEEN 1 PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE GROUP",
    ] {
        add("COUNT(*)", "PARTITION BY started ORDER BY _id", frame);
    }
    // Months are counted along keys without NULL.
    let more = [
        "RANGE BETWEEN INTERVAL '1 month' PRECEDING AND INTERVAL '1 day' PRECEDING",
        "RANGE BETWEEN INTERVAL '1 month' PRECEDING AND CURRENT ROW",
    ];
    for frame in more {
        let sql = format!("SELECT _id, COUNT(*) OVER (ORDER BY started {frame}) AS w FROM legs");
        cases.push(refused(Code::Unsupported, sql));
    }
    cases
}

/// Ranges of a key: integers, decimals, doubles, days, moments.
const OFFSETS: &[(&str, &str)] = &[
    (
        "ORDER BY minutes",
        "RANGE BETWEEN 60 PRECEDING AND CURRENT ROW",
    ),
    (
        "ORDER BY minutes",
        "RANGE BETWEEN 30 PRECEDING AND 30 FOLLOWING",
    ),
    (
        "ORDER BY minutes DESC",
        "RANGE BETWEEN 60 PRECEDING AND 30 FOLLOWING",
    ),
    (
        "ORDER BY minutes NULLS FIRST",
        "RANGE BETWEEN 30 PRECEDING AND 1 PRECEDING",
    ),
    (
        "PARTITION BY sequence ORDER BY minutes",
        "RANGE 90 PRECEDING",
    ),
    (
        "PARTITION BY sequence ORDER BY minutes",
        "RANGE BETWEEN UNBOUNDED PRECEDING AND 30 FOLLOWING",
    ),
    (
        "ORDER BY number",
        "RANGE BETWEEN 3 PRECEDING AND CURRENT ROW",
    ),
    (
        "ORDER BY cost",
        "RANGE BETWEEN 0.5 PRECEDING AND 1.0 FOLLOWING",
    ),
    (
        "ORDER BY load::numeric",
        "RANGE BETWEEN 5.0 PRECEDING AND CURRENT ROW",
    ),
    (
        "ORDER BY load::numeric",
        "RANGE BETWEEN 2.5 PRECEDING AND 2.5 FOLLOWING",
    ),
    (
        "ORDER BY started",
        "RANGE BETWEEN INTERVAL '1 day' PRECEDING AND CURRENT ROW",
    ),
    (
        "ORDER BY started",
        "RANGE BETWEEN INTERVAL '36 hours' PRECEDING AND INTERVAL '12 hours' FOLLOWING",
    ),
    (
        "ORDER BY started DESC",
        "RANGE BETWEEN INTERVAL '2 days' PRECEDING AND CURRENT ROW",
    ),
    (
        "PARTITION BY delayed ORDER BY ended",
        "RANGE BETWEEN INTERVAL '3 days' PRECEDING AND INTERVAL '1 day' FOLLOWING",
    ),
    (
        "PARTITION BY delayed ORDER BY ended",
        "RANGE INTERVAL '90 minutes' PRECEDING",
    ),
    (
        "ORDER BY day",
        "RANGE BETWEEN INTERVAL '2 days' PRECEDING AND CURRENT ROW",
    ),
    (
        "PARTITION BY sequence ORDER BY day",
        "RANGE BETWEEN INTERVAL '1 week' PRECEDING AND INTERVAL '1 day' FOLLOWING",
    ),
];
