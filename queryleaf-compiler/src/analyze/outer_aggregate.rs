//! Aggregates in a subquery that belong to a query around it.
//!
//! By the SQL standard an aggregate belongs to the innermost query whose columns it is about. One of
//! nothing but outer columns stays in the expressions of the subquery as it is, where that query finds
//! it when its groups are made.

use super::scope::Scope;
use super::{Analyzer, Clause};
use crate::plan::{Aggregate, ColumnId, Expression, ExpressionKind};
use std::collections::BTreeSet;

impl Analyzer<'_> {
    /// The clause of the outer query that an aggregate belongs to, if it is about that query only.
    pub(super) fn outer_clause(&self, aggregate: &Aggregate, scope: &Scope) -> Option<Clause> {
        if reads(aggregate, &columns(scope)) {
            return None;
        }
        let outer = self.outer.iter().zip(&self.outer_clauses).rev();
        let mut around = outer.filter(|(scope, _)| reads(aggregate, &columns(scope)));
        around.next().map(|(_, clause)| *clause)
    }

    /// Whether an aggregate is about columns of outer queries, and none of these.
    pub(super) fn is_of_outer(&self, aggregate: &Aggregate, own: &BTreeSet<ColumnId>) -> bool {
        let is_outer = |scope: &Scope| reads(aggregate, &columns(scope));
        !reads(aggregate, own) && self.outer.iter().any(is_outer)
    }

    /// Whether an expression has an aggregate of the query whose rows have these columns.
    pub(super) fn has_own_aggregate(
        &self,
        expression: &Expression,
        own: &BTreeSet<ColumnId>,
    ) -> bool {
        expression.any(&mut |part| match &part.kind {
            ExpressionKind::Aggregate(aggregate) => !self.is_of_outer(aggregate, own),
            ExpressionKind::Grouping(_) => true,
            _ => false,
        })
    }
}

fn reads(aggregate: &Aggregate, columns: &BTreeSet<ColumnId>) -> bool {
    let mut found = false;
    aggregate.for_each_part(&mut |part| {
        found |= part.reads(|column| columns.contains(&column));
    });
    found
}

/// The columns of the rows that a scope names.
fn columns(scope: &Scope) -> BTreeSet<ColumnId> {
    let mut found = BTreeSet::new();
    for (_, column) in scope.all_columns(crate::diagnostic::Span::default()) {
        column.for_each_path(&mut |path| {
            found.insert(path.column);
        });
    }
    found
}
