//! What a schema says that the server would refuse, or that cannot be meant.
//!
//! The rules on indexes are the server's own (tried on 6.0): what it would refuse when the index is
//! built, or when the first document arrives, is refused here while the struct is compiled.

use super::resolve::{Resolved, resolve};
use super::{Collection, Index, IndexKey, IndexKind, Storage};
use crate::types::Type;

/// The most keys of an index.
const MAX_KEYS: usize = 32;

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
    /// The kind of storage.
    Storage,
    /// The field with the time of a measurement.
    TimeField,
    /// The field that tells one time series from another.
    MetaField,
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
        let mut checker = IndexChecker {
            collection,
            index,
            number,
            problems: &mut problems,
        };
        checker.check();
    }
    together(collection, &mut problems);
    storage(collection, &mut problems);
    problems
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

struct IndexChecker<'a> {
    collection: &'a Collection,
    index: &'a Index,
    number: usize,
    problems: &'a mut Vec<Problem>,
}

impl IndexChecker<'_> {
    fn check(&mut self) {
        let mut arrays: Vec<Vec<String>> = Vec::new();
        for (number, key) in self.index.keys.iter().enumerate() {
            let part = Part::Key {
                index: self.number,
                key: number,
            };
            let repeated = self.index.keys.iter().take(number);
            if repeated.into_iter().any(|other| other.path == key.path) {
                let message = format!("`{}` is in this index already", key.path.join("."));
                self.problems.push(Problem::new(part, message));
                continue;
            }
            match resolve(&self.collection.fields, &key.path) {
                Ok(resolved) => {
                    self.kind(part, key, &resolved);
                    arrays.extend(resolved.array);
                }
                Err(unknown) => {
                    let problem = Problem::new(part, unknown.message());
                    self.problems.push(match unknown.nearest {
                        Some(nearest) => problem.help(format!("did you mean `{nearest}`?")),
                        None => problem,
                    });
                }
            }
        }
        self.parallel_arrays(&arrays);
        self.options();
        self.id();
        self.wildcard();
        self.on_storage();
    }

    fn problem(&mut self, message: &str, help: &str) {
        self.problems
            .push(Problem::new(Part::Index(self.number), message).help(help));
    }

    /// What each kind of key can index.
    fn kind(&mut self, part: Part, key: &IndexKey, resolved: &Resolved<'_>) {
        let name = key.path.join(".");
        let Some(ty) = resolved.ty else {
            return;
        };
        let problem = match key.kind {
            IndexKind::Ascending | IndexKind::Descending => None,
            IndexKind::Text if !holds_text(ty) => Some(format!(
                "a text index needs text, but `{name}` is of type {ty}"
            )),
            IndexKind::Hashed if resolved.array.is_some() => Some(format!(
                "a hashed index cannot hold arrays, and `{name}` is in one"
            )),
            IndexKind::Geo2dsphere if resolved.is_array && ty.is_certain_document() => {
                let message =
                    format!("a 2dsphere index takes one geometry, but `{name}` is an array");
                let problem = Problem::new(part, message);
                self.problems.push(problem.help(
                    "use a geometry of many parts, such as `MultiPoint`, or the array of a struct \
                     with a geometry in it",
                ));
                None
            }
            IndexKind::Geo2dsphere if !holds_geometry(ty, resolved.is_array) => Some(format!(
                "a 2dsphere index needs a geometry, but `{name}` is of type {ty}"
            )),
            IndexKind::Text | IndexKind::Hashed | IndexKind::Geo2dsphere => None,
        };
        self.problems.extend(problem.map(|message| {
            let problem = Problem::new(part, message);
            // A kind is said once for all keys of an index.
            match key.kind {
                IndexKind::Text | IndexKind::Geo2dsphere if self.index.keys.len() > 1 => {
                    problem.help(format!("write `{name} asc` for a key that is ordered"))
                }
                _ => problem,
            }
        }));
        if self.index.expire_after_seconds.is_some() && !holds_time(ty) {
            let message = format!("documents expire by a timestamp, but `{name}` is of type {ty}");
            self.problems.push(
                Problem::new(part, message)
                    .help("name a timestamp, which is a field of type `DateTime`"),
            );
        }
    }

    fn parallel_arrays(&mut self, arrays: &[Vec<String>]) {
        let mut different = arrays.iter();
        let Some(first) = different.next() else {
            return;
        };
        // One array may lie inside the other: the server refuses only arrays side by side.
        if let Some(other) = different.find(|other| !nested(first, other)) {
            let message = format!(
                "the server cannot index two arrays together: `{}` and `{}`",
                first.join("."),
                other.join(".")
            );
            self.problem(&message, "make it two indexes");
        }
    }

    fn options(&mut self) {
        let hashed = self.count(IndexKind::Hashed);
        if self.index.keys.len() > MAX_KEYS {
            self.problem("an index can have 32 keys", "leave out the last ones");
        }
        if self.index.sparse && self.index.partial.is_some() {
            self.problem(
                "an index is either `sparse` or `partial`",
                "a partial index on `x IS NOT NULL` is a sparse one",
            );
        }
        if hashed > 1 {
            self.problem("an index can have one hashed key", "make it two indexes");
        }
        if hashed > 0 && self.index.unique {
            self.problem(
                "a hashed index cannot be unique",
                "declare `unique(..)` beside it",
            );
        }
        if let Some(seconds) = self.index.expire_after_seconds {
            if seconds > MAX_EXPIRY {
                self.problem(
                    "documents can live for 68 years at the most",
                    "leave the `ttl` out to keep them forever",
                );
            }
            if self.index.keys.len() > 1 {
                self.problem("a `ttl` has one field", "declare an `index(..)` beside it");
            }
        }
    }

    fn count(&self, kind: IndexKind) -> usize {
        let same = self.index.keys.iter().filter(|key| key.kind == kind);
        same.count()
    }

    /// The server has one index on `_id` and takes no other that is ordered.
    fn id(&mut self) {
        let [key] = &self.index.keys[..] else {
            return;
        };
        let ordered = matches!(key.kind, IndexKind::Ascending | IndexKind::Descending);
        if ordered && key.path == ["_id"] {
            self.problem(
                "every collection has an index on `_id`, and it is unique",
                "leave this one out",
            );
        }
    }

    /// A wildcard index stands alone: with other keys it can abort a 6.0 server.
    fn wildcard(&mut self) {
        let wildcard = |key: &IndexKey| key.path.last().is_some_and(|name| name == "$**");
        let Some(key) = self.index.keys.iter().find(|key| wildcard(key)) else {
            return;
        };
        if self.index.keys.len() > 1 {
            self.problem("a wildcard index has no other keys", "make it two indexes");
        }
        if key.kind != IndexKind::Ascending {
            self.problem(
                "a wildcard index is neither descending nor of another kind",
                "write it with `index(..)` alone",
            );
        }
        if self.index.unique || self.index.sparse || self.index.expire_after_seconds.is_some() {
            self.problem(
                "a wildcard index cannot be unique, sparse or a `ttl`",
                "write it with `index(..)` alone",
            );
        }
    }

    fn on_storage(&mut self) {
        match &self.collection.storage {
            Storage::Plain | Storage::Clustered => {}
            Storage::View => self.problem(
                "a view has no indexes",
                "declare it for the collections that the view reads",
            ),
            Storage::Capped { .. } => {
                if self.index.expire_after_seconds.is_some() {
                    self.problem(
                        "documents of a capped collection cannot expire",
                        "leave out `ttl` or `capped`",
                    );
                }
            }
            Storage::TimeSeries { .. } => {
                if self.index.expire_after_seconds.is_some() {
                    self.problem(
                        "a time series has no `ttl` of its own",
                        "write `time_series(.., after = \"..\")`",
                    );
                }
                if self.index.unique || self.count(IndexKind::Text) > 0 {
                    self.problem(
                        "a time series can have neither unique nor text indexes",
                        "use `index(..)`",
                    );
                }
            }
        }
    }
}

