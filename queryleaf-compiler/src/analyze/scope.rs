//! What names mean in a query: its tables, their columns, the fields inside those.

use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{ColumnId, Expression, ExpressionKind, Path, PathStep};
use crate::schema::Collection;
use crate::suggestion::nearest;
use crate::types::{Field, FieldPath, Item, Reference, Step, Type};
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
            Rows::Columns(columns) => columns
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
            } => collection
                .fields
                .iter()
                .enumerate()
                .map(|(number, field)| {
                    let rust = FieldPath {
                        table: *table,
                        steps: vec![Step::Field(number)],
                    };
                    let path = Path {
                        column: *document,
                        steps: Vec::new(),
                        rust: None,
                    };
                    (
                        field.name.clone(),
                        field_expression(path, field, rust, false, span),
                    )
                })
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
                            Some((field.name.clone(), value))
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
        if let Rows::Items {
            column_name, item, ..
        } = self
            && column_name == name
        {
            return Some(Expression {
                span,
                ..(**item).clone()
            });
        }
        self.columns(span)
            .into_iter()
            .find(|(column, _)| column == name)
            .map(|(_, value)| value)
    }
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

    /// Whether some column has nearly this name.
    fn has_similar_column(&self, name: &Name) -> bool {
        let columns = self
            .sources
            .iter()
            .flat_map(|source| source.columns(name.span));
        let columns: Vec<String> = columns.map(|(column, _)| column).collect();
        let near_table = self.sources.iter().map(|source| source.name.as_str());
        nearest(&name.text, near_table).is_none()
            && nearest(&name.text, columns.iter().map(String::as_str)).is_some()
    }

    fn unknown_table_or_column(&self, name: &Name) -> Box<Diagnostic> {
        let message = format!("no table or column `{}` in this query", name.text);
        let error = Diagnostic::error(Code::UnknownTable, name.span, message);
        let tables: Vec<String> = self.sources.iter().map(|one| one.name.clone()).collect();
        Box::new(
            match (
                nearest(&name.text, tables.iter().map(String::as_str)),
                &tables[..],
            ) {
                (Some(near), _) => {
                    error.help(format!("there is a table with a similar name: `{near}`"))
                }
                (None, []) => error,
                (None, [only]) => error.note(format!("its table is `{only}`")),
                (None, tables) => error.note(format!("its tables are {}", list(tables))),
            },
        )
    }

    fn unknown_first(&self, first: &Name, rest: &[Name]) -> Box<Diagnostic> {
        if let Some(source) = self.sources.iter().find(|source| source.name == first.text) {
            let example = source.columns(first.span).into_iter().next();
            let mut error = Diagnostic::error(
                Code::UnknownColumn,
                first.span,
                format!("`{}` is a table, not a column", first.text),
            );
            if let Some((column, _)) = example {
                error = error.help(format!(
                    "name one of its columns, such as `{}.{column}`",
                    first.text
                ));
            }
            return Box::new(error);
        }
        let renamed = self
            .sources
            .iter()
            .find(|source| source.hidden.as_ref() == Some(&first.text));
        if let (Some(source), Some(column)) = (renamed, rest.first()) {
            return Box::new(
                Diagnostic::error(
                    Code::UnknownTable,
                    first.span,
                    format!(
                        "table `{}` is called `{}` in this query",
                        first.text, source.name
                    ),
                )
                .help(format!("write `{}.{}`", source.name, column.text)),
            );
        }
        if !rest.is_empty() && !self.has_similar_column(first) {
            return self.unknown_table_or_column(first);
        }
        unknown_column(first, None, &self.sources)
    }
}

/// The error for a column that does not exist, in one table or in any.
fn unknown_column(
    name: &Name,
    source: Option<&RowSource>,
    sources: &[RowSource],
) -> Box<Diagnostic> {
    let searched: Vec<&RowSource> =
        source.map_or_else(|| sources.iter().collect(), |one| vec![one]);
    let columns: Vec<String> = searched
        .iter()
        .flat_map(|source| source.columns(name.span))
        .map(|(column, _)| column)
        .collect();
    let place = match &searched[..] {
        [one] => format!(" in `{}`", one.name),
        [] => " in a query without `FROM`".to_owned(),
        _ => String::new(),
    };
    let error = Diagnostic::error(
        Code::UnknownColumn,
        name.span,
        format!("no column `{}`{place}", name.text),
    );
    let near = nearest(&name.text, columns.iter().map(String::as_str));
    Box::new(match (near, columns.is_empty()) {
        (Some(near), _) => error.help(format!("a column with a similar name exists: `{near}`")),
        (None, true) => error,
        (None, false) => error.note(format!("the columns are {}", list(&columns))),
    })
}

