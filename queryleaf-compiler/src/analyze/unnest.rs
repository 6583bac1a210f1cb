//! `UNNEST(array)`, and functions like `generate_series(start, stop)`, in `FROM`: rows that are the items
//! of an array.

use super::item_function::{Columns, item_function};
use super::scope::{Name, Rows, Scope};
use super::timestamp_series::Steps;
use super::{Analyzer, Clause};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Expression, ExpressionKind, Path, PathStep, Relation};
use crate::types::{Step, Type};
use sqlparser::ast::{TableAlias, TableFactor};

/// Whether the rows of a factor of `FROM` are the items of an array.
pub(super) fn gives_items(factor: &TableFactor) -> bool {
    match factor {
        TableFactor::UNNEST { .. } => true,
        TableFactor::Table {
            name,
            args: Some(_),
            ..
        } => item_function(name).is_some(),
        TableFactor::Function { name, .. } => item_function(name).is_some(),
        _ => false,
    }
}

/// What stands in `FROM`.
pub(super) struct Items<'a> {
    pub(super) array: Expression,
    /// Its name where it has no alias.
    pub(super) name: String,
    /// What its columns are.
    pub(super) columns: Columns,
    pub(super) alias: Option<&'a TableAlias>,
    pub(super) ordinality: bool,
    /// What the rows are instead of the items, which count the steps to them.
    pub(super) steps: Option<Steps>,
}

impl Analyzer<'_> {
    /// The rows before, each with the items of an array, which may be one of the row.
    pub(crate) fn unnest_factor(
        &mut self,
        before: Relation,
        factor: &TableFactor,
        keep_empty: bool,
        scope: &mut Scope,
        span: Span,
    ) -> Result<Relation> {
        let items = self.items_of(factor, scope, span)?;
        self.unnest(before, items, keep_empty, scope, span)
    }

    fn items_of<'f>(
        &mut self,
        factor: &'f TableFactor,
        scope: &Scope,
        span: Span,
    ) -> Result<Items<'f>> {
        match factor {
            TableFactor::UNNEST {
                alias,
                array_exprs,
                with_offset: false,
                with_offset_alias: None,
                with_ordinality,
            } => {
                let [array] = &array_exprs[..] else {
                    return self.unsupported(span, "`UNNEST` of several arrays");
                };
                let array = self.expression_in(Clause::From, array, scope, span)?;
                let array = self.settle(array)?;
                let own_name = match &array.kind {
                    ExpressionKind::Path(path) => path.steps.last().map(|step| step.name.clone()),
                    _ => None,
                };
                Ok(Items {
                    array,
                    name: own_name.unwrap_or_else(|| "unnest".to_owned()),
                    columns: Columns::Item,
                    alias: alias.as_ref(),
                    ordinality: *with_ordinality,
                    steps: None,
                })
            }
            TableFactor::Table {
                name,
                args: Some(args),
                alias,
                with_ordinality,
                ..
            } => self.items_of_function(
                name,
                &args.args,
                alias.as_ref(),
                *with_ordinality,
                scope,
                span,
            ),
            TableFactor::Function {
                name, args, alias, ..
            } => self.items_of_function(name, args, alias.as_ref(), false, scope, span),
            _ => self.unsupported(span, "this form of `UNNEST`"),
        }
    }

    fn unnest(
        &mut self,
        before: Relation,
        items: Items<'_>,
        keep_empty: bool,
        scope: &mut Scope,
        span: Span,
    ) -> Result<Relation> {
        let array = items.array;
        let Type::Array(item) = array.ty.clone() else {
            let message = format!("`UNNEST` wants an array, found `{}`", array.ty);
            return Err(Box::new(
                Diagnostic::error(Code::TypeMismatch, array.span, message)
                    .label(format!("this is of type `{}`", array.ty)),
            ));
        };
        let shown = match items.alias {
            Some(alias) => self.name(&alias.name),
            None => Name {
                text: items.name,
                span,
            },
        };
        let mut names = items.alias.into_iter().flat_map(|alias| &alias.columns);
        let mut next_name = |otherwise: &str| match names.next() {
            Some(column) => column.name.value.clone(),
            None => otherwise.to_owned(),
        };
        let column_name = match items.columns {
            Columns::Item => next_name(&shown.text),
            Columns::Value => next_name("value"),
            Columns::KeyAndValue { .. } => next_name("key"),
        };
        let value_name = match items.columns {
            Columns::KeyAndValue { .. } => Some(next_name("value")),
            Columns::Item | Columns::Value => None,
        };
        let rust = match &array.kind {
            ExpressionKind::Path(path) => path.rust.clone().map(|mut rust| {
                rust.steps.push(Step::Item);
                rust
            }),
            _ => None,
        };
        let column = self.new_column();
        let value = Expression {
            kind: ExpressionKind::Path(Path {
                rust,
                ..Path::of(column)
            }),
            ty: item.ty,
            nullable: item.nullable || keep_empty,
            span,
        };
        let value = match items.steps {
            Some(steps) => steps.after(value),
            None => value,
        };
        let ordinality = items.ordinality.then(|| {
            let name = names.next().map_or_else(
                || "ordinality".to_owned(),
                |column| column.name.value.clone(),
            );
            let column = self.new_column();
            let path = Path::of(column);
            let position = Expression {
                kind: ExpressionKind::Path(path),
                ty: Type::Bigint,
                nullable: keep_empty,
                span,
            };
            (name, column, position)
        });
        if let Some(extra) = names.next() {
            let place = self.source.convert(extra.name.span);
            return self.unsupported(place, "a name for a column that is not there");
        }
        let relation = Relation::Unnest {
            input: Box::new(before),
            array,
            item: column,
            ordinality: ordinality.as_ref().map(|(_, column, _)| *column),
            keep_empty,
        };
        let ordinality = ordinality.map(|(name, _, position)| (name, position));
        let rows = match (value_name, items.columns) {
            (Some(value_name), Columns::KeyAndValue { as_text }) => {
                let entry = |part: &str, ty: Type, nullable: bool| {
                    let step = PathStep {
                        name: part.to_owned(),
                        nullable,
                    };
                    let path = Path {
                        steps: vec![step],
                        ..Path::of(column)
                    };
                    Expression {
                        nullable: nullable || keep_empty,
                        ..Expression::new(ExpressionKind::Path(path), ty, span)
                    }
                };
                let key = entry("k", Type::Text, false);
                let value = entry("v", Type::Json, true);
                let value = match as_text {
                    true => self.cast_to(value, &Type::Text, span)?,
                    false => value,
                };
                let mut columns = vec![(column_name, key), (value_name, value)];
                columns.extend(ordinality);
                Rows::Columns(columns)
            }
            _ => Rows::Items {
                column_name,
                item: Box::new(value),
                ordinality,
            },
        };
        self.add(scope, shown, None, rows)?;
        Ok(relation)
    }
}
