//! Statements that write: what becomes of which documents.

use super::{ColumnId, Expression, PathStep, Relation};
use crate::diagnostic::Span;
use crate::schema::WriteConcern;
use crate::types::{Limits, Type};
use queryleaf_plan::Generated;

/// The number of the first generated value among the parameters of expressions. How many parameters
/// are given is known only at the end; then the generated values are numbered after them.
pub const FIRST_GENERATED: u16 = 0xF000;

/// A statement that writes.
#[derive(Debug, Clone)]
pub struct Write {
    /// The table that is written to, by its number in [`Query::tables`](crate::Query).
    pub table: usize,
    /// Its stored documents in expressions.
    pub document: ColumnId,
    /// What is done.
    pub action: WriteAction,
    /// The values that the client makes.
    pub generated: Vec<Generated>,
    /// What `BULK_OPTIONS` says.
    pub options: WriteOptions,
    /// What `UPLOAD_OPTIONS` says.
    pub upload: UploadOptions,
}

/// What a statement does with documents.
#[derive(Debug, Clone)]
pub enum WriteAction {
    /// `INSERT .. VALUES`: for each row the values of the columns, in one order for all rows.
    InsertValues {
        /// The columns.
        columns: Vec<Target>,
        /// The rows.
        rows: Vec<Vec<Expression>>,
        /// `ON CONFLICT`.
        conflict: Option<Conflict>,
    },
    /// `INSERT INTO orders VALUES (:orders)`: the user's own structs.
    InsertStructs {
        /// `ON CONFLICT`.
        conflict: Option<Conflict>,
    },
    /// `INSERT .. SELECT`.
    InsertRows {
        /// The rows.
        rows: Relation,
        /// Which column goes where.
        columns: Vec<(Target, ColumnId)>,
        /// The fields whose values the client makes for each row.
        generated: Vec<(Target, Generated)>,
        /// `ON CONFLICT`.
        conflict: Option<Conflict>,
    },
    /// `INSERT INTO GRIDFS(..) VALUES`: files whose bytes the client has.
    UploadValues {
        /// The columns of a file.
        columns: Vec<Target>,
        /// For each file the values of the columns, and where its bytes come from.
        files: Vec<(Vec<Expression>, Content)>,
    },
    /// `INSERT INTO GRIDFS(..) SELECT`: files whose bytes a query gives, in the column `file_data`.
    UploadRows {
        /// The rows.
        rows: Relation,
        /// Which column goes where, the bytes among them.
        columns: Vec<(Target, ColumnId)>,
    },
    /// `UPDATE`.
    Update {
        /// A row for each document to change: a projection with its `_id` and the new values.
        rows: Relation,
        /// The column of the `_id`.
        id: ColumnId,
        /// Which column goes where.
        columns: Vec<(Target, ColumnId)>,
    },
    /// `UPDATE .. FROM UNNEST(array)`: items of an array.
    UpdateItems {
        /// A row for each item to change: a projection with the `_id` of its document.
        rows: Relation,
        /// The column of the `_id`.
        id: ColumnId,
        /// The array.
        array: Expression,
        /// The item, in expressions.
        item: ColumnId,
        /// Which items change; none for all of them.
        predicate: Option<Expression>,
        /// The new values of fields of the item; those of the item itself have no steps.
        assignments: Vec<(Target, Expression)>,
    },
    /// `DELETE`.
    Delete {
        /// A row for each document to delete: a projection with its `_id`.
        rows: Relation,
        /// The column of the `_id`.
        id: ColumnId,
    },
    /// `MERGE`.
    Merge {
        /// A row for each thing to do.
        rows: Relation,
        /// The column of the `_id`, `NULL` for a document to insert.
        id: ColumnId,
        /// The column with the number of the clause that applies, counted from 0.
        clause: ColumnId,
        /// What the clauses do.
        clauses: Vec<MergeClause>,
    },
}

