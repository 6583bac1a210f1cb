//! Where a collection on the server is not what its struct declares.

use mongodb::bson::{Bson, Document};
use std::fmt;

/// What was found, and what was done.
///
/// ```
/// use queryleaf_runtime::{Ensured, Remedy};
///
/// /// Whether the program can go on with the collection as it is.
/// fn is_usable(ensured: &Ensured) -> bool {
///     if !ensured.is_as_declared() {
///         eprintln!("{ensured}");
///     }
///     let mut differences = ensured.differences.iter();
///     differences.all(|difference| difference.remedy == Remedy::RemoveUndeclared)
/// }
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Ensured {
    /// The collection.
    pub collection: String,
    /// Whether it was not there, and has been created.
    pub created: bool,
    /// What was different, and has been changed as asked.
    pub applied: Vec<Difference>,
    /// What is different still.
    pub differences: Vec<Difference>,
    /// How many stored documents do not fit the declared validator, where
    /// [`count_unfit`](crate::Ensure::count_unfit) has asked for that and there is one.
    pub unfit: Option<u64>,
}

impl Ensured {
    /// Whether the collection is now what its struct declares.
    pub fn is_as_declared(&self) -> bool {
        self.differences.is_empty()
    }
}

/// Something about a collection that is not as its struct declares it.
///
/// ```
/// use queryleaf_runtime::{CollectionPart, Difference};
///
/// /// What a new version of a program changes in the validator.
/// fn changed_rules(differences: &[Difference]) -> Vec<String> {
///     let validators = differences
///         .iter()
///         .filter(|difference| difference.part == CollectionPart::Validator);
///     validators.flat_map(Difference::paths).collect()
/// }
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Difference {
    /// What is different.
    pub part: CollectionPart,
    /// As it is declared; `None` where it is not.
    pub declared: Option<Bson>,
    /// As it is on the server; `None` where it is not there.
    pub stored: Option<Bson>,
    /// What can be done about it.
    pub remedy: Remedy,
}

/// A part of a collection.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CollectionPart {
    /// Whether it is a collection, a time series or a view.
    Kind,
    /// What a view reads, and the stages that make its rows.
    Query,
    /// The rules for its documents.
    Validator,
    /// Which documents they are applied to.
    ValidationLevel,
    /// What becomes of a document that breaks them.
    ValidationAction,
    /// The index of this name.
    Index(String),
    /// Whether it is of a fixed size.
    Capped,
    /// The fixed size in bytes.
    CappedSize,
    /// The most documents of a collection of a fixed size.
    CappedMax,
    /// The field with the time of a measurement.
    TimeField,
    /// The field that tells one time series from another.
    MetaField,
    /// The usual distance between two measurements.
    Granularity,
    /// How long measurements are kept, in seconds.
    ExpireAfter,
    /// Whether documents are kept in the order of `_id`.
    Clustered,
    /// How texts compare.
    Collation,
    /// Whether change streams can ask for documents before and after a change.
    PreAndPostImages,
    /// How documents are compressed on the disk.
    Compression,
}

/// What can be done about a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Remedy {
    /// [`apply_drift`](crate::Ensure::apply_drift) changes it in place.
    ApplyDrift,
    /// Somebody else made it; [`remove_undeclared`](crate::Ensure::remove_undeclared) removes it.
    RemoveUndeclared,
    /// To change it would remove documents: nothing here does it.
    LosesDocuments,
    /// Only a new collection can have it: nothing here does it.
    NewCollection,
}

impl Difference {
    pub(super) fn new(
        part: CollectionPart,
        declared: Option<Bson>,
        stored: Option<Bson>,
        remedy: Remedy,
    ) -> Self {
        Difference {
            part,
            declared,
            stored,
            remedy,
        }
    }

    /// The paths at which what is declared and what is stored differ: for a validator
    /// `$jsonSchema.properties.note.maxLength`. One empty path where one of them is not there.
    pub fn paths(&self) -> Vec<String> {
        let mut paths = Vec::new();
        match (&self.declared, &self.stored) {
            (Some(Bson::Document(declared)), Some(Bson::Document(stored))) => {
                collect(declared, stored, "", &mut paths);
            }
            _ => paths.push(String::new()),
        }
        paths
    }
}

