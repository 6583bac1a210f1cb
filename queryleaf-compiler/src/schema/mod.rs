//! Collections as the user declared them.
//!
//! Schemas travel from the derives to `sql!` as one string literal per type. [`parse`] reads that
//! text; its grammar stands at the head of `schema/parse.rs`.

mod bucket;
mod change_stream;
mod check;
mod limits;
mod option_parser;
mod options;
mod parse;
mod parser;
mod resolve;
mod rules;
mod text;

use crate::types::Field;

pub use crate::analyze::{DefaultValue, default_value};
pub use bucket::{BucketStorage, CONTENT_TYPE_ENUM, ReadConcern, WriteConcern};
pub use change_stream::{
    ChangeStream, FullDocument, FullDocumentBeforeChange, StreamOptions, WatchedTable,
};
pub use check::{Part, Problem, check, default_name};
pub use limits::exceeded;
pub use options::{CaseFirst, Collation, Compression, Options, Shifted, Validation};
pub use parse::{Definition, MAX_NESTING, MAX_TEXT, ParseError, parse, substitute};
pub use rules::rules;
pub(crate) use rules::{rules_of, written as written_limits};
pub use text::quote;

/// A collection: its stored name, its fields and its indexes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Collection {
    /// The name of the collection on the server.
    pub name: String,
    /// The name of the Rust struct.
    pub rust_name: String,
    /// Whether a stored document has no other fields: `deny_unknown_fields`.
    pub closed: bool,
    /// Its fields in the order of their declaration, which is also their number.
    pub fields: Vec<Field>,
    /// Its declared indexes; the one on `_id` that every collection has is not listed.
    pub indexes: Vec<Index>,
    /// What is said about a query that can use no index.
    pub collection_scan: CollectionScan,
    /// Whether `UPDATE` and `DELETE` need a `WHERE`: `#[leaf(require_where)]`.
    pub require_where: bool,
    /// How the server keeps its documents.
    pub storage: Storage,
    /// What else it is created with.
    pub options: Options,
    /// The declared references to other collections.
    pub references: Vec<ForeignKey>,
    /// The stored paths of the fields whose value is that of few documents: `#[leaf(few)]`.
    pub few: Vec<Vec<String>>,
    /// The SQL conditions that no document may make `FALSE`: `check = "total >= 0"`.
    pub checks: Vec<String>,
}

/// What is said about a query that has to read a whole collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CollectionScan {
    /// Nothing: many a query is about all documents.
    #[default]
    Allowed,
    /// A warning, if the query has a condition or an order that an index could serve:
    /// `#[leaf(warn_collscan)]`.
    Warned,
    /// An error: `#[leaf(deny_collscan)]`.
    Denied,
}

/// How the server keeps the documents of a collection.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Storage {
    /// As an ordinary collection.
    #[default]
    Plain,
    /// In the order of `_id`, without an index on it.
    Clustered,
    /// In a ring of a fixed size.
    Capped {
        /// The size in bytes.
        size: u64,
        /// The most documents.
        max: Option<u64>,
    },
    /// In buckets of measurements.
    TimeSeries {
        /// The stored name of the field with the time of a measurement.
        time: String,
        /// The stored name of the field that tells one series from another.
        meta: Option<String>,
        /// The usual distance between two measurements.
        granularity: Option<Granularity>,
        /// How long after its time a measurement expires, in seconds.
        expire_after_seconds: Option<u64>,
    },
    /// Not at all: they are the rows of a query.
    View,
    /// As the files of a GridFS bucket, whose bytes lie in a collection of their own.
    Bucket(BucketStorage),
}

/// What the name of the collection of a bucket's files ends with.
pub const FILES: &str = ".files";

/// What the name of the collection of their chunks ends with.
pub const CHUNKS: &str = ".chunks";

/// The most bytes of a chunk: a document has 16 MiB, some of which its other fields take.
pub const MAX_CHUNK_SIZE: u32 = 16 * 1024 * 1024 - 256;

impl Collection {
    /// The name of the bucket whose files these are.
    pub fn bucket(&self) -> Option<&str> {
        match &self.storage {
            Storage::Bucket(_) => self.name.strip_suffix(FILES).or(Some(&self.name)),
            Storage::Plain
            | Storage::Clustered
            | Storage::Capped { .. }
            | Storage::TimeSeries { .. }
            | Storage::View => None,
        }
    }
}

/// The usual distance between two measurements of a time series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Granularity {
    /// Seconds.
    Seconds,
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
}

/// A field that holds a key of another collection: `#[leaf(references = "customers._id")]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignKey {
    /// The stored path of the field.
    pub path: Vec<String>,
    /// The stored name of the other collection.
    pub collection: String,
    /// The stored path of the field there.
    pub key: Vec<String>,
    /// Whether a plan may rely on it: `trusted`.
    pub trusted: bool,
}

/// A declared index.
#[derive(Debug, Clone, PartialEq)]
pub struct Index {
    /// Its name, when one was given.
    pub name: Option<String>,
    /// Its keys in order.
    pub keys: Vec<IndexKey>,
    /// Whether two documents may not share a key.
    pub unique: bool,
    /// Whether documents without the keys are left out.
    pub sparse: bool,
    /// The SQL condition of the documents it holds: `partial = "..."`.
    pub partial: Option<String>,
    /// How long after the key's date a document expires, in seconds.
    pub expire_after_seconds: Option<u64>,
}

/// One key of an index.
#[derive(Debug, Clone, PartialEq)]
pub struct IndexKey {
    /// The stored path of the field.
    pub path: Vec<String>,
    /// Its order or kind.
    pub kind: IndexKind,
}

/// The order or kind of an index key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IndexKind {
    /// From small to large.
    Ascending,
    /// From large to small.
    Descending,
    /// Words, for `$text`.
    Text,
    /// Hash values, which serve equality only.
    Hashed,
    /// GeoJSON on a sphere.
    Geo2dsphere,
}
