//! What a command examines, by the server's own `explain`.

use queryleaf::bson::{Bson, Document};
use std::collections::BTreeSet;

/// What the server does for a command.
#[derive(Debug, Default)]
pub struct Work {
    /// Keys of indexes that it looks at.
    pub keys: i64,
    /// Documents that it reads.
    pub documents: i64,
    /// The indexes that it uses.
    pub indexes: BTreeSet<String>,
}

/// Reads the answer of `explain` with `executionStats`: all of its cursors, lookups and unions.
pub fn work(explain: &Document) -> Work {
    let mut work = Work::default();
    for (key, value) in explain {
        // The command itself, and the plans that lost.
        if !["command", "rejectedPlans"].contains(&key.as_str()) {
            work.read(key, value);
        }
    }
    work
}

impl Work {
    fn read(&mut self, key: &str, value: &Bson) {
        match (key, value) {
            ("rejectedPlans", _) => {}
            ("indexName", Bson::String(name)) => {
                self.indexes.insert(name.clone());
            }
            ("indexesUsed", Bson::Array(names)) => {
                let names = names.iter().filter_map(Bson::as_str);
                self.indexes.extend(names.map(str::to_owned));
            }
            ("totalKeysExamined", value) => self.keys += number(value),
            ("totalDocsExamined", value) => self.documents += number(value),
            // Its totals are those of everything below it.
            ("executionStats", Bson::Document(stats)) => {
                for key in ["totalKeysExamined", "totalDocsExamined"] {
                    if let Some(value) = stats.get(key) {
                        self.read(key, value);
                    }
                }
            }
            (_, Bson::Document(document)) => {
                for (key, value) in document {
                    self.read(key, value);
                }
            }
            (_, Bson::Array(values)) => {
                for value in values {
                    self.read("", value);
                }
            }
            _ => {}
        }
    }
}

fn number(value: &Bson) -> i64 {
    match value {
        Bson::Int32(number) => i64::from(*number),
        Bson::Int64(number) => *number,
        _ => 0,
    }
}
