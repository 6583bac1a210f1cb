//! `FROM`: which tables a query reads, and which arrays it unnests.

use super::scope::{Name, RowSource, Rows, Scope};
use super::{Analyzer, Clause};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Expression, ExpressionKind, Path, Relation};
use crate::types::{Step, Type};
use sqlparser::ast::{self, JoinConstraint, JoinOperator, TableAlias, TableFactor};
use std::sync::Arc;

impl Analyzer<'_> {
    /// The rows of `FROM`, and the scope of the names that they bring.
    pub(crate) fn from(
        &mut self,
        from: &[ast::TableWithJoins],
        outer: Span,
    ) -> Result<(Relation, Scope)> {
        let mut scope = Scope::default();
        let mut relation: Option<Relation> = None;
        for entry in from {
            relation = Some(self.factor(relation, &entry.relation, false, &mut scope, outer)?);
            for join in &entry.joins {
                let keep_empty = self.join_keeps_empty(join, outer)?;
                relation =
                    Some(self.factor(relation, &join.relation, keep_empty, &mut scope, outer)?);
            }
        }
        Ok((relation.unwrap_or(Relation::OneRow), scope))
    }

    /// Joins are those of a row with the items of one of its arrays: `CROSS JOIN UNNEST(..)` and
    /// `LEFT JOIN UNNEST(..) ON TRUE`.
    fn join_keeps_empty(&mut self, join: &ast::Join, outer: Span) -> Result<bool> {
        let span = self.source.span_or(&join.relation, outer);
        if !matches!(join.relation, TableFactor::UNNEST { .. }) {
            return self.unsupported(span, "a join");
        }
        let (constraint, keep_empty) = match &join.join_operator {
            JoinOperator::CrossJoin(constraint) => (constraint, false),
            JoinOperator::Join(constraint) | JoinOperator::Inner(constraint) => (constraint, false),
            JoinOperator::Left(constraint) | JoinOperator::LeftOuter(constraint) => {
                (constraint, true)
            }
            _ => return self.unsupported(span, "this kind of join"),
        };
        match constraint {
            JoinConstraint::None => Ok(keep_empty),
            JoinConstraint::On(ast::Expr::Value(value))
                if value.value == ast::Value::Boolean(true) =>
            {
                Ok(keep_empty)
            }
            _ => Err(Box::new(
                Diagnostic::error(Code::Unsupported, span, "a condition on an unnested array")
                    .help("write `ON TRUE` and put the condition into WHERE"),
            )),
        }
    }

    fn factor(
        &mut self,
        before: Option<Relation>,
        factor: &TableFactor,
        keep_empty: bool,
        scope: &mut Scope,
        outer: Span,
    ) -> Result<Relation> {
        let span = self.source.span_or(factor, outer);
        match factor {
            TableFactor::Table {
                name,
                alias,
                args: None,
                with_hints,
                version: None,
                with_ordinality: false,
                partitions,
                json_path: None,
                sample: None,
                index_hints,
            } if with_hints.is_empty() && partitions.is_empty() && index_hints.is_empty() => {
                if before.is_some() {
                    return self.unsupported(span, "more than one collection in `FROM`");
                }
                self.table(name, alias.as_ref(), scope, span)
            }
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
                let Some(before) = before else {
                    return self.unsupported(span, "`UNNEST` without a collection before it");
                };
                let unnest = Unnest {
                    array,
                    alias: alias.as_ref(),
                    ordinality: *with_ordinality,
                    keep_empty,
                };
                self.unnest(before, unnest, scope, span)
            }
            TableFactor::Table {
                args: Some(_),
                name,
                ..
            } => self.unsupported(span, format!("the table function `{name}`")),
            TableFactor::Table { .. } => self.unsupported(span, "this form of a table"),
            TableFactor::Derived { .. } => self.unsupported(span, "a subquery in `FROM`"),
            _ => self.unsupported(span, "this in `FROM`"),
        }
    }

    fn table(
        &mut self,
        name: &ast::ObjectName,
        alias: Option<&TableAlias>,
        scope: &mut Scope,
        span: Span,
    ) -> Result<Relation> {
        let path: Vec<Name> = name
            .0
            .iter()
            .filter_map(|part| part.as_ident().map(|ident| self.name(ident)))
            .collect();
        let found = self.tables.iter().position(|table| {
            table.name.len() == path.len()
                && table
                    .name
                    .iter()
                    .zip(&path)
                    .all(|(known, part)| *known == part.text)
        });
        let (Some(number), Some(last)) = (found, path.last()) else {
            let message = format!("no table `{name}` is in scope");
            return Err(Box::new(Diagnostic::error(
                Code::UnknownTable,
                span,
                message,
            )));
        };
        let Some(table) = self.tables.get(number) else {
            return self.unsupported(span, "this table");
        };
        let collection = Arc::clone(&table.collection);
        let document = self.new_column();
        let shown = match alias {
            Some(alias) => {
                if !alias.columns.is_empty() {
                    return self.unsupported(span, "a list of column names after a table");
                }
                self.name(&alias.name)
            }
            None => last.clone(),
        };
        let rows = Rows::Documents {
            table: number,
            document,
            collection,
        };
        let hidden = alias.map(|_| last.text.clone());
        self.add(scope, shown, hidden, rows)?;
        Ok(Relation::Scan {
            table: number,
            document,
        })
    }

    fn unnest(
        &mut self,
        before: Relation,
        unnest: Unnest<'_>,
        scope: &mut Scope,
        span: Span,
    ) -> Result<Relation> {
        let array = self.expression_in(Clause::From, unnest.array, scope, span)?;
        let (ExpressionKind::Path(path), Type::Array(item)) = (&array.kind, array.ty.clone())
        else {
            let message = format!("`UNNEST` wants an array column, found `{}`", array.ty);
            return Err(Box::new(
                Diagnostic::error(Code::TypeMismatch, array.span, message)
                    .label(format!("this is of type `{}`", array.ty)),
            ));
        };
        let own_name = path
            .steps
            .last()
            .map(|step| step.name.clone())
            .unwrap_or_default();
        let shown = match unnest.alias {
            Some(alias) => self.name(&alias.name),
            None => Name {
                text: own_name,
                span,
            },
        };
        let mut columns = unnest.alias.into_iter().flat_map(|alias| &alias.columns);
        let column_name = columns
            .next()
            .map_or_else(|| shown.text.clone(), |column| column.name.value.clone());
        let rust = path.rust.clone().map(|mut rust| {
            rust.steps.push(Step::Item);
            rust
        });
        let column = self.new_column();
        let value = Expression {
            kind: ExpressionKind::Path(Path {
                column,
                steps: Vec::new(),
                rust,
            }),
            ty: item.ty,
            nullable: item.nullable || unnest.keep_empty,
            span,
        };
        let ordinality = unnest.ordinality.then(|| {
            let name = columns.next().map_or_else(
                || "ordinality".to_owned(),
                |column| column.name.value.clone(),
            );
            let column = self.new_column();
            let path = Path {
                column,
                steps: Vec::new(),
                rust: None,
            };
            let position = Expression {
                kind: ExpressionKind::Path(path),
                ty: Type::Bigint,
                nullable: unnest.keep_empty,
                span,
            };
            (name, column, position)
        });
        if let Some(extra) = columns.next() {
            let place = self.source.convert(extra.name.span);
            return self.unsupported(place, "this column name: `UNNEST` has one column");
        }
        let relation = Relation::Unnest {
            input: Box::new(before),
            array,
            item: column,
            ordinality: ordinality.as_ref().map(|(_, column, _)| *column),
            keep_empty: unnest.keep_empty,
        };
        let ordinality = ordinality.map(|(name, _, position)| (name, position));
        let rows = Rows::Items {
            column_name,
            item: Box::new(value),
            ordinality,
        };
        self.add(scope, shown, None, rows)?;
        Ok(relation)
    }

    fn add(
        &mut self,
        scope: &mut Scope,
        name: Name,
        hidden: Option<String>,
        rows: Rows,
    ) -> Result<()> {
        if scope.sources.iter().any(|source| source.name == name.text) {
            let message = format!("two tables are called `{}`", name.text);
            return Err(Box::new(
                Diagnostic::error(Code::DuplicateName, name.span, message)
                    .help("give one of them an alias with `AS`"),
            ));
        }
        scope.sources.push(RowSource {
            name: name.text,
            hidden,
            rows,
        });
        Ok(())
    }
}

/// An `UNNEST(..)` of the text.
struct Unnest<'a> {
    array: &'a ast::Expr,
    alias: Option<&'a TableAlias>,
    ordinality: bool,
    keep_empty: bool,
}
