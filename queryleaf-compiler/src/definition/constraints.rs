//! The constraints of columns and tables.

use super::table::{Builder, Key};
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::schema::{Index, IndexKey, IndexKind};
use crate::syntax::definition::{
    Column, ColumnConstraint, ColumnConstraintKind, Name, Reference, TableConstraint,
    TableConstraintKind,
};

impl Builder<'_> {
    pub(super) fn column_constraint(
        &mut self,
        column: &Column,
        constraint: &ColumnConstraint,
        errors: &mut Vec<Diagnostic>,
    ) {
        let Ok(number) = self.number(&column.name) else {
            return;
        };
        match &constraint.kind {
            // The column knows it.
            ColumnConstraintKind::NotNull => {}
            ColumnConstraintKind::Null => {
                let nullable = self.collection.fields.get(number);
                if nullable.is_some_and(|field| !field.nullable) {
                    let message = format!("`{}` is both `NULL` and `NOT NULL`", column.name.value);
                    errors.push(Diagnostic::error(
                        Code::Unsupported,
                        constraint.span,
                        message,
                    ));
                }
            }
            ColumnConstraintKind::PrimaryKey => {
                self.primary_key(std::slice::from_ref(&column.name), constraint.span, errors);
            }
            ColumnConstraintKind::Unique => {
                self.unique(std::slice::from_ref(&column.name), None, constraint.span);
            }
            ColumnConstraintKind::Default(span) => {
                let is_first = self.defaults.insert(number, *span).is_none();
                if !is_first {
                    let message = "a column has one default";
                    errors.push(Diagnostic::error(
                        Code::Unsupported,
                        constraint.span,
                        message,
                    ));
                }
                let text = self.source.slice(*span);
                // A column without a default is `NULL`, if it may be.
                let is_null = text.eq_ignore_ascii_case("NULL");
                if let Some(field) = self.collection.fields.get_mut(number)
                    && !(is_null && field.nullable)
                {
                    field.default = Some(text.to_owned());
                }
            }
            ColumnConstraintKind::Check(condition) => {
                self.add_check(*condition);
            }
            ColumnConstraintKind::References(reference) => {
                self.references(number, reference);
            }
        }
    }

    pub(super) fn table_constraint(
        &mut self,
        constraint: &TableConstraint,
        errors: &mut Vec<Diagnostic>,
    ) {
        match &constraint.kind {
            TableConstraintKind::PrimaryKey(columns) => {
                if self.known(columns, errors) {
                    for column in columns {
                        if let Ok(number) = self.number(column)
                            && let Some(field) = self.collection.fields.get_mut(number)
                        {
                            field.nullable = false;
                        }
                    }
                    self.primary_key(columns, constraint.span, errors);
                }
            }
            TableConstraintKind::Unique(columns) => {
                if self.known(columns, errors) {
                    self.unique(columns, constraint.name.as_ref(), constraint.span);
                }
            }
            TableConstraintKind::Check(condition) => {
                self.add_check(*condition);
            }
            TableConstraintKind::ForeignKey { column, reference } => match self.number(column) {
                Ok(number) => self.references(number, reference),
                Err(error) => errors.push(error),
            },
        }
    }

    /// Whether all of these are columns.
    fn known(&self, columns: &[Name], errors: &mut Vec<Diagnostic>) -> bool {
        let unknown: Vec<_> = columns
            .iter()
            .filter_map(|column| self.number(column).err())
            .collect();
        let all = unknown.is_empty();
        errors.extend(unknown);
        all
    }

    /// A key that is not `_id` is a column like others, with a unique index.
    fn primary_key(&mut self, columns: &[Name], span: Span, errors: &mut Vec<Diagnostic>) {
        if !self.key.is_empty() {
            let message = "a table has one primary key";
            errors.push(
                Diagnostic::error(Code::Unsupported, span, message)
                    .help("write `PRIMARY KEY (a, b)` for a key of several columns, or `UNIQUE`"),
            );
            return;
        }
        self.key = columns.iter().map(|column| column.value.clone()).collect();
        if self.key != ["_id"] {
            self.unique(columns, None, span);
        }
    }

    /// A unique index. Rows with a `NULL` in the key are in no conflict, as in PostgreSQL, while the
    /// server takes two nulls for the same: so these are left out of the index.
    fn unique(&mut self, columns: &[Name], name: Option<&Name>, span: Span) {
        let nullable: Vec<String> = columns
            .iter()
            .filter(|column| {
                let field = self.number(column).ok();
                let field = field.and_then(|number| self.collection.fields.get(number));
                field.is_some_and(|field| field.nullable)
            })
            .map(|column| format!("{} IS NOT NULL", quoted(&column.value)))
            .collect();
        let index = Index {
            name: name.map(|name| name.value.clone()),
            keys: columns
                .iter()
                .map(|column| IndexKey {
                    path: vec![column.value.clone()],
                    kind: IndexKind::Ascending,
                })
                .collect(),
            unique: true,
            sparse: false,
            partial: (!nullable.is_empty()).then(|| nullable.join(" AND ")),
            expire_after_seconds: None,
        };
        let keys = columns.iter().map(|column| column.span).collect();
        self.index(index, span, keys, None);
    }

    fn add_check(&mut self, condition: Span) {
        self.collection
            .checks
            .push(self.source.slice(condition).to_owned());
        self.checks.push(condition);
    }

    fn references(&mut self, number: usize, reference: &Reference) {
        match &reference.column {
            Some(column) => self.refer(number, &reference.table, column.value.clone()),
            None => self.open_references.push((number, reference.table.clone())),
        }
    }

    /// A reference that names no column is to the primary key.
    pub(super) fn close_references(&mut self, keys: &[Key], errors: &mut Vec<Diagnostic>) {
        for (number, table) in std::mem::take(&mut self.open_references) {
            let key = keys.iter().find(|(name, _)| *name == table.value);
            match key.map(|(_, key)| &key[..]) {
                Some([column]) => self.refer(number, &table, column.clone()),
                Some(_) | None => {
                    let message = format!("the primary key of `{}` is not known here", table.value);
                    let help = format!("name the column: `REFERENCES {} (_id)`", table.value);
                    errors
                        .push(Diagnostic::error(Code::Unsupported, table.span, message).help(help));
                }
            }
        }
    }
}

/// A name as SQL quotes it.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
