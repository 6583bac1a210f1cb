//! What names mean in a query: its tables and their columns.

use super::field::{field, field_expression, struct_field};
use super::unknown_name::unknown_column;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{ColumnId, Expression, ExpressionKind, Path};
use crate::schema::Collection;
use crate::types::{FieldPath, Step, Type};
use std::sync::Arc;

/// A name in the text with its place.
#[derive(Debug, Clone)]
pub(crate) struct Name {
    pub(crate) text: String,
    pub(crate) span: Span,
}

/// The tables that a query's names may refer to, in the order of its `FROM`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scope {
    pub(crate) sources: Vec<RowSource>,
    /// The columns that `USING` and `NATURAL` have made one of two.
    pub(crate) merged: Vec<(String, Expression)>,
}

/// One entry of `FROM`.
#[derive(Debug, Clone)]
pub(crate) struct RowSource {
    /// The name by which the query refers to it: its alias, or its own last name.
    pub(crate) name: String,
    /// Where that name stands.
    pub(crate) span: Span,
    /// The name of the table that an alias hides.
    pub(crate) hidden: Option<String>,
    /// What its rows are.
    pub(crate) rows: Rows,
    /// Whether an outer join may have put a row of `NULL`s in place of one of these.
    pub(crate) outer_joined: bool,
    /// The columns that a name alone does not mean, because they have been merged with others.
    pub(crate) merged: Vec<String>,
}

/// What the rows of an entry of `FROM` are.
#[derive(Debug, Clone)]
pub(crate) enum Rows {
    /// The documents of a collection.
    Documents {
        /// The table, by its number in the query.
        table: usize,
        /// The document.
        document: ColumnId,
        collection: Arc<Collection>,
    },
    /// The items of an array.
    Items {
        /// The name of the item as a column.
        column_name: String,
        /// The item.
        item: Box<Expression>,
        /// The item's position.
        ordinality: Option<(String, Expression)>,
    },
    /// The rows of a query in `FROM`.
    Columns(Vec<(String, Expression)>),
    /// The events of a change stream.
    Events(EventColumns),
}

/// The columns of an event.
#[derive(Debug, Clone)]
pub(crate) struct EventColumns {
    /// Those that `*` stands for.
    pub(crate) all: Vec<(String, Expression)>,
    /// Those that are there by their names only.
    pub(crate) others: Vec<(String, Expression)>,
}

impl RowSource {
    /// The columns: name and expression, in order.
    pub(crate) fn columns(&self, span: Span) -> Vec<(String, Expression)> {
        let mut columns = self.rows.columns(span);
        if self.outer_joined {
            for (_, column) in &mut columns {
                column.nullable = true;
            }
        }
        columns
    }

    /// The names of the columns, also of those that `*` does not stand for.
    pub(crate) fn column_names(&self, span: Span) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        names.extend(self.rows.columns(span).into_iter().map(|(name, _)| name));
        if let Rows::Events(columns) = &self.rows {
            names.extend(columns.others.iter().map(|(name, _)| name.clone()));
        }
        names
    }

    /// The columns that `*` stands for, beside those that have been merged.
    pub(crate) fn unmerged_columns(&self, span: Span) -> Vec<(String, Expression)> {
        let mut columns = self.columns(span);
        columns.retain(|(name, _)| !self.merged.contains(name));
        columns
    }

    fn column(&self, name: &str, span: Span) -> Option<Expression> {
        let mut found = self.rows.column(name, span)?;
        found.nullable |= self.outer_joined;
        Some(found)
    }
}

impl Rows {
    fn columns(&self, span: Span) -> Vec<(String, Expression)> {
        match self {
            Rows::Columns(columns) | Rows::Events(EventColumns { all: columns, .. }) => columns
                .iter()
                .map(|(name, column)| {
                    let column = Expression {
                        span,
                        ..column.clone()
                    };
                    (name.clone(), column)
                })
                .collect(),
            Rows::Documents {
                table,
                document,
                collection,
            } => (0..collection.fields.len())
                .filter_map(|number| document_column(*table, *document, collection, number, span))
                .collect(),
            Rows::Items {
                column_name,
                item,
                ordinality,
            } => {
                let mut columns = match (&item.kind, &item.ty) {
                    (ExpressionKind::Path(_), Type::Struct(reference)) => reference
                        .definition
                        .fields
                        .iter()
                        .enumerate()
                        .filter_map(|(number, field)| {
                            let value = struct_field((**item).clone(), reference, number, span)?;
                            Some((field.column().to_owned(), value))
                        })
                        .collect(),
                    _ => vec![(
                        column_name.clone(),
                        Expression {
                            span,
                            ..(**item).clone()
                        },
                    )],
                };
                if let Some((name, position)) = ordinality {
                    columns.push((
                        name.clone(),
                        Expression {
                            span,
                            ..position.clone()
                        },
                    ));
                }
                columns
            }
        }
    }

