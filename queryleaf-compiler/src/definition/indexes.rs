//! Indexes: those of `CREATE INDEX`, and the names of all.

use super::constraints::quoted;
use super::table::Builder;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::schema::{Index, IndexKey, IndexKind, default_name};
use crate::syntax::definition::{CreateIndex, IndexColumn, IndexMethod, Name};
use crate::types::Type;

/// Where an index is declared.
pub(super) struct Declared {
    pub(super) span: Span,
    /// Where its keys stand.
    pub(super) keys: Vec<Span>,
    /// Where its condition stands.
    pub(super) condition: Option<Span>,
}

impl Builder<'_> {
    /// Adds an index.
    pub(super) fn index(
        &mut self,
        index: Index,
        span: Span,
        keys: Vec<Span>,
        condition: Option<Span>,
    ) {
        self.collection.indexes.push(index);
        self.indexes.push(Declared {
            span,
            keys,
            condition,
        });
    }

    pub(super) fn create_index(&mut self, create: &CreateIndex, errors: &mut Vec<Diagnostic>) {
        let name = create.name.as_ref();
        if let Some(name) = name
            && self
                .collection
                .indexes
                .iter()
                .any(|index| index.name.as_ref() == Some(&name.value))
        {
            let message = format!("two indexes are named `{}`", name.value);
            errors.push(Diagnostic::error(Code::DuplicateName, name.span, message));
        }
        let partial = match create.condition {
            Some(condition) => Some(self.source.slice(condition).to_owned()),
            None if create.unique && !create.nulls_not_distinct => self.not_null(&create.columns),
            None => None,
        };
        if let Some(condition) = create.condition
            && create.unique
            && !create.nulls_not_distinct
            && self.not_null(&create.columns).is_some()
        {
            // Rows with a `NULL` would have to be left out as well.
            errors.push(
                Diagnostic::error(
                    Code::Unsupported,
                    condition,
                    "a unique index on columns that may be `NULL` with a condition of its own",
                )
                .note("two rows with a `NULL` in the key are not equal in SQL, but on the server")
                .help("declare the columns `NOT NULL`, or say `NULLS NOT DISTINCT`"),
            );
        }
        let index = Index {
            name: name.map(|name| name.value.clone()),
            keys: create
                .columns
                .iter()
                .map(|column| self.key_of(column))
                .collect(),
            unique: create.unique,
            sparse: false,
            partial,
            expire_after_seconds: None,
        };
        let keys = create.columns.iter().map(|column| column.span).collect();
        self.index(index, create.span, keys, create.condition);
    }

    /// That none of the columns is `NULL`; nothing where none can be.
    fn not_null(&self, columns: &[IndexColumn]) -> Option<String> {
        let nullable: Vec<String> = columns
            .iter()
            .filter(|column| match &column.path[..] {
                [name] => self.field_of(name).is_none_or(|(_, nullable)| nullable),
                _ => true,
            })
            .map(|column| {
                let names: Vec<_> = column.path.iter().map(|name| quoted(&name.value)).collect();
                format!("{} IS NOT NULL", names.join("."))
            })
            .collect();
        (!nullable.is_empty()).then(|| nullable.join(" AND "))
    }

    fn field_of(&self, name: &Name) -> Option<(&Type, bool)> {
        let mut fields = self.collection.fields.iter();
        let field = fields.find(|field| field.name == name.value)?;
        Some((&field.ty, field.nullable))
    }

    /// A key; a geometry has an index on a sphere, whatever is said.
    pub(super) fn key_of(&self, column: &IndexColumn) -> IndexKey {
        let is_geometry = match &column.path[..] {
            [name] => self
                .field_of(name)
                .is_some_and(|(ty, _)| matches!(ty, Type::Geometry(_))),
            _ => false,
        };
        let kind = match (column.method, column.descending) {
            (Some(IndexMethod::Hash), _) => IndexKind::Hashed,
            (Some(IndexMethod::Text), _) => IndexKind::Text,
            (Some(IndexMethod::Geo2dsphere), _) => IndexKind::Geo2dsphere,
            (None, _) if is_geometry => IndexKind::Geo2dsphere,
            (None, true) => IndexKind::Descending,
            (None, false) => IndexKind::Ascending,
        };
        IndexKey {
            path: column.path.iter().map(|name| name.value.clone()).collect(),
            kind,
        }
    }

    /// Gives names to indexes that would have the same one: `created_at_1_2` is the second with the
    /// keys of `created_at_1`.
    pub(super) fn name_indexes(&mut self) {
        let mut names: Vec<String> = Vec::new();
        for number in 0..self.collection.indexes.len() {
            let Some(index) = self.collection.indexes.get_mut(number) else {
                continue;
            };
            let name = index.name.clone().unwrap_or_else(|| default_name(index));
            let mut free = name.clone();
            let mut count = 2;
            while index.name.is_none() && names.contains(&free) {
                free = format!("{name}_{count}");
                count += 1;
            }
            if free != name {
                index.name = Some(free.clone());
            }
            names.push(free);
        }
    }
}