/// Whether one path leads through the other.
fn nested(a: &[String], b: &[String]) -> bool {
    a.iter().zip(b).all(|(a, b)| a == b)
}

fn storage(collection: &Collection, problems: &mut Vec<Problem>) {
    match &collection.storage {
        Storage::Plain | Storage::Clustered | Storage::View => {}
        Storage::Capped { size, .. } => {
            if *size == 0 {
                problems.push(Problem::new(
                    Part::Storage,
                    "a capped collection needs a size",
                ));
            }
        }
        Storage::TimeSeries {
            time,
            meta,
            expire_after_seconds,
            ..
        } => {
            problems.extend(time_field(collection, time));
            problems.extend(
                meta.as_deref()
                    .and_then(|meta| meta_field(collection, time, meta)),
            );
            if expire_after_seconds.is_some_and(|seconds| seconds > MAX_EXPIRY) {
                problems.push(Problem::new(
                    Part::Storage,
                    "documents can live for 68 years at the most",
                ));
            }
        }
    }
}

fn time_field(collection: &Collection, time: &str) -> Option<Problem> {
    let path = [time.to_owned()];
    match resolve(&collection.fields, &path) {
        Err(unknown) => Some(unknown.problem(Part::TimeField)),
        Ok(resolved) => {
            let field = collection.fields.iter().find(|field| field.name == time);
            let nullable = field.is_some_and(|field| field.nullable);
            let message = match resolved.ty {
                Some(Type::Timestamp) if nullable => {
                    format!("a measurement needs a time, but `{time}` may be missing")
                }
                Some(Type::Timestamp) | None => return None,
                Some(other) => {
                    format!("the time of a measurement cannot be `{time}` of type {other}")
                }
            };
            Some(
                Problem::new(Part::TimeField, message)
                    .help("name a timestamp, which is a field of type `DateTime`"),
            )
        }
    }
}

