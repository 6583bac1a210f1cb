//! `WITH RECURSIVE`: which recursions are walks through one collection, and which count.
//!
//! ```text
//! WITH RECURSIVE t AS (
//!     SELECT _id, boss, 0 AS depth FROM staff WHERE boss IS NULL            -- where the walk begins
//!     UNION ALL
//!     SELECT s._id, s.boss, t.depth + 1 FROM staff s JOIN t ON s.boss = t._id WHERE t.depth < 5)
//! ```
//!
//! A row of the recursive part may hold what the collection has, columns of `t` as they are, and a
//! column of `t` plus one. All else (a path, a sum along the way) depends on the way by which a row was
//! reached, which the server does not tell.

mod refusal;
mod series;
mod step;
mod walk;

use super::query::Naming;
use super::set_operation::common_rust_type;
use super::{Analyzer, Column};
use crate::diagnostic::{Result, Span};
use crate::plan::{ArithmeticOperator, ColumnId, Expression, ExpressionKind, Path, Relation};
use crate::types::Type;
use sqlparser::ast::{self, SetExpr, SetQuantifier};
use step::Step;

impl Analyzer<'_> {
    /// A common table expression that reads itself; none where this one does not.
    pub(crate) fn recursive_table(
        &mut self,
        table: &ast::Cte,
        outer: Span,
    ) -> Result<Option<(Relation, Vec<Column>)>> {
        let query = &*table.query;
        let SetExpr::SetOperation {
            op: ast::SetOperator::Union,
            set_quantifier,
            left,
            right,
        } = &*query.body
        else {
            return Ok(None);
        };
        let SetExpr::Select(select) = &**right else {
            return Ok(None);
        };
        if query.with.is_some() || query.order_by.is_some() || query.limit_clause.is_some() {
            return Ok(None);
        }
        let name = &table.alias.name.value;
        if !self.names_table(select, name) {
            return Ok(None);
        }
        let distinct = *set_quantifier != SetQuantifier::All;
        let (start, columns) = self.in_query(|analyzer| {
            let rows = analyzer.set_operation(left, Naming::Inner, outer)?;
            let types: Vec<Type> = rows
                .1
                .iter()
                .map(|column| match &column.expression.ty {
                    Type::Unknown => Type::Text,
                    ty => ty.clone(),
                })
                .collect();
            analyzer.brought_to(rows, &types)
        })?;
        if let Some(error) = self.errors.pop() {
            return Err(Box::new(error));
        }
        let columns = self.renamed(columns, &table.alias)?;
        let span = self.source.span_or(&**select, outer);
        let step = self.recursive_step(name, select, &columns, span)?;
        let relation = match step.scan {
            Some(scan) => self.graph_walk(start, &columns, step, scan, distinct, span)?,
            None => self.count_up(start, &columns, step, distinct, span)?,
        };
        Ok(Some(relation))
    }

    /// Whether a SELECT reads a table of this name.
    fn names_table(&self, select: &ast::Select, name: &str) -> bool {
        let is_it = |factor: &ast::TableFactor| matches!(factor, ast::TableFactor::Table { name: table, .. } if table.to_string() == name);
        select.from.iter().any(|entry| {
            is_it(&entry.relation) || entry.joins.iter().any(|join| is_it(&join.relation))
        })
    }

    /// The columns of the table, of these expressions.
    fn recursive_rows(
        &mut self,
        rows: Relation,
        columns: &[Column],
        list: Vec<Expression>,
        step: &Step,
    ) -> (Relation, Vec<Column>) {
        let mut result = Vec::new();
        let mut projected = Vec::new();
        for ((column, expression), item) in columns.iter().zip(list).zip(&step.items) {
            let id = self.named_column(&column.name);
            let rust = common_rust_type(&column.expression, item);
            let path = Path {
                rust,
                ..Path::of(id)
            };
            result.push(Column {
                id,
                expression: Expression {
                    kind: ExpressionKind::Path(path),
                    ..expression.clone()
                },
                ..column.clone()
            });
            projected.push((id, expression));
        }
        let relation = Relation::Project {
            input: Box::new(rows),
            columns: projected,
        };
        (relation, result)
    }
}

fn without_repeats(input: Relation, distinct: bool) -> Relation {
    let input = Box::new(input);
    if distinct {
        Relation::Distinct { input }
    } else {
        *input
    }
}

fn plus(left: Expression, right: Expression) -> Expression {
    let (ty, span) = (left.ty.clone(), left.span);
    let nullable = left.nullable || right.nullable;
    let kind = ExpressionKind::Arithmetic {
        operator: ArithmeticOperator::Add,
        left: Box::new(left),
        right: Box::new(right),
    };
    Expression::new(kind, ty, span).nullable(nullable)
}

fn path_of(column: ColumnId, ty: Type, span: Span) -> Expression {
    let kind = ExpressionKind::Path(Path::of(column));
    Expression::new(kind, ty, span)
}
