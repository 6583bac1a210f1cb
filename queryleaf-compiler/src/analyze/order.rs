//! `ORDER BY` and the keys of `GROUP BY`.

use super::output::Item;
use super::scope::Scope;
use super::{Analyzer, Clause};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{ComparisonOperator, Expression, NullsOrder, SortDirection, SortKey};
use crate::types::Type;
use sqlparser::ast::{self, Expr, OrderByExpr, OrderByKind, OrderBySort};

impl Analyzer<'_> {
    /// The keys of a query's `ORDER BY`, over the rows before the SELECT list.
    pub(crate) fn order(
        &mut self,
        order: &ast::OrderBy,
        items: &[Item],
        scope: &Scope,
        outer: Span,
    ) -> Vec<SortKey> {
        let keys = match &order.kind {
            OrderByKind::Expressions(keys) if order.interpolate.is_none() => keys,
            _ => {
                let error = self.unsupported::<()>(outer, "this form of ORDER BY");
                self.keep(error);
                return Vec::new();
            }
        };
        keys.iter()
            .filter_map(|key| {
                let found = self.order_key(key, items, scope, outer);
                self.keep(found)
            })
            .collect()
    }

    pub(super) fn order_key(
        &mut self,
        key: &OrderByExpr,
        items: &[Item],
        scope: &Scope,
        outer: Span,
    ) -> Result<SortKey> {
        let span = self.source.span_or(&key.expr, outer);
        let expression = match output_reference(&key.expr, items) {
            Some(Reference::Item(item)) => Expression {
                span,
                ..self.copy(&item.expression)?
            },
            Some(Reference::NoPosition(position)) => {
                return Err(no_position(position, items.len(), "ORDER BY", span));
            }
            None => {
                no_constant(&key.expr, "ORDER BY", span)?;
                self.expression_in(Clause::OrderBy, &key.expr, scope, span)?
            }
        };
        self.sort_key(expression, key)
    }

    /// The keys of an `ORDER BY` inside an aggregate.
    pub(crate) fn sort_keys(
        &mut self,
        keys: &[OrderByExpr],
        scope: &Scope,
        outer: Span,
    ) -> Result<Vec<SortKey>> {
        keys.iter()
            .map(|key| {
                let expression = self.expression(&key.expr, scope, outer)?;
                self.sort_key(expression, key)
            })
            .collect()
    }

    fn sort_key(&mut self, expression: Expression, key: &OrderByExpr) -> Result<SortKey> {
        let span = expression.span;
        if key.with_fill.is_some() {
            return self.unsupported(span, "`WITH FILL`");
        }
        let expression = self.settle(expression)?;
        let ordered = matches!(expression.ty, Type::Array(_));
        if ordered
            || self
                .comparable(
                    expression.clone(),
                    expression.clone(),
                    ComparisonOperator::Less,
                )
                .is_err()
        {
            let message = format!("values of type `{}` have no order", expression.ty);
            let error = Diagnostic::error(Code::TypeMismatch, span, message);
            return Err(Box::new(match &expression.ty {
                Type::Array(_) => error.help("order by an item of it, as in `tags[1]`"),
                Type::Struct(_) => error.help("order by a field inside it"),
                Type::Json => error.help("order by a value in it, as in `extra ->> 'size'`"),
                _ => error,
            }));
        }
        let direction = match &key.options.sort {
            None | Some(OrderBySort::Asc) => SortDirection::Ascending,
            Some(OrderBySort::Desc) => SortDirection::Descending,
            Some(OrderBySort::Using(_)) => return self.unsupported(span, "`ORDER BY .. USING`"),
        };
        let nulls = match (key.options.nulls_first, direction) {
            (Some(true), _) | (None, SortDirection::Descending) => NullsOrder::First,
            (Some(false), _) | (None, SortDirection::Ascending) => NullsOrder::Last,
        };
        Ok(SortKey {
            expression,
            direction,
            nulls,
        })
    }

    /// The keys of `GROUP BY`: positions, columns, aliases or expressions.
    pub(crate) fn group_keys(
        &mut self,
        keys: &[&Expr],
        items: &[Item],
        scope: &Scope,
        outer: Span,
    ) -> Vec<Expression> {
        keys.iter()
            .filter_map(|key| {
                let found = self.group_key(key, items, scope, outer);
                self.keep(found)
            })
            .collect()
    }

    fn group_key(
        &mut self,
        key: &Expr,
        items: &[Item],
        scope: &Scope,
        outer: Span,
    ) -> Result<Expression> {
        let span = self.source.span_or(key, outer);
        let is_column = bare_name(key).is_some_and(|name| scope.has_column(&self.name(name)));
        let expression = match output_reference(key, items) {
            // A column of the table comes before a column of the result, unlike in ORDER BY.
            Some(Reference::Item(item)) if !is_column => {
                if let Some(aggregate) =
                    super::output::has_aggregate(&item.expression).then_some(())
                {
                    let () = aggregate;
                    let message = format!("column `{}` is computed by an aggregate", item.name);
                    return Err(Box::new(
                        Diagnostic::error(Code::MisplacedAggregate, span, message)
                            .label("groups cannot be formed by it"),
                    ));
                }
                Expression {
                    span,
                    ..item.expression.clone()
                }
            }
            Some(Reference::NoPosition(position)) => {
                return Err(no_position(position, items.len(), "GROUP BY", span));
            }
            Some(Reference::Item(_)) | None => {
                no_constant(key, "GROUP BY", span)?;
                self.expression_in(Clause::GroupBy, key, scope, span)?
            }
        };
        super::window::refuse_inside(&expression, Clause::GroupBy)?;
        let expression = self.settle(expression)?;
        match &expression.ty {
            ty if ty.is_document() => {
                let message = format!("values of type `{}` cannot be grouped", expression.ty);
                let error = Diagnostic::error(Code::TypeMismatch, span, message);
                Err(Box::new(match ty {
                    Type::Struct(_) => error.help("group by the fields inside it"),
                    Type::Json => error.help("group by a value in it, as in `extra ->> 'size'`"),
                    _ => error,
                }))
            }
            Type::Interval => self.unsupported(span, "grouping by an interval"),
            _ => Ok(expression),
        }
    }
}

