//! Aggregates of two arguments.

use crate::case::{Case, case, refused};
use queryleaf_compiler::Code;

const FUNCTIONS: [&str; 12] = [
    "CORR",
    "COVAR_POP",
    "COVAR_SAMP",
    "REGR_AVGX",
    "REGR_AVGY",
    "REGR_COUNT",
    "REGR_INTERCEPT",
    "REGR_R2",
    "REGR_SLOPE",
    "REGR_SXX",
    "REGR_SXY",
    "REGR_SYY",
];

/// The tolerance: PostgreSQL computes in doubles.
const CLOSE: f64 = 1e-7;

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for [y, x] in [
        ["small", "maybe_small"],
        ["maybe_small", "large"],
        ["amount", "small"],
        ["maybe_ratio", "small"],
        ["maybe_amount", "maybe_ratio"],
        ["small", "5"],
        ["7", "small"],
    ] {
        let all: Vec<String> = FUNCTIONS
            .iter()
            .map(|function| format!("{function}({y}, {x}) AS {}", function.to_lowercase()))
            .collect();
        for tail in [
            "FROM measures",
            "FROM measures WHERE _id < 3",
            "FROM nothing",
        ] {
            for some in all.chunks(4) {
                cases.push(case(format!("SELECT {} {tail}", some.join(", "))).within(CLOSE));
            }
        }
        cases.push(
            case(format!(
                "SELECT kind, {} FROM measures GROUP BY kind",
                all.join(", ")
            ))
            .within(CLOSE),
        );
    }
    for sql in [
        "SELECT kind, CORR(small, _id) FILTER (WHERE flag) AS a, COUNT(*) AS n FROM measures \
         GROUP BY kind HAVING REGR_COUNT(small, maybe_small) > 3",
        "SELECT _id, COVAR_POP(small, maybe_small) OVER (PARTITION BY kind) AS a, \
         REGR_SLOPE(small, _id) OVER (PARTITION BY kind ORDER BY _id \
         ROWS BETWEEN 4 PRECEDING AND CURRENT ROW) AS b FROM measures",
        "SELECT _id, REGR_COUNT(maybe_small, maybe_large) OVER (ORDER BY _id) AS a FROM measures",
        "SELECT COVAR_SAMP(maybe_small * 2 + 1, small - 1) AS a FROM measures",
    ] {
        cases.push(case(sql).within(CLOSE));
    }
    for (code, sql) in [
        (
            Code::ArgumentMismatch,
            "SELECT CORR(word, small) AS a FROM measures",
        ),
        (
            Code::ArgumentMismatch,
            "SELECT CORR(small) AS a FROM measures",
        ),
        (
            Code::Unsupported,
            "SELECT CORR(DISTINCT small, large) AS a FROM measures",
        ),
        (
            Code::MisplacedAggregate,
            "SELECT _id FROM measures WHERE CORR(small, large) > 0",
        ),
    ] {
        cases.push(refused(code, sql));
    }
    cases
}
