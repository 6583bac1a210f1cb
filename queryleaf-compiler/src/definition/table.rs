//! `CREATE TABLE`: the columns, and what the parts of a definition are gathered in.

use super::column_type::column_type;
use super::indexes::Declared;
use super::{ColumnPlace, Table};
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::schema::{Collection, ForeignKey};
use crate::suggestion::nearest;
use crate::syntax::Source;
use crate::syntax::definition::{
    Clause, Column, ColumnConstraint, ColumnConstraintKind, CreateTable, Name,
};
use crate::types::{Field, Limits, Type};
use std::collections::HashMap;

/// A table that is being defined.
pub(super) struct Builder<'a> {
    pub(super) source: &'a Source<'a>,
    pub(super) collection: Collection,
    pub(super) span: Span,
    pub(super) columns: Vec<ColumnPlace>,
    /// Where the defaults of those that have one stand, by the number of the column.
    pub(super) defaults: HashMap<usize, Span>,
    /// The indexes with their places, in the order of those of the collection.
    pub(super) indexes: Vec<Declared>,
    /// The columns of the primary key.
    pub(super) key: Vec<String>,
    /// References that name no column, with the number of theirs.
    pub(super) open_references: Vec<(usize, Name)>,
    /// Where the conditions of the checks stand.
    pub(super) checks: Vec<Span>,
    /// Where the kind of storage is said.
    pub(super) storage: Option<Span>,
    /// The options that were given.
    pub(super) options: Vec<String>,
}

/// The name of a table and the columns of its primary key.
pub(super) type Key = (String, Vec<String>);

impl<'a> Builder<'a> {
    pub(super) fn new(
        create: &CreateTable,
        source: &'a Source<'a>,
        errors: &mut Vec<Diagnostic>,
    ) -> Self {
        let collection = Collection {
            name: create.name.value.clone(),
            rust_name: camel_case(&create.name.value),
            ..Collection::default()
        };
        let mut builder = Builder::of(collection, create.name.span, source);
        for column in &create.columns {
            builder.column(column, errors);
        }
        // What a column says of itself, when all columns are known.
        for column in &create.columns {
            for constraint in &column.constraints {
                builder.column_constraint(column, constraint, errors);
            }
        }
        for constraint in &create.constraints {
            builder.table_constraint(constraint, errors);
        }
        for clause in &create.clauses {
            match clause {
                Clause::Ttl(rules) => builder.ttl(rules, errors),
                Clause::Capped { word, options } => builder.capped(*word, options, errors),
                Clause::SpatialIndexing(items) => builder.spatial(items, errors),
                Clause::Options(options) => builder.set_options(options, errors),
            }
        }
        builder
    }

    /// A table that is there, without indexes, to be added to.
    pub(super) fn of(collection: Collection, span: Span, source: &'a Source<'a>) -> Self {
        Builder {
            source,
            collection,
            span,
            columns: Vec::new(),
            defaults: HashMap::new(),
            indexes: Vec::new(),
            key: Vec::new(),
            open_references: Vec::new(),
            checks: Vec::new(),
            storage: None,
            options: Vec::new(),
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.collection.name
    }

    pub(super) fn key(&self) -> Key {
        (self.collection.name.clone(), self.key.clone())
    }

    /// The number of a column.
    pub(super) fn number(&self, name: &Name) -> Result<usize, Diagnostic> {
        let mut fields = self.collection.fields.iter();
        fields
            .position(|field| field.name == name.value)
            .ok_or_else(|| {
                let message = format!("no column `{}` in `{}`", name.value, self.name());
                let error = Diagnostic::error(Code::UnknownColumn, name.span, message);
                let known = self.collection.fields.iter();
                match nearest(&name.value, known.map(|field| field.name.as_str())) {
                    Some(known) => error.help(format!("did you mean `{known}`?")),
                    None => error,
                }
            })
    }

    pub(super) fn column(&mut self, column: &Column, errors: &mut Vec<Diagnostic>) {
        let name = &column.name.value;
        let sound = !(name.is_empty() || name.contains(['.', '\0']) || name.starts_with('$'));
        if !sound {
            let message = format!("no column can be named `{name}`");
            errors.push(
                Diagnostic::error(Code::Unsupported, column.name.span, message)
                    .help("a name is not empty, has no dots and does not start with `$`"),
            );
        }
        if self
            .collection
            .fields
            .iter()
            .any(|field| field.name == *name)
        {
            let message = format!("two columns are named `{name}`");
            errors.push(Diagnostic::error(
                Code::DuplicateName,
                column.name.span,
                message,
            ));
            return;
        }
        let (ty, limits) = match column_type(&column.ty) {
            Ok(found) => found,
            Err(error) => {
                errors.push(*error);
                // Any type: what else is said of the column shall not be wrong as well.
                (Type::Json, Limits::default())
            }
        };
        let is_not_null = |constraint: &ColumnConstraint| {
            matches!(
                constraint.kind,
                ColumnConstraintKind::NotNull | ColumnConstraintKind::PrimaryKey
            )
        };
        self.columns.push(ColumnPlace {
            name: column.name.span,
            definition: column.span,
        });
        self.collection.fields.push(Field {
            alias: None,
            name: name.clone(),
            rust_name: name.clone(),
            hidden: false,
            // Every document has an `_id`.
            nullable: name != "_id" && !column.constraints.iter().any(is_not_null),
            absent: false,
            own: limits.range.is_some(),
            ty,
            limits,
            default: None,
        });
    }

    /// Adds a reference of a column.
    pub(super) fn refer(&mut self, number: usize, table: &Name, key: String) {
        let Some(field) = self.collection.fields.get(number) else {
            return;
        };
        self.collection.references.push(ForeignKey {
            path: vec![field.name.clone()],
            collection: table.value.clone(),
            key: vec![key],
            trusted: false,
        });
    }

    /// The whole table, checked.
    pub(super) fn finish(mut self, keys: &[Key], errors: &mut Vec<Diagnostic>) -> Table {
        self.close_references(keys, errors);
        self.name_indexes();
        self.check(errors);
        Table {
            collection: self.collection,
            span: self.span,
            columns: self.columns,
        }
    }
}

/// `UserSessions` of `user_sessions`: the name of a type in Rust.
pub fn camel_case(name: &str) -> String {
    let mut result = String::new();
    for word in name.split(|letter: char| !letter.is_alphanumeric()) {
        let mut letters = word.chars();
        if let Some(first) = letters.next() {
            result.extend(first.to_uppercase());
            result.push_str(letters.as_str());
        }
    }
    if !result.starts_with(char::is_alphabetic) {
        result.insert(0, 'T');
    }
    result
}
