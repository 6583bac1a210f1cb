//! A whole query: `WITH`, its body, and the order and limit of the whole.

use super::output::Item;
use super::scope::Scope;
use super::{Analyzer, Column};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::Relation;
use sqlparser::ast::{self, SetExpr};

/// How the columns of a query have to be named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Naming {
    /// They become the fields of a struct: each has a name, and no two have the same.
    Result,
    /// They need a name only where they are asked for by one.
    Inner,
    /// They go into the columns of a table, by their positions; those also tell the types of literals.
    Assigned,
}

impl Analyzer<'_> {
    /// A whole query: the relation and its columns.
    pub(crate) fn query(
        &mut self,
        query: &ast::Query,
        naming: Naming,
    ) -> Result<(Relation, Vec<Column>)> {
        let outer = self.source.span_or(query, Span::default());
        if !query.locks.is_empty() {
            let span = self.source.find(outer.start, "for").unwrap_or(outer);
            return Err(Box::new(
                Diagnostic::error(
                    Code::Unsupported,
                    span,
                    "MongoDB locks no rows that are read",
                )
                .help(
                    "read and write in one transaction: if somebody else writes the same document \
                     meanwhile, it is run again",
                ),
            ));
        }
        if query.for_clause.is_some() || query.format_clause.is_some() || query.settings.is_some() {
            return self.unsupported(outer, "a clause after the query");
        }
        let known = self.common.len();
        let result = self.in_query(|analyzer| {
            if let Some(with) = &query.with {
                analyzer.common_tables(with, outer)?;
            }
            analyzer.body(query, naming, outer)
        });
        self.common.truncate(known);
        result
    }

    fn body(
        &mut self,
        query: &ast::Query,
        naming: Naming,
        outer: Span,
    ) -> Result<(Relation, Vec<Column>)> {
        let (relation, columns) = match &*query.body {
            SetExpr::Select(select) => {
                self.open_literals = naming == Naming::Assigned && select.distinct.is_none();
                return self.select(Some(query), select, naming, outer);
            }
            SetExpr::Query(inner) => self.query(inner, naming)?,
            SetExpr::SetOperation { .. } => self.set_operation(&query.body, naming, outer)?,
            SetExpr::Values(values) => self.values(values, outer)?,
            SetExpr::Insert(_)
            | SetExpr::Update(_)
            | SetExpr::Delete(_)
            | SetExpr::Merge(_)
            | SetExpr::Table(_) => return self.unsupported(outer, "this form of query"),
        };
        self.ordered(relation, columns, query, outer)
    }

    /// Applies the `ORDER BY` and `LIMIT` of a query that is no plain SELECT: they are about the
    /// columns of the result.
    fn ordered(
        &mut self,
        relation: Relation,
        columns: Vec<Column>,
        query: &ast::Query,
        outer: Span,
    ) -> Result<(Relation, Vec<Column>)> {
        let items: Vec<Item> = columns
            .iter()
            .map(|column| Item {
                name: column.name.clone(),
                expression: column.path(),
                span: column.span,
            })
            .collect();
        self.aliases = items
            .iter()
            .map(|item| (item.name.clone(), item.expression.clone()))
            .collect();
        let scope = Scope::default();
        let keys = match &query.order_by {
            Some(order) => self.order(order, &items, &scope, outer),
            None => Vec::new(),
        };
        let limits = self.limit(query, &scope, outer)?;
        Ok(self.first_of_columns(relation, columns, keys, limits))
    }
}