fn meta_field(collection: &Collection, time: &str, meta: &str) -> Option<Problem> {
    if meta == time || meta == "_id" {
        let message = format!("`{meta}` cannot tell one series from another");
        return Some(Problem::new(Part::MetaField, message));
    }
    resolve(&collection.fields, &[meta.to_owned()])
        .err()
        .map(|unknown| unknown.problem(Part::MetaField))
}

impl super::resolve::Unknown<'_> {
    fn problem(&self, part: Part) -> Problem {
        let problem = Problem::new(part, self.message());
        match self.nearest {
            Some(nearest) => problem.help(format!("did you mean `{nearest}`?")),
            None => problem,
        }
    }
}

fn holds_text(ty: &Type) -> bool {
    match ty {
        Type::Text | Type::Enum(_) | Type::Json | Type::Unknown => true,
        Type::Array(item) | Type::Map(item) => holds_text(&item.ty),
        Type::Boolean
        | Type::Integer
        | Type::Bigint
        | Type::Double
        | Type::Numeric
        | Type::Timestamp
        | Type::Date
        | Type::Interval
        | Type::Uuid
        | Type::ObjectId
        | Type::Bytea
        | Type::Document
        | Type::Geometry(_)
        | Type::Struct(_) => false,
    }
}

/// Whether a 2dsphere index takes a field of this type, or of an array of it: two numbers are a
/// point, too.
fn holds_geometry(ty: &Type, is_array: bool) -> bool {
    match ty {
        Type::Geometry(_)
        | Type::Json
        | Type::Document
        | Type::Struct(_)
        | Type::Map(_)
        | Type::Unknown => true,
        Type::Integer | Type::Bigint | Type::Double | Type::Numeric => is_array,
        Type::Boolean
        | Type::Text
        | Type::Timestamp
        | Type::Date
        | Type::Interval
        | Type::Uuid
        | Type::ObjectId
        | Type::Bytea
        | Type::Array(_)
        | Type::Enum(_) => false,
    }
}

fn holds_time(ty: &Type) -> bool {
    match ty {
        Type::Timestamp | Type::Date | Type::Json | Type::Unknown => true,
        Type::Array(item) => holds_time(&item.ty),
        Type::Boolean
        | Type::Integer
        | Type::Bigint
        | Type::Double
        | Type::Numeric
        | Type::Text
        | Type::Interval
        | Type::Uuid
        | Type::ObjectId
        | Type::Bytea
        | Type::Document
        | Type::Geometry(_)
        | Type::Map(_)
        | Type::Struct(_)
        | Type::Enum(_) => false,
    }
}

#[cfg(test)]
#[path = "check_tests.rs"]
mod tests;
