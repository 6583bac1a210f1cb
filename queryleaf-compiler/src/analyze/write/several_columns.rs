//! `SET (a, b) = ..`: several columns from a row of values, or from the row of a query.

use super::super::query::Naming;
use super::super::scope::Scope;
use super::super::{Analyzer, Clause};
use super::WrittenTable;
use super::source::is_nullable;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Expression, ExpressionKind, Path, Relation, Target};
use sqlparser::ast::{Expr, FunctionArg, FunctionArgExpr, FunctionArguments, ObjectName, Query};

/// What gives the values of several columns.
enum Values<'a> {
    Row(Vec<&'a Expr>),
    Query(&'a Query),
}

impl Analyzer<'_> {
    /// The columns with their values. The rows of a query go into `rows`, to be put beside those that
    /// change; where there is no such place, a query is refused.
    pub(super) fn several_assigned(
        &mut self,
        names: &[ObjectName],
        value: &Expr,
        table: &WrittenTable,
        rows: Option<&mut Vec<Relation>>,
        scope: &Scope,
        outer: Span,
    ) -> Result<Vec<(Target, Expression)>> {
        let span = self.source.span_or(value, outer);
        let values = match values(value) {
            Some(Values::Row(values)) => values,
            Some(Values::Query(query)) => {
                return self.assigned_row(names, query, table, rows, scope, span);
            }
            None => {
                return Err(Box::new(
                    Diagnostic::error(
                        Code::Unsupported,
                        span,
                        "several columns from one value is not supported",
                    )
                    .help("write `(a, b) = (x, y)`, or `(a, b) = (SELECT x, y FROM ..)`"),
                ));
            }
        };
        same_count(names.len(), values.len(), span)?;
        let pairs = names.iter().zip(values);
        pairs
            .map(|(name, value)| {
                let target = self.written_field(name, table)?;
                let value = self.assigned(value, &target, table, Clause::Set, scope, outer)?;
                Ok((target, value))
            })
            .collect()
    }

    /// `(a, b) = (SELECT x, y ..)`: the rows are put beside each row that changes. Where there is none,
    /// the values are `NULL`; two of them are two rows for one document, which is an error.
    fn assigned_row(
        &mut self,
        names: &[ObjectName],
        query: &Query,
        table: &WrittenTable,
        rows: Option<&mut Vec<Relation>>,
        scope: &Scope,
        span: Span,
    ) -> Result<Vec<(Target, Expression)>> {
        let Some(rows) = rows else {
            return Err(Box::new(
                Diagnostic::error(
                    Code::Unsupported,
                    span,
                    "several columns from a query are not supported here",
                )
                .help("write a query for each column, as in `a = (SELECT x FROM ..)`"),
            ));
        };
        let mut targets = Vec::with_capacity(names.len());
        for name in names {
            targets.push(self.written_field(name, table)?);
        }
        let clause = std::mem::replace(&mut self.clause, Clause::Set);
        let selected = self.inside(scope, |analyzer| {
            analyzer.query_inside(query, Naming::Assigned)
        });
        self.clause = clause;
        let (relation, selected) = selected?;
        same_count(targets.len(), selected.len(), span)?;
        let has_row = relation.has_a_row_always();
        let (relation, columns) = self.assigned_rows(relation, selected, &targets)?;
        let values = columns.into_iter().map(|(target, column)| {
            let path = ExpressionKind::Path(Path::of(column));
            let value = Expression::new(path, target.ty.clone(), span);
            let value = value.nullable(!has_row || is_nullable(&relation, column));
            (target, value)
        });
        let values = values.collect();
        rows.push(relation);
        Ok(values)
    }
}

/// The values of `(x, y)` and `ROW(x, y)`, or a query in brackets.
fn values(value: &Expr) -> Option<Values<'_>> {
    match value {
        Expr::Tuple(values) => Some(Values::Row(values.iter().collect())),
        Expr::Subquery(query) => Some(Values::Query(query)),
        Expr::Function(row) if row.name.to_string().eq_ignore_ascii_case("row") => {
            let FunctionArguments::List(list) = &row.args else {
                return None;
            };
            let values = list.args.iter().map(|argument| match argument {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(value)) => Some(value),
                _ => None,
            });
            values.collect::<Option<_>>().map(Values::Row)
        }
        _ => None,
    }
}

fn same_count(columns: usize, values: usize, span: Span) -> Result<()> {
    if columns == values {
        return Ok(());
    }
    let message = format!("{columns} columns and {values} values");
    Err(Box::new(Diagnostic::error(Code::Syntax, span, message)))
}
