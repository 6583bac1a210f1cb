//! What one index cannot be.

use super::super::resolve::{Resolved, resolve};
use super::super::{Collection, Index, IndexKey, IndexKind, Storage};
use super::value_kinds::{holds_geometry, holds_text, holds_time};
use super::{MAX_EXPIRY, Part, Problem};

/// The most keys of an index.
const MAX_KEYS: usize = 32;

/// Everything that is wrong with one index.
pub(super) fn index(
    collection: &Collection,
    number: usize,
    index: &Index,
    problems: &mut Vec<Problem>,
) {
    let mut checker = IndexChecker {
        collection,
        index,
        number,
        problems,
    };
    checker.check();
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
            Storage::Bucket(_) => {
                if self.index.expire_after_seconds.is_some() {
                    self.problem(
                        "files of a bucket cannot expire: the server would leave their chunks",
                        "delete them with `DELETE FROM GRIDFS(..) WHERE ..`",
                    );
                }
            }
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
            Storage::TimeSeries { time, meta, .. } => {
                if self.index.expire_after_seconds.is_some() {
                    self.problem(
                        "a time series has no `ttl` of its own",
                        "write `time_series(.., after = \"..\")`",
                    );
                }
                self.on_measurements(time, meta.as_deref());
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

impl IndexChecker<'_> {
    /// Measurements lie packed in buckets, of which only the time and the meta field are kept as they
    /// are.
    fn on_measurements(&mut self, time: &str, meta: Option<&str>) {
        let packed = |key: &&IndexKey| {
            let first = key.path.first().map(String::as_str);
            first != Some(time) && (meta.is_none() || first != meta)
        };
        let Some(key) = self.index.keys.iter().find(packed) else {
            return;
        };
        let wildcard = key.path.last().is_some_and(|name| name == "$**");
        if wildcard || key.kind == IndexKind::Hashed {
            self.problem(
                "measurements can have neither hashed nor wildcard indexes",
                "index the meta field, or use `index(..)`",
            );
        }
        if self.index.sparse {
            self.problem(
                "an index on measurements cannot be sparse",
                "leave `sparse` out",
            );
        }
    }
}

/// Whether one path leads through the other.
fn nested(a: &[String], b: &[String]) -> bool {
    a.iter().zip(b).all(|(a, b)| a == b)
}
