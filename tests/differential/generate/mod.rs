//! Random queries, each well-typed and as likely as not to hold something awkward.
//!
//! `QUERYLEAF_QUERIES` says how many there are, `QUERYLEAF_SEED` which. What the compiler refuses is
//! left out, as is what PostgreSQL fails on; everything else must be answered alike.

mod columns;
mod expressions;
mod literals;
mod queries;

use crate::case::Case;
use crate::random::Random;
use crate::servers::SEED;
use crate::value::Value;
use std::env;

/// How many queries there are when nobody says.
const USUAL: u64 = 400;

/// The types of the expressions that are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Boolean,
    Integer,
    Bigint,
    Numeric,
    Double,
    Text,
    Timestamp,
    Date,
    Integers,
    Texts,
}

/// A query in the making.
struct Generator {
    random: Random,
    table: &'static str,
    /// The columns that expressions may use, by their types; a condition on groups has only the
    /// keys.
    columns: Vec<(Kind, String)>,
    /// The parameters so far.
    parameters: Vec<(String, Value)>,
}

/// The queries of this run.
pub fn cases() -> Vec<Case> {
    let count = match env::var("QUERYLEAF_QUERIES") {
        Ok(count) => count.parse().expect("QUERYLEAF_QUERIES is a number"),
        Err(_) => USUAL,
    };
    (0..count)
        .map(|number| {
            // Each query has numbers of its own, so that it stays the same when others change.
            let mut random = Random::new(*SEED, &format!("query {number}"));
            let table = random.choose(&["measures", "shipments", "measures", "nothing"]);
            let table = match table {
                "nothing" if random.percent(70) => "shipments",
                table => table,
            };
            let generator = Generator {
                random,
                table,
                columns: columns::of(table),
                parameters: Vec::new(),
            };
            generator.query()
        })
        .collect()
}