    fn column(&self, name: &str, span: Span) -> Option<Expression> {
        match self {
            Rows::Documents {
                table,
                document,
                collection,
            } => {
                let mut fields = collection.fields.iter();
                let number = fields.position(|field| field.column() == name)?;
                let column = document_column(*table, *document, collection, number, span);
                column.map(|(_, value)| value)
            }
            Rows::Columns(columns) => {
                let (_, column) = columns.iter().find(|(column, _)| column == name)?;
                Some(Expression {
                    span,
                    ..column.clone()
                })
            }
            Rows::Items {
                column_name, item, ..
            } if column_name == name => Some(Expression {
                span,
                ..(**item).clone()
            }),
            Rows::Events(columns) => {
                let mut columns = columns.all.iter().chain(&columns.others);
                let (_, column) = columns.find(|(column, _)| column == name)?;
                Some(Expression {
                    span,
                    ..column.clone()
                })
            }
            Rows::Items { .. } => {
                let mut columns = self.columns(span).into_iter();
                columns.find_map(|(column, value)| (column == name).then_some(value))
            }
        }
    }
}

/// The column of this number of a collection's documents.
fn document_column(
    table: usize,
    document: ColumnId,
    collection: &Collection,
    number: usize,
    span: Span,
) -> Option<(String, Expression)> {
    let field = collection.fields.get(number)?;
    let rust = FieldPath {
        table,
        steps: vec![Step::Field(number)],
    };
    let value = field_expression(Path::of(document), field, rust, false, span);
    Some((field.column().to_owned(), value))
}

impl Scope {
    /// What a dotted name means.
    pub(crate) fn resolve(&self, parts: &[Name]) -> Result<Expression> {
        let Some((first, rest)) = parts.split_first() else {
            return Err(Box::new(Diagnostic::error(
                Code::UnknownColumn,
                Span::default(),
                "an empty name",
            )));
        };
        if let Some((column, fields)) = rest.split_first()
            && let Some(source) = self.sources.iter().find(|source| source.name == first.text)
        {
            let span = first.span.to(column.span);
            if let Some(value) = source.column(&column.text, span) {
                return fields.iter().try_fold(value, field);
            }
            // A column may be called like its table; only when there is none is this an error.
            if self.columns_named(first).is_empty() {
                return Err(unknown_column(column, Some(source), &self.sources));
            }
        }
        let mut found = self.columns_named(first);
        match (found.pop(), found.pop()) {
            (Some((_, value)), None) => rest.iter().try_fold(value, field),
            (Some((second, _)), Some((other, _))) => Err(Box::new(
                Diagnostic::error(
                    Code::AmbiguousColumn,
                    first.span,
                    format!("column `{}` is ambiguous", first.text),
                )
                .label(format!("both `{other}` and `{second}` have it"))
                .help(format!("write `{other}.{0}` or `{second}.{0}`", first.text)),
            )),
            (None, _) => Err(self.unknown_first(first, rest)),
        }
    }

    /// Whether a plain name is a column of one of the tables.
    pub(crate) fn has_column(&self, name: &Name) -> bool {
        !self.columns_named(name).is_empty()
    }

    /// Whether a dotted name begins with something that this scope has.
    pub(crate) fn knows(&self, parts: &[Name]) -> bool {
        let Some((first, rest)) = parts.split_first() else {
            return false;
        };
        let is_table = || self.sources.iter().any(|source| source.name == first.text);
        (!rest.is_empty() && is_table()) || self.has_column(first)
    }

    /// The tables that have a column of this name, with the column; the item of an array is also
    /// called like its table.
    fn columns_named(&self, name: &Name) -> Vec<(&str, Expression)> {
        let found = self.columns_called(name);
        if !found.is_empty() {
            return found;
        }
        let items = |source: &&RowSource| source.name == name.text;
        let item = self.sources.iter().find(items).and_then(|source| {
            let Rows::Items { column_name, .. } = &source.rows else {
                return None;
            };
            Some((source.name.as_str(), source.column(column_name, name.span)?))
        });
        item.into_iter().collect()
    }

    fn columns_called(&self, name: &Name) -> Vec<(&str, Expression)> {
        let merged = self
            .merged
            .iter()
            .filter(|(merged, _)| *merged == name.text);
        let merged = merged.map(|(_, column)| {
            let column = Expression {
                span: name.span,
                ..column.clone()
            };
            ("", column)
        });
        self.sources
            .iter()
            .filter(|source| !source.merged.contains(&name.text))
            .filter_map(|source| {
                Some((source.name.as_str(), source.column(&name.text, name.span)?))
            })
            .chain(merged)
            .collect()
    }

    /// What `*` stands for.
    pub(crate) fn all_columns(&self, span: Span) -> Vec<(String, Expression)> {
        let others = self
            .sources
            .iter()
            .flat_map(|source| source.unmerged_columns(span));
        self.merged.iter().cloned().chain(others).collect()
    }

    /// Says that an outer join may have put rows of `NULL`s in place of those so far.
    pub(crate) fn make_outer_joined(&mut self) {
        for source in &mut self.sources {
            source.outer_joined = true;
        }
        for (_, column) in &mut self.merged {
            column.nullable = true;
        }
    }
}
