//! Counting rows of values: `COUNT(DISTINCT (a, b))`, `COUNT(ROW(a, b))`.

use super::Analyzer;
use super::row_value::is_row;
use super::scope::Scope;
use crate::diagnostic::{Result, Span};
use crate::plan::{Aggregate, AggregateFunction};
use sqlparser::ast::{
    self, DuplicateTreatment, Expr, FunctionArg, FunctionArgExpr, FunctionArguments,
};

/// The row that a call is about, if that is all that it is about.
pub(super) fn row_of(call: &ast::Function) -> Option<&Expr> {
    let FunctionArguments::List(list) = &call.args else {
        return None;
    };
    match &list.args[..] {
        [FunctionArg::Unnamed(FunctionArgExpr::Expr(row))] if is_row(row) => Some(row),
        _ => None,
    }
}

impl Analyzer<'_> {
    /// `COUNT` of a row. A row is no `NULL`, whatever its values are: each is counted, and two whose
    /// values agree, `NULL`s among them, are one with `DISTINCT`.
    pub(super) fn row_count(
        &mut self,
        row: &Expr,
        call: &ast::Function,
        scope: &Scope,
        span: Span,
    ) -> Result<Aggregate> {
        let FunctionArguments::List(list) = &call.args else {
            return self.unsupported(span, "a count of this");
        };
        if !list.clauses.is_empty() || !call.within_group.is_empty() {
            return self.unsupported(span, "an order in a count of rows");
        }
        let mut values = Vec::new();
        for value in self.row(row, scope, span)? {
            values.push(self.settle(value)?);
        }
        if values.is_empty() {
            return self.unsupported(span, "an empty row");
        }
        let filter = self.aggregate_filter(call, scope, span)?;
        let distinct = matches!(list.duplicate_treatment, Some(DuplicateTreatment::Distinct));
        Ok(match distinct {
            true => Aggregate {
                function: AggregateFunction::CountRows,
                arguments: values,
                distinct,
                order: Vec::new(),
                filter,
            },
            false => Aggregate {
                function: AggregateFunction::Count,
                arguments: Vec::new(),
                distinct,
                order: Vec::new(),
                filter,
            },
        })
    }
}
