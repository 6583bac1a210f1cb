//! The same queries on the same rows, here and in PostgreSQL: the answers must be equal.
//!
//! Every query goes through the compiler at run time and is run as a program would run it, by the
//! runtime on a real server, with the optimiser and without it. Rows are random: `QUERYLEAF_SEED`
//! sets another seed than the usual one, `QUERYLEAF_QUERIES` another number of generated queries,
//! `QUERYLEAF_FIRST` the number of the first of them, `QUERYLEAF_SHOWN` how many failures are told.
//!
//! * [`schema`] describes the collections, [`related`] those that refer to each other, [`data`] makes
//!   their rows, [`servers`] stores them;
//! * [`mongo`] and [`postgres`] ask the two sides, and read the answers as [`value`]s;
//! * [`case`](mod@case) says what is compared, [`verdict`] asks and judges, [`compare`] finds the
//!   difference, [`check`](mod@check) runs a category and reports;
//! * [`cases`] holds the queries that people thought of, [`generate`](mod@generate) invents more,
//!   [`generated`](mod@generated) runs those, [`reduce`] makes one that fails short.
#![allow(unreachable_pub, reason = "nothing is reached from outside a test")]

mod calendar;
mod case;
mod cases;
mod check;
mod compare;
mod data;
mod generate;
mod generated;
mod json;
mod mongo;
mod number;
mod postgres;
mod postgres_only;
mod random;
mod reduce;
mod related;
mod schema;
mod servers;
mod sql_text;
mod stored;
mod value;
mod verdict;
mod writes;
mod written;

use check::check;

/// One test for each category. With `QUERYLEAF_POSTGRES_ONLY` PostgreSQL alone is asked, which tells
/// whether what someone wrote is SQL.
macro_rules! categories {
    ($($category:ident)+) => {$(
        #[test]
        fn $category() {
            if std::env::var_os("QUERYLEAF_POSTGRES_ONLY").is_some() {
                postgres_only::check(stringify!($category), &cases::$category::cases());
            } else {
                check(stringify!($category), cases::$category::cases());
            }
        }
    )+};
}

categories! {
    aggregates
    array_keys
    arrays
    casts
    common_tables
    comparisons
    conditionals
    constants
    dates
    distinct_on
    documents
    errors
    excluded_rows
    framed_values
    frames
    group_keys
    grouping_sets
    groups
    guarded
    hypothetical
    integers
    join_columns
    joined_queries
    joins
    lateral_aliases
    laterals
    limits
    logic
    numbers
    order
    outer_aggregates
    parameters
    patterns
    quantified
    query_forms
    recursion
    refusals
    regexes
    row_counts
    set_operations
    set_pairs
    statistics
    subqueries
    texts
    time_series
    unnest
    windows
}

#[test]
fn generated() {
    generated::check();
}

/// One query of the reader's own: `QUERYLEAF_SQL="SELECT .." cargo test --test differential ask`.
#[test]
fn ask() {
    if let Ok(sql) = std::env::var("QUERYLEAF_SQL") {
        check::show(&case::case(sql));
    }
}
