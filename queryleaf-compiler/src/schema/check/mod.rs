//! What a schema says that the server would refuse, or that cannot be meant.
//!
//! The rules on indexes are the server's own (tried on 6.0): what it would refuse when the index is
//! built, or when the first document arrives, is refused here while the struct is compiled.

mod index;
mod storage;
mod value_kinds;

use super::resolve::Unknown;
use super::{Collection, Index, IndexKind, Storage, Validation};

/// The most indexes of a collection, the one on `_id` included.
const MAX_INDEXES: usize = 64;

/// The longest time to live, in seconds.
const MAX_EXPIRY: u64 = 2_147_483_647;

/// The part of a collection's declaration that a problem is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The index of this number.
    Index(usize),
    /// One key of an index.
    Key {
        /// The number of the index.
        index: usize,
        /// The number of the key in it.
        key: usize,
    },
    /// The `CHECK` of this number.
    Check(usize),
    /// The kind of storage.
    Storage,
    /// The field with the time of a measurement.
    TimeField,
    /// The field that tells one time series from another.
    MetaField,
    /// How texts compare.
    Collation,
    /// What becomes of documents that do not fit.
    Validation,
    /// That change streams can ask for documents before and after a change.
    PreAndPostImages,
}

/// Something wrong with a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What it is about.
    pub part: Part,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
}

impl Problem {
    fn new(part: Part, message: impl Into<String>) -> Self {
        Problem {
            part,
            message: message.into(),
            help: None,
        }
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Everything that is wrong with the indexes and the storage of a collection.
pub fn check(collection: &Collection) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (number, index) in collection.indexes.iter().enumerate() {
        index::index(collection, number, index, &mut problems);
    }
    together(collection, &mut problems);
    storage::storage_and_options(collection, &mut problems);
    problems.extend(unheld_check(collection));
    problems
}

/// The first `CHECK` of a collection whose documents the server does not look at.
fn unheld_check(collection: &Collection) -> Option<Problem> {
    let part = Part::Check(0);
    let looks_at_none = matches!(collection.storage, Storage::TimeSeries { .. });
    if collection.checks.is_empty() {
        None
    } else if looks_at_none {
        let problem = Problem::new(part, "the server checks no document of a time series");
        Some(problem.help("leave the check out, and check it in the program"))
    } else if collection.options.validation == Validation::Off {
        let problem = Problem::new(part, "nothing is checked where the validation is `off`");
        Some(problem.help("leave the check out, or write `validation = \"warn\"`"))
    } else {
        None
    }
}

/// The name that the server gives an index without one: `status_1_placed_at_-1`.
pub fn default_name(index: &Index) -> String {
    index
        .keys
        .iter()
        .map(|key| format!("{}_{}", key.path.join("."), direction(key.kind)))
        .collect::<Vec<_>>()
        .join("_")
}

/// Whether the server takes two indexes for one, whatever their names.
fn is_the_same(one: &Index, other: &Index) -> bool {
    one.keys == other.keys
        && one.unique == other.unique
        && one.sparse == other.sparse
        && one.partial == other.partial
        && (one.name != other.name || one.name.is_none())
}

fn direction(kind: IndexKind) -> &'static str {
    match kind {
        IndexKind::Ascending => "1",
        IndexKind::Descending => "-1",
        IndexKind::Text => "text",
        IndexKind::Hashed => "hashed",
        IndexKind::Geo2dsphere => "2dsphere",
    }
}

/// Rules about all indexes of a collection at once.
fn together(collection: &Collection, problems: &mut Vec<Problem>) {
    let mut names: Vec<String> = Vec::new();
    let mut text = false;
    for (number, index) in collection.indexes.iter().enumerate() {
        let mut before = collection.indexes.iter().take(number);
        if before.any(|other| is_the_same(index, other)) && index.name.is_some() {
            problems.push(
                Problem::new(Part::Index(number), "there is such an index already")
                    .help("leave it out: indexes differ in more than their names"),
            );
            continue;
        }
        let part = Part::Index(number);
        let name = index.name.clone().unwrap_or_else(|| default_name(index));
        if names.contains(&name) {
            problems.push(
                Problem::new(part, format!("two indexes have the name `{name}`"))
                    .help("remove one, or tell them apart with `name = \"..\"`"),
            );
        }
        names.push(name);
        if index.keys.iter().any(|key| key.kind == IndexKind::Text) {
            if text {
                problems.push(
                    Problem::new(part, "a collection can have one text index only")
                        .help("name the fields of both in one `text(..)`"),
                );
            }
            text = true;
        }
    }
    if collection.indexes.len() >= MAX_INDEXES {
        problems.push(Problem::new(
            Part::Index(MAX_INDEXES - 1),
            format!("a collection can have {MAX_INDEXES} indexes, the one on `_id` included"),
        ));
    }
}

impl Unknown<'_> {
    fn problem(&self, part: Part) -> Problem {
        let problem = Problem::new(part, self.message());
        match self.nearest {
            Some(nearest) => problem.help(format!("did you mean `{nearest}`?")),
            None => problem,
        }
    }
}

#[cfg(test)]
mod tests;