/// Where the bytes of a file come from.
#[derive(Debug, Clone)]
pub enum Content {
    /// `FILE_STREAM(path)`: from a file of the client.
    Path(Expression),
    /// From the parameter of this number.
    Source(u16),
}

/// What a clause of `MERGE` does; the columns are those of the rows.
#[derive(Debug, Clone)]
pub enum MergeClause {
    /// `UPDATE SET`.
    Update(Vec<(Target, ColumnId)>),
    /// `INSERT`.
    Insert {
        /// Which column goes where.
        columns: Vec<(Target, ColumnId)>,
        /// The fields whose values the client makes for each row.
        generated: Vec<(Target, Generated)>,
    },
    /// `DELETE`.
    Delete,
}

/// A field that is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// The way to it in the document.
    pub steps: Vec<PathStep>,
    /// Its type.
    pub ty: Type,
    /// Whether it may be `NULL`.
    pub nullable: bool,
    /// What its values are limited to, beyond their type.
    pub limits: Limits,
    /// Whether `NULL` is a field that is not there.
    pub absent: bool,
    /// The content types that the bucket takes, where it is one of a file and not every one is taken.
    pub content_types: Vec<String>,
    /// What SQL calls it, where it is written of a file: `content_type`, `metadata.album`.
    pub of_file: Option<String>,
    /// The item of the array at the end of the way that is written, or a field in it.
    pub item: Option<TargetItem>,
    /// Where the text names it, or the table where it does not.
    pub span: Span,
}

/// An item of an array that is written, or a field in it.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetItem {
    /// Its position, counted from 1.
    pub position: u32,
    /// The way to the field in it; empty for the item itself.
    pub steps: Vec<PathStep>,
    /// Whether the items of the array may be `NULL`, as those are that fill a gap.
    pub nullable_items: bool,
}

/// `ON CONFLICT`.
#[derive(Debug, Clone)]
pub struct Conflict {
    /// The stored paths whose values must be unique; none for any unique index.
    pub key: Option<Vec<String>>,
    /// `DO UPDATE SET`; none for `DO NOTHING`.
    pub update: Option<ConflictUpdate>,
}

/// `DO UPDATE SET .. WHERE ..`.
#[derive(Debug, Clone)]
pub struct ConflictUpdate {
    /// The row to insert, in expressions: `EXCLUDED`.
    pub excluded: ColumnId,
    /// The new values.
    pub assignments: Vec<(Target, Expression)>,
    /// Which of the stored documents change.
    pub predicate: Option<Expression>,
}

/// What `BULK_OPTIONS` says; what is not said is left to the runtime.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WriteOptions {
    /// How many rows go into a command at the most.
    pub batch_size: Option<i64>,
    /// Whether the first row that fails ends the statement.
    pub ordered: Option<bool>,
    /// How many servers must have the rows before they count as written.
    pub write_concern: Option<WriteConcern>,
    /// Whether the validator of the collection is passed over.
    pub bypass_validation: Option<bool>,
}

/// What `UPLOAD_OPTIONS` says; what is not said is left to the bucket and the runtime.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UploadOptions {
    /// How many files are uploaded at a time.
    pub concurrent: Option<i32>,
    /// How many bytes of a file are in a chunk.
    pub chunk_size: Option<i32>,
    /// Whether the chunks of a file of the same content are used again.
    pub deduplicate: Option<bool>,
    /// How many servers must have the files before they count as stored.
    pub write_concern: Option<WriteConcern>,
}

impl Target {
    /// The stored path: `address.city`; that of the array where an item is written.
    pub fn path(&self) -> String {
        dotted(&self.steps)
    }

    /// What is written, as the text names it: `items[2].quantity`.
    pub fn name(&self) -> String {
        let path = self.path();
        match &self.item {
            None => path,
            Some(item) if item.steps.is_empty() => format!("{path}[{}]", item.position),
            Some(item) => format!("{path}[{}].{}", item.position, dotted(&item.steps)),
        }
    }

