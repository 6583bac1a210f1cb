//! Bits of integers, and functions on whole numbers.

use super::{conditions, values};
use crate::case::{Case, case, refused};
use crate::value::Value;
use queryleaf_compiler::Code;

pub fn cases() -> Vec<Case> {
    let mut list: Vec<String> = Vec::new();
    for [a, b] in [
        ["small", "maybe_small"],
        ["edge_small", "small"],
        ["edge_small", "maybe_small"],
        ["large", "maybe_large"],
        ["edge_large", "large"],
        ["edge_large", "edge_small"],
        ["edge_large", "small"],
        ["small", "6"],
        ["edge_small", "-8"],
        ["edge_small", "1"],
        ["edge_large", "4611686018427387904"],
        ["edge_large", "-1"],
        ["edge_large", "0"],
        ["12", "maybe_small"],
        ["NULL::integer", "small"],
    ] {
        for operator in ["&", "|", "#"] {
            list.push(format!("{a} {operator} {b}"));
        }
    }
    for column in ["small", "maybe_small", "edge_small", "edge_large"] {
        list.push(format!("~ {column}"));
        for distance in ["0", "1", "5", "31"] {
            list.push(format!("{column} << {distance}"));
            list.push(format!("{column} >> {distance}"));
        }
        list.push(format!("{column} << abs(small)"));
        list.push(format!("{column} >> abs(maybe_small)"));
        list.push(format!("to_hex({column})"));
    }
    for distance in ["32", "62", "63"] {
        list.push(format!("edge_large << {distance}"));
        list.push(format!("edge_large >> {distance}"));
    }
    for [a, b] in [
        ["small", "maybe_small"],
        ["large", "maybe_large"],
        ["small", "12"],
        ["maybe_small", "0"],
        ["edge_small + 0::bigint", "large"],
    ] {
        list.push(format!("gcd({a}, {b})"));
    }
    for other in [
        "lcm(small, maybe_small)",
        "lcm(large, small)",
        "lcm(maybe_small, 0)",
        "factorial(abs(small))",
        "factorial(abs(maybe_small) + 20)",
        "factorial(36 - abs(small))",
        "num_nulls(small, maybe_small, maybe_word, NULL)",
        "num_nonnulls(maybe_small, maybe_word, maybe_flag, 5)",
        "num_nulls(maybe_amount)",
        "to_hex(255)",
        "to_hex(-1)",
        "to_hex(4294967296)",
        "cbrt(small)",
        "cbrt(ratio)",
        "cbrt(maybe_ratio)",
        "cbrt(edge_ratio)",
        "||/ small",
        "|/ abs(maybe_small)",
        "@ maybe_small",
        "@ amount",
        "@ (-5)",
        "small & 1 | 2",
        "small | 1 & maybe_small # 3",
        "(small & 3) + 1",
        "small & 3 + 1",
        "1 << 3 + 1",
        "~ small & 7",
        "(~ small) + 1",
        "small # 5 << 1",
    ] {
        list.push(other.to_owned());
    }
    let mut cases = values("measures", &list);
    cases.extend(conditions(
        "measures",
        &[
            "small & 1 = 1",
            "maybe_small & 4 <> 0",
            "(edge_small & maybe_small) > 0",
            "(maybe_large >> 2) < 5",
            "num_nulls(maybe_small, maybe_word) = 1",
            "num_nonnulls(maybe_small, maybe_word) > 0",
            "gcd(small, maybe_small) = 1",
        ],
    ));
    for sql in [
        "SELECT _id FROM measures WHERE small & :mask = :mask",
        "SELECT _id, small << :mask AS a, edge_large >> :mask AS b FROM measures",
        "SELECT _id, gcd(small, :mask) AS a, to_hex(:mask + small) AS b FROM measures",
        "SELECT _id, factorial(:mask) AS a FROM measures",
    ] {
        for mask in [0, 1, 5, 30] {
            cases.push(case(sql).with("mask", Value::Integer(mask)));
        }
    }
    for sql in [
        "SELECT factorial(small) AS a FROM measures",
        "SELECT factorial(-1) AS a FROM measures",
        "SELECT lcm(edge_large, edge_large - edge_large + 7) AS a FROM measures",
    ] {
        cases.push(case(sql).fails());
    }
    for (code, sql) in [
        (
            Code::ArgumentMismatch,
            "SELECT small << 32 AS a FROM measures",
        ),
        (
            Code::ArgumentMismatch,
            "SELECT large >> 64 AS a FROM measures",
        ),
        (Code::Syntax, "SELECT ~ small + 1 AS a FROM measures"),
        (Code::Syntax, "SELECT 2 * ~ small - 1 AS a FROM measures"),
        (Code::TypeMismatch, "SELECT ratio & 1 AS a FROM measures"),
        (
            Code::Unsupported,
            "SELECT BIT_AND(small) AS a FROM measures",
        ),
        (Code::Unsupported, "SELECT md5(word) AS a FROM measures"),
        (
            Code::Unsupported,
            "SELECT encode(seal, 'hex') AS a FROM shipments",
        ),
    ] {
        cases.push(refused(code, sql));
    }
    cases
}
