//! Arithmetic and the functions on numbers.

use super::{queries, values};
use crate::case::{Case, case};

pub fn cases() -> Vec<Case> {
    let mut cases = arithmetic();
    cases.extend(division());
    cases.extend(functions());
    cases.extend(transcendental());
    cases.extend(thresholds());
    cases
}

/// Of `width_bucket`, whose search goes astray where they do not ascend.
fn thresholds() -> Vec<Case> {
    let mut cases = values(
        "measures",
        &[
            "width_bucket(small, ARRAY[-5, 0, 3, 10])",
            "width_bucket(maybe_small, ARRAY[0, 1, 5])",
            "width_bucket(maybe_small, ARRAY[0, 0.5, 5.25])",
            "width_bucket(maybe_large, ARRAY[-100, 3000000000])",
            "width_bucket(maybe_ratio, ARRAY[-1, 0.1, 2.5])",
            "width_bucket(ratio, numbers)",
            "width_bucket(ratio, amounts)",
            "width_bucket(maybe_amount, ARRAY[1, 10.50, 10.5, 100])",
            "width_bucket(maybe_amount, ARRAY[100, 10, 1])",
            "width_bucket(amount, ARRAY[0, 100, 5, 50, 7, 3, 9, 1, 200])",
            "width_bucket(5, ARRAY[small, large])",
            "width_bucket(small, numbers)",
            "width_bucket(maybe_large, numbers)",
            "width_bucket(maybe_small, ARRAY[]::integer[])",
            "width_bucket(maybe_word, ARRAY['', 'M', 'a', 'é'])",
            "width_bucket(word, ARRAY['$a', 'z', 'b'])",
            "width_bucket(maybe_moment, ARRAY[TIMESTAMPTZ '1999-12-31', '2024-02-29 12:00'])",
            "width_bucket(maybe_born, days)",
            "width_bucket(moment, days)",
            "width_bucket(NULL, numbers)",
            "width_bucket(small, NULL::integer[])",
        ],
    );
    cases.extend(queries(&[
        "SELECT width_bucket(price, ARRAY[1, 10, 100]) AS bucket, COUNT(*) AS n FROM shipments GROUP BY bucket",
        "SELECT number FROM shipments WHERE width_bucket(tariff, ARRAY[1, 10, 100]) = 2",
    ]));
    cases
}

fn arithmetic() -> Vec<Case> {
    let mut list = Vec::new();
    let columns = [
        "small",
        "maybe_small",
        "large",
        "maybe_large",
        "ratio",
        "maybe_ratio",
        "amount",
        "maybe_amount",
    ];
    for (place, one) in columns.iter().enumerate() {
        for other in &columns[place..] {
            let is_too_large = one.ends_with("large") && other.ends_with("large");
            for operator in &["+", "-", "*"][..if is_too_large { 2 } else { 3 }] {
                list.push(format!("{one} {operator} {other}"));
            }
        }
    }
    let mut cases = values("measures", &list);
    cases.extend(values(
        "measures",
        &[
            "-small",
            "- maybe_large",
            "-ratio",
            "-maybe_amount",
            "+small",
            "-(-small)",
            "small + 1.5",
            "small * 0.1",
            "maybe_small - 2.50",
            "small + 3000000000",
            "small * 1e2",
            "ratio * 2",
            "ratio + 0.1",
            "maybe_ratio - amount",
            "amount * 0.001",
            "vast + 1",
            "vast - vast",
            "vast * 10",
            "small * small * small",
            "(small + large) * 2 - maybe_small",
            "small + maybe_small + large + maybe_large",
            "edge_small + 0",
            "edge_small * 0",
            "edge_small::bigint + 1",
            "edge_small::bigint * 2147483647",
            "edge_large + 0",
            "edge_large / 2 + 1",
            "edge_large::numeric + 1",
            "edge_large::numeric * 10",
            "edge_large / 10 * 10",
            "edge_large * 1",
            "1 + 1",
            "7000000000 + 1",
            "0.1 + 0.2",
            "1.10 * 3",
            "2147483647 + 0",
            "edge_ratio + 1",
        ],
    ));
    cases
}

fn division() -> Vec<Case> {
    let mut cases = values(
        "measures",
        &[
            "small / 2",
            "small / -4",
            "-small / 4",
            "maybe_small / 3",
            "large / 7",
            "maybe_large / -7",
            "edge_large / 3",
            "edge_large / -7",
            "edge_large / 10000000000",
            "edge_small / -7",
            "edge_small / 2",
            "small / 2.0",
            "large / 7.0",
            "amount / 3",
            "maybe_amount / 7",
            "amount / -0.3",
            "vast / 3",
            "ratio / 3",
            "maybe_ratio / 0.1",
            "ratio / 7::bigint",
            "small % 3",
            "small % -3",
            "-small % 4",
            "maybe_large % 1000",
            "edge_large % 1000",
            "edge_large % -7",
            "edge_small % 10",
            "edge_large % -1",
            "amount % 3",
            "amount % 0.7",
            "maybe_amount % -2.5",
            "7 / 2",
            "-7 / 2",
            "7 % -2",
            "7.0 / 2",
            "1 / 3.0",
            "small / 4 * 4 + small % 4",
            "CASE WHEN small <> 0 THEN 100 / small END",
            "CASE WHEN maybe_small = 0 THEN 0 ELSE 100 / maybe_small END",
            "CASE WHEN amount = 0 THEN NULL ELSE 1 / amount END",
            "100 / NULLIF(small, 0)",
            "100 % NULLIF(maybe_small, 0)",
            "1.0 / NULLIF(amount, 0)",
            "large / NULLIF(maybe_large, 0)",
            "ratio / NULLIF(maybe_ratio, 0)",
            "100 / COALESCE(NULLIF(small, 0), 1)",
        ],
    );
    cases.extend(queries(&[
        "SELECT _id FROM measures WHERE small <> 0 AND 100 / small > 10",
        "SELECT _id FROM measures WHERE CASE WHEN small = 0 THEN FALSE ELSE 100 / small > 10 END",
        "SELECT _id, 100 / small AS answer FROM measures WHERE small <> 0",
        "SELECT _id, 100 / maybe_small AS answer FROM measures WHERE maybe_small > 0",
        "SELECT small, 100 / small AS answer FROM measures WHERE small <> 0 GROUP BY small",
        "SELECT kind, SUM(100 / small) AS answer FROM measures WHERE small <> 0 GROUP BY kind",
    ]));
    cases
}