    /// Whether a document around the field may be `NULL`.
    pub fn is_inside_nullable(&self) -> bool {
        match self.steps.split_last() {
            Some((_, around)) => around.iter().any(|step| step.nullable),
            None => false,
        }
    }
}

fn dotted(steps: &[PathStep]) -> String {
    let names: Vec<&str> = steps.iter().map(|step| step.name.as_str()).collect();
    names.join(".")
}

impl Write {
    /// The same statement with other rows; `change` also gets the columns that are read of them.
    #[must_use]
    pub fn map_rows(mut self, mut change: impl FnMut(Relation, &[ColumnId]) -> Relation) -> Write {
        let output = self.action.columns();
        let rows = match &mut self.action {
            WriteAction::InsertValues { .. }
            | WriteAction::InsertStructs { .. }
            | WriteAction::UploadValues { .. } => return self,
            WriteAction::InsertRows { rows, .. }
            | WriteAction::UploadRows { rows, .. }
            | WriteAction::Update { rows, .. }
            | WriteAction::UpdateItems { rows, .. }
            | WriteAction::Delete { rows, .. }
            | WriteAction::Merge { rows, .. } => rows,
        };
        let before = std::mem::replace(rows, Relation::OneRow);
        *rows = change(before, &output);
        self
    }

    /// The rows that a query computes.
    pub fn rows(&self) -> Option<&Relation> {
        match &self.action {
            WriteAction::InsertValues { .. }
            | WriteAction::InsertStructs { .. }
            | WriteAction::UploadValues { .. } => None,
            WriteAction::InsertRows { rows, .. }
            | WriteAction::UploadRows { rows, .. }
            | WriteAction::Update { rows, .. }
            | WriteAction::UpdateItems { rows, .. }
            | WriteAction::Delete { rows, .. }
            | WriteAction::Merge { rows, .. } => Some(rows),
        }
    }
}

impl Write {
    /// Whether the rows of the table of this number are read, and not only written.
    pub fn reads(&self, table: usize) -> bool {
        self.rows().is_some_and(|rows| rows.reads(table))
    }
}

impl WriteAction {
    /// Whether it is an `INSERT` that leaves some stored documents as they are:
    /// `DO UPDATE SET .. WHERE ..`.
    pub fn has_conflict_condition(&self) -> bool {
        let conflict = match self {
            WriteAction::InsertValues { conflict, .. }
            | WriteAction::InsertStructs { conflict }
            | WriteAction::InsertRows { conflict, .. } => conflict.as_ref(),
            WriteAction::UploadValues { .. }
            | WriteAction::UploadRows { .. }
            | WriteAction::Update { .. }
            | WriteAction::UpdateItems { .. }
            | WriteAction::Delete { .. }
            | WriteAction::Merge { .. } => None,
        };
        let update = conflict.and_then(|conflict| conflict.update.as_ref());
        update.is_some_and(|update| update.predicate.is_some())
    }

    /// The columns that are read of the rows.
    pub fn columns(&self) -> Vec<ColumnId> {
        match self {
            WriteAction::InsertValues { .. }
            | WriteAction::InsertStructs { .. }
            | WriteAction::UploadValues { .. } => Vec::new(),
            WriteAction::InsertRows { columns, .. } | WriteAction::UploadRows { columns, .. } => {
                columns.iter().map(|(_, column)| *column).collect()
            }
            WriteAction::Update { id, columns, .. } => std::iter::once(*id)
                .chain(columns.iter().map(|(_, column)| *column))
                .collect(),
            WriteAction::UpdateItems { id, .. } | WriteAction::Delete { id, .. } => vec![*id],
            WriteAction::Merge {
                id,
                clause,
                clauses,
                ..
            } => {
                let written = clauses.iter().flat_map(|clause| match clause {
                    MergeClause::Update(columns) | MergeClause::Insert { columns, .. } => {
                        columns.as_slice()
                    }
                    MergeClause::Delete => &[],
                });
                [*id, *clause]
                    .into_iter()
                    .chain(written.map(|(_, column)| *column))
                    .collect()
            }
        }
    }
}