/// `a`, `b` and `c`; the first dozen when there are more.
pub(crate) fn list(names: &[String]) -> String {
    const MOST: usize = 12;
    let quoted: Vec<String> = names
        .iter()
        .take(MOST)
        .map(|name| format!("`{name}`"))
        .collect();
    if names.len() > MOST {
        return format!("{} and {} more", quoted.join(", "), names.len() - MOST);
    }
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

/// The field `name` of a value.
pub(crate) fn field(value: Expression, name: &Name) -> Result<Expression> {
    let span = value.span.to(name.span);
    match value.ty.clone() {
        Type::Struct(reference) => {
            let fields = &reference.definition.fields;
            let number = fields.iter().position(|field| field.name == name.text);
            if let Some(number) = number
                && let Some(found) = struct_field(value, &reference, number, span)
            {
                return Ok(found);
            }
            let error = Diagnostic::error(
                Code::UnknownColumn,
                name.span,
                format!("no field `{}` in struct `{}`", name.text, reference.definition.name),
            );
            let names: Vec<String> = fields.iter().map(|field| field.name.clone()).collect();
            Err(Box::new(match nearest(&name.text, names.iter().map(String::as_str)) {
                Some(near) => error.help(format!("a field with a similar name exists: `{near}`")),
                None => error.note(format!("its fields are {}", list(&names))),
            }))
        }
        Type::Map(item) => Ok(member(value, &name.text, item.ty, span)),
        Type::Json | Type::Document => Ok(member(value, &name.text, Type::Json, span)),
        Type::Array(_) => Err(Box::new(
            Diagnostic::error(
                Code::TypeMismatch,
                name.span,
                format!("`{}` is asked of an array", name.text),
            )
            .label(format!("this is of type `{}`", value.ty))
            .help("take one item with a subscript, as in `items[1].sku`, or all with `FROM .., UNNEST(items) AS item`"),
        )),
        Type::Boolean | Type::Integer | Type::Bigint | Type::Double | Type::Numeric | Type::Text
        | Type::Timestamp | Type::Date | Type::Interval | Type::Uuid | Type::ObjectId
        | Type::Bytea | Type::Enum(_) | Type::Unknown => Err(Box::new(Diagnostic::error(
            Code::TypeMismatch,
            name.span,
            format!("a value of type `{}` has no field `{}`", value.ty, name.text),
        ))),
    }
}

/// A key that the schema does not list.
pub(crate) fn member(document: Expression, key: &str, ty: Type, span: Span) -> Expression {
    let kind = ExpressionKind::Member {
        document: Box::new(document),
        key: key.to_owned(),
    };
    Expression {
        kind,
        ty,
        nullable: true,
        span,
    }
}

/// A declared field of a struct value.
fn struct_field(
    value: Expression,
    reference: &Reference<crate::types::StructType>,
    number: usize,
    span: Span,
) -> Option<Expression> {
    let field = reference.definition.fields.get(number)?;
    let mut rust = reference.rust.clone()?;
    rust.steps.push(Step::Field(number));
    let nullable = value.nullable;
    Some(match value.kind {
        ExpressionKind::Path(path) => field_expression(path, field, rust, nullable, span),
        kind => {
            let document = Expression { kind, ..value };
            let ty = localize(&field.ty, &rust);
            let mut result = member(document, &field.name, ty, span);
            result.nullable = nullable || field.nullable;
            result
        }
    })
}

/// A field at the end of a path.
fn field_expression(
    mut path: Path,
    field: &Field,
    rust: FieldPath,
    outer_nullable: bool,
    span: Span,
) -> Expression {
    let ty = localize(&field.ty, &rust);
    path.steps.push(PathStep {
        name: field.name.clone(),
        nullable: field.nullable,
    });
    path.rust = (field.own || is_declared_by_user(&field.ty)).then_some(rust);
    Expression {
        kind: ExpressionKind::Path(path),
        ty,
        nullable: outer_nullable || field.nullable,
        span,
    }
}

/// Whether a Rust type of the user's own is part of a type.
pub(crate) fn is_declared_by_user(ty: &Type) -> bool {
    match ty {
        Type::Struct(_) | Type::Enum(_) => true,
        Type::Array(item) | Type::Map(item) => item.own || is_declared_by_user(&item.ty),
        Type::Boolean
        | Type::Integer
        | Type::Bigint
        | Type::Double
        | Type::Numeric
        | Type::Text
        | Type::Timestamp
        | Type::Date
        | Type::Interval
        | Type::Uuid
        | Type::ObjectId
        | Type::Bytea
        | Type::Json
        | Type::Document
        | Type::Unknown => false,
    }
}

/// A declared type as seen from a field of the query.
pub(crate) fn localize(ty: &Type, rust: &FieldPath) -> Type {
    match ty {
        Type::Struct(reference) => Type::Struct(Reference {
            definition: Arc::clone(&reference.definition),
            rust: Some(rust.clone()),
        }),
        Type::Enum(reference) => Type::Enum(Reference {
            definition: Arc::clone(&reference.definition),
            rust: Some(rust.clone()),
        }),
        Type::Array(item) => Type::Array(localize_item(item, rust)),
        Type::Map(item) => Type::Map(localize_item(item, rust)),
        Type::Boolean
        | Type::Integer
        | Type::Bigint
        | Type::Double
        | Type::Numeric
        | Type::Text
        | Type::Timestamp
        | Type::Date
        | Type::Interval
        | Type::Uuid
        | Type::ObjectId
        | Type::Bytea
        | Type::Json
        | Type::Document
        | Type::Unknown => ty.clone(),
    }
}

fn localize_item(item: &Item, rust: &FieldPath) -> Box<Item> {
    let mut inner = rust.clone();
    inner.steps.push(Step::Item);
    Box::new(Item {
        ty: localize(&item.ty, &inner),
        nullable: item.nullable,
        own: item.own,
    })
}