fn functions() -> Vec<Case> {
    let mut list = Vec::new();
    for column in [
        "small",
        "maybe_large",
        "ratio",
        "maybe_ratio",
        "amount",
        "maybe_amount",
    ] {
        for function in ["abs", "sign", "ceil", "ceiling", "floor", "round", "trunc"] {
            list.push(format!("{function}({column})"));
        }
    }
    for column in ["amount", "maybe_amount", "vast", "small", "maybe_large"] {
        for function in ["round", "trunc"] {
            for digits in ["0", "1", "2", "-1", "-3", "5"] {
                list.push(format!("{function}({column}, {digits})"));
            }
        }
    }
    let mut cases = values("measures", &list);
    cases.extend(digits_of_doubles());
    cases.extend(grouped_digits());
    cases.extend(values(
        "measures",
        &[
            "round(amount, small)",
            "trunc(amount, maybe_small)",
            "round(2.5)",
            "round(-2.5)",
            "round(0.5::double precision)",
            "round(1.5::double precision)",
            "round(-2.5::double precision)",
            "round(ratio)",
            "round(edge_ratio)",
            "trunc(edge_ratio)",
            "ceil(-0.5)",
            "floor(-0.5)",
            "abs(edge_small::bigint)",
            "abs(edge_large::numeric)",
            "abs(vast)",
            "sign(vast)",
            "mod(small, 3)",
            "mod(maybe_large, -7)",
            "mod(amount, 0.7)",
            "mod(small, large + 20000000000)",
            "div(amount, 0.7)",
            "div(small, 3)",
            "div(maybe_large, -7)",
            "div(vast, 7)",
            "round(amount / 3, 2)",
            "round(small / 3.0, 4)",
            "floor(small / 2.0)",
            "ceil(maybe_small / 2.0)::integer",
            "abs(small - maybe_small)",
        ],
    ));
    cases
}

/// A function of MySQL and others.
fn grouped_digits() -> Vec<Case> {
    let mut cases = Vec::new();
    for column in [
        "small",
        "maybe_large % 1000000000",
        "maybe_amount % 100000",
        "-small * 1000",
    ] {
        for (digits, pattern) in [("", ""), (", 0", ""), (", 2", ".00"), (", 3", ".000")] {
            let query = |answer: String| format!("SELECT _id, {answer} AS answer FROM measures");
            let postgres = format!("to_char({column}, 'FM999,999,999,999,990{pattern}')");
            let call = format!("FORMAT_NUMBER({column}{digits})");
            cases.push(case(query(call)).postgres(query(postgres)));
        }
    }
    cases
}

/// PostgreSQL has these for `numeric` only, and says so.
fn digits_of_doubles() -> Vec<Case> {
    let mut cases = Vec::new();
    for column in ["ratio", "maybe_ratio"] {
        for call in ["round", "trunc"] {
            for digits in ["2", "0", "-1", "small % 4"] {
                let query = |number: String| {
                    format!("SELECT _id, {call}({number}, {digits}) AS answer FROM measures")
                };
                let cast = query(format!("{column}::numeric"));
                cases.push(case(query(column.to_owned())).postgres(cast));
            }
        }
    }
    cases
}

fn transcendental() -> Vec<Case> {
    let cases = values(
        "measures",
        &[
            "sqrt(abs(amount))",
            "sqrt(abs(maybe_ratio))",
            "sqrt(small * small)",
            "sqrt(2)",
            "sqrt(2.0)",
            "power(small, 2)",
            "power(ratio, 2)",
            "power(2, small)",
            "power(amount, 2)",
            "power(1.5, 3)",
            "power(maybe_small, 3)",
            "small ^ 2",
            "2 ^ small",
            "1.1 ^ 5",
            "exp(small)",
            "exp(maybe_ratio / 10000000000)",
            "exp(1.0)",
            "ln(abs(small) + 1)",
            "ln(abs(amount) + 1)",
            "log(abs(maybe_ratio) + 1)",
            "log(100.0)",
            "log(2.0, 64.0)",
            "log10(abs(small) + 1.0)",
            "pi()",
            "degrees(ratio)",
            "radians(maybe_ratio)",
            "sin(small)",
            "cos(maybe_ratio)",
            "tan(small / 10.0)",
            "cot(small + 0.5)",
            "cot(maybe_ratio + 0.1)",
            "asin(small / 10.0)",
            "acos(maybe_small / 10.0)",
            "atan(ratio)",
            "atan2(small, maybe_small)",
            "sinh(small)",
            "cosh(maybe_small)",
            "tanh(ratio)",
            "asinh(small)",
            "acosh(abs(small) + 1)",
            "atanh(small / 10.0)",
        ],
    );
    let mut close: Vec<Case> = cases.into_iter().map(|case| case.within(1e-12)).collect();
    close.push(case(
        "SELECT 2 ^ 10 AS a, sqrt(16.0) AS b, power(10, 15) AS c",
    ));
    close
}