fn collect(declared: &Document, stored: &Document, prefix: &str, paths: &mut Vec<String>) {
    let added = stored.keys().filter(|key| !declared.contains_key(key));
    for key in declared.keys().chain(added) {
        let path = format!("{prefix}{key}");
        match (declared.get(key), stored.get(key)) {
            (Some(declared), Some(stored)) if same(declared, stored) => {}
            (Some(Bson::Document(declared)), Some(Bson::Document(stored))) => {
                collect(declared, stored, &format!("{path}."), paths);
            }
            _ => paths.push(path),
        }
    }
}

/// Whether two values mean the same to the server: numbers by their value, documents whatever the
/// order of their fields, and lists, which are sets here, likewise.
pub(super) fn same(one: &Bson, other: &Bson) -> bool {
    match (one, other) {
        (Bson::Document(one), Bson::Document(other)) => same_documents(one, other),
        (Bson::Array(one), Bson::Array(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .all(|value| other.iter().any(|candidate| same(value, candidate)))
        }
        (Bson::Double(one), Bson::Double(other)) if one.is_nan() => other.is_nan(),
        _ => match (number(one), number(other)) {
            (Some(one), Some(other)) => one == other,
            _ => one == other,
        },
    }
}

pub(super) fn same_documents(one: &Document, other: &Document) -> bool {
    one.len() == other.len()
        && one
            .iter()
            .all(|(key, value)| other.get(key).is_some_and(|found| same(value, found)))
}

/// A whole number, however it is stored.
pub(super) fn number(value: &Bson) -> Option<i64> {
    match value {
        Bson::Int32(value) => Some(i64::from(*value)),
        Bson::Int64(value) => Some(*value),
        Bson::Double(value) if value.fract() == 0.0 && value.abs() < 9e15 => Some(*value as i64),
        _ => None,
    }
}

impl fmt::Display for Ensured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ensured {
            collection,
            created,
            applied,
            differences,
            unfit,
        } = self;
        let state = match (created, applied.is_empty(), differences.is_empty()) {
            (true, _, true) => "created",
            (true, _, false) => "created, but different from what is declared",
            (false, true, true) => "as declared",
            (false, false, true) => "changed to what is declared",
            (false, _, false) => "different from what is declared",
        };
        write!(f, "`{collection}` is {state}")?;
        match unfit {
            None | Some(0) => {}
            Some(1) => f.write_str("\n  1 document does not fit the declared validator")?,
            Some(count) => write!(f, "\n  {count} documents do not fit the declared validator")?,
        }
        for difference in differences {
            write!(f, "\n  {difference}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.part)?;
        match (&self.declared, &self.stored) {
            (Some(Bson::Document(_)), Some(Bson::Document(_)))
                if self.part == CollectionPart::Validator =>
            {
                write!(f, "differs at {}", self.paths().join(", "))?;
            }
            (Some(declared), Some(stored)) => write!(f, "{stored} instead of {declared}")?,
            (Some(declared), None) => write!(f, "missing, declared as {declared}")?,
            (None, Some(stored)) => write!(f, "{stored}, which is not declared")?,
            (None, None) => f.write_str("different")?,
        }
        f.write_str(match self.remedy {
            Remedy::ApplyDrift => " (`apply_drift()` changes it)",
            Remedy::RemoveUndeclared => " (`remove_undeclared()` removes it)",
            Remedy::LosesDocuments => " (to change it would remove documents)",
            Remedy::NewCollection => " (only a new collection can be so)",
        })
    }
}

impl fmt::Display for CollectionPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            CollectionPart::Kind => "kind",
            CollectionPart::Query => "query",
            CollectionPart::Validator => "validator",
            CollectionPart::ValidationLevel => "validation level",
            CollectionPart::ValidationAction => "validation action",
            CollectionPart::Index(name) => return write!(f, "index `{name}`"),
            CollectionPart::Capped => "capped",
            CollectionPart::CappedSize => "capped size",
            CollectionPart::CappedMax => "capped number of documents",
            CollectionPart::TimeField => "time field",
            CollectionPart::MetaField => "meta field",
            CollectionPart::Granularity => "granularity",
            CollectionPart::ExpireAfter => "expiry in seconds",
            CollectionPart::Clustered => "clustered",
            CollectionPart::Collation => "collation",
            CollectionPart::PreAndPostImages => "pre- and post-images",
            CollectionPart::Compression => "compression",
        })
    }
}