/// A bare constant orders or groups nothing; PostgreSQL refuses it, too.
fn no_constant(key: &Expr, clause: &str, span: Span) -> Result<()> {
    match key {
        Expr::Nested(inner) => no_constant(inner, clause, span),
        Expr::UnaryOp { expr, .. } if matches!(**expr, Expr::Value(_)) => {
            no_constant(expr, clause, span)
        }
        Expr::Value(value) if !matches!(value.value, ast::Value::Placeholder(_)) => {
            let message = format!("{clause} by a constant");
            Err(Box::new(
                Diagnostic::error(Code::InvalidPosition, span, message)
                    .help("name a column, or its position in the SELECT list"),
            ))
        }
        _ => Ok(()),
    }
}

/// The name that a key is, in brackets or not.
fn bare_name(key: &Expr) -> Option<&ast::Ident> {
    match key {
        Expr::Nested(inner) => bare_name(inner),
        Expr::Identifier(name) => Some(name),
        _ => None,
    }
}

/// What a key says when it refers to the SELECT list.
enum Reference<'a> {
    Item(&'a Item),
    NoPosition(usize),
}

/// A bare number is a position in the SELECT list, a bare name may be one of its columns.
fn output_reference<'a>(key: &Expr, items: &'a [Item]) -> Option<Reference<'a>> {
    match key {
        Expr::Nested(inner) => output_reference(inner, items),
        Expr::Value(value) => match &value.value {
            ast::Value::Number(text, _) => {
                let position: usize = text.parse().ok()?;
                let item = position.checked_sub(1).and_then(|index| items.get(index));
                Some(item.map_or(Reference::NoPosition(position), Reference::Item))
            }
            _ => None,
        },
        Expr::Identifier(name) => items
            .iter()
            .find(|item| item.name == name.value)
            .map(Reference::Item),
        _ => None,
    }
}

fn no_position(position: usize, count: usize, clause: &str, span: Span) -> Box<Diagnostic> {
    let message = format!("{clause} {position} names no column");
    let note = match count {
        1 => "the SELECT list has one column".to_owned(),
        count => format!("the SELECT list has {count} columns"),
    };
    Box::new(Diagnostic::error(Code::InvalidPosition, span, message).note(note))
}
