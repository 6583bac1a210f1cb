//! What is different between two answers.

use crate::case::{Case, Order};
use crate::value::{Tolerance, Value, arrange_rows};
use std::fmt::Write;

/// What is different between two answers, if anything is.
pub fn difference(case: &Case, expected: &[Vec<Value>], found: &[Vec<Value>]) -> Option<String> {
    let tolerance = Tolerance {
        doubles: case.tolerance,
        inexact: is_inexact(&case.sql),
    };
    let agree = |found: &[Value], expected: &[Value]| {
        found.len() == expected.len()
            && found
                .iter()
                .zip(expected)
                .all(|(found, expected)| found.agrees_with(expected, tolerance))
    };
    match &case.order {
        Order::Any => {}
        Order::Total => {
            let same = |(found, expected): (&Vec<Value>, &Vec<Value>)| agree(found, expected);
            let first = found.iter().zip(expected).position(|pair| !same(pair));
            let first = first
                .or((found.len() != expected.len()).then_some(found.len().min(expected.len())))?;
            return Some(format!(
                "{} rows, PostgreSQL {}; row {first} is the first that differs\n{}",
                found.len(),
                expected.len(),
                rows_from(first, expected, found)
            ));
        }
        Order::By(columns) => {
            let keys = |row: &Vec<Value>| -> Vec<Value> {
                columns.iter().map(|&column| row[column].clone()).collect()
            };
            let wrong = found
                .iter()
                .zip(expected)
                .position(|(found, expected)| !agree(&keys(found), &keys(expected)));
            if let Some(first) = wrong {
                let rows = rows_from(first, expected, found);
                return Some(format!(
                    "row {first} is the first that is out of order\n{rows}"
                ));
            }
        }
    }
    // Each row is looked for among those that are left.
    let mut left: Vec<&Vec<Value>> = expected.iter().collect();
    left.sort_by(|one, other| arrange_rows(one, other));
    let mut sorted: Vec<&Vec<Value>> = found.iter().collect();
    sorted.sort_by(|one, other| arrange_rows(one, other));
    let mut extra = Vec::new();
    for row in sorted {
        match left.iter().position(|expected| agree(row, expected)) {
            Some(place) => {
                left.remove(place);
            }
            None => extra.push(row),
        }
    }
    if extra.is_empty() && left.is_empty() {
        return None;
    }
    let mut text = format!("{} rows, PostgreSQL {}", found.len(), expected.len());
    for (title, rows) in [("only here", extra), ("only in PostgreSQL", left)] {
        write!(text, "\n    {title}, {} rows:", rows.len()).expect("strings can be written to");
        for row in rows.iter().take(4) {
            write!(text, "\n      {row:?}").expect("strings can be written to");
        }
    }
    Some(text)
}

/// Whether a query computes numbers that have no end.
fn is_inexact(sql: &str) -> bool {
    const FUNCTIONS: [&str; 11] = [
        "/", "^", "avg(", "stddev", "var_", "variance", "sqrt", "exp(", "ln(", "log", "power",
    ];
    let sql = sql.to_lowercase();
    FUNCTIONS.iter().any(|function| sql.contains(function))
}

fn rows_from(first: usize, expected: &[Vec<Value>], found: &[Vec<Value>]) -> String {
    let mut text = String::new();
    for (title, rows) in [("here", found), ("in PostgreSQL", expected)] {
        write!(text, "    {title}:").expect("strings can be written to");
        for row in rows.iter().skip(first).take(3) {
            write!(text, "\n      {row:?}").expect("strings can be written to");
        }
        text.push('\n');
    }
    text
}
