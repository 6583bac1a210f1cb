//! What the events of a change stream hold and no table does.

use super::{EnumType, Field, FieldPath, Reference, Step, StoredVariant, Type, Variant};
use crate::schema::Collection;
use std::sync::{Arc, LazyLock};

/// A part of a change event.
///
/// It is one where it is selected, or asked for what is inside it or was changed; everything else
/// takes it for the [value](EventPart::value) that it is stored as.
#[derive(Debug, Clone, PartialEq)]
pub enum EventPart {
    /// What happened: one of [`OPERATION_TYPES`].
    OperationType,
    /// The time of the operation on the cluster: a BSON timestamp, of a second and a number in it.
    ClusterTime,
    /// The place behind the event, at which another stream may go on.
    ResumeToken,
    /// Which document was changed.
    DocumentKey(EventDocument),
    /// A document of one of several collections.
    Document(EventDocument),
    /// The same as a column of a result, where it is no part of an event any more: a document of the
    /// name of its collection and of itself, so that each is read as what it is.
    NamedDocument(EventDocument),
    /// What an update has set and removed.
    UpdateDescription(EventDocument),
    /// The fields that an update has set, under their dotted paths.
    UpdatedFields(EventDocument),
    /// The dotted paths of the fields that an update has removed.
    RemovedFields(EventDocument),
    /// The dotted paths of the fields that were set, removed or cut short.
    ChangedFields(EventDocument),
}

/// What happens to documents and collections, by the names of the server.
pub const OPERATION_TYPES: [&str; 15] = [
    "insert",
    "update",
    "replace",
    "delete",
    "drop",
    "rename",
    "dropDatabase",
    "invalidate",
    "create",
    "createIndexes",
    "dropIndexes",
    "modify",
    "shardCollection",
    "reshardCollection",
    "refineCollectionShardKey",
];

/// The enum of the operations, as SQL compares it.
static OPERATION_TYPE: LazyLock<Arc<EnumType>> = LazyLock::new(|| {
    let variants = OPERATION_TYPES.into_iter().map(|name| Variant {
        name: name.to_owned(),
        stored: StoredVariant::Text(name.to_owned()),
    });
    Arc::new(EnumType {
        name: "OperationType".to_owned(),
        variants: variants.collect(),
    })
});

impl EnumType {
    /// Whether this is the enum of the operations, whose Rust type is the library's.
    pub fn is_of_operations(&self) -> bool {
        std::ptr::eq(self, &**OPERATION_TYPE) || *self == **OPERATION_TYPE
    }
}

impl EventPart {
    /// The type of the value that the part is stored as; for [`ClusterTime`](EventPart::ClusterTime)
    /// of the one that it is converted to, for a [`NamedDocument`](EventPart::NamedDocument) of the
    /// document in it.
    pub fn value(&self) -> Type {
        match self {
            EventPart::OperationType => Type::Enum(Reference {
                definition: Arc::clone(&OPERATION_TYPE),
                rust: None,
            }),
            EventPart::ClusterTime => Type::Timestamp,
            EventPart::ResumeToken
            | EventPart::DocumentKey(_)
            | EventPart::Document(_)
            | EventPart::NamedDocument(_)
            | EventPart::UpdateDescription(_)
            | EventPart::UpdatedFields(_) => Type::Document,
            EventPart::RemovedFields(_) | EventPart::ChangedFields(_) => Type::Text.array(),
        }
    }
}

/// Where the name of the collection is in a [`NamedDocument`](EventPart::NamedDocument).
pub const NAMED_COLLECTION: &str = "collection";

/// Where the document is in a [`NamedDocument`](EventPart::NamedDocument).
pub const NAMED_DOCUMENT: &str = "document";

/// The documents whose changes a stream reports: those of one collection or of several.
#[derive(Debug, Clone, PartialEq)]
pub struct EventDocument {
    /// The collections; each by the number of its table in the query.
    pub tables: Arc<[(usize, Arc<Collection>)]>,
}

impl EventDocument {
    /// The top-level field of this name in SQL, and the way to its Rust type. Fields of several
    /// collections that agree are one; where they do not, any value may be there.
    pub fn field(&self, column: &str) -> Option<(Field, Option<FieldPath>)> {
        let mut found = self.tables.iter().filter_map(|(table, collection)| {
            let mut fields = collection.fields.iter();
            let number = fields.position(|field| field.column() == column)?;
            let rust = FieldPath {
                table: *table,
                steps: vec![Step::Field(number)],
            };
            Some((collection.fields.get(number)?, rust))
        });
        let (first, rust) = found.next()?;
        let mut field = first.clone();
        let mut rust = Some(rust);
        for (other, _) in found {
            // Types of one shape may still be two types of Rust.
            let own = first.own || other.own || crate::analyze::is_declared_by_user(&first.ty);
            if other.ty != first.ty || own || other.name != first.name {
                field.ty = Type::Json;
                field.own = false;
                rust = None;
            }
            field.nullable |= other.nullable;
        }
        let is_missing = self.tables.iter().any(|(_, collection)| {
            let mut fields = collection.fields.iter();
            fields.all(|field| field.column() != column)
        });
        if is_missing && field.name == "_id" {
            // Every document has one, of any type where it is not declared.
            field.ty = Type::Json;
            field.own = false;
            rust = None;
        }
        // A collection that has no other such field has none in its documents either.
        field.nullable |= is_missing;
        Some((field, rust))
    }

    /// The names of the top-level fields in SQL, each once.
    pub fn columns(&self) -> Vec<&str> {
        let fields = self.tables.iter().flat_map(|(_, one)| &one.fields);
        let mut columns = Vec::new();
        for field in fields {
            if !columns.contains(&field.column()) {
                columns.push(field.column());
            }
        }
        columns
    }
}
