//! The columns of an event.

use super::super::Analyzer;
use super::super::scope::EventColumns;
use crate::diagnostic::Span;
use crate::functions::{ChangeFunction, Function};
use crate::plan::{ColumnId, Expression, ExpressionKind, Literal, Path, PathStep};
use crate::types::{
    EnumType, EventDocument, EventPart, FieldPath, Reference, StoredVariant, StructType, Type,
    Variant,
};
use std::sync::Arc;

impl Analyzer<'_> {
    /// The columns of the events of these tables: those that `*` stands for, and the others.
    pub(super) fn event_columns(&self, event: ColumnId, tables: &[usize]) -> EventColumns {
        let documents = self.event_document(tables);
        let stored = |name: &str| vec![step(name, true)];
        let always = |name: &str| vec![step(name, false)];
        let column = |steps: Vec<PathStep>, ty: Type| path(event, steps, ty, None);
        let part = |steps: Vec<PathStep>, part: EventPart| column(steps, Type::Event(part));
        let document = |name: &str| document(event, stored(name), &documents);
        let description = |field: &str| vec![step("updateDescription", true), step(field, false)];
        let namespace = |field: &str| vec![step("ns", true), step(field, true)];
        let collection = Expression {
            ty: self.collection_names(&documents),
            ..collection(event)
        };
        let all = [
            (
                "operation_type",
                part(always("operationType"), EventPart::OperationType),
            ),
            (
                "cluster_time",
                part(always("clusterTime"), EventPart::ClusterTime),
            ),
            ("wall_time", column(always("wallTime"), Type::Timestamp)),
            (
                "document_key",
                part(
                    stored("documentKey"),
                    EventPart::DocumentKey(documents.clone()),
                ),
            ),
            ("full_document", document("fullDocument")),
            (
                "full_document_before_change",
                document("fullDocumentBeforeChange"),
            ),
            (
                "update_description",
                part(
                    stored("updateDescription"),
                    EventPart::UpdateDescription(documents.clone()),
                ),
            ),
        ];
        let others = [
            (
                "change_timestamp",
                column(always("wallTime"), Type::Timestamp),
            ),
            (
                "updated_fields",
                part(
                    description("updatedFields"),
                    EventPart::UpdatedFields(documents.clone()),
                ),
            ),
            (
                "removed_fields",
                part(
                    description("removedFields"),
                    EventPart::RemovedFields(documents.clone()),
                ),
            ),
            (
                "truncated_arrays",
                column(description("truncatedArrays"), Type::Json),
            ),
            ("changed_fields", changed_fields(event, &documents)),
            ("collection_name", collection.clone()),
            ("namespace_collection", collection),
            ("database_name", column(namespace("db"), Type::Text)),
            ("namespace_database", column(namespace("db"), Type::Text)),
            ("txn_number", column(stored("txnNumber"), Type::Bigint)),
            ("lsid", column(stored("lsid"), Type::Document)),
            (
                "change_id",
                column(vec![step("_id", false), step("_data", false)], Type::Text),
            ),
            ("resume_token", part(always("_id"), EventPart::ResumeToken)),
        ];
        let named = |(name, column): (&str, Expression)| (name.to_owned(), column);
        EventColumns {
            all: all.into_iter().map(named).collect(),
            others: others.into_iter().map(named).collect(),
        }
    }

    /// The names of the watched collections, those in SQL among them: what is compared with another one
    /// does not compile.
    fn collection_names(&self, documents: &EventDocument) -> Type {
        let mut variants: Vec<Variant> = Vec::new();
        for (number, collection) in &*documents.tables {
            let table = self.tables.get(*number);
            let in_sql = table.and_then(|table| table.name.last());
            for name in [&collection.name].into_iter().chain(in_sql) {
                if variants.iter().all(|known| known.name != *name) {
                    variants.push(Variant {
                        name: name.clone(),
                        stored: StoredVariant::Text(collection.name.clone()),
                    });
                }
            }
        }
        Type::Enum(Reference::new(EnumType {
            name: "watched collection".to_owned(),
            variants,
        }))
    }
}

/// The name of the collection that an event is about.
pub(super) fn collection(event: ColumnId) -> Expression {
    path(
        event,
        vec![step("ns", true), step("coll", true)],
        Type::Text,
        None,
    )
}

/// A whole document: of the user's struct where there is one collection.
fn document(event: ColumnId, steps: Vec<PathStep>, documents: &EventDocument) -> Expression {
    let [(table, collection)] = &documents.tables[..] else {
        let part = EventPart::Document(documents.clone());
        return path(event, steps, Type::Event(part), None);
    };
    let rust = FieldPath {
        table: *table,
        steps: Vec::new(),
    };
    let definition = StructType {
        name: collection.rust_name.clone(),
        closed: collection.closed,
        fields: collection.fields.clone(),
    };
    let ty = Type::Struct(Reference {
        definition: Arc::new(definition),
        rust: Some(rust.clone()),
    });
    path(event, steps, ty, Some(rust))
}

/// The names of the fields that were set, removed or cut short. What is written as a whole has all of
/// its fields set, and after a replacement those that are declared may be gone.
fn changed_fields(event: ColumnId, documents: &EventDocument) -> Expression {
    let json = |name: &str| path(event, vec![step(name, true)], Type::Document, None);
    let operation = EventPart::OperationType.value();
    let operation = path(event, vec![step("operationType", false)], operation, None);
    let mut declared: Vec<&str> = Vec::new();
    for (_, collection) in &*documents.tables {
        for field in &collection.fields {
            if !declared.contains(&field.name.as_str()) {
                declared.push(&field.name);
            }
        }
    }
    let declared = declared.into_iter().map(|name| {
        Expression::literal(Literal::Text(name.to_owned()), Type::Text, Span::default())
    });
    let declared = ExpressionKind::Array(declared.collect());
    let declared = Expression::new(declared, Type::Text.array(), Span::default());
    let kind = ExpressionKind::Call {
        function: Function::Change(ChangeFunction::ChangedFields),
        arguments: vec![
            operation,
            json("updateDescription"),
            json("fullDocument"),
            declared,
        ],
    };
    let ty = Type::Event(EventPart::ChangedFields(documents.clone()));
    Expression::new(kind, ty, Span::default()).nullable(true)
}

fn step(name: &str, nullable: bool) -> PathStep {
    PathStep {
        name: name.to_owned(),
        nullable,
    }
}

fn path(event: ColumnId, steps: Vec<PathStep>, ty: Type, rust: Option<FieldPath>) -> Expression {
    let nullable = steps.iter().any(|step| step.nullable);
    let path = Path {
        column: event,
        steps,
        rust,
    };
    Expression::new(ExpressionKind::Path(path), ty, Span::default()).nullable(nullable)
}
