//! `LIMIT`, `OFFSET` and `FETCH FIRST`: which of the sorted rows are given.
//!
//! `FETCH FIRST n ROWS WITH TIES` gives those whose `RANK()` is `n` at the most: a row that ties with
//! the last one has its rank.

use super::scope::Scope;
use super::{Analyzer, Clause, Column};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{
    ArithmeticOperator, ComparisonOperator, Expression, ExpressionKind, Frame, Relation, SortKey,
    WindowCall, WindowFunction,
};
use crate::types::Type;
use sqlparser::ast::{self, Expr, LimitClause};

/// How many of the sorted rows a query gives, and from which one on.
#[derive(Debug, Default)]
pub(crate) struct Limits {
    limit: Option<Expression>,
    offset: Option<Expression>,
    /// Whether the rows that tie with the last one come, too.
    pub(super) with_ties: bool,
}

impl Analyzer<'_> {
    /// `LIMIT` and `OFFSET`: a number of rows each.
    pub(crate) fn limit(
        &mut self,
        query: &ast::Query,
        scope: &Scope,
        outer: Span,
    ) -> Result<Limits> {
        let (limit, offset) = match &query.limit_clause {
            None => (None, None),
            Some(LimitClause::LimitOffset {
                limit,
                offset,
                limit_by,
            }) => {
                if !limit_by.is_empty() {
                    return self.unsupported(outer, "`LIMIT .. BY`");
                }
                (limit.as_ref(), offset.as_ref().map(|offset| &offset.value))
            }
            Some(LimitClause::OffsetCommaLimit { .. }) => {
                return self.unsupported(outer, "`LIMIT a, b`");
            }
        };
        let fetch = match &query.fetch {
            Some(ast::Fetch {
                percent: false,
                quantity,
                ..
            }) => {
                let one = Expr::value(ast::Value::Number("1".to_owned(), false));
                Some(quantity.clone().unwrap_or(one))
            }
            Some(_) => return self.unsupported(outer, "`FETCH` of a percentage"),
            None => None,
        };
        let with_ties = query.fetch.as_ref().is_some_and(|fetch| fetch.with_ties);
        if with_ties && query.order_by.is_none() {
            let span = self.source.find(outer.start, "ties").unwrap_or(outer);
            let message = "`WITH TIES` wants an `ORDER BY`";
            return Err(Box::new(
                Diagnostic::error(Code::Syntax, span, message)
                    .help("write `ONLY`, or say in which order the rows may tie"),
            ));
        }
        if let (Some(_), Some(fetch)) = (limit, &fetch) {
            let span = self.source.span_or(fetch, outer);
            let message = "both `LIMIT` and `FETCH`";
            return Err(Box::new(Diagnostic::error(Code::Syntax, span, message)));
        }
        let limit = limit.cloned().or(fetch);
        let limit = limit
            .map(|limit| self.count(&limit, scope, outer, "LIMIT"))
            .transpose()?;
        let offset = offset
            .map(|offset| self.count(offset, scope, outer, "OFFSET"))
            .transpose()?;
        Ok(Limits {
            limit,
            offset,
            with_ties,
        })
    }

    fn count(
        &mut self,
        count: &Expr,
        scope: &Scope,
        outer: Span,
        clause: &str,
    ) -> Result<Expression> {
        let count = self.expression_in(Clause::Limit, count, scope, outer)?;
        let count = self.coerce(count, &Type::Bigint)?;
        match (&count.kind, count.as_integer()) {
            (_, Some(0..)) | (ExpressionKind::Parameter(_), None) => Ok(count),
            (_, Some(_)) => {
                let message = format!("{clause} must not be negative");
                Err(Box::new(Diagnostic::error(
                    Code::InvalidLiteral,
                    count.span,
                    message,
                )))
            }
            (_, None) => {
                let message = format!("{clause} wants a number or a parameter");
                Err(Box::new(Diagnostic::error(
                    Code::Unsupported,
                    count.span,
                    message,
                )))
            }
        }
    }

    /// The rows of `input` in this order, as far as the limits go.
    pub(super) fn first(
        &mut self,
        input: Relation,
        keys: Vec<SortKey>,
        limits: Limits,
    ) -> Relation {
        match limits {
            Limits {
                limit: Some(limit),
                offset,
                with_ties: true,
            } => self.first_with_ties(input, keys, &limit, offset.as_ref()),
            Limits { limit, offset, .. } => limited(sorted(input, keys), limit, offset),
        }
    }

    /// Like [`first`](Self::first), for rows that are those of the result already.
    pub(super) fn first_of_columns(
        &mut self,
        input: Relation,
        columns: Vec<Column>,
        keys: Vec<SortKey>,
        limits: Limits,
    ) -> (Relation, Vec<Column>) {
        let has_more = limits.with_ties;
        let relation = self.first(input, keys, limits);
        if !has_more {
            return (relation, columns);
        }
        // Without the columns that the ties are told by.
        let columns: Vec<Column> = columns
            .into_iter()
            .map(|column| Column {
                id: self.named_column(&column.name),
                expression: column.path(),
                ..column
            })
            .collect();
        let list = columns.iter();
        let relation = Relation::Project {
            input: Box::new(relation),
            columns: list
                .map(|column| (column.id, column.expression.clone()))
                .collect(),
        };
        (relation, columns)
    }

    fn first_with_ties(
        &mut self,
        input: Relation,
        keys: Vec<SortKey>,
        limit: &Expression,
        offset: Option<&Expression>,
    ) -> Relation {
        let (rank, number) = (self.new_column(), self.new_column());
        let call = |function| WindowCall {
            function,
            arguments: Vec::new(),
            filter: None,
            partition: Vec::new(),
            order: keys.clone(),
            frame: Frame::WHOLE,
        };
        let mut calls = vec![(rank, call(WindowFunction::Rank))];
        let mut last = limit.clone();
        let mut conditions = Vec::new();
        if let Some(offset) = offset {
            calls.push((number, call(WindowFunction::RowNumber)));
            let none = Expression::integer(0, Type::Bigint, offset.span);
            let offset = Expression {
                nullable: false,
                kind: ExpressionKind::Coalesce(vec![offset.clone(), none]),
                ..offset.clone()
            };
            last = last.combined(ArithmeticOperator::Add, offset.clone());
            let number = Expression::column(number, Type::Bigint, limit.span);
            conditions.push(number.compared(ComparisonOperator::Greater, offset));
        }
        let ranked = Expression::column(rank, Type::Bigint, limit.span);
        let mut wanted = vec![ranked.compared(ComparisonOperator::LessOrEqual, last)];
        if !matches!(limit.as_integer(), Some(1..)) {
            // A row that ties with one before the offset may have a rank below the limit.
            let none = Expression::integer(0, Type::Bigint, limit.span);
            wanted.push(limit.clone().compared(ComparisonOperator::Greater, none));
        }
        match Expression::all_of(wanted) {
            Some(wanted) if limit.nullable => {
                let either = ExpressionKind::Or(vec![limit.clone().is_null(), wanted]);
                let either = Expression::new(either, Type::Boolean, limit.span);
                conditions.push(either.nullable(true));
            }
            wanted => conditions.extend(wanted),
        }
        let ranked = Relation::Window {
            input: Box::new(input),
            calls,
        };
        sorted(ranked.filtered(conditions), keys)
    }
}

fn sorted(input: Relation, keys: Vec<SortKey>) -> Relation {
    if keys.is_empty() {
        input
    } else {
        Relation::Sort {
            input: Box::new(input),
            keys,
        }
    }
}

fn limited(input: Relation, limit: Option<Expression>, offset: Option<Expression>) -> Relation {
    if limit.is_none() && offset.is_none() {
        return input;
    }
    Relation::Limit {
        input: Box::new(input),
        limit,
        offset,
    }
}
