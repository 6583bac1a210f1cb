//! The queries that people thought of, by category.

pub mod aggregates;
pub mod array_keys;
pub mod arrays;
pub mod casts;
pub mod common_tables;
pub mod comparisons;
pub mod conditionals;
pub mod constants;
pub mod dates;
pub mod distinct_on;
pub mod documents;
pub mod errors;
pub mod excluded_rows;
pub mod framed_values;
pub mod frames;
pub mod group_keys;
pub mod grouping_sets;
pub mod groups;
pub mod guarded;
pub mod hypothetical;
pub mod integers;
pub mod join_columns;
pub mod joined_queries;
pub mod joins;
pub mod lateral_aliases;
pub mod laterals;
pub mod limits;
pub mod logic;
pub mod numbers;
pub mod order;
pub mod outer_aggregates;
pub mod parameters;
pub mod patterns;
pub mod quantified;
pub mod query_forms;
pub mod recursion;
pub mod refusals;
pub mod regexes;
pub mod row_counts;
pub mod set_operations;
pub mod set_pairs;
pub mod statistics;
pub mod subqueries;
pub mod texts;
pub mod time_series;
pub mod unnest;
pub mod windows;

use crate::case::{Case, case};

/// The column that tells the rows of a table apart.
pub fn key(table: &str) -> &'static str {
    match table {
        "shipments" => "number",
        "ports" => "port_id",
        _ => "_id",
    }
}

/// Each condition three times: as the condition of a query, negated, and as a column.
#[track_caller]
fn conditions<T: AsRef<str>>(table: &str, conditions: &[T]) -> Vec<Case> {
    let key = key(table);
    let mut cases = Vec::new();
    for condition in conditions {
        let condition = condition.as_ref();
        let forms = [
            format!("SELECT {key} FROM {table} WHERE {condition}"),
            format!("SELECT {key} FROM {table} WHERE NOT ({condition})"),
            format!("SELECT {key}, ({condition}) AS answer FROM {table}"),
        ];
        for sql in forms {
            cases.push(case(sql));
        }
    }
    cases
}

/// Each expression as a column.
#[track_caller]
fn values<T: AsRef<str>>(table: &str, expressions: &[T]) -> Vec<Case> {
    let key = key(table);
    let mut cases = Vec::new();
    for expression in expressions {
        let expression = expression.as_ref();
        cases.push(case(format!(
            "SELECT {key}, {expression} AS answer FROM {table}"
        )));
    }
    cases
}

/// Each query as it is.
#[track_caller]
fn queries(texts: &[&str]) -> Vec<Case> {
    let mut cases = Vec::new();
    for text in texts {
        cases.push(case(*text));
    }
    cases
}
