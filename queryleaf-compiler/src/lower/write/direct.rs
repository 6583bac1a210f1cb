//! Statements about the documents of one collection that a filter finds: one `update` or `delete`.

use super::change::Change;
use super::{Context, Entries};
use crate::diagnostic::Diagnostic;
use crate::lower::relation::all;
use crate::lower::{Scope, filter};
use crate::plan::{
    ColumnId, ComparisonOperator, Expression, ExpressionKind, Relation, Scales, Target,
};
use queryleaf_plan::Template;
use std::rc::Rc;

/// The documents that a filter finds, and what is computed of them.
pub(super) struct Found<'a> {
    predicates: Vec<&'a Expression>,
    pub(super) values: &'a [(ColumnId, Expression)],
    pub(super) scope: Scope,
}

impl Found<'_> {
    /// The filter.
    fn filter(&self) -> Template {
        let filters = self.predicates.iter();
        all(filters
            .map(|predicate| filter(predicate, &self.scope))
            .collect())
    }

    /// Whether at most one document can match: the filter asks for an `_id`.
    fn is_one(&self, document: ColumnId) -> bool {
        self.predicates
            .iter()
            .any(|predicate| asks_for_id(predicate, document))
    }
}

fn asks_for_id(predicate: &Expression, document: ColumnId) -> bool {
    match &predicate.kind {
        ExpressionKind::And(items) => items.iter().any(|item| asks_for_id(item, document)),
        ExpressionKind::Compare {
            operator: ComparisonOperator::Equal,
            left,
            right,
        } => {
            let is_id = |side: &Expression| match &side.kind {
                ExpressionKind::Path(path) => path.column == document && path.names() == ["_id"],
                _ => false,
            };
            let is_known = |side: &Expression| {
                matches!(
                    side.kind,
                    ExpressionKind::Literal(_) | ExpressionKind::Parameter(_)
                )
            };
            (is_id(left) && is_known(right)) || (is_known(left) && is_id(right))
        }
        _ => false,
    }
}

impl Context<'_> {
    /// The rows as documents of the collection that a filter finds, where they are no more than that.
    pub(super) fn direct<'r>(&self, rows: &'r Relation) -> Option<Found<'r>> {
        let Relation::Project { input, columns } = rows else {
            return None;
        };
        let mut predicates = Vec::new();
        let mut relation = &**input;
        while let Relation::Filter { input, predicate } = relation {
            predicates.push(predicate);
            relation = input;
        }
        predicates.reverse();
        let Relation::Scan {
            document,
            natural: None,
            ..
        } = relation
        else {
            return None;
        };
        if *document != self.document {
            return None;
        }
        let mut scope = Scope::new(Rc::new(Scales::of(rows)));
        scope.place(self.document, "");
        Some(Found {
            predicates,
            values: columns,
            scope,
        })
    }

    pub(super) fn direct_delete(&self, found: &Found<'_>) -> Result<Entries, Vec<Diagnostic>> {
        let filter = found.filter();
        self.refused(found)?;
        Ok(vec![
            ("delete", self.name()),
            ("q", filter),
            ("one", Template::from(found.is_one(self.document))),
        ])
    }

    pub(super) fn direct_update(
        &mut self,
        found: &Found<'_>,
        columns: &[(Target, ColumnId)],
    ) -> Result<Entries, Vec<Diagnostic>> {
        let filter = found.filter();
        let mut changes = Vec::with_capacity(columns.len());
        for (target, column) in columns {
            let value = found.values.iter().find(|(id, _)| id == column);
            let Some((_, value)) = value else {
                return Err(vec![Diagnostic::defect(
                    target.span,
                    "a new value is missing",
                )]);
            };
            changes.push(Change { target, value });
        }
        let update = self.update_of(&changes, &found.scope, self.document)?;
        self.refused(found)?;
        Ok(vec![
            ("update", self.name()),
            ("q", filter),
            ("u", update),
            ("one", Template::from(found.is_one(self.document))),
        ])
    }

    fn refused(&self, found: &Found<'_>) -> Result<(), Vec<Diagnostic>> {
        let refusals = found.scope.take_refusals();
        if refusals.is_empty() {
            Ok(())
        } else {
            Err(refusals)
        }
    }
}
