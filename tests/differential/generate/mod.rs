//! Random queries, each well-typed and as likely as not to hold something awkward.
//!
//! `QUERYLEAF_QUERIES` says how many there are, `QUERYLEAF_SEED` and `QUERYLEAF_FIRST` which. What the compiler refuses is
//! left out, as is what PostgreSQL fails on; everything else must be answered alike.

mod columns;
mod expressions;
mod joins;
pub mod literals;
pub mod marks;
mod queries;
mod selects;
mod sources;
mod subqueries;
mod windows;
pub mod writes;

use crate::case::Case;
use crate::random::Random;
use crate::servers::SEED;
use crate::value::Value;
use sources::Columns;
use std::collections::BTreeSet;
use std::env;

/// How many queries there are when nobody says.
const USUAL: u64 = 1000;

/// The types of the expressions that are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
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
    ObjectId,
}

impl Kind {
    /// All of them.
    const ALL: [Kind; 11] = [
        Kind::Boolean,
        Kind::Integer,
        Kind::Bigint,
        Kind::Numeric,
        Kind::Double,
        Kind::Text,
        Kind::Timestamp,
        Kind::Date,
        Kind::Integers,
        Kind::Texts,
        Kind::ObjectId,
    ];
}

/// A query in the making.
struct Generator {
    random: Random,
    table: &'static str,
    /// The columns that expressions may use, by their types; a condition on groups has only the
    /// keys.
    columns: Vec<(Kind, String)>,
    /// The columns around a subquery, which it may use as well.
    outer: Columns,
    /// The common tables that may be read, with about how many rows they have.
    common: Vec<(String, Vec<Kind>, usize)>,
    /// Whether a subquery is being made.
    is_inside: bool,
    /// How many more subqueries there may be.
    subqueries: usize,
    /// How many aliases there are.
    aliases: usize,
    /// About how many rows the last query has that was made.
    rows: usize,
    /// The parameters so far.
    parameters: Vec<(String, Value)>,
    /// What the query uses.
    constructs: BTreeSet<&'static str>,
}

/// A query with what is needed to report about it.
pub struct Generated {
    pub case: Case,
    /// Its text with marks.
    pub marked: String,
    /// What it uses.
    pub constructs: BTreeSet<&'static str>,
}

/// The queries of this run.
pub fn queries() -> Vec<Generated> {
    let first = number("QUERYLEAF_FIRST", 0);
    let count = number("QUERYLEAF_QUERIES", USUAL);
    (first..first + count).map(query).collect()
}

/// The number that a variable of the environment has.
fn number(name: &str, usual: u64) -> u64 {
    match env::var(name) {
        Ok(text) => text
            .parse()
            .unwrap_or_else(|_| panic!("{name} is a number")),
        Err(_) => usual,
    }
}

/// The query of this number, which has numbers of its own, so that it stays the same when others
/// change.
fn query(number: u64) -> Generated {
    let mut random = Random::new(*SEED, &format!("query {number}"));
    let table = random.choose(&["measures", "shipments", "measures", "nothing"]);
    let table = match table {
        "nothing" if random.percent(70) => "shipments",
        table => table,
    };
    Generator::new(random, table).query()
}

impl Generator {
    /// A generator of queries of this table, or of statements that write to it.
    fn new(random: Random, table: &'static str) -> Self {
        Generator {
            random,
            table,
            columns: columns::of(table),
            outer: Vec::new(),
            common: Vec::new(),
            is_inside: false,
            subqueries: 0,
            aliases: 0,
            rows: 0,
            parameters: Vec::new(),
            constructs: BTreeSet::new(),
        }
    }

    /// Notes that the query uses something.
    fn uses(&mut self, construct: &'static str) {
        self.constructs.insert(construct);
    }
}
